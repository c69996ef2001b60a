//! The first run.

use super::{check, check_every, same_on_both_sides, settings, small_world, world_of};
use omm_testkit::{
    mailbox::odd,
    memory::{Feed, MemoryAccount},
    step_stop::{Scenario, World},
};

#[test]
fn first_run_of_every_kind() {
    check(&Scenario::new("first run", small_world).run().ends(same_on_both_sides));
}

#[test]
fn first_run_with_several_folders_at_once() {
    let world = || {
        let world = small_world();
        world.choose(|options| options.folders_at_once = 4);
        world
    };
    check(&Scenario::new("folders at once", world).run().ends(same_on_both_sides));
}

#[test]
fn first_run_of_every_oddity() {
    for feed in [Feed::Delta, Feed::Listing] {
        let world = move || {
            let source = settings(|settings| {
                settings.feed = feed;
                settings.page_size = 5;
            });
            world_of(&odd(1, 20_000), source)
        };
        check_every(7, &Scenario::new("odd", world).run().ends(same_on_both_sides));
    }
}

/// Source and destination are one server with one permit.
#[test]
fn one_permit_for_both_servers_does_not_deadlock() {
    let world = || small_world().with_permits(1);
    check_every(5, &Scenario::new("one permit", world).run().ends(same_on_both_sides));
}

#[test]
fn names_folded_by_case_are_not_merged() {
    let world = || {
        let source = MemoryAccount::new();
        for (name, index) in [("Projects", 1), ("projects", 2), ("PROJECTS", 3)] {
            let path = super::path(name);
            source.add_folder(&path, None, omm_core::model::ItemKind::Mail);
            source.add(&path, omm_testkit::mailbox::message(1, index));
        }
        let destination = MemoryAccount::with(settings(|settings| settings.folds_case = true));
        World::new(source, destination)
    };
    check(&Scenario::new("folded names", world).run().ends(|world| {
        let held = world.destination.snapshot();
        assert_eq!((held.0.len(), held.items()), (3, 3), "{held:?}");
    }));
}
