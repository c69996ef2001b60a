//! Pause, resume, stop, and coming home.

use crate::town::{ITEMS, World};
use futures::{FutureExt, future::join};
use omm_core::{error::ErrorKind, host::Stop};
use omm_project::{
    store::{Change, Changed, Projects, State},
    work::{Task, Until, Wish},
};
use omm_testkit::{memory::Habits, sim};
use std::time::Duration;

#[test]
fn a_pause_is_heard_at_once_and_resuming_repeats_nothing() {
    let world = World::new();
    let project = world.project(|project| project.options.requests_at_once = 1);
    let key = world.add(&project, 0..1)[0];
    let asked = world.work_while(async {
        world.sleep(0.3).await;
        assert_eq!(world.change(&project, key, Change::Wish(Wish::Pause)), Changed::Changed);
        world.now()
    });
    let row = world.row(&project, key);
    let heard = row.changed - asked.expect("it was in the middle");
    assert!(heard.num_milliseconds() < 2_000, "{heard}");
    assert_eq!((row.state, row.reason.as_deref()), (State::Paused, Some("on request")));
    let before = world.town.account("b0").snapshot().items();
    assert!(before < ITEMS, "it was in the middle");
    assert_eq!(world.change(&project, key, Change::Wish(Wish::Pause)), Changed::Refused(State::Paused));
    assert_eq!(world.change(&project, key, Change::Task(Task::Copy)), Changed::Changed);
    world.work();
    world.is_whole("a0", "b0");
    assert_eq!(world.row(&project, key).state, State::Done);
}

// Would catch: a time that was named before waking what somebody lets rest.
#[test]
fn what_waits_for_a_time_and_is_paused_rests_beyond_it() {
    let world = World::new();
    let project = world.project(|_| ());
    let later = world.now() + chrono::TimeDelta::hours(1);
    let paused = world.add_one(&project, "a0", "b0", |new| new.start = Some(later));
    world.add_one(&project, "a1", "b1", |new| new.start = Some(later + chrono::TimeDelta::hours(1)));
    world.change(&project, paused, Change::State(State::Paused, Some("on request".to_owned())));
    world.work();
    assert!(world.now() > later);
    assert_eq!(world.row(&project, paused).state, State::Paused);
}

// Would catch: a wish that counts only where somebody works, and a time that wakes what somebody lets rest.
#[test]
fn what_waits_hears_at_once() {
    let world = World::new();
    let project = world.project(|_| ());
    let later = world.now() + chrono::TimeDelta::hours(1);
    let keys = [
        world.add(&project, 0..1)[0],
        world.add_one(&project, "a1", "b1", |new| new.start = Some(later)),
        world.add(&project, 2..3)[0],
    ];
    for (key, wish) in keys.into_iter().zip([Wish::Pause, Wish::Pause, Wish::Stop]) {
        assert_eq!(world.change(&project, key, Change::Wish(wish)), Changed::Changed);
    }
    world.work();
    assert_eq!(world.states(&project, &keys), [State::Paused, State::Paused, State::Stopped]);
    assert!(world.town.account("b0").snapshot().without_empty_folders().items() == 0);
}

// Would catch: a pause that is overruled by a worker who has read the row before.
#[test]
fn what_rests_is_taken_by_nobody_and_what_runs_is_changed_by_wishes_alone() {
    let world = World::new();
    let project = world.project(|_| ());
    let key = world.add(&project, 0..1)[0];
    let (running, paused) = (Change::State(State::Running, None), Change::State(State::Paused, None));
    assert_eq!(world.change(&project, key, Change::Wish(Wish::Pause)), Changed::Changed);
    assert_eq!(world.change(&project, key, running.clone()), Changed::Refused(State::Paused));
    assert_eq!(world.change(&project, key, Change::Task(Task::Copy)), Changed::Changed);
    assert_eq!(world.change(&project, key, running), Changed::Changed);
    assert_eq!(world.change(&project, key, paused), Changed::Refused(State::Running));
    assert_eq!(world.change(&project, key, Change::ErasePasswords), Changed::Refused(State::Running));
}

// Would catch: a wish that is forgotten because the worker was shut down before it came to hear it.
#[test]
fn a_wish_outlives_the_worker_that_did_not_hear_it() {
    let world = World::new();
    let project = world.project(|project| project.options.requests_at_once = 1);
    let key = world.add(&project, 0..1)[0];
    let (stop, worker) = (Stop::new(), world.worker());
    sim::run(&world.clock, async {
        let asks = async {
            world.sleep(0.3).await;
            stop.request();
            world.change(&project, key, Change::Wish(Wish::Stop));
        };
        let (ended, ()) = join(worker.run(Until::Idle, &stop), asks).await;
        ended.unwrap();
    });
    assert_eq!(world.row(&project, key).state, State::Stopped);
}

// Would catch: a mailbox that is copied again because its undo failed.
#[test]
fn an_undo_that_failed_is_gone_on_with_as_an_undo() {
    let world = World::new();
    let project = world.project(|project| project.options.keep_passwords = true);
    let key = world.add(&project, 0..1)[0];
    world.work();
    let undo = Task::Undo { from: 1, keep_read: false };
    world.change(&project, key, Change::Task(undo));
    world.town.trouble("b0", Some(ErrorKind::Denied));
    world.work();
    let row = world.row(&project, key);
    assert_eq!((row.state, row.task), (State::Failed, undo));
    world.town.trouble("b0", None);
    world.change(&project, key, Change::Task(row.task));
    world.work();
    let row = world.row(&project, key);
    assert_eq!((row.state, row.task), (State::Stopped, Task::Copy));
    assert_eq!(world.town.account("b0").snapshot().items(), 0);
}

#[test]
fn stopped_is_stopped_and_what_was_copied_stays() {
    let world = World::new();
    let project = world.project(|project| project.options.requests_at_once = 1);
    let key = world.add(&project, 0..1)[0];
    world.work_while(async {
        world.sleep(0.3).await;
        world.change(&project, key, Change::Wish(Wish::Stop));
        assert_eq!(world.row(&project, key).state, State::Stopping);
        std::future::pending::<()>().await;
    });
    assert_eq!(world.row(&project, key).state, State::Stopped);
    world.work();
    assert_eq!(world.row(&project, key).state, State::Stopped, "nobody goes on by himself");
}

#[test]
fn a_project_that_is_held_comes_to_rest_and_goes_on() {
    let world = World::new();
    let project = world.project(|project| project.options.requests_at_once = 2);
    let keys = world.add(&project, 0..6);
    world.work_while(async {
        world.sleep(0.5).await;
        world.change_project(&project, |project| project.held = true);
        std::future::pending::<()>().await;
    });
    let counts = world.store.counts(&project).now_or_never().unwrap().unwrap();
    assert!(counts.of(State::Waiting) > 0 && counts.of(State::Running) == 0);
    world.change_project(&project, |project| project.held = false);
    world.work();
    assert_eq!(world.states(&project, &keys), [State::Done; 6]);
    (0..6).for_each(|at| world.is_whole(&format!("a{at}"), &format!("b{at}")));
}

#[test]
fn a_worker_that_comes_home_leaves_everything_to_the_next() {
    let world = World::new();
    let project = world.project(|_| ());
    let keys = world.add(&project, 0..6);
    let stop = Stop::new();
    let (worker, asks) = (world.worker(), async {
        world.sleep(0.3).await;
        stop.request();
    });
    let (ended, ()) = sim::run(&world.clock, join(worker.run(Until::Stopped, &stop), asks));
    ended.unwrap();
    assert!(world.clock.elapsed() < Duration::from_secs(3));
    assert_eq!(world.states(&project, &keys), [State::Waiting; 6]);
    world.work();
    assert_eq!(world.states(&project, &keys), [State::Done; 6]);
    (0..6).for_each(|at| world.is_whole(&format!("a{at}"), &format!("b{at}")));
}

// Would catch: a server that never answers keeping a pause, and a write in doubt that is made again.
#[test]
fn a_write_in_flight_has_its_grace_and_no_more() {
    let world = World::new();
    let project = world.project(|_| ());
    let key = world.add(&project, 0..1)[0];
    let mut slow = Habits::default();
    slow.late = Some((world.clock.shared(), Duration::from_secs(3600)));
    world.town.account("b0").behave(slow);
    let stop = Stop::new();
    let worker = world.worker().grace(Duration::from_secs(10));
    let asks = async {
        world.sleep(7250.0).await;
        world.change(&project, key, Change::Wish(Wish::Pause));
        world.sleep(12.0).await;
        let state = world.row(&project, key).state;
        stop.request();
        state
    };
    let (ended, state) = sim::run(&world.clock, join(worker.run(Until::Stopped, &stop), asks));
    ended.unwrap();
    assert_eq!(state, State::Paused);
    world.town.account("b0").behave(Habits::default());
    world.change(&project, key, Change::Task(Task::Copy));
    world.work();
    world.is_whole("a0", "b0");
}
