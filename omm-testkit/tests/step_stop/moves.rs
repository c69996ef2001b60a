//! Gone here and equal there is a move: an untouched copy moves along, nothing is copied twice.

use super::{check, copy_of, mail_world, nth, path, same_on_both_sides, settings};
use omm_testkit::{
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
