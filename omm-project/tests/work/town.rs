//! A town of accounts in memory, a store in a folder, and a clock that only moves when told.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::{executor::block_on, future::select, pin_mut};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::{Env, Limiter, Runtime, Secret, SecretOf, Stop},
    model::FolderPath,
    seam::{AccountSpec, Destination, Source},
};
use omm_project::{
    observe::Metrics,
    project::{PasswordHash, Project, ProjectId},
    sealed::{Field, Key, KeyId, KeyRing, Place},
    store::{
        By, Change, Changed, MigrationKey, MigrationRow, NewMigration, Projects, SqliteJournals,
        SqliteProjects, State,
    },
    work::{Accounts, Journals, Until, Worker},
};
use omm_store::Catalogue;
use omm_testkit::{
    mailbox::{self, Mailbox},
    memory::{Habits, MemoryAccount},
    sim::{self, SimRuntime},
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

/// Accounts by login: `a3` is the source of the third migration, `b3` its destination.
#[derive(Default)]
pub(crate) struct Town {
    accounts: Mutex<HashMap<String, MemoryAccount>>,
    /// What becomes of whoever opens this one.
    troubles: Mutex<HashMap<String, ErrorKind>>,
}

#[async_trait]
impl Accounts for Town {
    async fn normalise(&self, account: &AccountSpec, _: Side, _: &Env) -> Result<AccountSpec> {
        let mut found = account.clone();
        if found.server == FOUND_OUT {
            found.server = SERVER.to_owned();
        }
        Ok(found)
    }

    async fn source(&self, account: &AccountSpec, env: &Env) -> Result<Arc<dyn Source>> {
        Ok(self.open(account, env, Side::Source).await?.source())
    }

    async fn destination(&self, account: &AccountSpec, env: &Env) -> Result<Arc<dyn Destination>> {
        Ok(self.open(account, env, Side::Destination).await?.destination())
    }
}

impl Town {
    async fn open(&self, account: &AccountSpec, env: &Env, side: Side) -> Result<MemoryAccount> {
        let (login, server) = (account.login.as_str(), account.server.as_str());
        let secret = env.secret(SecretOf { reference: &account.credentials, login, server, side }).await?;
        assert_eq!(secret.expose(), word(login), "each account gets its own password");
        match self.troubles.lock().unwrap().get(login) {
            Some(kind) => Err(Error::new(*kind, side, "log in", "the server says no")),
            None => Ok(self.account(login)),
        }
    }

    pub(crate) fn account(&self, login: &str) -> MemoryAccount {
        self.accounts.lock().unwrap().get(login).expect("somebody lives there").clone()
    }

    pub(crate) fn trouble(&self, login: &str, kind: Option<ErrorKind>) {
        let mut troubles = self.troubles.lock().unwrap();
        match kind {
            Some(kind) => drop(troubles.insert(login.to_owned(), kind)),
            None => drop(troubles.remove(login)),
        }
    }
}

/// Where everybody lives, and a name that this is found out for.
const SERVER: &str = "town.example";
pub(crate) const FOUND_OUT: &str = "found-out.example";

/// A password that is to be found nowhere.
pub(crate) fn word(login: &str) -> String {
    format!("canary-{login}-7Rq")
}

pub(crate) struct World {
    pub(crate) clock: SimRuntime,
    pub(crate) town: Arc<Town>,
    pub(crate) store: Arc<SqliteProjects>,
    pub(crate) env: Env,
    key: Key,
    pub(crate) folder: tempfile::TempDir,
}

/// How much is in each mailbox.
const FOLDERS: u64 = 2;
pub(crate) const ITEMS: usize = 20;

impl World {
    pub(crate) fn new() -> Self {
        let (clock, folder) = (SimRuntime::new(), tempfile::tempdir().unwrap());
        let store = block_on(SqliteProjects::open(folder.path(), clock.shared())).unwrap();
        let key = Key::random(KeyId::new("test").unwrap()).unwrap();
        let mut env = Env::new(clock.shared());
        // All live on one server, and its own limit is not what is tried here.
        env.limiter = Limiter::new(100);
        Self { clock, town: Arc::default(), store: Arc::new(store), env, key, folder }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn by(&self) -> By {
        By::host(self.now())
    }

    /// A project that is not held.
    pub(crate) fn project(&self, change: impl FnOnce(&mut Project)) -> ProjectId {
        let id = ProjectId::random().unwrap();
        let mut project =
            Project::new(id.clone(), "Move", "anna@example.org", PasswordHash::nobody(), self.now());
        project.held = false;
        change(&mut project);
        block_on(self.store.create(&project, &self.by())).unwrap();
        id
    }

    pub(crate) fn change_project(&self, id: &ProjectId, change: impl FnOnce(&mut Project)) {
        let mut project = block_on(self.store.project(id)).unwrap().expect("it is there");
        change(&mut project);
        block_on(self.store.change(&project, &self.by())).unwrap();
    }

    /// So many migrations, each from an account of its own into one of its own. Every answer takes 200 ms.
    pub(crate) fn add(&self, project: &ProjectId, names: std::ops::Range<usize>) -> Vec<MigrationKey> {
        names.map(|name| self.add_one(project, &format!("a{name}"), &format!("b{name}"), |_| ())).collect()
    }

    pub(crate) fn add_one(
        &self,
        project: &ProjectId,
        source: &str,
        destination: &str,
        change: impl FnOnce(&mut NewMigration),
    ) -> MigrationKey {
        let key = block_on(self.store.reserve(1)).unwrap();
        self.lives(source, &mailbox::plain(key.0, FOLDERS, ITEMS as u64 / FOLDERS));
        self.lives(destination, &Mailbox::default());
        let mut new =
            NewMigration::new(key, spec(source, key, "source"), spec(destination, key, "destination"));
        let seal = |field, login: &str| {
            let place = Place { project, migration: key, field };
            Some(self.key.seal(place, &Secret::new(word(login))).unwrap())
        };
        new.source_password = seal(Field::SourcePassword, source);
        new.destination_password = seal(Field::DestinationPassword, destination);
        change(&mut new);
        block_on(self.store.add(project, vec![new], &self.by())).unwrap();
        key
    }

    fn lives(&self, login: &str, mailbox: &Mailbox) {
        let mut accounts = self.town.accounts.lock().unwrap();
        accounts.entry(login.to_owned()).or_insert_with(|| {
            let account = MemoryAccount::new().holding(mailbox);
            let mut habits = Habits::default();
            habits.late = Some((self.clock.shared(), Duration::from_millis(200)));
            account.behave(habits);
            account
        });
    }

    /// The key that passwords are sealed with.
    pub(crate) fn keys(&self) -> KeyRing {
        KeyRing::new(self.key.clone())
    }

    pub(crate) fn worker(&self) -> Worker {
        self.worker_with(Arc::new(self.journals()))
    }

    pub(crate) fn journals(&self) -> SqliteJournals {
        SqliteJournals::new(SqliteProjects::clone(&self.store), self.catalogue())
    }

    pub(crate) fn catalogue(&self) -> Catalogue {
        block_on(Catalogue::open(self.folder.path(), self.clock.shared())).unwrap()
    }

    pub(crate) fn worker_with(&self, journals: Arc<dyn Journals>) -> Worker {
        let keys = Arc::new(self.keys());
        let turns = Arc::clone(&self.store) as _;
        let town = Arc::clone(&self.town) as _;
        Worker::new(turns, town, journals, keys, self.env.clone())
    }

    /// Works until nothing is left to do.
    pub(crate) fn work(&self) {
        sim::run(&self.clock, self.worker().run(Until::Idle, &Stop::new())).unwrap();
    }

    /// Runs three migrations, of which the second is refused, and gives what was counted.
    pub(crate) fn counted(&self) -> String {
        let project = self.project(|_| ());
        self.add(&project, 0..3);
        self.town.trouble("a1", Some(ErrorKind::Auth));
        let metrics = Metrics::default();
        let worker = self.worker().counting(metrics.clone());
        sim::run(&self.clock, worker.run(Until::Idle, &Stop::new())).unwrap();
        block_on(metrics.text(&self.env.limiter, self.store.as_ref())).unwrap()
    }

    /// Works until nothing is left to do, while somebody does something beside it. He may come to an end later or earlier.
    pub(crate) fn work_while<T>(&self, beside: impl Future<Output = T>) -> Option<T> {
        let worker = self.worker();
        let said = Mutex::new(None);
        sim::run(&self.clock, async {
            let beside = async {
                let value = beside.await;
                *said.lock().unwrap() = Some(value);
            };
            let (stop, until) = (Stop::new(), Until::Idle);
            let work = worker.run(until, &stop);
            pin_mut!(beside, work);
            match select(work, beside).await {
                futures::future::Either::Left((ended, _)) => ended.unwrap(),
                futures::future::Either::Right(((), work)) => work.await.unwrap(),
            }
        });
        said.into_inner().unwrap()
    }

    pub(crate) async fn sleep(&self, seconds: f64) {
        self.clock.sleep(Duration::from_secs_f64(seconds)).await;
    }

    pub(crate) fn row(&self, project: &ProjectId, key: MigrationKey) -> MigrationRow {
        block_on(self.store.migration(project, key)).unwrap().expect("it is there")
    }

    pub(crate) fn states(&self, project: &ProjectId, keys: &[MigrationKey]) -> Vec<State> {
        keys.iter().map(|key| self.row(project, *key).state).collect()
    }

    pub(crate) fn change(&self, project: &ProjectId, key: MigrationKey, change: Change) -> Changed {
        block_on(self.store.change_migrations(project, vec![(key, change)], &self.by())).unwrap()[0]
    }

    /// Everything of the source is in the destination, once.
    pub(crate) fn is_whole(&self, source: &str, destination: &str) {
        let seen = |login| self.town.account(login).snapshot().without_empty_folders();
        assert_eq!(seen(source), seen(destination), "{source} and {destination}");
        assert_eq!(seen(source).items(), ITEMS);
    }

    /// Which folders somebody has.
    pub(crate) fn folders(&self, login: &str) -> HashSet<FolderPath> {
        self.town.account(login).paths().into_iter().collect()
    }
}

fn spec(login: &str, key: MigrationKey, side: &str) -> AccountSpec {
    let mut spec = AccountSpec::new("memory", SERVER);
    spec.login = login.to_owned();
    spec.credentials = omm_core::host::CredentialRef::Named(format!("sealed:{key}:{side}"));
    spec
}
