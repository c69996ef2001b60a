//! What is at the destination already is taken as the copy, one-to-one.

use super::{check, mail_world, nth, path, same_on_both_sides};
use omm_core::model::ItemKind;
use omm_testkit::{
    memory::Settings,
    step_stop::{Scenario, World},
};

/// Two messages of the inbox, and one of two identical twins.
fn partly_there() -> World {
    let world = mail_world(Settings::default());
    for (folder, at) in [("INBOX", 0), ("INBOX", 2), ("a/b. c", 0)] {
        let folder = path(folder);
        world.destination.add_folder(&folder, None, ItemKind::Mail);
        let (_, item) = nth(&world.source, &folder, at);
        world.destination.add(&folder, item);
    }
    world
}

#[test]
fn equal_items_are_adopted_and_twins_counted() {
    check(&Scenario::new("adopt", partly_there).run().ends(same_on_both_sides));
}

#[test]
fn adopted_items_survive_an_undo() {
    check(&Scenario::new("adopt and undo", partly_there).run().undo(1).never_settles().ends(|world| {
        assert_eq!(world.destination.items(&path("INBOX")).len(), 2, "an adopted item was deleted");
        assert_eq!(world.destination.items(&path("a/b. c")).len(), 1, "an adopted item was deleted");
        assert_eq!(world.destination.snapshot().items(), 3, "something was left");
    }));
}

#[test]
fn without_adoption_they_are_there_twice() {
    let world = || {
        let world = partly_there();
        world.choose(|options| options.adopt = false);
        world
    };
    check(&Scenario::new("no adoption", world).run().ends(|world| {
        assert_eq!(world.destination.snapshot().items(), 10);
    }));
}
