//! Gone here and equal there is a move: an untouched copy moves along, nothing is copied twice.

use super::{
    check, check_every, copy_of, habits, mail_world, nth, path, same_on_both_sides, settings, world_of,
};
use omm_core::model::ItemKind;
use omm_testkit::{
    mailbox::{contact, small},
    memory::{Feed, Settings},
    step_stop::{Scenario, World},
};

fn both_feeds() -> [Settings; 2] {
    [Feed::Delta, Feed::Listing].map(|feed| settings(|settings| settings.feed = feed))
}

fn move_first(world: &World, from: &str, to: &str) {
    let (from, to) = (path(from), path(to));
    world.source.move_item(&from, &nth(&world.source, &from, 0).0, &to);
}

#[test]
fn an_untouched_copy_moves_along() {
    // Into a folder that is listed later, and into one that was listed before.
    for (from, to) in [("INBOX", "a/b. c"), ("a/b. c", "INBOX"), ("a/b. c > رسائل", "INBOX")] {
        for source in both_feeds() {
            let world = move || mail_world(source.clone());
            let moves = move |world: &World| move_first(world, from, to);
            check(&Scenario::new("move", world).run().user(moves).run().ends(same_on_both_sides));
        }
    }
}

#[test]
fn a_touched_copy_stays_and_is_not_doubled() {
    for source in both_feeds() {
        let world = move || mail_world(source.clone());
        let moves = |world: &World| {
            let inbox = path("INBOX");
            let (_, item) = nth(&world.source, &inbox, 0);
            let copy = copy_of(&world.destination, &inbox, &item);
            world.destination.set_flags(&inbox, &copy, "\\Flagged mine");
            move_first(world, "INBOX", "a/b. c");
        };
        check(&Scenario::new("touched move", world).run().user(moves).run().ends(|world| {
            assert_eq!(world.destination.snapshot().items(), 7, "something is there twice, or lost");
            assert_eq!(world.destination.items(&path("INBOX")).len(), 3, "the touched copy was moved");
        }));
    }
}

#[test]
fn a_new_id_in_the_same_folder_is_the_same_item() {
    for source in both_feeds() {
        let world = move || mail_world(source.clone());
        let moves = |world: &World| move_first(world, "INBOX", "INBOX");
        check(&Scenario::new("new id", world).run().user(moves).run().ends(same_on_both_sides));
    }
}

#[test]
fn a_renamed_folder_takes_its_items_along() {
    for source in both_feeds() {
        let world = move || mail_world(source.clone());
        let renames = |world: &World| world.source.rename_folder(&path("a/b. c"), &path("other"));
        check(&Scenario::new("rename", world).run().user(renames).run().ends(|world| {
            assert_eq!(world.destination.snapshot().items(), 7, "something is there twice, or lost");
        }));
    }
}

/// A gone item whose copy was touched stands for one item, not for every equal one that comes later.
#[test]
fn a_touched_copy_answers_for_one_item_only() {
    for source in both_feeds() {
        let world = move || mail_world(source.clone());
        let moves = |world: &World| {
            let inbox = path("INBOX");
            let (_, item) = nth(&world.source, &inbox, 0);
            let copy = copy_of(&world.destination, &inbox, &item);
            world.destination.set_flags(&inbox, &copy, "\\Flagged mine");
            world.source.add(&path("a/b. c"), item.clone());
            move_first(world, "INBOX", "a/b. c > رسائل");
        };
        check(&Scenario::new("touched, and copied besides", world).run().user(moves).run().ends(|world| {
            assert_eq!(world.destination.snapshot().items(), 8, "the second copy of the item is missing");
        }));
    }
}

/// The item was carried by the first run; taking the second run back must not take its only copy.
#[test]
fn undoing_the_run_of_a_move_keeps_the_item() {
    for source in both_feeds() {
        let world = move || mail_world(source.clone());
        let moves = |world: &World| move_first(world, "INBOX", "a/b. c");
        check(&Scenario::new("undone move", world).run().user(moves).run().undo(2).ends(|world| {
            assert_eq!(world.destination.snapshot().items(), 7, "the moved item is gone");
        }));
    }
}

/// Names that last: what nobody edits is known by its name, unread; what was edited when it moved is not doubled.
#[test]
fn items_are_known_by_names_that_last() {
    for feed in [Feed::Delta, Feed::Listing] {
        let named = move || {
            settings(|settings| {
                (settings.feed, settings.lasting) = (feed, true);
            })
        };
        let world = move || world_of(&small(1), named());
        let moves = |world: &World| {
            move_first(world, "INBOX", "a/b. c");
            move_first(world, "INBOX", "INBOX");
            let (people, elsewhere) = (path("Contacts"), path("Contacts > Friends"));
            world.source.add_folder(&elsewhere, None, ItemKind::Contact);
            let id = world.source.move_item(&people, &nth(&world.source, &people, 0).0, &elsewhere);
            world.source.edit(&elsewhere, &id, contact(0, 1).bytes);
        };
        let story = Scenario::new("moves with names", world).run().user(moves).run();
        check_every(3, &story.ends(same_on_both_sides));
    }
}

/// What was sent to oneself and what came of it have one name, and are two.
#[test]
fn what_has_one_name_and_came_at_another_time_is_another() {
    let named = || settings(|settings| settings.lasting = true);
    let world = move || mail_world(named());
    let edits = |world: &World| {
        let inbox = path("INBOX");
        let (id, item) = nth(&world.source, &inbox, 0);
        world.source.copy_item(&inbox, &id, &path("a/b. c"), &[&item.bytes[..], b"another\r\n"].concat());
        world.source.delete(&inbox, &id);
    };
    check(&Scenario::new("one name, two messages", world).run().user(edits).run().ends(|world| {
        assert_eq!(world.destination.snapshot().items(), 8, "what is gone at the source was deleted");
    }));
}

/// Kills: an item that is never copied, since what has its name had another body, and its user touched or deleted that copy.
#[test]
fn a_namesake_of_what_its_user_touched_or_deleted_is_copied() {
    for deletes in [false, true] {
        let named = || settings(|settings| settings.lasting = true);
        let world = move || world_of(&small(1).only(|folder| folder.kind == ItemKind::Contact), named());
        let moves = move |world: &World| {
            let (people, elsewhere) = (path("Contacts"), path("Contacts > Friends"));
            let (id, item) = nth(&world.source, &people, 0);
            let copy = copy_of(&world.destination, &people, &item);
            match deletes {
                true => world.destination.delete(&people, &copy),
                false => drop(world.destination.edit(&people, &copy, contact(0, 2).bytes)),
            }
            world.source.add_folder(&elsewhere, None, ItemKind::Contact);
            world.source.copy_item(&people, &id, &elsewhere, &contact(0, 1).bytes);
            world.source.delete(&people, &id);
        };
        check(&Scenario::new("a namesake", world).run().user(moves).run().ends(|world| {
            assert_eq!(world.destination.items(&path("Contacts > Friends")).len(), 1, "it was left out");
        }));
    }
}

/// Kills: an interrupted move of an edited item that ends with the body it had before.
#[test]
fn an_edited_item_with_a_new_id_keeps_its_edit() {
    let named = || settings(|settings| settings.lasting = true);
    let world = move || world_of(&small(1).only(|folder| folder.kind == ItemKind::Contact), named());
    let moves = |world: &World| {
        let people = path("Contacts");
        let id = world.source.move_item(&people, &nth(&world.source, &people, 0).0, &people);
        world.source.edit(&people, &id, contact(0, 1).bytes);
    };
    let story = Scenario::new("edited, with a new id", world).run().user(moves).run();
    check(&story.ends(same_on_both_sides));
}

/// An item that could not be fetched when it was found to have moved is still the same item in the next run.
#[test]
fn a_move_whose_fetch_failed_is_finished_by_the_next_run() {
    for source in both_feeds() {
        let world = move || mail_world(source.clone());
        let moves = |world: &World| {
            let inbox = path("INBOX");
            let (_, item) = nth(&world.source, &inbox, 0);
            world.destination.behave(habits(|habits| habits.rejects = Some(item.bytes.to_vec())));
            move_first(world, "INBOX", "a/b. c");
        };
        let mends = |world: &World| world.destination.behave(habits(|_| {}));
        let story =
            Scenario::new("move refused, then taken", world).run().user(moves).run().user(mends).run();
        check(&story.ends(same_on_both_sides));
    }
}
