//! What is kept no longer than its retention.

use crate::town::World;
use chrono::{DateTime, Utc};
use futures::executor::block_on;
use omm_core::{
    host::{BoxFuture, Connection, Runtime},
    options::Options,
    seam::AccountSpec,
};
use omm_project::{
    project::ProjectId,
    store::{Page, Projects, State},
    work::Journals,
};
use std::{sync::Arc, time::Duration};

const DAY: Duration = Duration::from_hours(24);

fn is_there(world: &World, project: &ProjectId) -> bool {
    block_on(world.store.project(project)).unwrap().is_some()
}

fn journals(world: &World) -> usize {
    block_on(world.catalogue().list()).unwrap().len()
}

// Would catch: journals that stay when nothing names them any more, and a retention that nobody looks after.
#[test]
fn a_project_whose_retention_is_over_is_erased_with_its_journals() {
    let world = World::new();
    let old = world.project(|_| ());
    let keys = world.add(&old, 0..3);
    world.work();
    assert_eq!((world.states(&old, &keys), journals(&world)), (vec![State::Done; 3], 3));
    world.clock.advance(DAY * 59);
    let young = world.project(|_| ());
    let kept = world.add(&young, 3..4);
    world.work();
    assert_eq!((is_there(&world, &old), journals(&world)), (true, 4));
    world.clock.advance(DAY * 2);
    world.work();
    assert_eq!((is_there(&world, &old), is_there(&world, &young)), (false, true));
    assert_eq!((world.states(&young, &kept), journals(&world)), (vec![State::Done], 1));
    let lines = block_on(world.store.audit(&old, 0, 100)).unwrap();
    let last = lines.last().expect("the lines stay");
    assert_eq!((last.who.as_str(), last.what.as_str()), ("worker", "project erased"));
    world.is_whole("a0", "b0");
}

// Would catch: a mailbox's journal and address that stay as long as anything happens to others of its project.
#[test]
fn a_migration_is_erased_with_its_journal_while_others_of_its_project_go_on() {
    let world = World::new();
    let project = world.project(|_| ());
    let old = world.add(&project, 0..2);
    world.work();
    world.clock.advance(DAY * 59);
    let young = world.add(&project, 2..3);
    world.work();
    assert_eq!(journals(&world), 3);
    world.clock.advance(DAY * 2);
    world.work();
    assert_eq!((world.states(&project, &young), journals(&world)), (vec![State::Done], 1));
    let rows = block_on(world.store.page(&project, Page::first(9))).unwrap();
    assert_eq!(rows.iter().map(|row| row.key).collect::<Vec<_>>(), young);
    let lines = block_on(world.store.audit(&project, 0, 100)).unwrap();
    let line = format!("2 migrations erased from {}", old[0]);
    assert!(lines.iter().any(|said| said.who == "worker" && said.what == line), "{lines:?}");
    // What was copied stays.
    world.is_whole("a0", "b0");
}

/// How many files of journals there are.
fn files(world: &World) -> usize {
    let folder = std::fs::read_dir(world.folder.path().join("migrations")).unwrap();
    let names = folder.map(|entry| entry.unwrap().path());
    names.filter(|path| path.extension().is_some_and(|ending| ending == "db")).count()
}

// Would catch: a journal that stays for ever because its worker was killed before its migration named it, and one that is erased
// although it is named, or was begun just now, or by somebody who has no projects.
#[test]
fn a_journal_that_no_migration_came_to_name_is_erased_after_a_day() {
    let world = World::new();
    let project = world.project(|_| ());
    world.add(&project, 0..2);
    world.work();
    let (account, options) = (AccountSpec::new("memory", "elsewhere.example"), Options::default());
    let catalogue = world.catalogue();
    block_on(catalogue.create(&account, &account, &options)).unwrap();
    assert_eq!((files(&world), journals(&world)), (3, 3));
    // Two workers die: one before the migration has the name, one before the catalogue has it.
    let made = || block_on(world.journals().make(&account, &account, &options)).unwrap();
    let (_, half_made) = (made(), made());
    let file = rusqlite::Connection::open(world.folder.path().join("catalogue.db")).unwrap();
    assert_eq!(file.execute("DELETE FROM migrations WHERE id = ?", [&half_made]).unwrap(), 1);
    assert_eq!((files(&world), journals(&world)), (5, 4));
    for (hours, left) in [(23, (5, 4)), (2, (3, 3)), (48, (3, 3))] {
        world.clock.advance(Duration::from_hours(hours));
        world.work();
        assert_eq!((files(&world), journals(&world)), left, "{hours} hours later");
    }
    let rows = block_on(world.store.page(&project, Page::first(9))).unwrap();
    assert!(rows.iter().all(|row| block_on(catalogue.get(row.journal.as_ref().unwrap())).unwrap().is_some()));
}

/// A machine whose clock is wrong by years.
struct Ahead(Arc<dyn Runtime>);

impl Runtime for Ahead {
    fn now(&self) -> DateTime<Utc> {
        self.0.now() + DAY * 4000
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        self.0.start_blocking(work);
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, std::io::Result<Box<dyn Connection>>> {
        self.0.dial(host, port)
    }
}

// Would catch: one machine with the wrong year that erases all that others keep, and begins what was planned for next month.
#[test]
fn the_clock_of_the_store_counts() {
    let mut world = World::new();
    let (done, planned) = (world.project(|_| ()), world.project(|_| ()));
    let keys = world.add(&done, 0..1);
    let (began, later) = (world.now(), world.now() + Duration::from_mins(3));
    let key = world.add_one(&planned, "a1", "b1", |new| new.start = Some(later));
    world.env.runtime = Arc::new(Ahead(world.clock.shared()));
    world.work();
    assert_eq!(world.states(&done, &keys), [State::Done]);
    let row = world.row(&planned, key);
    assert_eq!(row.state, State::Done);
    assert!(world.now() >= later, "it began too early");
    assert!((began..began + DAY).contains(&row.changed), "{} is by the wrong clock", row.changed);
}

// Would catch: a move that was planned for long after, and is not there when its time comes.
#[test]
fn what_waits_for_a_time_is_kept() {
    let world = World::new();
    let later = world.now() + DAY * 90;
    let project = world.project(|_| ());
    let key = world.add_one(&project, "a0", "b0", |new| new.start = Some(later));
    world.clock.advance(DAY * 90 - Duration::from_mins(5));
    world.work();
    assert_eq!(world.row(&project, key).state, State::Done);
}
