//! The virtual clock: waits cost nothing, stand in order, and a deadlock is seen.

use futures::{channel::oneshot, future::join, join};
use omm_core::host::{LaneKey, Limiter, Runtime, blocking};
use omm_testkit::sim::{SimRuntime, run, run_until};
use std::{cell::Cell, time::Duration};

#[test]
fn sleeping_moves_the_clock_and_nothing_else() {
    let clock = SimRuntime::new();
    let before = clock.now();
    let order = std::cell::RefCell::new(Vec::new());
    run(&clock, async {
        join!(
            async {
                clock.sleep(Duration::from_secs(3600)).await;
                order.borrow_mut().push("late");
            },
            async {
                clock.sleep(Duration::from_secs(60)).await;
                order.borrow_mut().push("early");
            }
        );
    });
    assert_eq!(*order.borrow(), ["early", "late"]);
    assert_eq!(clock.elapsed(), Duration::from_secs(3600));
    assert_eq!((clock.now() - before).num_seconds(), 3600);
}

#[test]
fn a_dropped_sleep_is_not_waited_for() {
    let clock = SimRuntime::new();
    drop(clock.sleep(Duration::from_secs(1)));
    assert!(!clock.advance_to_next());
}

#[test]
#[should_panic(expected = "deadlock: nothing is left to wait for")]
fn a_permit_asked_for_while_holding_the_last_one_is_a_deadlock() {
    let clock = SimRuntime::new();
    let lane = Limiter::new(1).lane(&LaneKey("one".into()));
    run(&clock, async {
        let runtime = clock.shared();
        let _held = lane.permit(&runtime).await;
        let _second = lane.permit(&runtime).await;
    });
}

#[test]
#[should_panic(expected = "stuck: only the clock has moved")]
fn polling_a_clock_for_ever_is_seen() {
    let clock = SimRuntime::new();
    run(&clock, async {
        loop {
            clock.sleep(Duration::from_secs(60)).await;
        }
    });
}

#[test]
fn a_cut_drops_the_future_where_it_stands() {
    let clock = SimRuntime::new();
    let (blown, dropped) = (Cell::new(false), Cell::new(false));
    struct Says<'a>(&'a Cell<bool>);
    impl Drop for Says<'_> {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let work = async {
        let _says = Says(&dropped);
        clock.sleep(Duration::from_secs(1)).await;
        blown.set(true);
        std::future::pending::<()>().await;
    };
    assert_eq!(run_until(&clock, work, || blown.get()), None);
    assert!(dropped.get());
}

#[test]
fn blocking_work_runs_at_once() {
    let clock = SimRuntime::new();
    let runtime = clock.shared();
    let (sender, receiver) = oneshot::channel();
    let answer = run(&clock, join(blocking(&runtime, move || Ok(sender.send(7).is_ok())), receiver));
    assert!(matches!(answer, (Ok(true), Ok(7))));
}
