//! Folders of which nothing is carried: counted, kept in mind, and carried once they can be.

use super::{check, nth, path, same_on_both_sides, settings, small_world, world_of};
use omm_core::{model::ItemKind, report::Report};
use omm_testkit::{
    mailbox::{contact, message, note, small},
    memory::Feed,
    step_stop::{Scenario, World},
};

const FEEDS: [Feed; 2] = [Feed::Delta, Feed::Listing];

/// Seven messages and six items of other kinds, read page by page, for a destination that holds only mail.
fn mail_only(feed: Feed) -> World {
    let world = world_of(
        &small(1),
        settings(|settings| {
            settings.feed = feed;
            settings.page_size = 1;
        }),
    );
    world.destination.change_settings(|settings| settings.kinds = vec![ItemKind::Mail]);
    world
}

fn report(world: &World) -> Report {
    let report = omm_testkit::sim::run(&world.clock, omm_core::report::report(&world.journal));
    let report = report.expect("a report");
    assert!(report.folders.iter().all(|line| line.counts.adds_up()), "{report}");
    let found: u64 = report.folders.iter().map(|line| line.counts.found).sum();
    assert_eq!(found, report.totals.found, "{report}");
    report
}

fn skipped(world: &World, reason: &str) -> u64 {
    report(world).totals.skipped.get(reason).copied().unwrap_or(0)
}

/// Kills: folders that the report does not know; items of theirs that are counted twice after a kill.
#[test]
fn what_cannot_be_held_is_counted() {
    for feed in FEEDS {
        let story = Scenario::new("mail only", move || mail_only(feed)).run();
        check(&story.ends(|world| {
            assert_eq!((report(world).totals.found, skipped(world, "kind-not-held")), (13, 6));
            assert_eq!((world.destination.snapshot().items(), report(world).folders.len()), (7, 7));
        }));
    }
}

/// Kills: a count that stands still while the source goes on.
#[test]
fn the_count_follows_the_source() {
    let changes = |world: &World| {
        let (contacts, calendar) = (path("Contacts"), path("Calendar"));
        let (id, _) = nth(&world.source, &contacts, 0);
        world.source.edit(&contacts, &id, contact(0, 1).bytes);
        world.source.delete(&calendar, &nth(&world.source, &calendar, 0).0);
        world.source.delete_folder(&path("Tasks"));
        world.source.add(&path("Notes"), note(7, 0));
        world.source.add(&path("Notes"), note(8, 0));
    };
    for feed in FEEDS {
        let story = Scenario::new("counting", move || mail_only(feed)).run().user(changes).run();
        check(&story.ends(|world| {
            assert_eq!((report(world).totals.found, skipped(world, "kind-not-held")), (13, 6));
        }));
    }
}

/// Kills: a skip that sticks, or a state that counts as settled, when the destination holds the kind since.
#[test]
fn what_can_be_held_later_is_offered_again() {
    let learns = |world: &World| {
        let contacts = path("Contacts");
        let (id, _) = nth(&world.source, &contacts, 0);
        world.source.edit(&contacts, &id, contact(0, 1).bytes);
        world.destination.change_settings(|settings| settings.kinds = ItemKind::ALL.to_vec());
    };
    for feed in FEEDS {
        let story = Scenario::new("learns", move || mail_only(feed)).run().user(learns).run();
        check(&story.ends(|world| {
            same_on_both_sides(world);
            assert_eq!((report(world).totals.found, skipped(world, "kind-not-held")), (13, 0));
        }));
    }
}

/// Kills: flags, edits and items that were told while the folder was left out, and that its copies never hear of.
#[test]
fn a_folder_that_was_left_out_for_a_while_catches_up() {
    let leaves_out = |world: &World| {
        world.choose(|options| options.exclude = vec!["INBOX".to_owned(), "Contacts".to_owned()]);
        let (inbox, contacts) = (path("INBOX"), path("Contacts"));
        world.source.set_flags(&inbox, &nth(&world.source, &inbox, 0).0, "\\Flagged new");
        let (id, _) = nth(&world.source, &contacts, 0);
        world.source.edit(&contacts, &id, contact(0, 1).bytes);
        world.source.add(&inbox, message(1, 77));
    };
    for feed in FEEDS {
        let world = move || world_of(&small(1), settings(|settings| settings.feed = feed));
        let away = || Scenario::new("away", world).run().user(leaves_out).run();
        check(&away().ends(|world| {
            let report = report(world);
            assert_eq!((report.totals.found, skipped(world, "folder-not-wanted")), (14, 1), "{report}");
            assert_eq!(world.destination.items(&path("INBOX")).len(), 3);
        }));
        let back = away().user(|world| world.choose(|options| options.exclude.clear())).run();
        check(&back.ends(same_on_both_sides));
    }
}

/// Kills: an undo that takes the count with it.
#[test]
fn an_undo_leaves_the_count() {
    let world = || {
        let world = small_world();
        world.choose(|options| options.kinds = vec![ItemKind::Mail]);
        world
    };
    check(&Scenario::new("undone", world).run().undo(1).run().ends(|world| {
        assert_eq!((report(world).totals.found, skipped(world, "kind-not-wanted")), (13, 6));
        assert_eq!(world.destination.snapshot().items(), 7);
    }));
}
