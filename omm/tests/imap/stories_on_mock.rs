//! Every story on the mock server, stopped before and after every durable step, resumed, and the end compared.

use crate::{
    on_mock::{MockWorld, OnMock, world},
    stories::{check, text},
};
use omm_testkit::{
    imap::{Act, Extension, Fault, MockImap, MockMessage},
    sim::SimRuntime,
    step_stop::{Account, Scenario, Time, When},
};

type MockStory = Scenario<OnMock, OnMock, SimRuntime>;

fn message(word: &str) -> MockMessage {
    let date = "2019-03-04T05:06:07+02:00".parse().expect("a date");
    MockMessage::new(text(word)).received(date)
}

/// Nine messages in three folders, two of them equal.
fn filled(world: MockWorld) -> MockWorld {
    let account = world.source.account();
    account
        .add_folder("Work/Projects")
        .add_folder("Empty")
        .add_folder("Entwürfe & mehr")
        .subscribe("Work/Projects");
    for word in ["one", "two", "three"] {
        account.add("INBOX", message(word).flag("\\Seen"));
    }
    account.add("Work/Projects", message("four").flag("$Forwarded").flag("todo"));
    account.add("Work/Projects", message("twin"));
    account.add("Work/Projects", message("twin"));
    account.add("Entwürfe & mehr", message("draft").flag("\\Draft"));
    account.add("Entwürfe & mehr", message("five").flag("\\Flagged").flag("\\Answered"));
    account.add("Entwürfe & mehr", message("six"));
    world
}

fn plain() -> MockWorld {
    filled(world(MockImap::new(), MockImap::new()))
}

fn same_on_both_sides(world: &MockWorld) {
    assert_eq!(world.source.contents(), world.destination.contents());
}

#[test]
fn first_run() {
    check(1, &Scenario::new("first run", plain).run().ends(same_on_both_sides));
}

/// A run that was killed and is begun again knows copies; a message that is equal to one of them has not moved when both
/// are there, and keeps its place.
#[test]
fn twins_keep_their_place_in_a_run_that_was_killed() {
    let world = world(MockImap::new(), MockImap::new());
    let words = |account: &OnMock| {
        let messages = account.account().messages("INBOX");
        messages.into_iter().map(|one| one.bytes).collect::<Vec<_>>()
    };
    let add = |all: &[&str]| {
        for word in all {
            world.source.account().add("INBOX", message(word));
        }
    };
    add(&["twin", "one"]);
    for steps in 1.. {
        // Killed a step later each time, until the copies are there and nobody was told.
        world.fuse.arm(world.fuse.steps() + steps, When::After);
        let ended = world.clock.run_until(world.migration().run(), || world.fuse.blown());
        assert!(ended.is_none(), "the run ended before it was killed");
        world.fuse.mend();
        if words(&world.destination).len() == 2 {
            break;
        }
    }
    add(&["twin", "two", "three"]);
    world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(words(&world.source), words(&world.destination));
}

#[test]
fn first_run_between_servers_that_can_do_little() {
    let poor = || MockImap::new().plain();
    let story = Scenario::new("first run, no extension", move || filled(world(poor(), poor()))).run();
    check(2, &story.ends(same_on_both_sides));
}

#[test]
fn new_messages_flags_and_moves() {
    let story = Scenario::new("incremental", plain)
        .run()
        .user(|world| {
            let account = world.source.account();
            account.add("INBOX", message("seven"));
            account.set_flags("INBOX", 1, &["\\Seen", "\\Flagged", "later"]);
            account.set_flags("INBOX", 2, &[]);
            account.move_to("INBOX", 3, "Work/Projects");
            // What the user does at the destination survives.
            world.destination.account().set_flags("Work/Projects", 1, &["$Forwarded", "todo", "mine"]);
        })
        .run();
    let mine = |world: &MockWorld| {
        let messages = world.destination.account().messages("Work/Projects");
        let four = messages.iter().find(|one| String::from_utf8_lossy(&one.bytes).contains("four"));
        assert!(four.is_some_and(|one| one.flags.iter().any(|flag| flag == "mine")));
        world.destination.account().set_flags("Work/Projects", 1, &["$Forwarded", "todo"]);
        same_on_both_sides(world);
    };
    // The last look changes a flag, so another run would too.
    check(1, &story.never_settles().ends(mine));
}

#[test]
fn undo_with_and_without_uidplus() {
    for (name, without) in [("undo", None), ("undo without UIDPLUS", Some(Extension::UidPlus))] {
        let fresh = move || {
            let server = MockImap::new();
            let world = filled(world(
                MockImap::new(),
                match without {
                    Some(extension) => server.without(extension),
                    None => server,
                },
            ));
            let there = world.destination.account();
            there.add("INBOX", message("was there"));
            // Somebody else's mark, which an EXPUNGE of ours must not make good.
            there.add("INBOX", message("marked by another").flag("\\Deleted"));
            world
        };
        let story = Scenario::new(name, fresh)
            .run()
            .user(|world| {
                world.source.account().add("INBOX", message("eight"));
            })
            .run()
            .undo(1)
            .never_settles();
        check(
            2,
            &story.ends(|world: &MockWorld| {
                let left = world.destination.account().messages("INBOX");
                let flags: Vec<_> = left.iter().map(|one| one.flags.join(" ")).collect();
                assert_eq!(flags, ["", "\\Deleted"], "what was there before us, and its marks, are there");
            }),
        );
    }
}

#[test]
fn another_uidvalidity_is_neither_a_loss_nor_a_double() {
    let source = Scenario::new("renumbered source", plain)
        .run()
        .user(|world| {
            world.source.account().renumber("Work/Projects");
            world.source.account().add("Work/Projects", message("nine"));
        })
        .run();
    check(2, &source.ends(same_on_both_sides));
    let destination = Scenario::new("renumbered destination", plain)
        .run()
        .user(|world| {
            world.destination.account().renumber("Work/Projects");
            world.source.account().add("Work/Projects", message("nine"));
        })
        .run();
    check(2, &destination.ends(same_on_both_sides));
}

#[test]
fn a_lost_answer_to_append() {
    for (name, uidplus, multi) in [
        ("lost answer", true, true),
        ("lost answer, one by one", true, false),
        ("lost answer, no UIDPLUS", false, true),
        ("lost answer, no UIDPLUS, one by one", false, false),
    ] {
        let fresh = move || {
            let mut server = MockImap::new().fault(Fault::at("APPEND", 1, Act::LoseAnswer));
            if !uidplus {
                server = server.without(Extension::UidPlus);
            }
            if !multi {
                server = server.without(Extension::MultiAppend);
            }
            filled(world(MockImap::new(), server))
        };
        check(1, &Scenario::new(name, fresh).run().ends(same_on_both_sides));
    }
}

#[test]
fn one_bad_message_in_a_batch_costs_only_itself() {
    let story: MockStory = Scenario::new("one bad message", || {
        filled(world(MockImap::new(), MockImap::new().refuse_message("about two")))
    });
    let rest = |world: &MockWorld| {
        let words = |account: &OnMock| account.account().messages("INBOX").len();
        assert_eq!((words(&world.source), words(&world.destination)), (3, 2));
        assert_eq!(world.destination.account().messages("Entwürfe & mehr").len(), 3);
    };
    // The bad one is offered again by every run.
    check(1, &story.run().never_settles().ends(rest));
}
