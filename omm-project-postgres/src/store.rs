//! Projects in PostgreSQL: the traits' table of contents.

use crate::{
    audit, change, divide, enter, house, migration,
    project::{self, ProjectKey},
    schema::PROJECTS,
    session,
    take::{self, Taker},
    turns,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::Runtime,
};
use omm_project::{
    project::{HouseLimits, Project, ProjectId, Rule, Session, TokenHash},
    store::{
        Act, Added, AtWork, AuditLine, By, Change, Changed, Counts, Entry, FoundOut, MigrationKey,
        MigrationRow, NewMigration, Page, Part, Parts, Projects, Secrets, Subject, Take, Turns,
    },
    work::{Progress, Wish},
};
use omm_store_postgres::{
    PostgresStore, Terms,
    sql::{Database, Fault},
};
use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Projects in the database of a [`PostgresStore`], in a schema of their own. Cloning gives another handle to the same ones.
#[derive(Clone)]
pub struct PostgresProjects {
    database: Arc<Database>,
    runtime: Arc<dyn Runtime>,
    worker: Arc<str>,
    terms: Terms,
    /// When it was last said that we are at work.
    held: Arc<Mutex<Duration>>,
    divided: Arc<divide::Lately>,
}

impl PostgresProjects {
    /// Opens them; makes their tables, or brings them up to date. What is taken by this handle and its clones is held under
    /// the worker's name, made unique: whoever was started again under the same name is somebody else.
    ///
    /// # Errors
    /// As for [`PostgresStore::connect`].
    pub async fn open(store: &PostgresStore, worker: &str, terms: Terms) -> Result<Self> {
        const OPERATION: &str = "open the projects";
        let database = Arc::clone(store.database());
        let prepared = database.lend(database.prepare(&PROJECTS)).await;
        prepared.map_err(|fault| fault.at(OPERATION))?;
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|_| {
            let message = "the system gives no random numbers to name the worker";
            Error::new(ErrorKind::Local, Side::Host, OPERATION, message)
        })?;
        let worker = format!("{} {:016x}", worker.replace('\0', ""), u64::from_be_bytes(random)).into();
        Ok(Self {
            database,
            runtime: Arc::clone(store.runtime()),
            worker,
            terms,
            held: Arc::default(),
            divided: Arc::default(),
        })
    }

    /// The worker's unique name.
    pub fn worker(&self) -> &str {
        &self.worker
    }
}

/// Questions, each on a connection of its own.
macro_rules! read {
    ($this:ident, |$conn:ident| $work:expr) => {{
        let work = async {
            let mut held = $this.database.connection().await?;
            let $conn = &mut *held;
            $work.await
        };
        $this.database.lend(work).await.map_err(|fault: Fault| fault.at("read the projects"))
    }};
}

/// All of it, or nothing. `$first` begins the transaction.
macro_rules! write {
    ($this:ident, $operation:expr, |$conn:ident| $work:expr) => {
        write!($this, $operation, "SELECT 1", |$conn| $work)
    };
    ($this:ident, $operation:expr, $first:expr, |$conn:ident| $work:expr) => {{
        let work = async {
            let (mut tx, _) = $this.database.begin($first).await?;
            let worked = {
                let $conn = tx.conn();
                $work.await
            };
            match worked {
                Ok(answer) => tx.commit().await.map(|()| answer).map_err(Fault::of_commit),
                Err(fault) => {
                    tx.roll_back().await;
                    Err(fault)
                }
            }
        };
        $this.database.lend(work).await.map_err(|fault: Fault| fault.at($operation))
    }};
}

/// The same in a project that must be there, which nobody else changes meanwhile.
macro_rules! write_into {
    ($this:ident, $id:expr, $operation:expr, |$conn:ident, $key:ident| $work:expr) => {{
        let answer = write!($this, $operation, |$conn| async {
            match project::lock($conn, $id).await? {
                Some($key) => $work.await.map(Some),
                None => Ok(None),
            }
        });
        answer?.ok_or_else(|| unknown($operation))
    }};
}

macro_rules! read_of {
    ($this:ident, $id:expr, |$conn:ident, $key:ident| $work:expr) => {{
        let answer = read!($this, |$conn| async {
            match project::key($conn, $id).await? {
                Some($key) => $work.await.map(Some),
                None => Ok(None),
            }
        });
        answer?.ok_or_else(|| unknown("read the project"))
    }};
}

fn unknown(operation: &'static str) -> Error {
    let message = "there is no such project; it may have been erased when its retention was over";
    Error::new(ErrorKind::Config, Side::Host, operation, message)
}

#[async_trait]
impl Projects for PostgresProjects {
    async fn create(&self, project: &Project, by: &By) -> Result<()> {
        write!(self, "make the project", |conn| project::insert(conn, project, by))
    }

    async fn project(&self, id: &ProjectId) -> Result<Option<Project>> {
        read!(self, |conn| project::get_one(conn, id))
    }

    async fn projects(&self, after: Option<&ProjectId>, limit: u32) -> Result<Vec<Project>> {
        read!(self, |conn| project::list(conn, after, limit))
    }

    async fn change(&self, project: &Project, by: &By) -> Result<Project> {
        const OPERATION: &str = "change the project";
        let answer = write!(self, OPERATION, |conn| async {
            project::lock(conn, &project.id).await?;
            let is_made = project::update(conn, project, by).await?;
            Ok((is_made, project::get_one(conn, &project.id).await?))
        });
        match answer? {
            (true, Some(project)) => Ok(project),
            (_, None) => Err(unknown(OPERATION)),
            (false, Some(_)) => {
                let message =
                    "somebody else changed it meanwhile; read it again and make your change once more";
                Err(Error::new(ErrorKind::Config, Side::Host, OPERATION, message))
            }
        }
    }

    async fn house_limits(&self) -> Result<HouseLimits> {
        read!(self, |conn| house::limits(conn))
    }

    async fn limit_house(&self, limits: &HouseLimits) -> Result<()> {
        write!(self, "limit what all projects may have", |conn| house::limit(conn, limits))
    }

    async fn erase(&self, id: &ProjectId, by: &By) -> Result<bool> {
        write!(self, "erase the project", |conn| project::delete(conn, id, by))
    }

    async fn overdue(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ProjectId>> {
        read!(self, |conn| project::overdue(conn, now, limit))
    }

    async fn retire(&self, id: &ProjectId, now: DateTime<Utc>, by: &By) -> Result<bool> {
        write!(self, "erase the project", |conn| project::retire(conn, id, now, by))
    }

    async fn retire_migrations(&self, now: DateTime<Utc>, limit: u32, by: &By) -> Result<Vec<MigrationKey>> {
        write!(self, "erase migrations", |conn| migration::retire(conn, now, limit, by))
    }

    async fn orphans(&self, after: Option<&str>, limit: u32) -> Result<Vec<String>> {
        read!(self, |conn| project::orphans(conn, after.unwrap_or_default(), limit))
    }

    async fn buried(&self, journal: &str) -> Result<()> {
        write!(self, "forget a journal", |conn| project::buried(conn, journal))
    }

    async fn reserve(&self, count: u64) -> Result<MigrationKey> {
        write!(self, "number migrations", |conn| migration::reserve(conn, count))
    }

    async fn add(&self, project: &ProjectId, migrations: Vec<NewMigration>, by: &By) -> Result<Vec<Added>> {
        write_into!(self, project, "add migrations", |conn, key| migration::add(
            conn,
            (project, key),
            &migrations,
            by
        ))
    }

    async fn migration(&self, project: &ProjectId, key: MigrationKey) -> Result<Option<MigrationRow>> {
        read_of!(self, project, |conn, of| migration::one(conn, of, key))
    }

    async fn page(&self, project: &ProjectId, page: Page) -> Result<Vec<MigrationRow>> {
        read_of!(self, project, |conn, of| migration::page(conn, of, &page))
    }

    async fn counts(&self, project: &ProjectId) -> Result<Counts> {
        read_of!(self, project, |conn, of| migration::counts(conn, of))
    }

    async fn totals(&self) -> Result<Counts> {
        read!(self, |conn| migration::totals(conn))
    }

    async fn change_migrations(
        &self,
        project: &ProjectId,
        changes: Vec<(MigrationKey, Change)>,
        by: &By,
    ) -> Result<Vec<Changed>> {
        write_into!(self, project, "change migrations", |conn, key| change::change(
            conn,
            (project, key),
            &changes,
            by,
            &self.worker
        ))
    }

    async fn erase_migrations(&self, project: &ProjectId, keys: Vec<MigrationKey>, by: &By) -> Result<u64> {
        write_into!(self, project, "erase migrations", |conn, key| migration::erase(
            conn,
            (project, key),
            &keys,
            by
        ))
    }

    async fn secrets(&self, after: Option<MigrationKey>, limit: u32) -> Result<Vec<Secrets>> {
        read!(self, |conn| migration::secrets(conn, after, limit))
    }

    async fn open_session(&self, session: &Session, by: &By) -> Result<()> {
        let is_open = write!(self, "log in", |conn| session::open(conn, session, by))?;
        if is_open { Ok(()) } else { Err(unknown("log in")) }
    }

    async fn session(&self, token: &TokenHash) -> Result<Option<Session>> {
        read!(self, |conn| session::find(conn, token))
    }

    async fn end_session(&self, token: &TokenHash, by: &By) -> Result<()> {
        write!(self, "log out", |conn| session::end(conn, token, by))
    }

    async fn end_sessions(&self, project: &ProjectId, by: &By) -> Result<()> {
        write_into!(self, project, "log out", |conn, of| async {
            let ProjectKey(key) = of;
            let sql = "DELETE FROM omm_projects.sessions WHERE project = $1";
            sqlx::query(sql).bind(key).execute(&mut *conn).await?;
            audit::append(conn, project, by, &Act::LoggedOut).await
        })
    }

    async fn attempt(
        &self,
        subject: &Subject,
        rule: &Rule,
        now: DateTime<Utc>,
    ) -> Result<std::result::Result<(), TimeDelta>> {
        write!(self, "log in", |conn| session::attempt(conn, subject, rule, now))
    }

    async fn succeeded(&self, address: &Subject, project: &Subject) -> Result<()> {
        write!(self, "log in", |conn| session::succeeded(conn, address, project))
    }

    async fn sweep(&self, now: DateTime<Utc>) -> Result<()> {
        write!(self, "sweep", |conn| session::sweep(conn, now))
    }

    async fn audit(&self, project: &ProjectId, after: u64, limit: u32) -> Result<Vec<AuditLine>> {
        read!(self, |conn| audit::lines(conn, project, after, limit))
    }
}

#[async_trait]
impl Turns for PostgresProjects {
    /// Any number of workers; what one of them leaves is taken up when [`Self::due`] finds that it is free.
    async fn take_up(&self, _: &By) -> Result<AtWork> {
        Ok(AtWork::freely())
    }

    async fn now(&self) -> Result<DateTime<Utc>> {
        read!(self, |conn| turns::now(conn))
    }

    async fn due(&self, now: DateTime<Utc>) -> Result<Vec<ProjectId>> {
        let by = By { who: self.worker.to_string(), when: now };
        let tidied = self.database.lend(turns::tidy(&self.database, now, &by)).await;
        tidied.map_err(|fault| fault.at("see whose turn it is"))?;
        read!(self, |conn| turns::due(conn))
    }

    async fn first(&self, project: &ProjectId, limit: usize) -> Result<VecDeque<MigrationRow>> {
        read_of!(self, project, |conn, of| turns::first(conn, of, limit))
    }

    async fn take(&self, project: &ProjectId, row: &MigrationRow, by: &By) -> Result<Take> {
        let taker = Taker { worker: &self.worker, terms: self.terms, by };
        let (key, operation) = (row.key, "take a migration");
        // Everybody who takes waits for everybody else: not where it would be in vain.
        if read!(self, |conn| take::is_full(conn, project, key))? {
            return Ok(Take::Full);
        }
        let taken = write!(self, operation, take::ALONE, |conn| async {
            match take::take(conn, project, key, &taker).await {
                // Somebody found out a moment ago that this is the mailbox that he writes into.
                Err(Fault::Sql(error)) if take::is_taken(&error) => Ok(None),
                answer => answer.map(Some),
            }
        });
        Ok(taken?.unwrap_or(Take::Gone))
    }

    async fn hold(&self, keys: &[MigrationKey]) -> Result<Vec<MigrationKey>> {
        let now = self.runtime.monotonic();
        if now < self.said().saturating_add(self.terms.held / 4) {
            return Ok(Vec::new());
        }
        // Not behind all that the others read and write.
        let saying = async {
            let mut conn = self.database.kept_connection().await?;
            turns::hold(&mut conn, keys, &self.worker, self.terms).await
        };
        let lost =
            self.database.lend(saying).await.map_err(|fault: Fault| fault.at("say what is at work"))?;
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = now;
        Ok(lost)
    }

    async fn leads_to(&self, key: MigrationKey, found: &FoundOut) -> Result<Entry> {
        let led = enter::leads_to(&self.database, key, found, &self.worker);
        self.database.lend(led).await.map_err(|fault| fault.at("open the accounts"))
    }

    async fn parts(&self, project: &ProjectId, in_force: &[(MigrationKey, Part)]) -> Result<Option<Parts>> {
        let lately = (&*self.divided, self.runtime.monotonic());
        let divided = divide::parts(&self.database, project, in_force, &self.worker, lately);
        self.database.lend(divided).await.map(Some).map_err(|fault| fault.at("divide what is allowed"))
    }

    async fn staying(&self, migrations: usize) -> Result<Option<Vec<MigrationKey>>> {
        read!(self, |conn| house::staying(conn, migrations)).map(Some)
    }

    async fn is_waiting(&self) -> Result<bool> {
        read!(self, |conn| turns::is_waiting(conn))
    }

    async fn wishes(&self, of: &[MigrationKey]) -> Result<Vec<(MigrationKey, Wish)>> {
        read!(self, |conn| turns::wishes(conn, of))
    }

    async fn note(&self, progress: Vec<(MigrationKey, Progress)>) -> Result<()> {
        read!(self, |conn| turns::note(conn, &progress, &self.worker))
    }
}

impl PostgresProjects {
    fn said(&self) -> Duration {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for PostgresProjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresProjects").field("worker", &self.worker).finish_non_exhaustive()
    }
}
