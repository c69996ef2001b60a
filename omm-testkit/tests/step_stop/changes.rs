//! Later runs: edits, flags, what is gone, what was deleted at the destination.

use super::{check, copy_of, habits, mail_world, nth, path, same_on_both_sides, settings, small_world};
use omm_core::{error::ErrorKind, model::Flags};
use omm_testkit::{
    mailbox::{contact, event, message, note},
    memory::{Cursors, Feed},
    step_stop::{Scenario, World},
};

#[test]
fn edited_contacts_and_events_replace_their_copies() {
    for feed in [Feed::Delta, Feed::Listing] {
        let world = move || {
            super::world_of(&omm_testkit::mailbox::small(1), settings(|settings| settings.feed = feed))
        };
        let edits = |world: &World| {
            let (contacts, calendar) = (path("Contacts"), path("Calendar"));
            let (id, _) = nth(&world.source, &contacts, 0);
            world.source.edit(&contacts, &id, contact(0, 1).bytes);
            let (id, _) = nth(&world.source, &calendar, 1);
            world.source.edit(&calendar, &id, event(1, 1).bytes);
            world.source.add(&path("Notes"), note(7, 0));
            world.source.add(&path("INBOX"), message(1, 77));
        };
        check(&Scenario::new("edits", world).run().user(edits).run().ends(same_on_both_sides));
    }
}

#[test]
fn an_edit_on_both_sides_is_left_alone() {
    let edits = |world: &World| {
        let contacts = path("Contacts");
        let (id, item) = nth(&world.source, &contacts, 0);
        let copy = copy_of(&world.destination, &contacts, &item);
        world.source.edit(&contacts, &id, contact(0, 1).bytes);
        world.destination.edit(&contacts, &copy, contact(0, 2).bytes);
    };
    check(&Scenario::new("conflict", small_world).run().user(edits).run().ends(|world| {
        let theirs = contact(0, 2).bytes;
        let held = world.destination.items(&path("Contacts"));
        assert!(held.iter().any(|(_, item)| item.bytes == theirs), "the user's edit is lost");
        assert_eq!(held.len(), 2);
    }));
}

#[test]
fn flags_merge_three_ways() {
    for feed in [Feed::Delta, Feed::Listing] {
        let world = move || mail_world(settings(|settings| settings.feed = feed));
        let touch = |world: &World| {
            let inbox = path("INBOX");
            let (id, item) = nth(&world.source, &inbox, 0);
            let copy = copy_of(&world.destination, &inbox, &item);
            world.source.set_flags(&inbox, &id, "\\Flagged theirs");
            world.destination.set_flags(&inbox, &copy, &format!("{} \\Draft mine", item.flags));
            let (id, _) = nth(&world.source, &inbox, 1);
            world.source.set_flags(&inbox, &id, "\\Answered");
        };
        let again = |world: &World| {
            let inbox = path("INBOX");
            let (id, _) = nth(&world.source, &inbox, 0);
            world.source.set_flags(&inbox, &id, "theirs");
        };
        let story = Scenario::new("flags", world).run().user(touch).run().user(again).run();
        check(&story.ends(|world| {
            let inbox = path("INBOX");
            let (_, first) = nth(&world.source, &inbox, 0);
            let copy = copy_of(&world.destination, &inbox, &first);
            let held = world.destination.items(&inbox);
            let flags = held.into_iter().find(|(id, _)| *id == copy).map(|(_, item)| item.flags);
            assert_eq!(flags, Some(Flags::parse("\\Draft mine theirs")), "a change of one side is lost");
        }));
    }
}

#[test]
fn what_is_gone_at_the_source_stays_at_the_destination() {
    for feed in [Feed::Delta, Feed::Listing] {
        let world = move || mail_world(settings(|settings| settings.feed = feed));
        let story = Scenario::new("gone", world).run().user(|world| {
            let inbox = path("INBOX");
            world.source.delete(&inbox, &nth(&world.source, &inbox, 0).0);
            world.source.delete_folder(&path("a/b. c > رسائل"));
        });
        check(&story.run().ends(|world| assert_eq!(world.destination.snapshot().items(), 7)));
    }
}

#[test]
fn what_the_user_deleted_at_the_destination_stays_deleted_until_asked() {
    let deletes = |world: &World| {
        let (inbox, contacts) = (path("INBOX"), path("Contacts"));
        world.destination.delete(&inbox, &nth(&world.destination, &inbox, 0).0);
        let (id, item) = nth(&world.source, &contacts, 0);
        world.destination.delete(&contacts, &copy_of(&world.destination, &contacts, &item));
        // Touched at the source, so that the engine has a reason to look.
        world.source.edit(&contacts, &id, contact(0, 1).bytes);
        world.source.set_flags(&inbox, &nth(&world.source, &inbox, 0).0, "\\Flagged again");
    };
    let still_gone = |world: &World| {
        assert_eq!(world.destination.items(&path("INBOX")).len(), 2, "it came back unasked");
        assert_eq!(world.destination.items(&path("Contacts")).len(), 1, "it came back unasked");
    };
    let deleted = || Scenario::new("deleted", small_world).run().user(deletes).run();
    check(&deleted().ends(still_gone));
    let restored = deleted().user(|world| world.choose(|options| options.restore_missing = true)).run();
    check(&restored.ends(same_on_both_sides));
}

#[test]
fn expired_cursors_cost_a_listing_and_nothing_else() {
    for cursors in [Cursors::ExpireOnce, Cursors::ExpireAlways] {
        let world = move || {
            let world = mail_world(settings(|settings| settings.page_size = 2));
            world.source.behave(habits(|habits| habits.cursors = cursors));
            world
        };
        let adds = |world: &World| drop(world.source.add(&path("INBOX"), message(1, 50)));
        check(&Scenario::new("expired", world).run().user(adds).run().ends(same_on_both_sides));
    }
}

#[test]
fn without_tokens_every_run_looks_and_finds_nothing() {
    let world = || mail_world(settings(|settings| settings.tokens = false));
    check(&Scenario::new("no tokens", world).run().run().ends(same_on_both_sides));
}

#[test]
fn a_source_that_emptied_at_once_stops_the_run() {
    let empties = |world: &World| world.source.paths().iter().for_each(|path| world.source.empty(path));
    let story = Scenario::new("emptied", small_world).run().user(empties);
    let story = story.run_that_fails(ErrorKind::SourceEmptied).never_settles();
    check(&story.ends(|world| assert_eq!(world.destination.snapshot().items(), 13)));
}
