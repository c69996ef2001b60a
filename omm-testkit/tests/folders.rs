//! Stories of folders that vanish, come back, change their names or share one.

mod odd_accounts;

use odd_accounts::{World, path};
use omm_core::{
    journal::{FolderRow, Journal},
    model::ItemKind,
};
use omm_testkit::{
    mailbox::message,
    memory::{Habits, MemoryAccount, Settings},
    sim::{run, run_until},
    step_stop::{Fuse, When},
};
use std::time::Duration;

fn two_folders(settings: Settings) -> World {
    let source = MemoryAccount::with(settings);
    for (at, name) in ["A", "B"].into_iter().enumerate() {
        source.add_folder(&path(name), None, ItemKind::Mail);
        source.add(&path(name), message(at as u64, 1));
        source.add(&path(name), message(at as u64, 2));
    }
    World::new(source)
}

fn rows(world: &World) -> Vec<FolderRow> {
    run(&world.clock, world.journal.folders()).expect("the rows")
}

/// Kills: the state and the cursor of a vanished folder outlive it in the journal, so that a run that is cut right
/// after it came back resumes with them, lists nothing, and leaves everything in it gone.
#[test]
fn a_folder_that_came_back_is_whole_again_wherever_the_run_is_cut() {
    for settings in [Settings::default(), Settings::listing()] {
        for step in 1..40 {
            let world = two_folders(settings.clone());
            run(&world.clock, world.migration().run()).expect("a first run");
            world.day.lock().hidden.insert(path("B"));
            run(&world.clock, world.migration().run()).expect("a run without it");
            assert!(rows(&world).iter().any(|row| row.gone.is_some()), "nothing is gone");
            world.day.lock().hidden.clear();

            let fuse = Fuse::new();
            fuse.arm(step, When::After);
            let cut = run_until(&world.clock, world.fused(&fuse).run(), || fuse.blown());
            let report = run(&world.clock, world.migration().run()).expect("the rest");
            assert_eq!((report.totals.found, report.totals.kept_of_gone), (4, 0), "cut at {step}: {report}");
            assert_eq!(world.dest.snapshot().items(), 4, "cut at {step}");
            if cut.is_some() {
                break;
            }
        }
    }
}

/// Kills: rows matched by path alone, so that two source folders of one path share a row in the second run, and each
/// run takes the one's items for the other's.
#[test]
fn two_folders_of_one_path_stay_two() {
    for settings in [Settings::default(), Settings::listing()] {
        let world = two_folders(settings);
        world.source.rename_folder(&path("B"), &path("A"));
        for round in 1..4 {
            let report = run(&world.clock, world.migration().run()).expect("a run");
            assert_eq!(report.totals.copied, if round == 1 { 4 } else { 0 }, "round {round}: {report}");
            assert_eq!((report.totals.found, report.totals.kept_of_gone), (4, 0), "round {round}: {report}");
            let targets: Vec<_> = rows(&world).into_iter().map(|row| row.target).collect();
            assert!(targets.len() == 2 && targets[0] != targets[1], "{targets:?}");
        }
        let held = |name| world.dest.items(&path(name)).len();
        assert_eq!((held("A"), held("A (2)"), world.dest.paths().len()), (2, 2, 2));
    }
}

/// Kills: a folder that was renamed at the source and is taken for a new one: everything is copied again.
#[test]
fn a_renamed_folder_keeps_its_row_and_its_target() {
    let world = two_folders(Settings::default());
    run(&world.clock, world.migration().run()).expect("a first run");
    world.source.rename_folder(&path("B"), &path("C"));
    world.source.add_folder(&path("B"), None, ItemKind::Mail);
    world.source.add(&path("B"), message(7, 7));
    world.source.add(&path("C"), message(7, 8));
    let report = run(&world.clock, world.migration().run()).expect("a second run");
    assert_eq!((report.totals.copied, report.totals.already_there), (2, 4), "{report}");
    let held = |name| world.dest.items(&path(name)).len();
    assert_eq!((held("B"), held("B (2)")), (3, 1), "{:?}", world.dest.paths());
    assert_eq!(rows(&world).len(), 3);
}

/// Kills: a round trip for every folder that is missing; a child asked for before what lies above it; one folder
/// that is busy asked for again together with all the others, or given up.
#[test]
fn missing_folders_are_asked_for_together() {
    let source = MemoryAccount::new();
    for number in 0..110 {
        source.add_folder(&path(&format!("Top > {number}")), None, ItemKind::Mail);
    }
    source.add_folder(&path("Top"), None, ItemKind::Mail);
    let world = World::new(source);
    world.day.lock().busy.insert(path("Top > 7"));
    let report = run(&world.clock, world.migration().run()).expect("a run");
    assert!(!report.is_troubled() && world.dest.paths().len() == 111, "{report}");
    let calls = std::mem::take(&mut world.day.lock().calls);
    let of = |name| calls.iter().filter(move |call| call.0 == name).map(|(_, about)| about.as_str());
    assert_eq!(of("ensure at once").collect::<Vec<_>>(), ["100", "1", "11"]);
    assert_eq!(of("ensure").next(), Some("Top"));
}

/// Kills: the trouble of a folder that no row was written for, which the store refuses together with everything else
/// that the run wanted to say before it ended.
#[test]
fn what_a_failed_run_met_is_remembered() {
    let world = two_folders(Settings::default());
    world.day.lock().unmakeable.insert(path("A"));
    world.day.lock().then_locked_out = true;
    let error = run(&world.clock, world.migration().run()).expect_err("an account that is locked");
    assert_eq!(error.kind(), omm_core::error::ErrorKind::Auth, "{error}");
    let trouble: Vec<_> = rows(&world).into_iter().map(|row| (row.path, row.trouble.is_some())).collect();
    assert_eq!(trouble, [(path("A"), true), (path("B"), false)]);
}

/// Kills: a source that is not there and is awaited all the same, or for as long as the destination is away.
#[test]
fn a_source_that_is_not_there_ends_the_run_at_once() {
    for plans in [false, true] {
        // Two servers: one alone is asked for one login after the other.
        let mut elsewhere = Settings::default();
        elsewhere.lane = "elsewhere".to_owned();
        let world = two_folders(elsewhere);
        world.day.lock().no_such_server = true;
        let mut habits = Habits::default();
        let tick = Duration::from_millis(1);
        // A run must be told the capacity first: the destination goes away with its second answer.
        let from = if plans { Duration::ZERO } else { 2 * tick };
        habits.late = Some((world.clock.shared(), tick));
        habits.away = Some((world.clock.shared(), from..Duration::MAX));
        world.dest.behave(habits);
        let migration = world.migration();
        let error = match plans {
            true => run(&world.clock, migration.plan()).map(|_| ()),
            false => run(&world.clock, migration.run()).map(|_| ()),
        };
        let error = error.expect_err("there is no source");
        assert_eq!(error.to_string(), "log in: no such server", "plans: {plans}");
        assert!(world.clock.elapsed() < Duration::from_secs(1), "{:?}", world.clock.elapsed());
    }
}

/// Kills: the trouble of a folder that is left out since, which no run ever takes away: grade F for ever.
#[test]
fn a_folder_that_is_left_out_troubles_nobody() {
    let world = two_folders(Settings::default());
    world.day.lock().unmakeable.insert(path("A"));
    let report = run(&world.clock, world.migration().run()).expect("a run");
    assert!(report.is_troubled() && report.totals.copied == 2, "{report}");
    let mut options = omm_core::options::Options::default();
    options.exclude.push("A".to_owned());
    let report = run(&world.clock, world.migration().with_options(options).run()).expect("a run");
    assert!(!report.is_troubled(), "{report}");
    assert_eq!(report.grade, omm_core::report::Grade::A, "{report}");
}
