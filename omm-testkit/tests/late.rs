//! A server may still be storing what it had received when the connection broke: it is looked for as long as that may
//! take, and not sent again meanwhile.

mod odd_accounts;

use odd_accounts::World;
use omm_core::{
    Error,
    error::{ErrorKind, Retry, Side},
};
use omm_testkit::{mailbox::plain, memory::MemoryAccount, sim::run};
use std::time::Duration;

const ITEMS: u64 = 5;

/// A world whose first append breaks with this advice, and is stored all the same, a few looks later.
fn breaking(retry: Retry) -> World {
    let world = World::new(MemoryAccount::new().holding(&plain(1, 1, ITEMS)));
    let error = Error::new(ErrorKind::Unreachable, Side::Destination, "append", "the connection broke");
    world.day.lock().break_over = Some(error.retry(retry).effect_unknown());
    world.day.lock().settling = Duration::from_secs(5);
    world
}

fn nothing_twice(world: &World) {
    assert!(world.day.lock().on_its_way.is_none(), "it has arrived");
    assert_eq!(world.dest.snapshot().items(), usize::try_from(ITEMS).expect("few"));
    assert_eq!(world.day.calls("append").len(), 1, "nothing was sent twice");
}

#[test]
fn within_a_run() {
    let world = breaking(Retry::Backoff);
    run(&world.clock, world.migration().run()).expect("a run");
    nothing_twice(&world);
}

#[test]
fn by_the_next_run() {
    let world = breaking(Retry::Never);
    run(&world.clock, world.migration().run()).expect_err("the account is given up");
    run(&world.clock, world.migration().run()).expect("a run");
    nothing_twice(&world);
}

#[test]
fn what_never_comes_is_sent_again_after_that_time() {
    let world = breaking(Retry::Never);
    run(&world.clock, world.migration().run()).expect_err("the account is given up");
    world.day.lock().on_its_way = None;
    let before = world.clock.elapsed();
    run(&world.clock, world.migration().run()).expect("a run");
    assert_eq!(world.clock.elapsed() - before, Duration::from_secs(5));
    assert_eq!(world.dest.snapshot().items(), usize::try_from(ITEMS).expect("few"));
}

/// Kills: the last gasp of a write, which lands behind what was sent instead of it.
#[test]
fn what_comes_later_than_that_is_taken_back() {
    for retry in [Retry::Backoff, Retry::Never] {
        let world = breaking(retry);
        // Two looks, or one, and it is not there.
        world.day.lock().settling = Duration::from_millis(if retry == Retry::Never { 0 } else { 1 });
        if retry == Retry::Never {
            run(&world.clock, world.migration().run()).expect_err("the account is given up");
            // Once when it is recovered, and once at the end.
            world.day.lock().on_its_way.iter_mut().for_each(|(_, _, looks)| *looks = 2);
        }
        let report = run(&world.clock, world.migration().run()).expect("a run");
        assert_eq!(world.day.calls("append").len(), 2, "it was sent again");
        assert!(
            world.day.lock().on_its_way.is_none(),
            "it has arrived: {retry:?} {:?}",
            world.day.lock().calls
        );
        assert_eq!(world.dest.snapshot().items(), usize::try_from(ITEMS).expect("few"), "{report}");
        assert!(report.notes.iter().any(|note| note.contains("came late")), "{report}");
        let again = run(&world.clock, world.migration().run()).expect("a run");
        assert_eq!((again.totals.already_there, again.totals.missing), (ITEMS, 0), "{again}");
    }
}

/// Kills: an item that is sent again although it is there, since what it is known by was forgotten with its form.
#[test]
fn in_a_form_that_was_dropped_meanwhile() {
    let world = World::new(MemoryAccount::new().holding(&plain(1, 1, 1)));
    world.day.lock().breaks_native = true;
    world.day.lock().settling = Duration::from_secs(5);
    let report = run(&world.clock, world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    assert_eq!(world.dest.snapshot().items(), 1, "it came late, and was found");
    let sent = world.day.calls("append");
    assert_eq!(sent.len(), 4, "three times as it is, once without");
}
