//! The migrations of one state folder.

use super::{Builder, Session, absent::AbsentSource};
#[cfg(feature = "discover")]
use crate::discovery::Finder;
use omm_core::{
    checkup::Examined,
    engine::{Migration, Plan},
    error::{Error, ErrorKind, Result, Side},
    host::{Env, Runtime},
    journal::{EntryKey, Journal, PointRow},
    options::Options,
    report::{self, ItemLine, Report},
    seam::{AccountSpec, Destination, Registry, Source},
};
use omm_store::{Catalogue, MigrationRow, SqliteJournal};
use std::{fmt, sync::Arc};

/// The migrations of one state folder, and everything needed to work on them.
///
/// ```no_run
/// # async fn example() -> omm::Result<()> {
/// use omm::{Omm, PortableRuntime};
///
/// let omm = Omm::builder(PortableRuntime::new()).state_dir("state").memory_limit(64 << 20).open().await?;
/// for migration in omm.list().await? {
///     println!("{} {}", migration.id, migration.source.label());
/// }
/// # Ok(())
/// # }
/// ```
pub struct Omm {
    pub(super) env: Env,
    pub(super) registry: Registry,
    pub(super) catalogue: Catalogue,
    #[cfg(feature = "discover")]
    pub(super) finder: Finder,
}

/// What to do about a pair of accounts that is known already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Go on with its migration: what was copied is not copied again.
    Continue,
    /// Begin another migration of the same pair, which knows nothing of the first.
    New,
}

/// How a migration stands.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// What it is.
    pub row: MigrationRow,
    /// Its sync points, oldest first.
    pub points: Vec<PointRow>,
    /// What was done.
    pub report: Report,
}

impl Omm {
    /// Begins to choose; [`Builder::open`] ends it.
    pub fn builder(runtime: impl Runtime + 'static) -> Builder {
        Builder::new(Arc::new(runtime))
    }

    pub(super) fn new(
        env: Env,
        registry: Registry,
        catalogue: Catalogue,
        #[cfg(feature = "discover")] finder: Finder,
    ) -> Self {
        Self {
            env,
            registry,
            catalogue,
            #[cfg(feature = "discover")]
            finder,
        }
    }

    /// Opens a pair of accounts as a migration: a known one goes on, with these options from now on.
    ///
    /// A new one is written down only after both accounts could be opened.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an account of a type that this build does not know; [`ErrorKind::Journal`] when
    /// another process owns the migration; the connectors' own.
    pub async fn migrate(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: Options,
        known: Known,
    ) -> Result<Session> {
        options.folder_filter()?;
        let (source, destination) = self.normal_pair(source, destination, known).await?;
        let found = match known {
            Known::Continue => self.catalogue.find_pair(&source, &destination).await?,
            Known::New => None,
        };
        if let Some(mut row) = found {
            // Owned before it is changed, so that a run under way keeps what it was started with.
            let journal = self.catalogue.journal(&row.id).await?;
            let (source, destination) = (taught(source, &row.source), taught(destination, &row.destination));
            (row.source, row.destination, row.options) = (source, destination, options);
            self.catalogue.update(&row).await?;
            let (source, destination) = (self.source(&row.source).await?, self.destination(&row).await?);
            return Ok(self.session(row, source, destination, journal));
        }
        let opened = self.source(&source).await?;
        let target = self.registry.destination(&destination, &self.env).await?;
        let row = match known {
            // Another process may have begun it since: then it is its owner, and this one is told so.
            Known::Continue => self.catalogue.find_or_create(&source, &destination, &options).await?,
            Known::New => self.catalogue.create(&source, &destination, &options).await?,
        };
        let journal = self.catalogue.journal(&row.id).await?;
        Ok(self.session(row, opened, target, journal))
    }

    /// Opens a known migration, to run it again.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an unknown id; otherwise as for [`Self::migrate`].
    pub async fn resume(&self, id: &str) -> Result<Session> {
        let row = self.row(id).await?;
        let journal = self.catalogue.journal(id).await?;
        let (source, destination) = (self.source(&row.source).await?, self.destination(&row).await?);
        Ok(self.session(row, source, destination, journal))
    }

    /// Opens a known migration to verify or to undo it: the source may be gone by now.
    ///
    /// # Errors
    /// As for [`Self::resume`], but for the source: what needs it fails later, with the reason.
    pub async fn resume_copies(&self, id: &str) -> Result<Session> {
        let row = self.row(id).await?;
        let journal = self.catalogue.journal(id).await?;
        let source = match self.source(&row.source).await {
            Ok(source) => source,
            Err(why) => Arc::new(AbsentSource::new(why)),
        };
        let destination = self.destination(&row).await?;
        Ok(self.session(row, source, destination, journal))
    }

    /// What a run would do for this pair. Writes nothing: neither to an account nor to the state.
    ///
    /// # Errors
    /// As for [`Self::migrate`], and when an account cannot be listed.
    pub async fn plan(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: Options,
    ) -> Result<Plan> {
        let (source, destination) = self.normal_pair(source, destination, Known::Continue).await?;
        let known = self.catalogue.find_pair(&source, &destination).await?;
        let (source, destination) = match &known {
            Some(row) => (taught(source, &row.source), taught(destination, &row.destination)),
            None => (source, destination),
        };
        let opened = self.source(&source).await?;
        let target = self.registry.destination(&destination, &self.env).await?;
        if let Some(row) = known {
            let journal = Arc::new(self.catalogue.observe(&row.id).await?);
            return Migration::new(opened, target, journal, self.env.clone())
                .with_options(options)
                .plan()
                .await;
        }
        // The engine reads a journal in any case; an empty one that goes away again tells it that nothing is known.
        let folder = tempfile::tempdir().map_err(no_temporary_folder)?;
        let catalogue = Catalogue::open(folder.path(), Arc::clone(&self.env.runtime)).await?;
        let row = catalogue.create(&source, &destination, &options).await?;
        let journal = Arc::new(catalogue.journal(&row.id).await?);
        Migration::new(opened, target, journal, self.env.clone()).with_options(options).plan().await
    }

    /// All migrations.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`].
    pub async fn list(&self) -> Result<Vec<MigrationRow>> {
        self.catalogue.list().await
    }

    /// How a migration stands; while it runs, too.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an unknown id, [`ErrorKind::Journal`].
    pub async fn status(&self, id: &str) -> Result<Status> {
        let row = self.row(id).await?;
        let journal = self.observe(id).await?;
        let (points, report) = (journal.points().await?, report::report(&journal).await?);
        Ok(Status { row, points, report })
    }

    /// What was done; while it goes on, too.
    ///
    /// # Errors
    /// As for [`Self::status`].
    pub async fn report(&self, id: &str) -> Result<Report> {
        report::report(&self.observe(id).await?).await
    }

    /// The next items of the list that proves a migration, in the order in which they were first seen; the key
    /// of the last one leads to the next page.
    ///
    /// # Errors
    /// As for [`Self::status`].
    pub async fn items(&self, id: &str, after: Option<EntryKey>, limit: usize) -> Result<Vec<ItemLine>> {
        report::items(&self.observe(id).await?, after, limit).await
    }

    /// Asks whoever runs a migration, in this process or another, to stop at a tidy place.
    ///
    /// # Errors
    /// As for [`Self::status`].
    pub async fn request_stop(&self, id: &str) -> Result<()> {
        self.observe(id).await?.request_stop().await
    }

    /// Changes the options of a migration, from its next run on.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an unknown id or a bad folder pattern, [`ErrorKind::Journal`].
    pub async fn set_options(&self, id: &str, options: Options) -> Result<()> {
        options.folder_filter()?;
        let mut row = self.row(id).await?;
        row.options = options;
        self.catalogue.update(&row).await
    }

    /// Says where the source of a migration is now: a file that was moved, a server with a new name.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an unknown id or another type of source, [`ErrorKind::Journal`].
    pub async fn repoint(&self, id: &str, source: &AccountSpec) -> Result<()> {
        let mut row = self.row(id).await?;
        let source = self.normal(source, Side::Source).await?;
        if source.server_type != row.source.server_type {
            let message = format!(
                "migration {id} reads from {:?}, not from {:?}; begin a new one with `migrate`",
                row.source.server_type, source.server_type
            );
            return Err(Error::new(ErrorKind::Config, Side::Host, "change the source", message));
        }
        row.source = source;
        self.catalogue.update(&row).await
    }

    /// Removes everything that is known of a migration. The copies stay. `false`: there was no such migration.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`], also when another process owns it.
    pub async fn forget(&self, id: &str) -> Result<bool> {
        self.catalogue.forget(id).await
    }

    /// What the host lends, with all its limits; they may be changed while runs go on.
    pub fn env(&self) -> &Env {
        &self.env
    }

    async fn row(&self, id: &str) -> Result<MigrationRow> {
        self.catalogue.get(id).await?.ok_or_else(|| {
            Error::new(
                ErrorKind::Config,
                Side::Host,
                "find the migration",
                format!("there is no migration {id}"),
            )
        })
    }

    async fn observe(&self, id: &str) -> Result<SqliteJournal> {
        self.row(id).await?;
        self.catalogue.observe(id).await
    }

    /// An account that is to be found out is found out here, before anything else is done with it: a migration is one
    /// of the account that was found.
    #[cfg(feature = "discover")]
    pub(super) async fn normal(&self, account: &AccountSpec, side: Side) -> Result<AccountSpec> {
        let found = self.find_out(account, side).await?;
        self.known_form(&found.account).await
    }

    #[cfg(not(feature = "discover"))]
    pub(super) async fn normal(&self, account: &AccountSpec, _: Side) -> Result<AccountSpec> {
        self.known_form(account).await
    }

    #[cfg(not(feature = "discover"))]
    async fn normal_pair(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        _: Known,
    ) -> Result<(AccountSpec, AccountSpec)> {
        Ok((self.normal(source, Side::Source).await?, self.normal(destination, Side::Destination).await?))
    }

    pub(super) async fn known_form(&self, account: &AccountSpec) -> Result<AccountSpec> {
        self.knows(account)?;
        let mut normal = self.registry.normalise(account, &self.env).await?;
        normal.found_for.clone_from(&account.found_for);
        Ok(normal)
    }

    pub(super) async fn source(&self, account: &AccountSpec) -> Result<Arc<dyn Source>> {
        self.knows(account)?;
        self.registry.source(account, &self.env).await
    }

    async fn destination(&self, row: &MigrationRow) -> Result<Arc<dyn Destination>> {
        self.open_destination(&row.destination).await
    }

    pub(super) async fn open_destination(&self, account: &AccountSpec) -> Result<Arc<dyn Destination>> {
        self.knows(account)?;
        self.registry.destination(account, &self.env).await
    }

    pub(super) async fn examine(&self, account: &AccountSpec, side: Side) -> Result<Examined> {
        self.registry.examine(account, &self.env, side).await
    }

    fn knows(&self, account: &AccountSpec) -> Result<()> {
        let wanted = account.server_type.as_str();
        let known: Vec<_> = self.registry.server_types().collect();
        if known.contains(&wanted) {
            return Ok(());
        }
        let message = format!("this build has no {wanted} connector; it knows: {}", known.join(", "));
        Err(Error::new(ErrorKind::Config, Side::Host, "open an account", message))
    }

    fn session(
        &self,
        row: MigrationRow,
        source: Arc<dyn Source>,
        destination: Arc<dyn Destination>,
        journal: SqliteJournal,
    ) -> Session {
        let (reads, writes) = (Arc::clone(&source), Arc::clone(&destination));
        let migration = Migration::new(reads, writes, Arc::new(journal), self.env.clone())
            .with_options(row.options.clone());
        Session::new(row, migration, source, destination, self.catalogue.clone())
    }
}

impl fmt::Debug for Omm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Omm").field("registry", &self.registry).finish_non_exhaustive()
    }
}

/// The account as it is described now, with what earlier runs learned about it.
fn taught(mut account: AccountSpec, known: &AccountSpec) -> AccountSpec {
    if account.learned.is_empty() {
        account.learned.clone_from(&known.learned);
    }
    account.found_for = account.found_for.or_else(|| known.found_for.clone());
    account
}

fn no_temporary_folder(cause: std::io::Error) -> Error {
    Error::new(ErrorKind::Local, Side::Host, "plan", "no temporary folder can be made").caused_by(cause)
}
