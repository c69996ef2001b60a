//! A migration from beginning to end in memory: the shortest story that touches every room of the engine.

use omm_core::{
    engine::{Level, Migration, UndoOptions},
    host::{Env, Runtime},
    journal::Journal,
    model::{FolderPath, SyncPoint},
    report::Grade,
};
use omm_testkit::{
    journal::MemoryJournal,
    mailbox::odd,
    memory::{MemoryAccount, Settings},
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
