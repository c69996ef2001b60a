//! Workers that are killed anywhere.

use crate::town::World;
use futures::future::join;
use omm_core::{error::ErrorKind, host::Stop};
use omm_project::{
    store::{Change, State},
    work::{Until, Wish},
};
use omm_testkit::sim;
use std::{cell::Cell, time::Duration};

/// Killed at every twentieth poll of the whole: each time another worker takes up what the last one left.
#[test]
fn nothing_is_lost_and_nothing_comes_twice() {
    let world = World::new();
    let project = world.project(|project| project.options.migrations_at_once = 4);
    let keys = world.add(&project, 0..8);
    let mut kills = 0;
    loop {
        let polls = Cell::new(0);
        let cut = || {
            polls.set(polls.get() + 1);
            polls.get() > 20 + kills
        };
        match sim::run_until(&world.clock, world.worker().run(Until::Idle, &Stop::new()), cut) {
            Some(ended) => break ended.unwrap(),
            None => kills += 1,
        }
        assert!(kills < 2_000, "it comes forward: {:?}", world.states(&project, &keys));
    }
    assert!(kills > 3, "{kills} kills");
    assert_eq!(world.states(&project, &keys), [State::Done; 8]);
    (0..8).for_each(|at| world.is_whole(&format!("a{at}"), &format!("b{at}")));
    // Two days later no journal is left that none of them names.
    world.clock.advance(Duration::from_hours(48));
    world.work();
    let files = std::fs::read_dir(world.folder.path().join("migrations")).unwrap();
    let journals =
        files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "db"));
    assert_eq!(journals.count(), 8);
}

#[test]
fn a_wish_outlives_the_one_who_should_have_heard_it() {
    let world = World::new();
    let project = world.project(|_| ());
    let keys = world.add(&project, 0..2);
    let killed_at = Duration::from_millis(200);
    let cut = || world.clock.elapsed() > killed_at;
    assert!(sim::run_until(&world.clock, world.worker().run(Until::Idle, &Stop::new()), cut).is_none());
    assert_eq!(world.states(&project, &keys), [State::Running; 2]);
    world.change(&project, keys[0], Change::Wish(Wish::Pause));
    world.change(&project, keys[1], Change::Wish(Wish::Stop));
    world.work();
    assert_eq!(world.states(&project, &keys), [State::Paused, State::Stopped]);
}

#[test]
fn two_workers_do_not_work_on_one_folder() {
    let world = World::new();
    let project = world.project(|_| ());
    let keys = world.add(&project, 0..2);
    let stop = Stop::new();
    let first = world.worker();
    let second = world.worker();
    let comes_later = async {
        world.sleep(0.3).await;
        let refused = second.run(Until::Idle, &stop).await.expect_err("the first works");
        assert_eq!(refused.kind(), ErrorKind::Journal);
        assert!(refused.to_string().contains("another process"), "{refused}");
    };
    let (ended, ()) = sim::run(&world.clock, join(first.run(Until::Idle, &stop), comes_later));
    ended.unwrap();
    assert_eq!(world.states(&project, &keys), [State::Done; 2]);
    world.work();
}
