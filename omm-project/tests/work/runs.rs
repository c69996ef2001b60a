//! Projects that run through.

use crate::town::{FOUND_OUT, ITEMS, World, word};
use futures::executor::block_on;
use omm_project::{
    import::{Importer, Rows, Settings},
    store::{Change, Projects, State, Turns},
    work::{Task, Wish},
};
use std::fs;

#[test]
fn a_project_runs_to_its_end_and_its_passwords_are_gone() {
    let world = World::new();
    let project = world.project(|_| ());
    let keys = world.add(&project, 0..12);
    world.work();
    for (at, key) in keys.iter().enumerate() {
        let row = world.row(&project, *key);
        assert_eq!(row.state, State::Done, "{:?}", row.reason);
        assert_eq!((&row.source_password, &row.destination_password), (&None, &None));
        let progress = row.progress.expect("it was noted");
        assert_eq!((progress.items.copied, progress.in_work.len()), (ITEMS as u64, 0));
        world.is_whole(&format!("a{at}"), &format!("b{at}"));
    }
}

// Would catch: a migration that is done, and cannot be synchronised ever after because its passwords are erased.
#[test]
fn whoever_imports_the_table_again_can_go_on() {
    let world = World::new();
    let project = world.project(|_| ());
    let key = world.add(&project, 0..1)[0];
    world.work();
    assert_eq!(world.row(&project, key).source_password, None);
    let table = format!(
        "Source Type;Source Server;Source Login;Source Password;Destination Type;Destination Server;Destination Mail;Destination Password\n\
         IMAP;town.example;a0;{};IMAP;town.example;b0;{}\n",
        word("a0"),
        word("b0")
    );
    let rows = Rows::open(std::io::Cursor::new(table.into_bytes()), Settings::default()).unwrap();
    let (keys, runtime) = (world.keys(), world.clock.shared());
    let importer = Importer { projects: &*world.store, keys: &keys, runtime: &runtime };
    let tally =
        block_on(importer.import(&project, rows, &world.by(), &mut |trouble| panic!("{trouble}"))).unwrap();
    assert_eq!((tally.good, tally.bad, tally.given_again), (0, 0, 1));
    world.change(&project, key, Change::Task(Task::default()));
    assert!(world.row(&project, key).source_password.is_some());
    world.work();
    let row = world.row(&project, key);
    assert_eq!((row.state, row.source_password), (State::Done, None), "{:?}", row.reason);
}

// Would catch: a password in a database, a journal, a log of SQLite.
#[test]
fn no_password_is_in_any_file() {
    let world = World::new();
    let project = world.project(|project| project.options.keep_passwords = true);
    let keys = world.add(&project, 0..2);
    world.work();
    assert!(world.row(&project, keys[0]).source_password.is_some(), "kept on request");
    let mut looked = 0;
    let mut folders = vec![world.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let secret = word("a0");
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{}", path.display());
            looked += 1;
        }
    }
    assert!(looked > 3, "{looked} files");
}

#[test]
fn what_is_held_does_not_begin_and_what_has_a_time_waits_for_it() {
    let world = World::new();
    let held = world.project(|project| project.held = true);
    let still = world.add(&held, 0..2);
    let project = world.project(|_| ());
    let later = world.now() + chrono::TimeDelta::hours(5);
    let timed = world.add_one(&project, "a10", "b10", |new| new.start = Some(later));
    world.work();
    assert_eq!(world.states(&held, &still), [State::NotStarted; 2]);
    assert_eq!(world.row(&project, timed).state, State::Done);
    assert!(world.now() >= later, "not before its time");
}

#[test]
fn the_higher_priority_begins_first() {
    let world = World::new();
    let project = world.project(|project| project.options.migrations_at_once = 1);
    let keys = world.add(&project, 0..4);
    for (key, priority) in keys.iter().zip([0, 5, -1, 5]) {
        world.change(&project, *key, Change::Priority(priority));
    }
    world.work();
    let ended = |at: usize| world.row(&project, keys[at]).changed;
    assert!(ended(1) < ended(3) && ended(3) < ended(0) && ended(0) < ended(2));
}

#[test]
fn two_into_one_mailbox_come_one_after_the_other() {
    let world = World::new();
    let (one, other) = (world.project(|_| ()), world.project(|_| ()));
    // Of two projects, so that no import could have refused the second.
    let first = world.add_one(&one, "a1", "b1", |_| ());
    let second = world.add_one(&other, "a2", "b1", |_| ());
    let together = world.work_while(async {
        let mut together = false;
        loop {
            world.sleep(0.05).await;
            let state = |project, key| world.row(project, key).state;
            let states = [state(&one, first), state(&other, second)];
            together |= states == [State::Running; 2];
            if states == [State::Done; 2] {
                return together;
            }
        }
    });
    assert_ne!(together, Some(true));
    assert_eq!([world.row(&one, first).state, world.row(&other, second).state], [State::Done; 2]);
    assert_eq!(world.town.account("b1").snapshot().items(), 2 * ITEMS);
}

// Would catch: two that write into one mailbox at once, because one names its server and the other's is found out.
#[test]
fn two_into_one_mailbox_by_two_names_come_one_after_the_other() {
    let world = World::new();
    let project = world.project(|_| ());
    world.add_one(&project, "a1", "b1", |_| ());
    world.add_one(&project, "a2", "b1", |new| new.destination.server = FOUND_OUT.to_owned());
    let apart = world.work_while(async {
        // Whoever writes has made a folder; the other one has copied nothing as long as the first is not done.
        loop {
            world.sleep(0.05).await;
            let counts = world.store.counts(&project).await.unwrap();
            let there = world.town.account("b1").snapshot().items();
            if counts.of(State::Done) == 1 {
                return (ITEMS..2 * ITEMS).contains(&there);
            }
            assert!(there <= ITEMS, "{there} are there, and none is done");
        }
    });
    assert_eq!(apart, Some(true));
    assert_eq!(world.town.account("b1").snapshot().items(), 2 * ITEMS);
}

#[test]
fn synchronise_retry_verify_and_take_back() {
    let world = World::new();
    let project = world.project(|project| project.options.keep_passwords = true);
    let key = world.add(&project, 0..1)[0];
    let task = |task| {
        assert_eq!(world.change(&project, key, Change::Task(task)), omm_project::store::Changed::Changed);
        world.work();
        world.row(&project, key)
    };
    world.work();
    let inbox = world.folders("a0").into_iter().min().expect("there is a folder");
    let (_, item) = world.town.account("a0").items(&inbox).pop().expect("there is an item");
    world.town.account("a0").add(&inbox, item);
    assert_eq!(task(Task::Copy).progress.expect("noted").items.copied, 1);
    assert_eq!(task(Task::Verify { read_back: true }).state, State::Done);
    assert_eq!(task(Task::Retry).state, State::Done);
    let undone = task(Task::Undo { from: 2, keep_read: false });
    assert_eq!((undone.state, undone.reason.as_deref()), (State::Stopped, Some("1 copy was deleted again")));
    assert_eq!(world.town.account("b0").snapshot().items(), ITEMS);
    assert_eq!(task(Task::Copy).state, State::Done);
    assert_eq!(world.town.account("b0").snapshot().items(), ITEMS + 1);
    assert_eq!(task(Task::Undo { from: 1, keep_read: false }).state, State::Stopped);
    assert_eq!(world.town.account("b0").snapshot().items(), 0);
    assert!(!block_on(world.store.is_waiting()).unwrap());
    assert_eq!(block_on(world.store.counts(&project)).unwrap().of(State::Stopped), 1);
}

// Would catch: a migration that is called done, with a mail that says so, because what little was copied is good.
#[test]
fn what_was_stopped_or_taken_back_is_not_done_because_it_is_verified() {
    let world = World::new();
    let project = world.project(|project| {
        project.options.keep_passwords = true;
        project.options.requests_at_once = 1;
    });
    let key = world.add(&project, 0..1)[0];
    world.work_while(async {
        world.sleep(0.3).await;
        world.change(&project, key, Change::Wish(Wish::Stop));
    });
    let ends_as = |task| {
        world.change(&project, key, Change::Task(task));
        world.work();
        let row = world.row(&project, key);
        (row.state, row.reason.unwrap_or_default(), row.progress.unwrap_or_default().items)
    };
    let verify = Task::Verify { read_back: false };
    let (state, reason, _) = ends_as(verify);
    assert_eq!(state, State::Stopped, "{reason}");
    assert!(reason.contains("sync goes on"), "{reason}");
    assert_eq!(ends_as(Task::Copy).0, State::Done);
    let (state, _, items) = ends_as(verify);
    assert_eq!((state, items.copied + items.already_there), (State::Done, ITEMS as u64));
    let (state, _, items) = ends_as(Task::Undo { from: 1, keep_read: false });
    assert_eq!((state, items.copied + items.already_there), (State::Stopped, 0));
    let (state, reason, _) = ends_as(verify);
    assert_eq!(state, State::Stopped, "{reason}");
}
