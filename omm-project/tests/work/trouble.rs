//! What becomes of migrations that cannot go on.

use crate::town::World;
use omm_core::{error::ErrorKind, host::Stop};
use omm_project::{
    store::{Change, State},
    work::{Task, Until},
};
use omm_testkit::sim;

#[test]
fn a_refused_password_waits_for_a_person_and_costs_the_others_nothing() {
    let world = World::new();
    let project = world.project(|_| ());
    let keys = world.add(&project, 0..3);
    world.town.trouble("a1", Some(ErrorKind::Auth));
    world.work();
    assert_eq!(world.states(&project, &keys), [State::Done, State::Paused, State::Done]);
    let row = world.row(&project, keys[1]);
    assert!(row.reason.as_deref().is_some_and(|reason| reason.starts_with("source: ")), "{:?}", row.reason);
    assert_eq!(row.start, None, "nobody shows it again by himself");
    assert!(row.source_password.is_some());
    world.town.trouble("a1", None);
    world.change(&project, keys[1], Change::Task(Task::Copy));
    world.work();
    world.is_whole("a1", "b1");
}

#[test]
fn a_full_mailbox_is_tried_again_later_by_itself() {
    let world = World::new();
    let project = world.project(|_| ());
    let key = world.add(&project, 0..1)[0];
    world.town.trouble("b0", Some(ErrorKind::Quota));
    let stop = Stop::new();
    let (began, worker) = (world.now(), world.worker());
    let emptied = async {
        world.sleep(90.0 * 60.0).await;
        let paused = world.row(&project, key);
        assert_eq!((paused.state, paused.failed_turns), (State::Paused, 2));
        world.town.trouble("b0", None);
        while world.row(&project, key).state != State::Done {
            world.sleep(60.0).await;
        }
        stop.request();
    };
    let work = worker.run(Until::Stopped, &stop);
    let (ended, ()) = sim::run(&world.clock, futures::future::join(work, emptied));
    ended.unwrap();
    assert_eq!((world.now() - began).num_hours(), 3, "after one hour, and two hours after that");
    assert_eq!(world.row(&project, key).failed_turns, 0);
    world.is_whole("a0", "b0");
}

#[test]
fn what_makes_no_sense_fails_with_its_reason() {
    let world = World::new();
    let project = world.project(|_| ());
    let key = world.add(&project, 0..1)[0];
    world.town.trouble("b0", Some(ErrorKind::Config));
    world.work();
    let row = world.row(&project, key);
    assert_eq!(row.state, State::Failed);
    assert!(row.reason.is_some_and(|reason| reason.contains("the server says no")));
}
