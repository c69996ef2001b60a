//! Pause, resume, stop, and coming home.

use crate::town::{ITEMS, World};
use futures::{FutureExt, future::join};
use omm_core::host::Stop;
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
    assert!(counts.of(State::NotStarted) > 0 && counts.of(State::Running) == 0);
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
    assert_eq!(world.states(&project, &keys), [State::NotStarted; 6]);
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
