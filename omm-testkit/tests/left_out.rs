//! What is left out stands in plan and report with the same numbers, and costs nothing when nothing has changed.

mod odd_accounts;

use odd_accounts::{World, path};
use omm_core::{
    error::ErrorKind,
    event::{Event, Listener},
    model::ItemKind,
    options::Options,
    report::{Grade, Report},
};
use omm_testkit::{
    mailbox::{contact, message, small, task},
    memory::{Habits, MemoryAccount, Settings},
    sim::run,
    step_stop::Fuse,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// Seven messages, two contacts, two events, a task and a note, and one task that lies in a mail folder.
fn everything(settings: Settings) -> World {
    let source = MemoryAccount::with(settings).holding(&small(1));
    source.add_folder(&path("Odds"), None, ItemKind::Mail);
    source.add(&path("Odds"), message(1, 50));
    source.add(&path("Odds"), task(5, 0));
    World::new(source)
}

fn mail_only(world: &World) {
    world.dest.change_settings(|settings| settings.kinds = vec![ItemKind::Mail]);
}

fn options(set: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    set(&mut options);
    options
}

/// What the events of a run add up to: found, and what became of it.
type Heard = Arc<Mutex<(u64, u64)>>;

fn listener(heard: &Heard) -> Listener {
    let heard = heard.clone();
    Listener::new(move |event| {
        if let Event::Progress { found, copied, adopted, already_there, skipped, failed, .. } = event {
            let mut heard = heard.lock().expect("nobody panicked");
            heard.0 += found;
            heard.1 += copied + adopted + already_there + skipped + failed;
        }
    })
}

/// A plan, then the run; both say the same of every folder and in all.
fn plan_and_run(world: &World, options: &Options) -> Report {
    let migration = world.migration().with_options(options.clone());
    let plan = run(&world.clock, migration.plan()).expect("a plan");
    let report = run(&world.clock, migration.run()).expect("a run");
    assert!(report.complete && report.totals.adds_up(), "{report}");
    assert_eq!(plan.folders.len(), report.folders.len(), "{plan:?}\n{report}");
    let mut lines: Vec<_> = plan.folders.iter().collect();
    lines.sort_by(|a, b| a.folder.cmp(&b.folder));
    for (planned, line) in lines.into_iter().zip(&report.folders) {
        let counts = &line.counts;
        assert!(counts.adds_up(), "{}: {report}", line.folder);
        let said = (planned.folder.clone(), planned.found, planned.left_out, planned.already_there);
        let came = (line.folder.clone(), counts.found, counts.skipped_in_all(), counts.already_there);
        assert_eq!(said, came, "{plan:?}\n{report}");
        assert_eq!(planned.to_copy, counts.copied + counts.adopted, "{plan:?}\n{report}");
    }
    assert_eq!(plan.left_out, report.totals.skipped, "{plan:?}\n{report}");
    report
}

/// Kills: folders that only a note knows; a reason that plan and run disagree on; copies of earlier runs that a plan
/// counts as left out; a reason of yesterday's options that stays.
#[test]
fn plan_and_report_agree_whatever_is_left_out() {
    let all = Options::default();
    let mail = options(|options| options.kinds = vec![ItemKind::Mail]);
    let excluded = options(|options| options.exclude = vec!["Contacts".to_owned(), "INBOX".to_owned()]);
    let included = options(|options| options.include = vec!["Tasks".to_owned()]);
    let both = options(|options| {
        options.kinds = vec![ItemKind::Mail];
        options.exclude = vec!["Calendar".to_owned()];
    });
    let small = options(|options| {
        options.max_size = Some(10);
        options.exclude = vec!["Notes".to_owned()];
    });
    type Skips<'a> = &'a [(&'static str, u64)];
    let stories: [&[(&Options, bool, Skips<'_>)]; 6] = [
        &[(&all, true, &[("kind-not-held", 7)]), (&all, true, &[("kind-not-held", 7)]), (&all, false, &[])],
        &[(&mail, false, &[("kind-not-wanted", 7)]), (&mail, true, &[("kind-not-wanted", 7)])],
        &[
            (&both, true, &[("folder-not-wanted", 2), ("kind-not-wanted", 5)]),
            (&all, true, &[("kind-not-held", 7)]),
        ],
        &[(&excluded, false, &[("folder-not-wanted", 5)]), (&all, false, &[]), (&excluded, false, &[])],
        &[
            (&small, false, &[("folder-not-wanted", 1), ("over-size-limit", 14)]),
            (&included, false, &[("folder-not-wanted", 14)]),
        ],
        &[
            (&included, true, &[("folder-not-wanted", 14), ("kind-not-held", 1)]),
            (&small, true, &[("folder-not-wanted", 1), ("kind-not-held", 6), ("over-size-limit", 8)]),
            (&all, false, &[]),
        ],
    ];
    for settings in [Settings::default(), Settings::listing()] {
        for (number, story) in stories.iter().enumerate() {
            let world = everything(settings.clone());
            for (act, (options, only_mail, skips)) in story.iter().enumerate() {
                let kinds = if *only_mail { vec![ItemKind::Mail] } else { ItemKind::ALL.to_vec() };
                world.dest.change_settings(|settings| settings.kinds = kinds);
                let report = plan_and_run(&world, options);
                assert_eq!(report.totals.found, 15, "story {number}, act {act}: {report}");
                let skipped: Vec<_> = report.totals.skipped.into_iter().collect();
                assert_eq!(skipped, *skips, "story {number}, act {act}");
                assert_eq!(report.grade, Grade::A, "story {number}, act {act}");
            }
        }
    }
}

/// Kills: a second run that lists, or records, what it has counted already.
#[test]
fn nothing_new_costs_no_listing_and_no_record() {
    let second = |set: fn(&World)| {
        let world = everything(Settings::default());
        set(&world);
        let first = plan_and_run(&world, &Options::default());
        world.day.lock().source_calls.clear();
        let fuse = Fuse::new();
        let report = run(&world.clock, world.fused(&fuse).run()).expect("a second run");
        assert_eq!((report.totals.found, &report.totals.skipped), (15, &first.totals.skipped), "{report}");
        let listed = world.day.lock().source_calls.iter().filter(|call| call.0 != "folders").count();
        assert_eq!(listed, 0, "something was read");
        fuse.steps()
    };
    let all_carried = second(|_| {});
    assert_eq!(second(mail_only), all_carried, "commits");
}

/// Kills: bodies that are read of what is not carried; what is left out listed before what is carried, or not told.
#[test]
fn no_body_is_read_and_nobody_waits() {
    let world = everything(Settings::default());
    mail_only(&world);
    let heard = Heard::default();
    run(&world.clock, world.migration().with_listener(listener(&heard)).run()).expect("a run");
    assert_eq!(*heard.lock().expect("nobody panicked"), (15, 15), "what was told does not add up");
    let calls = std::mem::take(&mut world.day.lock().source_calls);
    let aside = ["Contacts", "Calendar", "Tasks", "Notes"].map(|name| world.source_id(&path(name)));
    let is_aside = |call: &&(&str, String)| aside.iter().any(|id| id.as_str() == call.1);
    assert!(calls.iter().filter(is_aside).all(|call| call.0 == "changes"), "{calls:?}");
    let last_fetch = calls.iter().rposition(|call| call.0 == "fetch").expect("something was fetched");
    assert!(!calls[..last_fetch].iter().any(|call| is_aside(&call)), "{calls:?}");
}

/// Kills: items that no number knows since their folder could not be made, or since the destination gave it up; a place
/// in the feed that is kept for a folder in which nothing was done, so that its items are never offered.
#[test]
fn what_waits_for_its_folder_is_counted() {
    for settings in [Settings::default(), Settings::listing()] {
        let world = everything(settings);
        world.day.lock().unmakeable.insert(path("Odds"));
        let (inbox, twins) = (path("INBOX"), path("a/b. c"));
        world.dest.add_folder(&inbox, None, ItemKind::Mail);
        let denied = world.dest_id(&inbox);
        world.day.lock().denied.insert(denied);
        for round in 0..3 {
            let report = run(&world.clock, world.migration().run()).expect("a run");
            let totals = &report.totals;
            assert_eq!((totals.found, totals.unsettled), (15 + round, 5 + round), "round {round}: {report}");
            assert!(totals.adds_up() && report.grade == Grade::F, "round {round}: {report}");
            let troubled: Vec<_> = report.folders.iter().filter(|line| line.trouble.is_some()).collect();
            assert!(troubled.len() == 2 && troubled.iter().all(|line| line.counts.copied == 0), "{report}");
            world.source.add(&inbox, message(7, round));
        }
        world.day.lock().unmakeable.clear();
        world.day.lock().denied.clear();
        let report = run(&world.clock, world.migration().run()).expect("a run");
        let totals = &report.totals;
        assert_eq!((totals.found, totals.copied, totals.already_there), (18, 8, 10), "{report}");
        assert_eq!((report.grade, world.dest.items(&twins).len()), (Grade::A, 3), "{report}");
        assert_eq!(world.source.snapshot().as_sets(), world.dest.snapshot().as_sets());
    }
}

/// Kills: items that a plan counts twice since the feed names them twice.
#[test]
fn a_plan_counts_no_item_twice() {
    let mut habits = Habits::default();
    (habits.repeats_pages, habits.repeats_changes) = (true, true);
    let world = everything(Settings::default());
    world.source.behave(habits);
    assert_eq!(plan_and_run(&world, &Options::default()).totals.found, 15);
}

/// Kills: an account that has lost all its mail and is taken for sound since the contacts, which nobody carries, are
/// still there; or one that is refused for contacts that are gone.
#[test]
fn an_emptied_source_is_told_by_what_is_carried() {
    let world = everything(Settings::default());
    mail_only(&world);
    run(&world.clock, world.migration().run()).expect("a first run");
    let is_aside = |name: &str| ["Contacts", "Calendar", "Tasks", "Notes"].contains(&name);
    world
        .source
        .paths()
        .iter()
        .filter(|path| is_aside(path.name()))
        .for_each(|path| world.source.empty(path));
    let report = run(&world.clock, world.migration().run()).expect("only contacts and the like are gone");
    assert_eq!((report.totals.found, report.totals.skipped.get("kind-not-held")), (9, Some(&1)), "{report}");
    world.source.add(&path("Contacts"), contact(1, 1));
    world
        .source
        .paths()
        .iter()
        .filter(|path| !is_aside(path.name()))
        .for_each(|path| world.source.empty(path));
    let error = run(&world.clock, world.migration().run()).expect_err("every mail is gone");
    assert_eq!(error.kind(), ErrorKind::SourceEmptied, "{error}");
}

/// Kills: a folder that is left out because it cannot be read, and that ends the run, delays it, or lowers its grade.
#[test]
fn what_cannot_be_listed_and_is_left_out_costs_a_note() {
    for kind in [ErrorKind::Denied, ErrorKind::Unreachable] {
        let world = everything(Settings::default());
        world.day.lock().unlistable = Some((world.source_id(&path("INBOX")), kind));
        let excluded = options(|options| options.exclude = vec!["INBOX".to_owned()]);
        let migration = || world.migration().with_options(excluded.clone());
        let plan = run(&world.clock, migration().plan()).expect("a plan");
        let remark = plan
            .folders
            .iter()
            .find(|line| line.folder == path("INBOX"))
            .and_then(|line| line.remark.clone());
        assert!(remark.is_some_and(|remark| remark.starts_with("cannot be read")), "{plan:?}");
        let report = run(&world.clock, migration().run()).expect("a run");
        assert_eq!((report.totals.found, report.totals.copied, report.grade), (12, 12, Grade::A), "{report}");
        let told = |report: &Report| {
            report.notes.iter().any(|note| note.starts_with("the items of INBOX could not be counted"))
        };
        assert!(told(&report), "{report}");
        assert!(world.clock.elapsed() < Duration::from_secs(90), "{:?}", world.clock.elapsed());
        world.day.lock().unlistable = None;
        let report = run(&world.clock, migration().run()).expect("a run");
        assert_eq!((report.totals.found, report.totals.skipped.get("folder-not-wanted")), (15, Some(&3)));
        assert!(!told(&report), "{report}");
    }
}
