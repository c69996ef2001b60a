//! Limits that are changed while it runs, as the servers see them.

use crate::town::{Plan, Town};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// Between two looks at the options, and the request that was let in before.
fn plan(migrations: usize, folders: usize, messages: usize, bytes: usize) -> Plan {
    Plan { migrations, folders, messages, bytes, round_trip: Duration::from_millis(100) }
}

// Would catch: a pace that is heard of by the worker and not by the sockets that are open, or after more than a second.
#[test]
fn bandwidth_of_a_project() {
    const SLOW: u64 = 64 << 10;
    let town = Town::new(plan(2, 2, 60, 60 << 10), |options| options.bandwidth = Some(SLOW));
    // So many bytes a second were seen from then on, as a part of what is allowed.
    let seen = async |rate: u64, from: Duration, time: Duration| {
        town.sleep((from + time).saturating_sub(town.clock.elapsed())).await;
        let carried = town.seen.carried(from, from + time) as f64;
        carried / time.as_secs_f64() / rate as f64
    };
    let mut all = Vec::new();
    town.work_beside(town.worker(), async {
        all.push(seen(SLOW, 5 * SECOND, 15 * SECOND).await);
        for rate in [SLOW * 4, 32 << 10, SLOW] {
            let changed = town.change(|options| options.bandwidth = Some(rate)).await;
            all.push(seen(rate, changed + SECOND, 15 * SECOND).await);
        }
    });
    println!("bandwidth at the servers, as a part of what is allowed: {all:.3?}");
    assert!(all.iter().all(|part| (0.8..1.05).contains(part)), "{all:?}");
    let none = async { town.change(|options| options.bandwidth = None).await };
    omm_testkit::sim::run(&town.clock, none);
    town.work();
    town.is_whole();
}

// Would catch: requests that are let in by the old limit for longer than a second, whether it was more or less.
#[test]
fn requests_at_once_of_a_project() {
    let town = Town::new(plan(8, 150, 3, 500), |options| {
        (options.requests_at_once, options.requests_per_server) = (2, 100);
    });
    let seen = town.work_beside(town.worker(), async {
        town.sleep(4 * SECOND).await;
        let mut seen = vec![(2, town.seen.most().at_work)];
        for limit in [9, 3, 1, 6] {
            town.change(|options| options.requests_at_once = limit).await;
            town.sleep(SECOND).await;
            town.seen.most();
            town.sleep(2 * SECOND).await;
            seen.push((limit as usize, town.seen.most().at_work));
        }
        seen
    });
    println!("requests at once, allowed and seen at the servers: {seen:?}");
    assert!(seen.iter().all(|(allowed, seen)| seen == allowed), "{seen:?}");
    town.work();
    town.is_whole();
}

// Would catch: migrations that are still at their servers a second after somebody said that fewer may, whenever he says so, and
// more that do not begin within one.
#[test]
fn migrations_at_once_of_a_project() {
    let town = Town::new(plan(10, 90, 2, 500), |options| {
        (options.requests_at_once, options.requests_per_server) = (100, 2);
        options.migrations_at_once = 3;
    });
    let seen = town.work_beside(town.worker(), async {
        town.sleep(3 * SECOND).await;
        let mut seen = vec![(3, town.seen.most().servers)];
        for (limit, at) in [7, 2, 6, 1, 5, 2, 7].into_iter().zip(0..) {
            // Somewhere else between two looks of the worker each time.
            town.sleep(Duration::from_millis(70 * at)).await;
            town.change(|options| options.migrations_at_once = limit).await;
            // Who is sent home hears of it, has what he has begun answered, and takes his leave.
            town.sleep(SECOND).await;
            town.seen.most();
            town.sleep(SECOND).await;
            seen.push((limit as usize, town.seen.most().servers));
        }
        seen
    });
    println!("migrations at once allowed, and servers that were seen at work: {seen:?}");
    // Each has two servers of its own.
    assert!(seen.iter().all(|(allowed, seen)| *seen == 2 * allowed), "{seen:?}");
    town.work();
    // Whoever goes on again goes on from where he was.
    town.is_whole();
}

// Would catch: two projects that ask one server each as much as all may together, in force after more than a second, and what is sent
// twice by whoever had to wait.
#[test]
fn requests_of_all_projects_at_one_server() {
    let town = Town::of_projects(plan(8, 60, 3, 500), 2);
    let seen = town.work_beside(town.worker(), async {
        let mut seen = Vec::new();
        for limit in [Some(3), Some(8), Some(1), Some(5)] {
            town.limit(|limits| limits.requests_per_server = limit).await;
            town.sleep(SECOND).await;
            town.seen.most();
            town.sleep(2 * SECOND).await;
            seen.push((limit.unwrap_or_default() as usize, town.seen.most().at_one));
        }
        town.limit(|limits| *limits = Default::default()).await;
        seen
    });
    println!("requests of two projects at one server, allowed and seen there: {seen:?}");
    assert!(seen.iter().all(|(allowed, seen)| seen == allowed), "{seen:?}");
    town.work();
    town.is_whole();
}
