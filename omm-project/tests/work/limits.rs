//! Limits, as they are when it runs and as they are changed.

use crate::town::{ITEMS, World};
use futures::{executor::block_on, future::select};
use omm_core::host::Stop;
use omm_project::{
    project::{HouseLimits, QuietHours},
    store::{Page, Projects, State},
    work::Until,
};
use omm_testkit::sim;
use std::{
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// The most that ran at once, and the most requests that were open, while `beside` went on.
async fn most(world: &World, project: &omm_project::project::ProjectId, seconds: f64) -> (u64, usize) {
    let (mut running, mut open) = (0, 0);
    for _ in 0..(seconds / 0.01) as usize {
        world.sleep(0.01).await;
        let counts = world.store.counts(project).await.unwrap();
        running = running.max(counts.of(State::Running));
        open = open.max(world.env.limiter.open());
    }
    (running, open)
}

#[test]
fn no_more_run_and_no_more_is_asked_than_the_options_say() {
    let world = World::new();
    let project = world.project(|project| {
        project.options.migrations_at_once = 3;
        project.options.requests_at_once = 2;
    });
    let keys = world.add(&project, 0..10);
    let (running, open) = world.work_while(most(&world, &project, 3.0)).expect("it takes longer");
    assert_eq!((running, open), (3, 2));
    assert_eq!(world.states(&project, &keys), vec![State::Done; 10]);
}

#[test]
fn a_limit_that_is_changed_is_in_force_within_a_second() {
    let world = World::new();
    let project = world.project(|project| {
        project.options.migrations_at_once = 8;
        project.options.requests_at_once = 1;
    });
    world.add(&project, 0..60);
    let seen = world.work_while(async {
        let before = most(&world, &project, 3.0).await;
        world.change_project(&project, |project| project.options.requests_at_once = 6);
        world.sleep(1.0).await;
        let wider = most(&world, &project, 2.0).await;
        world.change_project(&project, |project| project.options.requests_at_once = 2);
        world.sleep(1.0).await;
        (before.1, wider.1, most(&world, &project, 2.0).await.1)
    });
    assert_eq!(seen, Some((1, 6, 2)));
}

// Would catch: a project that goes on with eight, or with mail alone, because they were at work when somebody said otherwise.
#[test]
fn fewer_at_once_and_other_items_hold_for_what_runs() {
    let world = World::new();
    let project = world.project(|project| {
        project.options.migrations_at_once = 8;
        project.options.requests_at_once = 1;
    });
    let keys = world.add(&project, 0..12);
    let seen = world.work_while(async {
        world.sleep(1.0).await;
        let before = world.store.counts(&project).await.unwrap().of(State::Running);
        world.change_project(&project, |project| project.options.migrations_at_once = 2);
        world.sleep(1.5).await;
        let fewer = most(&world, &project, 1.0).await.0;
        world.change_project(&project, |project| {
            project.options.migrations_at_once = 8;
            project.options.migration.exclude.push("**".to_owned());
        });
        (before, fewer)
    });
    assert_eq!(seen, Some((8, 2)));
    assert_eq!(world.states(&project, &keys), vec![State::Done; 12]);
    let copied = keys.iter().filter_map(|key| world.row(&project, *key).progress);
    let whole =
        copied.filter(|progress| progress.items.copied + progress.items.already_there == ITEMS as u64);
    assert!(whole.count() < 12, "what ran is asked again what it carries");
}

// Would catch: a program that was asked for one project and waits for all that there is, or works on it.
#[test]
fn who_works_on_one_project_leaves_the_others() {
    let world = World::new();
    let (one, other) = (world.project(|_| ()), world.project(|_| ()));
    let (keys, others) = (world.add(&one, 0..3), world.add(&other, 3..5));
    let rests =
        world.add_one(&other, "a9", "b9", |new| new.start = Some(world.now() + Duration::from_hours(9)));
    let later = world.now() + Duration::from_mins(2);
    let key = world.add_one(&one, "a8", "b8", |new| new.start = Some(later));
    let worker = world.worker().only(one.clone());
    sim::run(&world.clock, worker.run(Until::Idle, &Stop::new())).unwrap();
    assert_eq!(world.states(&one, &keys), [State::Done; 3]);
    assert_eq!(world.states(&one, &[key]), [State::Done], "it waited for its time");
    assert_eq!(world.states(&other, &others), [State::NotStarted; 2]);
    assert_eq!(world.states(&other, &[rests]), [State::Scheduled]);
}

#[test]
fn one_project_does_not_keep_another_out() {
    let world = World::new();
    let large = world.project(|project| project.options.migrations_at_once = 100);
    world.add(&large, 0..100);
    let small = world.project(|_| ());
    let keys = world.add(&small, 200..202);
    let done_of_large = world.work_while(async {
        loop {
            world.sleep(0.05).await;
            if world.states(&small, &keys) == [State::Done; 2] {
                return world.store.counts(&large).await.unwrap().of(State::Done);
            }
        }
    });
    assert!(done_of_large.is_some_and(|done| done < 50), "{done_of_large:?}");
}

// Would catch: every place that becomes free going to the first project, when all have more than there is room for.
#[test]
fn projects_share_what_becomes_free() {
    let world = World::new();
    let projects: Vec<_> =
        (0..3).map(|_| world.project(|project| project.options.migrations_at_once = 9)).collect();
    for (at, project) in projects.iter().enumerate() {
        world.add(project, at * 100..at * 100 + 12);
    }
    let worker = world.worker().at_once(3);
    let apart = AtomicU64::new(0);
    sim::run(&world.clock, async {
        let looks = async {
            loop {
                world.sleep(0.05).await;
                let mut done = Vec::new();
                for project in &projects {
                    done.push(world.store.counts(project).await.unwrap().of(State::Done));
                }
                let (least, most) = (done.iter().min().unwrap(), done.iter().max().unwrap());
                apart.fetch_max(most - least, Ordering::Relaxed);
            }
        };
        let stop = Stop::new();
        select(pin!(worker.run(Until::Idle, &stop)), pin!(looks)).await;
    });
    let done = |project| block_on(world.store.counts(project)).unwrap().of(State::Done);
    assert!(projects.iter().all(|project| done(project) == 12));
    let apart = apart.load(Ordering::Relaxed);
    assert!(apart <= 3, "{apart} more of one than of another");
}

#[test]
fn quiet_hours_are_kept() {
    let world = World::new();
    // The clock begins at midnight; it is quiet from two minutes on, for an hour.
    let project = world.project(|project| {
        project.options.migrations_at_once = 1;
        project.options.requests_at_once = 1;
        project.options.quiet_hours = Some(QuietHours::new("00:02", "01:02", "UTC"));
    });
    let keys = world.add(&project, 0..60);
    let (before, quiet) = world
        .work_while(async {
            world.sleep(3.0 * 60.0).await;
            let before = world.store.counts(&project).await.unwrap().of(State::Done);
            let open = most(&world, &project, 5.0).await.1;
            world.sleep(50.0 * 60.0).await;
            let after = world.store.counts(&project).await.unwrap().of(State::Done);
            ((before > 0, after == before), open)
        })
        .expect("it takes until after the quiet hours");
    assert_eq!((before, quiet), ((true, true), 0));
    assert!(world.states(&project, &keys).iter().all(|state| *state == State::Done));
}

/// Changes what all projects together may have.
async fn limit(world: &World, change: impl FnOnce(&mut HouseLimits)) {
    let mut limits = world.store.house_limits().await.unwrap();
    change(&mut limits);
    world.store.limit_house(&limits).await.unwrap();
}

// Would catch: a server that two projects ask each as much as it may be asked in all, a limit that is heard of after more than a
// second, and one project that has all of it.
#[test]
fn two_projects_share_what_the_house_allows_at_one_server() {
    let world = World::new();
    let projects = [world.project(|_| ()), world.project(|_| ())];
    for (at, project) in projects.iter().enumerate() {
        world.add(project, at * 100..at * 100 + 30);
    }
    let seen = world.work_while(async {
        let mut seen = Vec::new();
        for most_open in [Some(3), Some(7), Some(1), None] {
            limit(&world, |limits| limits.requests_per_server = most_open).await;
            world.sleep(1.0).await;
            seen.push(most(&world, &projects[0], 2.0).await.1);
        }
        let mut items = [0; 2];
        for (project, items) in projects.iter().zip(&mut items) {
            let rows = world.store.page(project, Page::first(100)).await.unwrap();
            *items = rows.iter().filter_map(|row| Some(row.progress.as_ref()?.items.copied)).sum::<u64>();
        }
        (seen, items)
    });
    let (seen, [one, other]) = seen.expect("it takes longer");
    assert_eq!(seen[..3], [3, 7, 1]);
    assert!(seen[3] > 7, "{seen:?}");
    assert!(one.abs_diff(other) * 4 < one + other, "{one} of the one and {other} of the other");
}

// Would catch: as many of each project as it allows, though the house allows fewer in all; and a project whose only one is sent
// home while another one keeps all of its own.
#[test]
fn fewer_migrations_at_once_in_the_house() {
    let world = World::new();
    let projects = [world.project(|_| ()), world.project(|project| project.options.migrations_at_once = 2)];
    let keys: Vec<_> =
        [0..30, 100..106].into_iter().zip(&projects).map(|(names, of)| world.add(of, names)).collect();
    let seen = world.work_while(async {
        world.sleep(1.0).await;
        let running = async |of: usize| world.store.counts(&projects[of]).await.unwrap().of(State::Running);
        let mut seen = vec![(running(0).await, running(1).await)];
        for at_once in [Some(4), None] {
            limit(&world, |limits| limits.migrations_at_once = at_once).await;
            world.sleep(1.0).await;
            seen.push((running(0).await, running(1).await));
        }
        seen
    });
    assert_eq!(seen, Some(vec![(10, 2), (2, 2), (10, 2)]));
    assert!(
        keys.iter().zip(&projects).all(|(keys, of)| world.states(of, keys).iter().all(|s| *s == State::Done))
    );
}
