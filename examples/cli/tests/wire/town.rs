//! A project between mock servers, each migration between two of its own.

use crate::far::{Far, Seen};
use omm::{
    AccountSpec, CredentialProvider, CredentialRef, Omm, Result, Secret, SqliteProjects, Stop, Tls,
    core::host::{BoxFuture, Runtime},
    project::{
        project::{Options, PasswordHash, Project, ProjectId},
        sealed::NoKeys,
        store::{By, Change, Changed, MigrationKey, NewMigration, Projects, State},
        work::{Until, Wish, Worker},
    },
};
use omm_testkit::{
    imap::{Extension, MockImap, MockMessage},
    sim::{self, SimRuntime},
};
use std::{pin::pin, sync::Arc, time::Duration};

const USER: &str = "anna";
const WORD: &str = "geheim";

/// How much there is, and how far away.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) migrations: usize,
    pub(crate) folders: usize,
    pub(crate) messages: usize,
    /// Of each message, about.
    pub(crate) bytes: usize,
    pub(crate) round_trip: Duration,
}

pub(crate) struct Town {
    pub(crate) clock: SimRuntime,
    pub(crate) seen: Seen,
    plan: Plan,
    omm: Omm,
    store: SqliteProjects,
    project: ProjectId,
    pairs: Vec<Pair>,
    _folder: tempfile::TempDir,
}

struct Pair {
    from: MockImap,
    to: MockImap,
    key: MigrationKey,
}

#[derive(Debug)]
struct TheWord;

impl CredentialProvider for TheWord {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new(WORD.to_owned()))))
    }
}

impl Town {
    pub(crate) fn new(plan: Plan, options: impl FnOnce(&mut Options)) -> Self {
        Self::of_servers(plan, &[], options)
    }

    /// Between servers that cannot do this.
    pub(crate) fn of_servers(plan: Plan, without: &[Extension], options: impl FnOnce(&mut Options)) -> Self {
        let (clock, folder) = (SimRuntime::new(), tempfile::tempdir().unwrap());
        let seen = Seen::at(plan.round_trip);
        sim::run(&clock.clone(), async move {
            // The project's limits are what is tried here.
            let builder = Omm::builder(clock.clone()).state_dir(folder.path()).connections(1000);
            let omm = builder.memory_limit(256 << 20).credentials(TheWord).open().await.unwrap();
            let (store, id) = (omm.projects().await.unwrap(), ProjectId::random().unwrap());
            let mut project =
                Project::new(id.clone(), "Move", "anna@example.org", PasswordHash::nobody(), clock.now());
            project.held = false;
            options(&mut project.options);
            store.create(&project, &By::host(clock.now())).await.unwrap();
            let mut town =
                Self { clock, seen, plan, omm, store, project: id, pairs: Vec::new(), _folder: folder };
            for at in 0..plan.migrations {
                town.add(at, without).await;
            }
            town
        })
    }

    async fn add(&mut self, at: usize, without: &[Extension]) {
        // SCRAM is thousands of rounds of SHA-256.
        let server = || {
            let server = MockImap::new().user(USER, WORD).without(Extension::AuthScramSha256);
            without.iter().fold(server, |server, extension| server.without(*extension))
        };
        let (from, to) = (server(), server());
        for folder in 0..self.plan.folders {
            from.account(USER).add_folder(&name(folder));
            for number in 0..self.plan.messages {
                let text = text(&format!("{at} {folder} {number}"), self.plan.bytes);
                from.account(USER).add(&name(folder), MockMessage::new(text));
            }
        }
        let listen = |side: &str, server: &MockImap, host: usize| {
            let (name, seen) = (format!("{side}{at}.example"), self.seen.clone());
            self.clock.listen(&name, 143, Far { server: server.clone(), host, seen });
            let mut spec = AccountSpec::new("imap", name);
            (spec.login, spec.tls) = (USER.to_owned(), Tls::Off);
            spec.credentials = CredentialRef::Variable("WORD".to_owned());
            spec
        };
        let (source, destination) = (listen("from", &from, 2 * at), listen("to", &to, 2 * at + 1));
        let key = self.store.reserve(1).await.unwrap();
        let new = NewMigration::new(key, source, destination);
        self.store.add(&self.project, vec![new], &self.by()).await.unwrap();
        self.pairs.push(Pair { from, to, key });
    }

    fn by(&self) -> By {
        By::host(self.clock.now())
    }

    pub(crate) fn worker(&self) -> Worker {
        self.omm.worker(&self.store, Arc::new(NoKeys)).at_once(100)
    }

    /// Works until nothing is left to do.
    pub(crate) fn work(&self) {
        sim::run(&self.clock, self.worker().run(Until::Idle, &Stop::new())).unwrap();
    }

    /// Works on until `beside` has come to its end.
    pub(crate) fn work_beside<T>(&self, worker: Worker, beside: impl Future<Output = T>) -> T {
        sim::run(&self.clock, async {
            let stop = Stop::new();
            let beside = async {
                let value = beside.await;
                stop.request();
                value
            };
            let (ended, value) = futures::future::join(pin!(worker.run(Until::Stopped, &stop)), beside).await;
            ended.unwrap();
            value
        })
    }

    pub(crate) async fn sleep(&self, time: Duration) {
        self.clock.sleep(time).await;
    }

    /// Changes the options of the project, and gives the moment.
    pub(crate) async fn change(&self, change: impl FnOnce(&mut Options)) -> Duration {
        let mut project = self.store.project(&self.project).await.unwrap().unwrap();
        change(&mut project.options);
        self.store.change(&project, &self.by()).await.unwrap();
        self.clock.elapsed()
    }

    async fn ask(&self, change: Change) -> Changed {
        let changes = vec![(self.pairs[0].key, change)];
        self.store.change_migrations(&self.project, changes, &self.by()).await.unwrap()[0]
    }

    /// Asks the first migration to rest. Says whether there was anything to rest.
    pub(crate) async fn pause(&self) -> bool {
        self.ask(Change::Wish(Wish::Pause)).await == Changed::Changed
    }

    /// Lets it go on.
    pub(crate) async fn resume(&self) {
        assert_eq!(self.ask(Change::Task(omm::project::work::Task::Copy)).await, Changed::Changed);
    }

    /// What the first migration does.
    pub(crate) async fn state(&self) -> State {
        self.store.migration(&self.project, self.pairs[0].key).await.unwrap().unwrap().state
    }

    /// How much the destination of the first migration has stored.
    pub(crate) fn appended(&self) -> usize {
        self.pairs[0].to.counters().messages_appended as usize
    }

    pub(crate) fn items(&self) -> usize {
        self.plan.folders * self.plan.messages
    }

    /// Everything is at its destination, and nothing was sent there twice.
    pub(crate) fn is_whole(&self) {
        for pair in &self.pairs {
            let bodies = |server: &MockImap, folder: usize| {
                let messages = server.account(USER).messages(&name(folder));
                let mut bodies: Vec<Vec<u8>> = messages.into_iter().map(|one| one.bytes.to_vec()).collect();
                bodies.sort();
                bodies
            };
            for folder in 0..self.plan.folders {
                assert!(bodies(&pair.from, folder) == bodies(&pair.to, folder), "folder {folder}");
            }
            assert_eq!(pair.to.counters().messages_appended as usize, self.items(), "each was stored once");
        }
    }
}

fn name(folder: usize) -> String {
    if folder == 0 { "INBOX".to_owned() } else { format!("Work {folder}") }
}

fn text(name: &str, bytes: usize) -> String {
    let line = format!("{}\r\n", "word ".repeat(15));
    format!(
        "Subject: {name}\r\nMessage-ID: <{}@old.example>\r\n\r\n{}",
        name.replace(' ', "."),
        line.repeat(bytes / line.len() + 1)
    )
}
