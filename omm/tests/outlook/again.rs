//! The same file a second time, and all of it taken back.

use crate::export::{Export, run, world};
use omm::core::{engine::UndoOptions, model::SyncPoint};
use omm_testkit::{
    pst::{Format, PstBuilder, filled},
    step_stop::Time,
};

#[test]
fn a_second_run_copies_and_fetches_nothing() {
    let (export, made) = Export::of(|pst| filled::everything(pst, 300_000).expect("written"));
    let world = world(export);
    let report = run(&world);
    let items = (made.items.len() + made.orphans.len()) as u64;
    assert_eq!((report.totals.copied, report.totals.failed), (items, 0), "{report}");
    assert_eq!(world.destination.snapshot().items() as u64, items);
    assert!(world.source.fetched() > 0);
    let before = world.destination.snapshot();
    let report = run(&world);
    assert_eq!((report.totals.copied, report.totals.already_there), (0, items), "{report}");
    assert_eq!(world.source.fetched(), 0);
    assert_eq!(before, world.destination.snapshot());
}

#[test]
fn a_file_that_is_only_touched_is_listed_and_not_fetched() {
    let write = |export: &Export| {
        export.write(PstBuilder::new(Format::Unicode), |pst| filled::everything(pst, 0).expect("written"));
    };
    let export = Export::new();
    write(&export);
    let world = world(export);
    let first = run(&world);
    world.source.fetched();
    // The same bytes, another file.
    write(&world.source);
    let report = run(&world);
    assert_eq!((report.totals.copied, report.totals.already_there), (0, first.totals.copied), "{report}");
    assert_eq!(world.source.fetched(), 0);
}

#[test]
fn an_undo_leaves_nothing() {
    let (export, _) = Export::of(|pst| filled::everything(pst, 0).expect("written"));
    let world = world(export);
    let copied = run(&world).totals.copied;
    let undone = world.clock.run(world.migration().undo(&UndoOptions::from(SyncPoint(1)))).expect("an undo");
    assert_eq!((undone.deleted, undone.left_in_all), (copied, 0), "{undone:?}");
    assert_eq!(world.destination.snapshot().0.len(), 0, "{:?}", world.destination.paths());
    assert_eq!(run(&world).totals.copied, copied, "and it can be done again");
}
