//! Projects between mock servers: each migration between two of its own, or all between the same two.

use crate::far::{Far, Seen};
use omm::{
    AccountSpec, CredentialProvider, CredentialRef, Omm, Result, Secret, SqliteProjects, Stop, Tls,
    core::host::{BoxFuture, Runtime},
    project::{
        project::{HouseLimits, Options, PasswordHash, Project, ProjectId},
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
    /// The first is the one that is changed and asked.
    projects: Vec<ProjectId>,
    pairs: Vec<Pair>,
    /// Each once.
    destinations: Vec<MockImap>,
    _folder: tempfile::TempDir,
}

struct Pair {
    from: MockImap,
    to: MockImap,
    user: String,
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
        let clock = SimRuntime::new();
        let mut town = sim::run(&clock.clone(), Self::empty(clock, plan, options));
        for at in 0..plan.migrations {
            let servers = [server(&[user(at)], without), server(&[user(at)], without)];
            town.destinations.push(servers[1].clone());
            town.add(at, at, servers, 0);
        }
        town
    }

    /// All between the same two servers, by turns of one of so many projects.
    pub(crate) fn of_projects(plan: Plan, projects: usize) -> Self {
        let clock = SimRuntime::new();
        let mut town = sim::run(&clock.clone(), Self::empty(clock, plan, |_| ()));
        for _ in 1..projects {
            sim::run(&town.clock.clone(), town.found(|_| ()));
        }
        let users: Vec<String> = (0..plan.migrations).map(user).collect();
        let servers = [server(&users, &[]), server(&users, &[])];
        town.destinations.push(servers[1].clone());
        for at in 0..plan.migrations {
            town.add(at, 0, servers.clone(), at % projects);
        }
        town
    }

    async fn empty(clock: SimRuntime, plan: Plan, options: impl FnOnce(&mut Options)) -> Self {
        let (seen, folder) = (Seen::at(plan.round_trip), tempfile::tempdir().unwrap());
        // The projects' limits are what is tried here.
        let builder = Omm::builder(clock.clone()).state_dir(folder.path()).connections(1000);
        let omm = builder.memory_limit(256 << 20).credentials(TheWord).open().await.unwrap();
        let store = omm.projects().await.unwrap();
        let (projects, pairs, destinations) = (Vec::new(), Vec::new(), Vec::new());
        let mut town = Self { clock, seen, plan, omm, store, projects, pairs, destinations, _folder: folder };
        town.found(options).await;
        town
    }

    /// One project more.
    async fn found(&mut self, options: impl FnOnce(&mut Options)) {
        let id = ProjectId::random().unwrap();
        let nobody = PasswordHash::nobody();
        let mut project = Project::new(id.clone(), "Move", "anna@example.org", nobody, self.clock.now());
        project.held = false;
        options(&mut project.options);
        self.store.create(&project, &self.by()).await.unwrap();
        self.projects.push(id);
    }

    /// A migration, between these servers, which are the pair of that number.
    fn add(&mut self, at: usize, pair: usize, [from, to]: [MockImap; 2], project: usize) {
        let user = user(at);
        for folder in 0..self.plan.folders {
            from.account(&user).add_folder(&name(folder));
            for number in 0..self.plan.messages {
                let text = text(&format!("{at} {folder} {number}"), self.plan.bytes);
                from.account(&user).add(&name(folder), MockMessage::new(text));
            }
        }
        let listen = |side: &str, server: &MockImap, host: usize| {
            let (name, seen) = (format!("{side}{pair}.example"), self.seen.clone());
            self.clock.listen(&name, 143, Far { server: server.clone(), host, seen });
            let mut spec = AccountSpec::new("imap", name);
            (spec.login, spec.tls) = (user.clone(), Tls::Off);
            spec.credentials = CredentialRef::Variable("WORD".to_owned());
            spec
        };
        let (source, destination) = (listen("from", &from, 2 * pair), listen("to", &to, 2 * pair + 1));
        let key = sim::run(&self.clock, self.store.reserve(1)).unwrap();
        let new = vec![NewMigration::new(key, source, destination)];
        sim::run(&self.clock, self.store.add(&self.projects[project], new, &self.by())).unwrap();
        self.pairs.push(Pair { from, to, user, key });
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
        let mut project = self.store.project(&self.projects[0]).await.unwrap().unwrap();
        change(&mut project.options);
        self.store.change(&project, &self.by()).await.unwrap();
        self.clock.elapsed()
    }

    /// Changes what all projects together may have.
    pub(crate) async fn limit(&self, change: impl FnOnce(&mut HouseLimits)) {
        let mut limits = self.store.house_limits().await.unwrap();
        change(&mut limits);
        self.store.limit_house(&limits).await.unwrap();
    }

    async fn ask(&self, change: Change) -> Changed {
        let changes = vec![(self.pairs[0].key, change)];
        self.store.change_migrations(&self.projects[0], changes, &self.by()).await.unwrap()[0]
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
        self.store.migration(&self.projects[0], self.pairs[0].key).await.unwrap().unwrap().state
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
                let messages = server.account(&pair.user).messages(&name(folder));
                let mut bodies: Vec<Vec<u8>> = messages.into_iter().map(|one| one.bytes.to_vec()).collect();
                bodies.sort();
                bodies
            };
            for folder in 0..self.plan.folders {
                assert!(bodies(&pair.from, folder) == bodies(&pair.to, folder), "folder {folder}");
            }
        }
        let stored = self.destinations.iter().map(|server| server.counters().messages_appended as usize);
        let stored: usize = stored.sum();
        assert_eq!(stored, self.items() * self.pairs.len(), "each was stored once");
    }
}

fn user(at: usize) -> String {
    format!("person{at}")
}

/// One that has these users, and cannot do this.
fn server(users: &[String], without: &[Extension]) -> MockImap {
    // SCRAM is thousands of rounds of SHA-256.
    let server = MockImap::new().without(Extension::AuthScramSha256);
    let server = users.iter().fold(server, |server, user| server.user(user, WORD));
    without.iter().fold(server, |server, extension| server.without(*extension))
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
