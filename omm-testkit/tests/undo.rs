//! Stories of taking back, looking and settling where not everybody is willing.

mod odd_accounts;

use odd_accounts::{World, path};
use omm_core::{
    engine::{Level, UndoOptions, UndoOutcome},
    journal::{Journal, Query, Want},
    model::{DestItemId, ItemKind, SyncPoint},
    report::Report,
};
use omm_testkit::{
    mailbox::message,
    memory::{MemoryAccount, Settings},
    sim::{run, run_until},
    step_stop::{Fuse, When},
};

fn two_folders(settings: Settings) -> World {
    let source = MemoryAccount::with(settings);
    for (at, name) in ["A", "B"].into_iter().enumerate() {
        source.add_folder(&path(name), None, ItemKind::Mail);
        source.add(&path(name), message(at as u64, 1));
        source.add(&path(name), message(at as u64, 2));
    }
    World::new(source)
}

fn migrate(world: &World) -> Report {
    run(&world.clock, world.migration().run()).expect("a run")
}

fn undo(world: &World, from: u32) -> UndoOutcome {
    run(&world.clock, world.migration().undo(&UndoOptions::from(SyncPoint(from)))).expect("an undo")
}

/// Kills: a change key that is not remembered after a change of flags of our own, so that an undo takes the copy for one its
/// user touched; and one that is remembered whatever the user did, so that an undo deletes his work.
#[test]
fn a_change_key_follows_what_we_do_and_nothing_else() {
    let source = MemoryAccount::new();
    source.add_folder(&path("People"), None, ItemKind::Contact);
    for at in 1..=3 {
        let mut card = message(0, at);
        card.kind = ItemKind::Contact;
        source.add(&path("People"), card);
    }
    let mut world = World::new(source);
    let mut settings = Settings::default();
    (settings.revisions, settings.digests) = (true, false);
    world.dest = MemoryAccount::with(settings);
    migrate(&world);
    let (id, _) = world.source.items(&path("People")).swap_remove(0);
    world.source.set_flags(&path("People"), &id, "friends");
    migrate(&world);
    let (id, card) = world.dest.items(&path("People")).swap_remove(2);
    // Another text of the same length.
    let mut edited = card.bytes.to_vec();
    edited.reverse();
    world.dest.edit(&path("People"), &id, edited);
    run(&world.clock, world.migration().verify(Level::Listed)).expect("a verification");
    let outcome = undo(&world, 1);
    assert_eq!(outcome.deleted, 2, "{outcome:?}");
    assert_eq!(world.dest.items(&path("People")).len(), 1);
}

fn deny(world: &World, name: &str) {
    let id = world.dest_id(&path(name));
    world.day.lock().denied.insert(id);
}

/// Kills: an undo that ends at the first folder that refuses, with its entries for ever about to be removed.
#[test]
fn an_undo_goes_on_after_a_folder_that_refuses() {
    let world = two_folders(Settings::default());
    migrate(&world);
    deny(&world, "A");
    let outcome = undo(&world, 1);
    // Two copies and the folder itself.
    assert_eq!((outcome.deleted, outcome.left_in_all), (2, 3), "{outcome:?}");
    assert_eq!(world.dest.paths(), [path("A")]);
    world.day.lock().denied.clear();
    let doubtful = Query { folder: None, want: Want::InDoubt };
    assert_eq!(run(&world.clock, world.journal.page(doubtful, None, 9)).expect("a page"), []);
    let report = migrate(&world);
    assert_eq!((report.totals.copied, report.totals.already_there), (2, 2), "{report}");
    assert_eq!(world.dest.snapshot(), world.source.snapshot());
}

/// Kills: a refused change of flags that is noted as taken back; what counts as the source's flags is then wrong.
#[test]
fn flags_that_could_not_be_taken_back_are_listed_and_stand() {
    let world = two_folders(Settings::default());
    migrate(&world);
    let (id, _) = world.source.items(&path("A")).swap_remove(0);
    world.source.set_flags(&path("A"), &id, "\\Flagged new");
    migrate(&world);
    world.day.lock().flags_refused = true;
    let outcome = undo(&world, 2);
    assert_eq!((outcome.flags_restored, outcome.left_in_all), (0, 1), "{outcome:?}");
    let entry = world.journal.all_entries().swap_remove(0);
    assert_eq!(entry.copy.expect("a copy").flags.to_string(), "\\Flagged new");
}

/// Kills: a verification that ends at the first body that cannot be read, or folder that cannot be looked at.
#[test]
fn a_verification_counts_what_cannot_be_read_and_goes_on() {
    let world = two_folders(Settings::default());
    migrate(&world);
    let (id, _) = world.dest.items(&path("A")).swap_remove(0);
    world.day.lock().unreadable.insert(DestItemId::new(id));
    let found = run(&world.clock, world.migration().verify(Level::ReadBack)).expect("a verification");
    assert_eq!((found.copies, found.good, found.unreadable, found.bad.len()), (4, 3, 1, 1), "{found:?}");
    deny(&world, "A");
    let found = run(&world.clock, world.migration().verify(Level::Listed)).expect("a verification");
    assert_eq!((found.copies, found.good, found.unreadable, found.missing), (4, 2, 2, 0), "{found:?}");
    let report = run(&world.clock, omm_core::report::report(&world.journal)).expect("a report");
    assert!(report.notes.iter().any(|note| note.contains("could not be looked at")), "{:?}", report.notes);
}

/// A world whose run was cut when the items of A were sent and nobody was told.
fn cut_while_sending() -> World {
    for step in 1.. {
        let world = two_folders(Settings::default());
        let fuse = Fuse::new();
        fuse.arm(step, When::Before);
        let cut = run_until(&world.clock, world.fused(&fuse).run(), || fuse.blown());
        assert!(cut.is_none(), "the run was never cut while it sent");
        if world.dest.snapshot().items() > 0 {
            return world;
        }
    }
    unreachable!("it ends")
}

/// Kills: a recovery that ends the run at the first folder that refuses, for every run to come; and one that takes
/// a refusal for "not there" and sends again.
#[test]
fn a_recovery_leaves_in_doubt_what_one_folder_refuses_to_show() {
    let world = cut_while_sending();
    let folders = world.dest.paths();
    let names = ["A", "B"].into_iter().filter(|name| !world.dest.items(&path(name)).is_empty());
    let names: Vec<_> = names.collect();
    assert!(folders.len() == 2 && names.len() == 1, "{folders:?} {names:?}");
    deny(&world, names[0]);
    let report = migrate(&world);
    assert!(report.is_troubled() && report.totals.unsettled == 2, "{report}");
    assert_eq!(report.totals.copied, 2, "{report}");
    assert!(report.notes.iter().any(|note| note.contains("still not known")), "{:?}", report.notes);

    // Nor does it stop a look or an undo of the rest; the notes of their recovery are kept.
    let found = run(&world.clock, world.migration().verify(Level::Listed)).expect("a verification");
    assert_eq!((found.copies, found.good), (2, 2), "{found:?}");

    world.day.lock().denied.clear();
    world.day.lock().calls.clear();
    let report = migrate(&world);
    assert_eq!(world.day.calls("inspect").len(), 1, "found copies are looked at one by one");
    assert!(!report.is_troubled(), "{report}");
    assert_eq!((report.totals.unsettled, report.totals.found), (0, 4), "{report}");
    assert_eq!(world.dest.snapshot(), world.source.snapshot());
}

/// Kills: entries that an undo decided under the next run's number, taken for that run's own: what was deleted at the
/// source meanwhile is then never noted as gone.
#[test]
fn a_folder_that_was_undone_has_a_history() {
    let world = two_folders(Settings::listing());
    migrate(&world);
    undo(&world, 1);
    let (id, _) = world.source.items(&path("A")).swap_remove(0);
    world.source.delete(&path("A"), &id);
    let report = migrate(&world);
    assert_eq!((report.totals.found, report.totals.copied), (3, 3), "{report}");
    assert!(report.totals.skipped.is_empty(), "{report}");
}

/// Kills: parents of our folders, and folders of a run that was killed, whose ids were never learnt: an undo that
/// asks to remove the folder "", forgets the row and leaves the folder.
#[test]
fn parents_and_folders_of_a_killed_run_are_removed_too() {
    let options = || {
        let mut options = omm_core::options::Options::default();
        options.rename.insert("B".to_owned(), "P/Q/B".to_owned());
        options
    };
    for step in 2.. {
        let world = two_folders(Settings::default());
        let fuse = Fuse::new();
        fuse.arm(step, When::Before);
        let migration = world.fused(&fuse).with_options(options());
        let cut = run_until(&world.clock, migration.run(), || fuse.blown());
        undo(&world, 1);
        assert!(world.dest.paths().is_empty(), "cut at {step}: {:?} are left", world.dest.paths());
        assert!(!world.day.calls("remove").contains(&String::new()), "a folder without an id, cut at {step}");
        if cut.is_some() {
            break;
        }
    }
}

/// Kills: the row of a folder that was there before us, deleted by its user and made again, removed by the undo of
/// that: entries of earlier runs name it still, and nothing works any more.
#[test]
fn a_folder_made_again_and_undone_leaves_no_entry_without_its_folder() {
    let world = two_folders(Settings::default());
    world.dest.add_folder(&path("A"), None, ItemKind::Mail);
    migrate(&world);
    assert_eq!(world.day.calls("ensure"), ["B"], "a folder that is there is not asked for");
    world.dest.delete_folder(&path("A"));
    world.source.add(&path("A"), message(3, 3));
    migrate(&world);
    assert_eq!(world.dest.items(&path("A")).len(), 1);
    let outcome = undo(&world, 2);
    assert_eq!((outcome.deleted, outcome.folders_removed), (1, 1), "{outcome:?}");
    assert_eq!(world.dest.paths(), [path("B")], "what we made again goes, what we made first stays");
    let rows = run(&world.clock, world.journal.dest_folders()).expect("the rows");
    let named = |key| rows.iter().any(|row| row.key == key);
    let copies = world.journal.all_entries().into_iter().filter_map(|entry| entry.copy);
    assert!(copies.into_iter().all(|copy| named(copy.folder)), "a copy in a folder that no row names");
    let found = run(&world.clock, world.migration().verify(Level::Listed)).expect("a verification");
    assert_eq!((found.good, found.missing), (2, 2), "{found:?}");
    let report = migrate(&world);
    assert_eq!(report.totals.copied, 1, "{report}");
    let outcome = undo(&world, 1);
    assert_eq!((outcome.deleted, outcome.missing), (3, 2), "{outcome:?}");
    assert!(world.dest.paths().is_empty(), "{:?}", world.dest.paths());
}

/// Kills: copies that an undo had to leave, counted as copied in the last run; copies of items that failed since,
/// counted nowhere; copies of gone items that are missing, and lower the grade.
#[test]
fn a_report_counts_every_copy_and_blames_only_losses() {
    let world = two_folders(Settings::default());
    migrate(&world);
    let (id, _) = world.source.items(&path("B")).swap_remove(0);
    world.source.delete(&path("B"), &id);
    migrate(&world);
    let copies = |name| world.dest.items(&path(name));
    // The copy of an item that is gone goes too: nobody's loss.
    copies("B").iter().for_each(|(id, _)| world.dest.delete(&path("B"), id));
    let found = run(&world.clock, world.migration().verify(Level::Listed)).expect("a verification");
    assert_eq!(found.missing, 2, "{found:?}");
    let report = run(&world.clock, omm_core::report::report(&world.journal)).expect("a report");
    assert_eq!((report.totals.missing, report.totals.verified["missing"]), (1, 2), "{report}");

    let (id, _) = copies("A").swap_remove(0);
    world.dest.set_flags(&path("A"), &id, "\\Draft mine");
    let outcome = undo(&world, 1);
    assert!(outcome.left_in_all >= 1, "{outcome:?}");
    let report = run(&world.clock, omm_core::report::report(&world.journal)).expect("a report");
    assert_eq!((report.totals.copied, report.totals.already_there), (0, 1), "{report}");
}

/// Kills: the earlier copy of an item that was edited and could not be carried since, which no number shows.
#[test]
fn the_copy_of_an_item_that_failed_since_is_counted() {
    let world = two_folders(Settings::default());
    world.source.add_folder(&path("C"), None, ItemKind::Contact);
    let id = world.source.add(&path("C"), omm_testkit::mailbox::contact(1, 0));
    migrate(&world);
    let edited = omm_testkit::mailbox::contact(1, 1).bytes;
    world.source.edit(&path("C"), &id, edited);
    world.dest.behave(rejecting_everything());
    let report = migrate(&world);
    assert_eq!((report.totals.failed, report.totals.already_there), (1, 4), "{report}");
    assert_eq!(report.totals.verified.values().sum::<u64>(), 5, "{report}");
}

fn rejecting_everything() -> omm_testkit::memory::Habits {
    let mut habits = omm_testkit::memory::Habits::default();
    habits.rejects = Some(b"BEGIN".to_vec());
    habits
}
