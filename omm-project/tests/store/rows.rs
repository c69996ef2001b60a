//! Projects and migrations as rows.

use crate::world::{World, account, holds, migration};
use chrono::TimeDelta;
use futures::executor::block_on;
use omm_core::{error::ErrorKind, seam::AccountSpec};
use omm_project::{
    import::SharedDestination,
    project::{PasswordHash, ProjectId},
    store::{Added, Change, Changed, MigrationKey, NewMigration, Page, Projects, SqliteProjects, State},
};
use std::{sync::Arc, time::Duration};

// Would catch: a column that is written to the place of another, a time that is cut.
#[test]
fn a_project_comes_back_as_it_was() {
    let world = World::new();
    let mut project = world.project(PasswordHash::nobody());
    assert_eq!(block_on(world.projects.project(&project.id)).unwrap().unwrap(), project);
    project.name = "Moved".to_owned();
    project.source = Some(AccountSpec::new("imap", "old.example"));
    project.options.retention_days = 7;
    world.clock.advance(Duration::from_secs(60));
    let changed = block_on(world.projects.change(&project, &world.host())).unwrap();
    assert_eq!((changed.revision, changed.changed), (1, world.now()));
    let mut before = changed.clone();
    (before.revision, before.changed) = (0, project.changed);
    assert_eq!(before, project);
    // Whoever has read it before is told.
    let error = block_on(world.projects.change(&project, &world.host())).unwrap_err();
    assert!(error.to_string().contains("read it again"), "{error}");
    // Another program sees the same.
    let again = block_on(SqliteProjects::open(world.folder.path(), Arc::clone(&world.runtime))).unwrap();
    assert_eq!(block_on(again.project(&project.id)).unwrap().unwrap(), changed);
    assert_eq!(block_on(again.projects(None, 10)).unwrap(), std::slice::from_ref(&changed));
    assert_eq!(block_on(again.projects(Some(&changed.id), 10)).unwrap(), []);
    assert_eq!(world.audit(&project.id), ["host: project created", "host: project changed"]);
}

#[test]
fn migrations_come_in_pages_and_are_counted() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let keys = world.add(&id, 5);
    let others = world.add(&other, 3);
    let more = world.add(&id, 2);
    let all = [keys.clone(), more].concat();
    let mut paged = Vec::new();
    let mut page = Page::first(2);
    while let [.., last] = world.keys(&id, page)[..] {
        paged.extend(world.keys(&id, page));
        page = page.behind(last);
    }
    assert_eq!(paged, all);
    assert_eq!(world.keys(&other, Page::first(10)), others);
    assert_eq!(block_on(world.projects.migration(&id, others[0])).unwrap(), None, "of another project");
    assert_eq!(block_on(world.projects.migration(&id, MigrationKey(u64::MAX))).unwrap(), None);

    for (key, state) in [(keys[0], State::Running), (keys[1], State::Stopped)] {
        assert_eq!(world.becomes(&id, key, state), Changed::Changed);
    }
    assert_eq!(world.becomes(&id, keys[1], State::Paused), Changed::Refused(State::Stopped));
    assert_eq!(world.becomes(&other, keys[2], State::Running), Changed::Missing);
    assert_eq!(world.counts(&id), [(State::NotStarted, 5), (State::Running, 1), (State::Stopped, 1)]);
    assert_eq!(world.keys(&id, Page::first(10).in_state(State::Stopped)), [keys[1]]);
    assert_eq!(world.keys(&id, Page::first(10).in_state(State::NotStarted).behind(keys[3])), all[4..]);
    let named = |key, name: &str| vec![(key, Change::Journal(name.to_owned()))];
    for (key, name) in [(keys[0], "at-work"), (keys[4], "left")] {
        block_on(world.projects.change_migrations(&id, named(key, name), &world.host())).unwrap();
    }
    let erased =
        block_on(world.projects.erase_migrations(&id, vec![keys[0], keys[4], others[0]], &world.host()));
    assert_eq!(erased.unwrap(), 1, "somebody works on one");
    assert_eq!(world.counts(&id), [(State::NotStarted, 4), (State::Running, 1), (State::Stopped, 1)]);
    // Its journal is named until it is erased, and with the project the others are.
    let orphans = |after| block_on(world.projects.orphans(after, 10)).unwrap();
    assert_eq!(orphans(None), ["left"]);
    assert!(block_on(world.projects.erase(&id, &world.host())).unwrap());
    assert_eq!(
        (orphans(None), orphans(Some("at-work"))),
        (vec!["at-work".into(), "left".into()], vec!["left".into()])
    );
    block_on(world.projects.buried("left")).unwrap();
    assert_eq!(orphans(None), ["at-work"]);
    assert_eq!(world.counts(&other), [(State::NotStarted, 3)]);
    let unknown = ProjectId::random().unwrap();
    assert_eq!(block_on(world.projects.counts(&unknown)).unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn the_same_accounts_are_added_once() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let keys = world.add(&id, 1);
    let user = keys[0].0;
    let first = block_on(world.projects.reserve(10)).unwrap();
    let mut shared = NewMigration::new(
        first.plus(3),
        account("third.example", "x"),
        account("NEW.example:993", &format!("user{user}")),
    );
    shared.shared_destination = SharedDestination::Allowed;
    let mut refused = shared.clone();
    (refused.key, refused.shared_destination) = (first.plus(2), SharedDestination::Refused);
    let new = vec![migration(first, user), migration(first.plus(1), 1000), refused, shared];
    let answers = block_on(world.projects.add(&id, new, &world.host())).unwrap();
    assert_eq!(
        answers,
        [Added::SamePair(keys[0]), Added::Added, Added::SameDestination(keys[0]), Added::Added]
    );
    // Another project is another matter.
    let answers =
        block_on(world.projects.add(&other, vec![migration(first.plus(5), user)], &world.host())).unwrap();
    assert_eq!(answers, [Added::Added]);
    assert_eq!(world.audit(&id).last().unwrap(), &format!("host: 2 migrations added from {}", first.plus(1)));
}

#[test]
fn a_time_to_start_schedules() {
    let world = World::new();
    let id = world.nobodys();
    let keys = world.add(&id, 2);
    let later = world.now() + TimeDelta::hours(1);
    let changes = vec![
        (keys[0], Change::Start(Some(later))),
        (keys[1], Change::Priority(7)),
        (keys[1], Change::Journal("k7m-3qx".to_owned())),
        (keys[1], Change::State(State::Paused, Some("the destination is full".to_owned()))),
    ];
    block_on(world.projects.change_migrations(&id, changes, &world.host())).unwrap();
    let rows = block_on(world.projects.page(&id, Page::first(2))).unwrap();
    assert_eq!((rows[0].state, rows[0].start), (State::Scheduled, Some(later)));
    assert_eq!(
        (rows[1].state, rows[1].priority, rows[1].journal.as_deref()),
        (State::Paused, 7, Some("k7m-3qx"))
    );
    assert_eq!(rows[1].reason.as_deref(), Some("the destination is full"));
    let changes = vec![(keys[0], Change::Start(None)), (keys[1], Change::State(State::NotStarted, None))];
    block_on(world.projects.change_migrations(&id, changes, &world.host())).unwrap();
    assert_eq!(world.counts(&id), [(State::NotStarted, 1), (State::Waiting, 1)], "one has a journal");
    assert_eq!(block_on(world.projects.migration(&id, keys[1])).unwrap().unwrap().reason, None);
}

#[test]
fn an_erased_project_leaves_its_audit_lines_and_nothing_else() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let keys = world.add(&id, 3);
    world.add(&other, 1);
    // In the file, and in the log beside it as long as somebody has it open.
    let is_there = |at: usize| holds(&world.dump(), &format!("\"login\":\"user{}\"", keys[at]));
    assert!((0..3).all(is_there));
    assert_eq!(block_on(world.projects.erase_migrations(&id, vec![keys[0]], &world.host())).unwrap(), 1);
    assert_eq!([0, 1, 2].map(is_there), [false, true, true]);
    assert!(block_on(world.projects.erase(&id, &world.host())).unwrap());
    assert!(!(0..3).any(is_there));
    assert!(!block_on(world.projects.erase(&id, &world.host())).unwrap());
    assert_eq!(block_on(world.projects.project(&id)).unwrap(), None);
    assert_eq!(world.counts(&other), [(State::NotStarted, 1)]);
    let lines = [
        "host: project created",
        &format!("host: 3 migrations added from {}", keys[0]),
        &format!("host: migration {} erased", keys[0]),
        "host: project erased",
    ];
    assert_eq!(world.audit(&id), lines);
    // Nobody gets a number twice, or a password sealed for the one would open in the other.
    assert!(world.add(&other, 1)[0] > keys[2]);
}

#[test]
fn retention_begins_anew_with_every_change() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let overdue = || block_on(world.projects.overdue(world.now(), 10)).unwrap();
    let day = Duration::from_secs(24 * 60 * 60);
    world.clock.advance(day * 59);
    world.add(&id, 1);
    assert_eq!(overdue(), []);
    world.clock.advance(day);
    assert_eq!(overdue(), [other]);
    world.clock.advance(day * 59);
    assert_eq!(overdue().len(), 2);
}
