//! Bad partners: lost answers, changed bodies, no search, a full destination, items that fail.

use super::{check, check_every, habits, mail_world, nth, path, same_on_both_sides, settings, small_world};
use omm_core::error::ErrorKind;
use omm_testkit::{
    mailbox::{contact, message, odd_messages},
    memory::{Habits, Lost, MemoryAccount, Rewrites, Sizes},
    step_stop::{Scenario, World},
};
use std::time::Duration;

fn bad_destination(set: impl Fn(&mut Habits) + 'static) -> impl Fn() -> World {
    move || {
        let world = small_world();
        world.destination.behave(habits(&set));
        world
    }
}

/// Twins and an edit: whatever answer is lost, nothing is there twice and nothing is missing.
fn busy(name: &'static str, world: impl Fn() -> World + 'static) -> Scenario {
    Scenario::new(name, world)
        .run()
        .user(|world| {
            for twin in odd_messages().into_iter().skip(4).take(2) {
                world.source.add(&path("INBOX"), twin);
            }
            let contacts = path("Contacts");
            world.source.edit(&contacts, &nth(&world.source, &contacts, 0).0, contact(0, 5).bytes);
            world.source.set_flags(&path("INBOX"), &nth(&world.source, &path("INBOX"), 1).0, "\\Answered");
        })
        .run()
        .ends(same_on_both_sides)
}

#[test]
fn any_one_lost_answer_is_found() {
    for lost in 1..=40 {
        let world = bad_destination(move |habits| habits.lost = Some(Lost::Nth(lost)));
        check_every(11, &busy("one lost answer", world));
    }
}

/// The second write, after the one that makes the folders, is the first append to the inbox, in which a third item is still to come.
fn folder_given_up() -> Scenario {
    let world = || {
        let world = mail_world(settings(|_| {}));
        world.destination.behave(habits(|habits| habits.lost = Some(Lost::WithTheFolder(2))));
        world
    };
    Scenario::new("folder given up", world)
        .run()
        .user(|world| world.destination.behave(Habits::default()))
        .run()
}

#[test]
fn a_folder_that_was_given_up_is_finished_by_the_next_run() {
    check(&folder_given_up().ends(same_on_both_sides));
}

/// What the first run sent is the first run's, whoever found it. Not cut: a cut run loses another answer.
#[test]
fn a_copy_found_later_belongs_to_the_run_that_sent_it() {
    use omm_core::{engine::UndoOptions, model::SyncPoint};
    use omm_testkit::sim::run;
    let world = mail_world(settings(|_| {}));
    world.destination.behave(habits(|habits| habits.lost = Some(Lost::WithTheFolder(2))));
    run(&world.clock, world.migration().run()).expect("a run that gives one folder up");
    world.destination.behave(Habits::default());
    run(&world.clock, world.migration().run()).expect("the run that finishes it");
    same_on_both_sides(&world);
    run(&world.clock, world.migration().undo(&UndoOptions::from(SyncPoint(2)))).expect("an undo");
    let held = world.destination.items(&path("INBOX")).len();
    assert_eq!(held, 2, "the two that the first run sent stay, the third goes");
}

/// Two equal messages in two batches: the copy of the first must not be taken for the lost copy of the second.
#[test]
fn twins_in_two_batches_are_two() {
    let world = || {
        let world = mail_world(settings(|_| {}));
        for item in [message(3, 1), message(3, 2), message(3, 3), message(3, 1), message(3, 1)] {
            world.source.add(&path("INBOX"), item);
        }
        world
    };
    check(&Scenario::new("twins", world).run().ends(same_on_both_sides));
}

#[test]
fn every_third_answer_may_be_lost() {
    for seed in 1..=3 {
        let world = bad_destination(move |habits| habits.lost = Some(Lost::OneIn(3, seed)));
        check_every(3, &busy("lost answers", world));
    }
}

#[test]
fn lost_answers_with_several_folders_at_once() {
    let world = || {
        let world = small_world().with_permits(2);
        world.choose(|options| options.folders_at_once = 4);
        world.destination.behave(habits(|habits| habits.lost = Some(Lost::OneIn(3, 4))));
        world
    };
    check_every(3, &busy("lost at once", world));
}

#[test]
fn lost_answers_without_cheap_digests() {
    let world = || {
        let world = small_world();
        world.destination.change_settings(|settings| settings.digests = false);
        world.destination.behave(habits(|habits| habits.lost = Some(Lost::OneIn(4, 9))));
        world
    };
    check_every(3, &busy("no digests", world));
}

#[test]
fn pauses_drops_and_lone_failures_are_waited_out() {
    let sets: [fn(&mut Habits); 3] = [
        |habits| habits.throttles = Some((5, Duration::from_secs(600))),
        |habits| habits.drops_every = Some(4),
        |habits| habits.fails_items_every = Some(3),
    ];
    for set in sets {
        check_every(5, &busy("pauses", bad_destination(set)));
        let bad_source = move || {
            let world = small_world();
            world.source.behave(habits(set));
            world
        };
        check_every(5, &busy("source pauses", bad_source));
    }
}

#[test]
fn a_source_that_repeats_itself_and_lies_about_sizes() {
    let sets: [fn(&mut Habits); 4] = [
        |habits| habits.repeats_pages = true,
        |habits| habits.repeats_changes = true,
        |habits| habits.sizes = Sizes::Wrong,
        |habits| habits.sizes = Sizes::Missing,
    ];
    for set in sets {
        let world = move || {
            let world =
                super::world_of(&omm_testkit::mailbox::small(1), settings(|settings| settings.page_size = 2));
            world.source.behave(habits(set));
            world
        };
        check_every(3, &busy("odd listings", world));
    }
}

#[test]
fn changed_bodies_are_not_doubled() {
    for rewrites in [Rewrites::Declared, Rewrites::Silent] {
        let world = move || {
            let world = mail_world(settings(|_| {}));
            world.destination.behave(habits(|habits| habits.rewrites = rewrites));
            world
        };
        let adds = |world: &World| drop(world.source.add(&path("INBOX"), message(1, 60)));
        check(&Scenario::new("changed bodies", world).run().user(adds).run().ends(|world| {
            assert_eq!(world.destination.snapshot().items(), 8, "something is there twice, or lost");
        }));
    }
}

#[test]
fn without_search_nothing_is_lost() {
    let world = || {
        let world = mail_world(settings(|_| {}));
        world.destination.change_settings(|settings| settings.searchable = false);
        world
    };
    let story = Scenario::new("no search", world).run().duplicates_allowed();
    check(&story.ends(|world| {
        assert_eq!(world.destination.snapshot().as_sets(), world.source.snapshot().as_sets());
    }));
}

#[test]
fn a_full_destination_goes_on_when_there_is_room() {
    let world = || {
        let world = mail_world(settings(|_| {}));
        world.destination.change_settings(|settings| settings.quota_bytes = Some(900));
        world
    };
    let frees = |world: &World| world.destination.change_settings(|settings| settings.quota_bytes = None);
    let story = Scenario::new("quota", world).run_that_fails(ErrorKind::Quota).user(frees).run();
    check(&story.ends(same_on_both_sides));
}

#[test]
fn failed_items_are_offered_again() {
    let world = || {
        let world = small_world();
        world.destination.behave(habits(|habits| habits.rejects = Some(b"the same".to_vec())));
        world.source.behave(habits(|habits| habits.hides = Some(b"contact-1".to_vec())));
        world
    };
    let well = |world: &World| {
        assert_eq!(world.destination.snapshot().items(), 10, "two twins and a contact are missing");
        world.destination.behave(Habits::default());
        world.source.behave(Habits::default());
    };
    // A vanished item is offered again when it is listed again, so it is touched.
    let touches = |world: &World| {
        let contacts = path("Contacts");
        world.source.edit(&contacts, &nth(&world.source, &contacts, 1).0, contact(1, 1).bytes);
    };
    let failed = || Scenario::new("failed", world).run().run().user(well).user(touches);
    check(&failed().retry().ends(same_on_both_sides));
    check(&failed().run().ends(same_on_both_sides));
}

#[test]
fn one_huge_item_among_small_ones() {
    let world = || {
        let world = mail_world(settings(|_| {}));
        let mut item = message(1, 90);
        item.bytes = [item.bytes.to_vec(), vec![b'x'; 100_000]].concat().into();
        world.source.add(&path("INBOX"), item);
        world
    };
    check(&Scenario::new("huge", world).run().ends(same_on_both_sides));
}

/// The account type itself is public: a scenario can be made of any two of them.
#[test]
fn nothing_to_copy_is_copied_in_one_run() {
    let world = || World::new(MemoryAccount::new(), MemoryAccount::new());
    check(&Scenario::new("empty", world).run().ends(same_on_both_sides));
}
