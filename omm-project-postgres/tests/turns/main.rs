//! Who holds a migration, among several workers on one database.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod house;
mod line;
mod steps;

use chrono::{DateTime, Utc};
use omm_core::seam::AccountSpec;
use omm_project::{
    project::{HouseLimits, PasswordHash, Project, ProjectId},
    store::{
        Added, By, Change, Changed, Entry, FoundOut, MigrationKey, NewMigration, Page, Part, Projects, State,
        Take, Turns, verify,
    },
    work::{Ending, Journals, Opened, Wish},
};
use omm_project_postgres::{PostgresJournals, PostgresProjects};
use omm_store_postgres::{PostgresStore, Settings, Terms};
use omm_testkit::{
    servers::{PostgresServer, postgres},
    sim::SimRuntime,
};
use std::time::Duration;

struct Place {
    server: &'static PostgresServer,
    address: String,
    clock: SimRuntime,
    store: PostgresStore,
    project: ProjectId,
    keys: Vec<MigrationKey>,
}

fn long() -> Terms {
    Terms::new(Duration::from_secs(3000), Duration::from_secs(600))
}

/// Runs a test with a project of so many migrations, or says why it does not.
fn with<Fut: Future<Output = ()>>(logins: &[(&str, &str)], test: impl FnOnce(Place) -> Fut) {
    let server = match postgres() {
        Ok(server) => server,
        Err(why) => return println!("skipped: {why}"),
    };
    let address = server.fresh_database().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let clock = SimRuntime::new();
        let store = PostgresStore::connect(&address, &Settings::default(), clock.shared()).await.unwrap();
        let projects = PostgresProjects::open(&store, "host", long()).await.unwrap();
        let mut project = Project::new(
            ProjectId::random().unwrap(),
            "Move",
            "a@example.org",
            PasswordHash::nobody(),
            now(),
        );
        project.held = false;
        projects.create(&project, &by()).await.unwrap();
        let mut keys = Vec::new();
        for (from, to) in logins {
            let key = projects.reserve(1).await.unwrap();
            let new = vec![NewMigration::new(key, account(from), account(to))];
            keys.extend([key]);
            assert_eq!(projects.add(&project.id, new, &by()).await.unwrap(), [Added::Added]);
        }
        test(Place { server, address, clock, store, project: project.id, keys }).await;
    });
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

/// Long before any machine runs this.
fn now_of_the_test() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::TimeDelta::days(365)
}

fn by() -> By {
    By::host(now())
}

fn account(login: &str) -> AccountSpec {
    let mut account = AccountSpec::new("imap", "mail.example:993");
    account.login = login.to_owned();
    account
}

impl Place {
    async fn worker(&self, name: &str) -> PostgresProjects {
        PostgresProjects::open(&self.store, name, long()).await.unwrap()
    }

    fn ask(&self, sql: &str) -> String {
        let name = self.address.split('?').next().unwrap().rsplit_once('/').unwrap().1;
        self.server.ask(name, sql).unwrap()
    }

    async fn take(&self, worker: &PostgresProjects, at: usize) -> Take {
        let row = worker.migration(&self.project, self.keys[at]).await.unwrap().unwrap();
        worker.take(&self.project, &row, &by()).await.unwrap()
    }

    /// Adds one to a project that leads from and to servers of this name.
    async fn add(
        &self,
        worker: &PostgresProjects,
        project: &ProjectId,
        server: &str,
        login: &str,
    ) -> MigrationKey {
        let at = |side: &str| {
            let mut account = account(&format!("{login}{side}"));
            server.clone_into(&mut account.server);
            account
        };
        let key = worker.reserve(1).await.unwrap();
        let new = vec![NewMigration::new(key, at("from"), at("to"))];
        assert_eq!(worker.add(project, new, &by()).await.unwrap(), [Added::Added]);
        key
    }

    /// Another project beside the first.
    async fn another(&self, worker: &PostgresProjects) -> ProjectId {
        let mut other = worker.project(&self.project).await.unwrap().unwrap();
        other.id = ProjectId::random().unwrap();
        worker.create(&other, &by()).await.unwrap();
        other.id
    }

    async fn take_of(&self, worker: &PostgresProjects, project: &ProjectId, key: MigrationKey) -> Take {
        let row = worker.migration(project, key).await.unwrap().unwrap();
        worker.take(project, &row, &by()).await.unwrap()
    }

    /// Changes what all projects together may have.
    async fn limit(&self, worker: &PostgresProjects, change: impl FnOnce(&mut HouseLimits)) {
        let mut limits = worker.house_limits().await.unwrap();
        change(&mut limits);
        worker.limit_house(&limits).await.unwrap();
    }

    /// So much later whoever was refused something has not asked again.
    fn later(&self, seconds: u32) {
        self.ask(&format!(
            "UPDATE omm_projects.wanted SET last = last - interval '{seconds} s', since = since - interval '{seconds} s'"
        ));
    }

    async fn change(&self, worker: &PostgresProjects, at: usize, change: Change) -> Changed {
        let changes = vec![(self.keys[at], change)];
        worker.change_migrations(&self.project, changes, &by()).await.unwrap()[0]
    }

    async fn state(&self, worker: &PostgresProjects, at: usize) -> State {
        worker.migration(&self.project, self.keys[at]).await.unwrap().unwrap().state
    }

    /// How many wait for their turn.
    async fn due(&self, worker: &PostgresProjects) -> usize {
        match worker.due(now()).await.unwrap().as_slice() {
            [project] => worker.first(project, 9).await.unwrap().len(),
            _ => 0,
        }
    }

    /// Nobody has heard of any worker for too long.
    fn forget_all(&self) {
        self.ask("UPDATE omm_projects.migrations SET free_at = now() WHERE holder IS NOT NULL");
    }
}

// Would catch: a migration that two workers have; one that is never taken over; and a worker who comes too late and says how
// it ended, gives it another journal, or goes on saying that it is his.
#[test]
fn who_is_not_heard_of_has_lost_it() {
    with(&[("anna", "bert"), ("carl", "dora")], |place| async move {
        let (one, other) = (place.worker("one").await, place.worker("one").await);
        assert_ne!(one.worker(), other.worker(), "started again under its name it is somebody else");
        assert!(matches!(place.take(&one, 0).await, Take::Taken { .. }));
        assert_eq!(place.take(&other, 0).await, Take::Gone);
        assert_eq!(place.change(&one, 0, Change::Journal("first".to_owned())).await, Changed::Changed);
        assert_eq!(place.due(&other).await, 1, "what is held waits for nobody");

        place.forget_all();
        assert_eq!(place.due(&other).await, 2);
        assert!(matches!(place.take(&other, 0).await, Take::Taken { .. }));
        let second = Change::Journal("second".to_owned());
        assert!(matches!(place.change(&one, 0, second.clone()).await, Changed::Refused(_)));
        assert!(matches!(place.change(&other, 0, second).await, Changed::Refused(_)), "it has one");
        assert_eq!(place.state(&one, 0).await, State::Running);

        // It is said now and then only.
        place.clock.advance(Duration::from_secs(2000));
        assert_eq!(one.hold(&place.keys[..1]).await.unwrap(), place.keys[..1]);
        assert_eq!(other.hold(&place.keys[..1]).await.unwrap(), []);
    });
}

// Would catch: a wish that dies with the worker that should have heard it.
#[test]
fn a_wish_outlives_the_worker() {
    with(&[("anna", "bert"), ("carl", "dora")], |place| async move {
        let worker = place.worker("one").await;
        for at in 0..2 {
            assert!(matches!(place.take(&worker, at).await, Take::Taken { .. }));
        }
        place.change(&worker, 0, Change::Wish(Wish::Pause)).await;
        place.change(&worker, 1, Change::Wish(Wish::Stop)).await;
        assert_eq!(worker.wishes(&place.keys).await.unwrap().len(), 2);
        assert!(worker.is_waiting().await.unwrap(), "another worker may die");
        place.forget_all();
        assert_eq!(place.due(&worker).await, 0);
        assert_eq!(place.state(&worker, 0).await, State::Paused);
        assert_eq!(place.state(&worker, 1).await, State::Stopped);
        assert!(!worker.is_waiting().await.unwrap());
        let counts = worker.counts(&place.project).await.unwrap();
        assert_eq!((counts.of(State::Paused), counts.of(State::Stopped), counts.all()), (1, 1, 2));
        let lines = worker.audit(&place.project, 0, 100).await.unwrap();
        assert!(lines.len() > 5);
        verify(&place.project, None, &lines).unwrap();
        assert_eq!(worker.page(&place.project, Page::first(1)).await.unwrap()[0].key, place.keys[0]);
    });
}

// Would catch: limits that each worker counts for himself, and two migrations at once into one mailbox.
#[test]
fn limits_are_counted_over_all_workers() {
    with(&[("a", "x"), ("b", "y"), ("c", "z")], |place| async move {
        let (one, other) = (place.worker("one").await, place.worker("two").await);
        let mut project = one.project(&place.project).await.unwrap().unwrap();
        (project.options.migrations_at_once, project.options.requests_per_server) = (9, 5);
        one.change(&project, &by()).await.unwrap();
        let each = |take: Take| match take {
            Take::Taken { part, workers } => (part.unwrap().each_server, workers),
            _ => (0, 0),
        };
        let given = [
            each(place.take(&one, 0).await),
            each(place.take(&other, 1).await),
            each(place.take(&one, 2).await),
        ];
        // The last one leaves as much as it gets: another one may come.
        assert_eq!(given, [(1, 1), (2, 2), (1, 2)]);

        let mut project = one.project(&place.project).await.unwrap().unwrap();
        project.id = ProjectId::random().unwrap();
        project.options.migrations_at_once = 1;
        one.create(&project, &by()).await.unwrap();
        for (from, to) in [("q", "x"), ("r", "u"), ("s", "v")] {
            let key = one.reserve(1).await.unwrap();
            one.add(&project.id, vec![NewMigration::new(key, account(from), account(to))], &by())
                .await
                .unwrap();
        }
        let rows = one.page(&project.id, Page::first(9)).await.unwrap();
        let by = by();
        let take = |at: usize| other.take(&project.id, &rows[at], &by);
        assert_eq!(take(0).await.unwrap(), Take::Gone, "another project writes into this mailbox");
        assert!(matches!(take(1).await.unwrap(), Take::Taken { .. }));
        assert_eq!(take(2).await.unwrap(), Take::Full);
    });
}

/// What each of these may have, as its worker hears who asks for it with what he has in force.
async fn parts(place: &Place, worker: &PostgresProjects, in_force: &[(usize, usize)]) -> Vec<usize> {
    let part = |each_server| Part { each_server, in_all: 3 };
    let in_force: Vec<_> = in_force.iter().map(|(at, each)| (place.keys[*at], part(*each))).collect();
    let parts = worker.parts(&place.project, &in_force).await.unwrap().unwrap();
    assert_eq!(parts.workers, 2);
    parts.of.into_iter().map(|(_, part)| part.each_server).collect()
}

// Would catch: options that were changed and hold only for what is taken later; and what somebody has open still, given to
// another worker.
#[test]
fn limits_that_change_are_divided_again() {
    with(&[("a", "x"), ("b", "y")], |place| async move {
        let (one, other) = (place.worker("one").await, place.worker("two").await);
        let per_server = async |limit| {
            let mut project = one.project(&place.project).await.unwrap().unwrap();
            (project.options.requests_per_server, project.options.requests_at_once) = (limit, 6);
            one.change(&project, &by()).await.unwrap();
        };
        per_server(4).await;
        for (worker, at) in [(&one, 0), (&other, 1)] {
            assert!(matches!(place.take(worker, at).await, Take::Taken { .. }));
        }
        let stored = || {
            place.ask("SELECT string_agg(each_server::text, ' ' ORDER BY key) FROM omm_projects.migrations")
        };
        assert_eq!(stored(), "2 1");
        assert_eq!(parts(&place, &other, &[(1, 1)]).await, [2], "the crowd did not come");
        per_server(2).await;
        assert_eq!(parts(&place, &one, &[(0, 2)]).await, [1]);
        assert_eq!(stored(), "2 2", "it is not in force yet");
        assert_eq!(parts(&place, &one, &[(0, 1)]).await, [1]);
        assert_eq!(stored(), "1 2");
        per_server(8).await;
        assert_eq!(parts(&place, &one, &[(0, 1), (1, 9)]).await, [4], "the other one is not his");
        assert_eq!(stored(), "4 2");
        assert_eq!(parts(&place, &other, &[(1, 2)]).await, [4]);
        let found = omm_project::store::Parts::default();
        assert_eq!(one.parts(&ProjectId::random().unwrap(), &[]).await.unwrap(), Some(found));
    });
}

// Would catch: limits that do not hold at a server that had to be found out, since each address leads there by another name.
#[test]
fn servers_that_are_found_out_are_counted_as_what_they_are() {
    with(&[("a", "x"), ("b", "y"), ("c", "z")], |place| async move {
        let (one, other) = (place.worker("one").await, place.worker("two").await);
        let mut project = one.project(&place.project).await.unwrap().unwrap();
        project.options.requests_per_server = 3;
        one.change(&project, &by()).await.unwrap();
        // As if each had been added by its address alone.
        place.ask("UPDATE omm_projects.migrations SET source_server = 'domain:' || key, destination_server = 'domain:' || key");
        let mut given = Vec::new();
        for (worker, at) in [(&one, 0), (&other, 1), (&one, 2)] {
            let Take::Taken { part: Some(part), .. } = place.take(worker, at).await else {
                panic!("{at} is taken")
            };
            given.push(part.each_server);
        }
        assert_eq!(given, [1, 1, 1]);
        place.ask("UPDATE omm_projects.migrations SET each_server = 2");
        let into = |login: &str| FoundOut::of(&account("from"), &account(login));
        let each = |entry| match entry {
            Entry::Free(part) => part.map(|part| part.each_server),
            _ => Some(0),
        };
        assert_eq!(each(one.leads_to(place.keys[0], &into("x")).await.unwrap()), Some(2));
        assert_eq!(each(other.leads_to(place.keys[1], &into("y")).await.unwrap()), Some(1), "what is left");
        assert_eq!(one.leads_to(place.keys[2], &into("z")).await.unwrap(), Entry::Full);
        assert_eq!(each(one.leads_to(place.keys[0], &into("x")).await.unwrap()), None, "it counts already");
        // The next time it is known at once.
        place.change(&one, 2, Change::Ended(Ending::becoming(State::NotStarted))).await;
        assert_eq!(place.take(&one, 2).await, Take::Full);
    });
}

// Would catch: a journal that nobody knows of, because whoever made it died before its migration had its name.
#[test]
fn a_journal_that_was_made_and_is_not_named_is_found() {
    with(&[("anna", "bert")], |place| async move {
        let one = place.worker("one").await;
        let journals = PostgresJournals::new(place.store.clone(), "one", long());
        let make = || async {
            journals.make(&account("anna"), &account("bert"), &Default::default()).await.unwrap()
        };
        let (named, left) = (make().await, make().await);
        assert!(matches!(place.take(&one, 0).await, Take::Taken { .. }));
        assert_eq!(place.change(&one, 0, Change::Journal(named)).await, Changed::Changed);
        let orphans = || async { one.orphans(None, 9).await.unwrap() };
        assert_eq!(orphans().await, [""; 0], "it may be named in a moment");
        place.ask("UPDATE omm_projects.unnamed SET since = since - interval '2 days'");
        assert_eq!(orphans().await, [left.as_str()]);
        journals.erase(&left).await.unwrap();
        one.buried(&left).await.unwrap();
        assert_eq!(orphans().await, [""; 0]);
        assert!(place.store.get(&left).await.unwrap().is_none());
    });
}

// Would catch: a row that this version cannot read and that keeps all others from their turn.
#[test]
fn what_cannot_be_read_keeps_nobody_waiting() {
    with(&[("a", "x"), ("b", "y")], |place| async move {
        let one = place.worker("one").await;
        place.ask("UPDATE omm_projects.migrations SET task = 'of a later version' WHERE key = (SELECT min(key) FROM omm_projects.migrations)");
        assert_eq!(place.due(&one).await, 1);
        let error = one.migration(&place.project, place.keys[0]).await.unwrap_err();
        assert!(error.to_string().contains("unreadable"), "{error}");
        let now = one.now().await.unwrap();
        assert!(now > now_of_the_test(), "the database has a clock of its own");
    });
}

// Would catch: a journal that stays leased when its turn is over, and one that two have open.
#[test]
fn a_journal_is_given_back_with_its_turn() {
    with(&[], |place| async move {
        let one = PostgresJournals::new(place.store.clone(), "one", long());
        let other = PostgresJournals::new(place.store.clone(), "other", long());
        let name = one.make(&account("anna"), &account("bert"), &Default::default()).await.unwrap();
        let Opened::Open(open) = one.open(&name).await.unwrap() else { panic!("nobody has it") };
        let Opened::Busy(free_in) = other.open(&name).await.unwrap() else { panic!("two have it") };
        assert!(free_in > Duration::from_secs(3000), "{free_in:?}");
        one.keep().await.unwrap();
        assert!(matches!(other.open(&name).await.unwrap(), Opened::Busy(_)), "kept is not given back");
        drop(open);
        one.keep().await.unwrap();
        assert!(matches!(other.open(&name).await.unwrap(), Opened::Open(_)));
    });
}
