//! Taking back from a sync point on, and bringing back once.

use super::{check, copy_of, mail_world, nth, path, same_on_both_sides, settings, small_world};
use omm_testkit::{
    mailbox::{contact, message},
    memory::Feed,
    step_stop::{Scenario, World},
};

fn three_runs(world: impl Fn() -> World + 'static) -> Scenario {
    Scenario::new("three runs", world)
        .run()
        .user(|world| {
            let inbox = path("INBOX");
            world.source.add(&inbox, message(2, 1));
            world.source.add(&path("Contacts"), contact(8, 0));
            world.source.set_flags(&inbox, &nth(&world.source, &inbox, 0).0, "\\Flagged second");
        })
        .run()
        .user(|world| {
            let inbox = path("INBOX");
            world.source.add(&inbox, message(2, 2));
            world.source.set_flags(&inbox, &nth(&world.source, &inbox, 0).0, "third");
        })
        .run()
}

#[test]
fn two_of_three_runs_are_taken_back() {
    check(&three_runs(small_world).undo(2).never_settles().ends(|world| {
        assert_eq!(world.destination.items(&path("INBOX")).len(), 3);
        assert_eq!(world.destination.items(&path("Contacts")).len(), 2);
        assert_eq!(world.destination.snapshot().items(), 13, "the first run stays");
        let (_, item) = nth(&world.source, &path("INBOX"), 0);
        let copy = copy_of(&world.destination, &path("INBOX"), &item);
        let held = world.destination.items(&path("INBOX"));
        let flags = held.into_iter().find(|(id, _)| *id == copy).map(|(_, item)| item.flags.to_string());
        let before = message(1, 0).flags.to_string();
        assert_eq!(flags, Some(before), "flags of undone runs stay");
    }));
}

#[test]
fn a_later_run_brings_everything_back_once() {
    for feed in [Feed::Delta, Feed::Listing] {
        let world = move || {
            super::world_of(&omm_testkit::mailbox::small(1), settings(|settings| settings.feed = feed))
        };
        check(&three_runs(world).undo(2).run().ends(same_on_both_sides));
    }
}

#[test]
fn everything_is_taken_back_and_our_folders_with_it() {
    check(&three_runs(small_world).undo(1).never_settles().ends(|world| {
        assert_eq!(world.destination.snapshot().items(), 0, "something of ours is left");
        assert!(world.destination.paths().is_empty(), "a folder of ours is left");
    }));
}

#[test]
fn what_the_user_touched_is_left() {
    let touches = |world: &World| {
        let inbox = path("INBOX");
        let (_, item) = nth(&world.source, &inbox, 0);
        let copy = copy_of(&world.destination, &inbox, &item);
        world.destination.set_flags(&inbox, &copy, "\\Draft mine");
        world.destination.move_item(&inbox, &nth(&world.destination, &inbox, 1).0, &path("a/b. c"));
    };
    let story = Scenario::new("touched", || mail_world(settings(|_| {}))).run().user(touches).undo(1);
    check(&story.never_settles().ends(|world| {
        assert_eq!(world.destination.snapshot().items(), 2, "the user's items are gone, or ours are left");
    }));
}

/// A run that was cut and never resumed is taken back all the same: what is in doubt is found first.
#[test]
fn an_undo_finds_what_is_in_doubt_first() {
    use omm_testkit::sim::{run, run_until};
    use omm_testkit::step_stop::When;
    let steps = {
        let world = small_world();
        run(&world.clock, world.migration().run()).expect("a clean run");
        world.fuse.steps()
    };
    for step in 2..=steps {
        let world = small_world();
        world.fuse.arm(step, When::After);
        let cut = run_until(&world.clock, world.migration().run(), || world.fuse.blown());
        assert!(cut.is_none());
        world.fuse.mend();
        let options = omm_core::engine::UndoOptions::from(omm_core::model::SyncPoint(1));
        run(&world.clock, world.migration().undo(&options)).expect("an undo");
        assert_eq!(
            world.destination.snapshot().items(),
            0,
            "cut after step {step}: something of ours is left"
        );
    }
}

/// An undo that was cut and never finished, and then a run: whatever was taken back comes back, once.
#[test]
fn a_run_after_half_an_undo_brings_everything_back() {
    use omm_core::{engine::UndoOptions, model::SyncPoint};
    use omm_testkit::sim::{run, run_until};
    use omm_testkit::step_stop::When;
    for (when, from) in [(When::Before, 1), (When::After, 1), (When::Before, 2), (When::After, 2)] {
        for step in 1.. {
            let world = small_world();
            run(&world.clock, world.migration().run()).expect("a first run");
            world.source.add(&path("INBOX"), message(2, 1));
            let (id, _) = nth(&world.source, &path("INBOX"), 0);
            world.source.set_flags(&path("INBOX"), &id, "\\Answered later");
            run(&world.clock, world.migration().run()).expect("a second run");
            world.fuse.arm(world.fuse.steps() + step, when);
            let (migration, options) = (world.migration(), UndoOptions::from(SyncPoint(from)));
            let cut = run_until(&world.clock, migration.undo(&options), || world.fuse.blown());
            world.fuse.mend();
            run(&world.clock, world.migration().run()).expect("a run");
            let (here, there) = (world.source.snapshot(), world.destination.snapshot());
            assert_eq!(there, here, "cut {when:?} step {step}");
            if cut.is_some() {
                assert!(step > 5, "the undo was never cut");
                break;
            }
        }
    }
}
