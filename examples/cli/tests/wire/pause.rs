//! A pause, as the servers see it.

use crate::town::{Plan, Town};
use omm::project::store::State;
use omm_testkit::imap::Extension;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
/// Until a pause is in force, and how long after its grace a connection may be open.
const HEARD: Duration = Duration::from_secs(2);

// Would catch: a command that begins although somebody has asked for a pause two seconds before, at whatever moment he asks;
// and whatever is sent again afterwards.
#[test]
fn no_command_later_than_two_seconds_whenever_it_is_asked_for() {
    let plan =
        Plan { migrations: 1, folders: 2, messages: 12, bytes: 3000, round_trip: Duration::from_millis(300) };
    let (mut moment, mut paused) = (Duration::ZERO, 0);
    loop {
        moment += Duration::from_millis(70);
        let town = Town::new(plan, |_| ());
        let was_at_work = town.work_beside(town.worker(), async {
            town.sleep(moment).await;
            if town.state().await != State::Running || !town.pause().await {
                return false;
            }
            let asked = town.clock.elapsed();
            town.sleep(5 * SECOND).await;
            let late = town.seen.commands_after(asked + HEARD);
            assert!(late.is_empty(), "asked at {asked:?}: {late:?}");
            if town.state().await == State::Done {
                // Its last command had left.
                return false;
            }
            assert_eq!((town.state().await, town.seen.open()), (State::Paused, 0), "asked at {asked:?}");
            town.resume().await;
            true
        });
        if !was_at_work {
            break;
        }
        paused += 1;
        town.work();
        town.is_whole();
    }
    println!("paused at {paused} moments of a migration, 70 ms apart");
    assert!(paused > 20, "{paused} moments");
}

/// Two messages so large that each takes a minute to write.
fn large() -> (Plan, u64) {
    let plan = Plan {
        migrations: 1,
        folders: 1,
        messages: 2,
        bytes: 1 << 20,
        round_trip: Duration::from_millis(50),
    };
    (plan, 32 << 10)
}

/// Sleeps until the first APPEND has been on its way for so long.
async fn until_appending(town: &Town, so_long: Duration) {
    while !town.seen.commands().iter().any(|command| command.verb == "APPEND") {
        town.sleep(Duration::from_millis(100)).await;
    }
    town.sleep(so_long).await;
}

// Would catch: a write that is cut at once, one that is waited for beyond its grace, and half a message that stays or is lost.
#[test]
fn a_write_in_flight_has_its_grace_and_then_the_connection_closes() {
    let (plan, rate) = large();
    let grace = 6 * SECOND;
    let town = Town::new(plan, |options| options.bandwidth = Some(rate));
    let appends = town.work_beside(town.worker().grace(grace), async {
        until_appending(&town, 2 * SECOND).await;
        assert!(town.pause().await);
        let asked = town.clock.elapsed();
        town.sleep(20 * SECOND).await;
        let late = town.seen.commands_after(asked + HEARD);
        assert!(late.is_empty(), "{late:?}");
        let in_grace = town.seen.carried(asked + HEARD, asked + grace);
        assert!(in_grace as u64 > rate, "{in_grace} bytes went over in the grace");
        assert_eq!(town.seen.carried(asked + grace + SECOND, asked + 20 * SECOND), 0, "and none behind it");
        assert_eq!((town.state().await, town.seen.open()), (State::Paused, 0));
        town.change(|options| options.bandwidth = None).await;
        town.resume().await;
        town.seen.commands().iter().filter(|command| command.verb == "APPEND").count()
    });
    assert_eq!(appends, 1);
    town.work();
    town.is_whole();
}

// Would catch: what is in the line behind a write, or follows from its answer, begun when it comes to its end in its grace.
#[test]
fn a_write_that_ends_within_its_grace_begins_nothing() {
    begins_nothing_behind_a_write(&[]);
}

// The same of a server that takes one message at a time: the next one is in the line already.
#[test]
fn a_write_that_ends_within_its_grace_does_not_begin_the_next() {
    begins_nothing_behind_a_write(&[Extension::MultiAppend]);
}

fn begins_nothing_behind_a_write(without: &[Extension]) {
    let (plan, rate) = large();
    let town = Town::of_servers(plan, without, |options| options.bandwidth = Some(rate));
    town.work_beside(town.worker().grace(120 * SECOND), async {
        until_appending(&town, 2 * SECOND).await;
        assert!(town.pause().await);
        let asked = town.clock.elapsed();
        while matches!(town.state().await, State::Running | State::Stopping) {
            town.sleep(SECOND).await;
        }
        let took = town.clock.elapsed() - asked;
        assert_eq!(town.state().await, State::Paused, "{:?}", town.seen.commands());
        assert!(took > 5 * SECOND && took < 120 * SECOND, "{took:?}");
        let late = town.seen.commands_after(asked + HEARD);
        // To take leave asks for nothing.
        assert!(late.iter().all(|command| command.verb == "LOGOUT"), "{late:?}");
        assert_eq!(town.seen.open(), 0);
        town.change(|options| options.bandwidth = None).await;
        town.resume().await;
    });
    town.work();
    town.is_whole();
}

// Would catch: a message that has arrived and whose answer was not waited for, sent a second time.
#[test]
fn what_is_in_doubt_and_has_arrived_is_not_sent_again() {
    let plan =
        Plan { migrations: 1, folders: 1, messages: 10, bytes: 3000, round_trip: Duration::from_millis(50) };
    let grace = 5 * SECOND;
    let town = Town::new(plan, |_| ());
    town.seen.answer_late(Some(("APPEND", Duration::from_secs(3600))));
    let before = town.work_beside(town.worker().grace(grace), async {
        until_appending(&town, SECOND).await;
        assert!(town.pause().await);
        let asked = town.clock.elapsed();
        town.sleep(grace / 2).await;
        assert!(town.seen.open() > 0, "its answer is waited for");
        town.sleep(grace).await;
        assert_eq!((town.state().await, town.seen.open()), (State::Paused, 0));
        assert!(town.seen.commands_after(asked + HEARD).is_empty());
        town.seen.answer_late(None);
        town.resume().await;
        town.appended()
    });
    assert!(before > 0, "something had arrived");
    town.work();
    // Each that had arrived is found where it is: stored once.
    town.is_whole();
}
