//! What later runs cost: round trips and bodies, as the server counts them.

use crate::{
    on_mock::{MockWorld, world},
    stories::text,
};
use omm_testkit::{
    imap::{Counters, MockImap, MockMessage},
    step_stop::{Account, Time},
};

const FOLDERS: [&str; 6] = ["INBOX", "a", "b", "c", "d", "e"];

fn filled() -> MockWorld {
    let world = world(MockImap::new(), MockImap::new());
    for folder in FOLDERS {
        if folder != "INBOX" {
            world.source.account().add_folder(folder);
        }
        for number in 0..30 {
            world.source.account().add(folder, MockMessage::new(text(&format!("{folder}{number}"))));
        }
    }
    world
}

/// A run, and what it cost at the source and at the destination.
fn run(world: &MockWorld) -> (Counters, Counters) {
    let servers = [&world.source.server, &world.destination.server];
    servers.iter().for_each(|server| server.reset_counters());
    world.clock.run(world.migration().run()).expect("a run");
    (servers[0].counters(), servers[1].counters())
}

#[test]
fn nothing_new_costs_two_round_trips_and_no_body() {
    let world = filled();
    run(&world);
    let (source, destination) = run(&world);
    for (side, counters) in [("source", &source), ("destination", &destination)] {
        assert_eq!((counters.bodies_fetched, counters.messages_appended), (0, 0), "{side}");
        assert!(counters.all_round_trips() <= 2, "{side}: {counters:?}");
        assert_eq!(counters.command("SELECT") + counters.command("EXAMINE"), 0, "{side}: {counters:?}");
    }
}

/// Kills: a folder that is opened once to look at flags and once more to set them, because somebody else had its connection
/// in between.
#[test]
fn flags_of_many_folders_cost_two_round_trips_a_folder() {
    let world = filled().with_permits(1);
    world.choose(|options| options.folders_at_once = FOLDERS.len());
    run(&world);
    for folder in FOLDERS {
        world.source.account().set_flags(folder, 3, &["\\Flagged"]);
    }
    let (source, destination) = run(&world);
    let folders = FOLDERS.len() as u64;
    assert_eq!((destination.command("SELECT"), destination.command("UID STORE")), (folders, folders));
    // A look and a change of each, and what a run begins with.
    assert!(destination.all_round_trips() <= 2 * folders + 2, "{destination:?}");
    assert!(source.all_round_trips() <= folders + 2, "{source:?}");
    assert_eq!(world.source.contents(), world.destination.contents());
}

#[test]
fn exactly_what_changed_travels() {
    let world = filled();
    run(&world);
    for number in 0..7 {
        world.source.account().add("b", MockMessage::new(text(&format!("new{number}"))));
    }
    for uid in 1..=20 {
        world.source.account().set_flags("c", uid, &["\\Flagged"]);
    }
    // Set meanwhile at the destination: it survives.
    world.destination.account().set_flags("c", 5, &["\\Answered"]);
    let (source, destination) = run(&world);
    assert_eq!((source.bodies_fetched, destination.messages_appended), (7, 7));
    // Two after login at the most, one for each changed folder, and one for the bodies.
    assert!(source.all_round_trips() <= 2 + 2 + 1, "{source:?}");
    let kept = &world.destination.account().messages("c")[4].flags;
    assert_eq!(kept, &["\\Answered", "\\Flagged"]);
    world.destination.account().set_flags("c", 5, &["\\Flagged"]);
    assert_eq!(world.source.contents(), world.destination.contents());
}
