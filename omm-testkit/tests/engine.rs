//! A migration from beginning to end in memory: the shortest story that touches every room of the engine.

use omm_core::{
    engine::{Level, Migration, UndoOptions},
    host::{Env, Runtime},
    journal::Journal,
    model::{FolderPath, ItemKind, SyncPoint},
    options::Options,
    report::Grade,
};
use omm_testkit::{
    journal::MemoryJournal,
    mailbox::{contact, odd},
    memory::{Habits, MemoryAccount, Settings},
    sim::{self, SimRuntime},
};
use std::sync::Arc;

struct World {
    runtime: SimRuntime,
    source: MemoryAccount,
    dest: MemoryAccount,
    migration: Migration,
}

fn world(settings: Settings) -> World {
    let runtime = SimRuntime::new();
    let source = MemoryAccount::with(settings).holding(&odd(7, 5_000));
    let dest = MemoryAccount::new();
    let shared: Arc<dyn Runtime> = runtime.shared();
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new());
    let migration = Migration::new(source.source(), dest.destination(), journal, Env::new(shared));
    World { runtime, source, dest, migration }
}

#[test]
fn copies_once_and_takes_back() {
    for settings in [Settings::default(), Settings::listing()] {
        let world = world(settings);
        let run = || sim::run(&world.runtime, world.migration.run()).expect("the run");

        let first = run();
        assert!(first.totals.adds_up(), "{first}");
        assert_eq!(first.grade, Grade::A, "{first}");
        assert_eq!(first.totals.copied, first.totals.found);
        assert_eq!(world.source.snapshot().as_sets(), world.dest.snapshot().as_sets());

        let again = run();
        assert_eq!((again.totals.copied, again.totals.already_there), (0, first.totals.found), "{again}");

        let inbox = FolderPath::new(["INBOX"]);
        let (id, item) = world.source.items(&inbox).swap_remove(0);
        world.source.set_flags(&inbox, &id, "\\Flagged");
        world.source.add(&inbox, item);
        let third = run();
        assert_eq!(third.totals.copied, 1, "{third}");
        assert_eq!(world.source.snapshot().as_sets(), world.dest.snapshot().as_sets());

        let verified = sim::run(&world.runtime, world.migration.verify(Level::ReadBack)).expect("verify");
        assert_eq!(verified.good, third.totals.found);
        let undone =
            sim::run(&world.runtime, world.migration.undo(&UndoOptions::from(SyncPoint(1)))).expect("undo");
        assert_eq!((undone.deleted, undone.left_in_all), (third.totals.found, 0), "{undone:?}");
        assert_eq!(world.dest.snapshot().items(), 0);

        let back = run();
        assert_eq!(back.totals.copied, third.totals.found, "{back}");
        assert_eq!(world.source.snapshot().as_sets(), world.dest.snapshot().as_sets());
    }
}

/// An edit that failed, then was left out by an option, then wanted again: the journal's rules were broken by it once.
#[test]
fn an_edit_left_out_by_an_option_is_offered_when_the_option_goes() {
    let runtime = SimRuntime::new();
    let folder = FolderPath::new(["People"]);
    let source = MemoryAccount::new();
    source.add_folder(&folder, None, ItemKind::Contact);
    let id = source.add(&folder, contact(1, 1));
    let dest = MemoryAccount::new();
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new());
    let migration = Migration::new(source.source(), dest.destination(), journal, Env::new(runtime.shared()));
    let run = |options: Options| {
        let migration = migration.clone().with_options(options);
        sim::run(&runtime, migration.run()).expect("the run goes on")
    };
    run(Options::default());

    let newer = contact(1, 2);
    let mut refusing = Habits::default();
    refusing.rejects = Some(newer.bytes.to_vec());
    dest.behave(refusing);
    source.edit(&folder, &id, newer.bytes.clone());
    assert_eq!(run(Options::default()).totals.failed, 1);

    dest.behave(Habits::default());
    let mut small = Options::default();
    small.max_size = Some(1);
    run(small);
    let last = run(Options::default());
    assert_eq!((last.totals.failed, last.grade), (0, Grade::A), "{last}");
    assert_eq!(source.snapshot().as_sets(), dest.snapshot().as_sets());
}

/// What the user flagged at the copy himself is his: neither a merge nor an undo takes it away.
#[test]
fn a_flag_set_on_both_sides_survives_an_undo() {
    let world = world(Settings::default());
    let inbox = FolderPath::new(["INBOX"]);
    sim::run(&world.runtime, world.migration.run()).expect("the first run");
    let (id, item) = world.source.items(&inbox).swap_remove(0);
    let copies = world.dest.items(&inbox);
    let (copy, _) = copies.iter().find(|(_, copy)| copy.bytes == item.bytes).expect("its copy");
    world.source.set_flags(&inbox, &id, "\\Flagged");
    world.dest.set_flags(&inbox, copy, "\\Flagged");
    sim::run(&world.runtime, world.migration.run()).expect("the second run");
    sim::run(&world.runtime, world.migration.undo(&UndoOptions::from(SyncPoint(2)))).expect("undo");
    let copies = world.dest.items(&inbox);
    let (_, kept) = copies.iter().find(|(id, _)| id == copy).expect("its copy");
    assert_eq!(kept.flags.to_string(), "\\Flagged", "the user's own flag was taken away");
}
