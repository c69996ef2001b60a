//! Several workers on one database, killed and stopped on the way. `OMM_FULL` makes it as large as it is to be;
//! `OMM_MIGRATIONS` and `OMM_KILLS` say how large.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

#[path = "../world/mod.rs"]
mod world;

mod gauge;
mod staff;
mod town;

use staff::Staff;
use std::{thread, time::Duration};
use town::Town;

/// What the project allows at each server, of all workers together.
const PER_SERVER: usize = 6;

/// A number that a variable may set; else it depends on whether all is asked for.
fn asked(name: &str, usually: usize, in_full: usize) -> usize {
    let otherwise = if std::env::var_os("OMM_FULL").is_some() { in_full } else { usually };
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

// Would catch: a migration that two work on, one that nobody takes over, a write behind a lost lease, a second copy of what
// was in doubt, and limits that each worker has for itself.
#[test]
fn killed_and_stopped_and_everything_is_there_once() {
    let (migrations, kills) = (asked("OMM_MIGRATIONS", 30, 300), asked("OMM_KILLS", 4, 40));
    let Some(town) = Town::new(migrations) else { return };
    let mut staff = Staff::new(&town, 3);

    // One stands still until the others have all that it had, and wakes up.
    town.until("somebody works", |town| town.of(staff.name(0)) > 0 && town.written() > 0);
    staff.signal(0, "STOP");
    town.until("the others have it", |town| town.of(staff.name(0)) == 0);
    let before = town.written();
    staff.signal(0, "CONT");
    town.until("work goes on", |town| town.written() > before || town.is_done());

    let mut killed = 0;
    while killed < kills && !town.is_done() {
        // A random moment is what is tried here, not a state that one could wait for.
        thread::sleep(Duration::from_millis(700 + 400 * (killed as u64 % 4)));
        staff.replace(killed % 3);
        killed += 1;
    }
    town.until("all is done", Town::is_done);
    staff.dismiss();
    assert!(killed > 0, "it was over before anybody was killed");
    town.judge();
    println!(
        "{migrations} migrations, 3 workers, {killed} kills, 1 stopped past its lease; the most at work at once: source {}, \
         destination {}, allowed {PER_SERVER}",
        town.source.most(),
        town.destination.most()
    );
}

// Would catch: a limit of the project that each worker has for itself.
#[test]
fn what_a_server_is_asked_at_once_is_counted_over_all_workers() {
    let Some(town) = Town::new(asked("OMM_MIGRATIONS", 18, 60)) else { return };
    let staff = Staff::new(&town, 3);
    town.until("all is done", Town::is_done);
    staff.dismiss();
    town.judge();
    for gauge in [&town.source, &town.destination] {
        let most = gauge.most();
        assert!((2..=PER_SERVER).contains(&most), "{most} at once, {PER_SERVER} allowed");
    }
    println!("at once: source {}, destination {}", town.source.most(), town.destination.most());
}

// Would catch: a worker that drops what it has at work when it is asked to end, or keeps it so that others must wait.
#[test]
fn a_worker_that_is_asked_to_end_gives_everything_back() {
    let Some(town) = Town::new(6) else { return };
    let mut staff = Staff::new(&town, 1);
    town.until("it works", |town| town.of(staff.name(0)) > 0 && town.written() > 0);
    assert_eq!(staff.end(0, "TERM"), Some(0));
    assert_eq!(town.ask("SELECT count(*) FROM omm_projects.migrations WHERE holder IS NOT NULL"), "0");
    assert_eq!(town.ask("SELECT count(*) FROM omm.owners WHERE holder IS NOT NULL"), "0");
    let next = Staff::new(&town, 1);
    town.until("all is done", Town::is_done);
    next.dismiss();
    town.judge();
}
