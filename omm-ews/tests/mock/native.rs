//! From one Exchange to another: items are handed over whole, and what one side refuses is converted.

use crate::{
    on_mock::{Between, between},
    stories::{check, filled, lived_in, nothing_left_over},
    world::{ANN, server},
};
use omm_core::{
    engine::{Level, UndoOptions},
    model::SyncPoint,
    report::Report,
};
use omm_testkit::{
    ews::{Busy, Counters, EwsAct, EwsFault, MockEws, MockMailbox, Policy, Property, StoredItem, Version},
    mailbox::plain,
    step_stop::{Scenario, Time},
};
use std::time::Duration;

/// Everything of [`filled`], and two items that no interchange form holds whole.
pub(crate) fn rich() -> MockEws {
    let server = filled();
    let account = server.mailbox(ANN);
    let secret = "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag='0x6001' PropertyType='String'/>\
                  <t:Value>only Exchange knows</t:Value></t:ExtendedProperty>";
    account
        .add_xml("contacts", &format!("<t:Contact>{secret}<t:DisplayName>Rich</t:DisplayName></t:Contact>"));
    account.add_xml("inbox", &format!("<t:Message><t:Subject>rich</t:Subject>{secret}</t:Message>"));
    server
}

const FOLDERS: [&str; 7] = ["inbox", "Inbox/Work", "drafts", "contacts", "calendar", "tasks", "notes"];

pub(crate) fn items(account: &MockMailbox) -> Vec<StoredItem> {
    let known = account.folders();
    let is_there =
        |path: &str| known.iter().any(|folder| folder.distinguished == Some(path) || folder.path == path);
    FOLDERS.iter().filter(|path| is_there(path)).flat_map(|path| account.items(path)).collect()
}

pub(crate) fn is_ours(property: &Property) -> bool {
    let ours = ["omm-digest", "omm-mark", "omm-changed", "omm-seal"];
    property.name.name.as_deref().is_some_and(|name| ours.contains(&name))
}

/// What an item is, without what we put on it.
fn whole(item: &StoredItem) -> String {
    let properties: Vec<_> = item.properties.iter().filter(|property| !is_ours(property)).collect();
    let StoredItem { class, mime, attachments, occurrences, deleted, .. } = item;
    // A server has given one where nobody else did.
    let (uid, fields) = (item.text("UID"), item.fields.iter().filter(|field| field.name != "UID"));
    let fields: Vec<_> = fields.collect();
    format!("{class} {uid:?} {fields:?} {properties:?} {mime:?} {attachments:?} {occurrences:?} {deleted:?}")
}

fn wholes(account: &MockMailbox) -> Vec<String> {
    let mut all: Vec<String> = items(account).iter().map(whole).collect();
    all.sort();
    all
}

/// Everything is there once, whole, and stamped.
pub(crate) fn handed_over(world: &Between) {
    assert_eq!(wholes(&world.destination.account()), wholes(&world.source.account()));
    all_stamped(world);
}

pub(crate) fn all_stamped(world: &Between) {
    for item in items(&world.destination.account()) {
        let ours = item.properties.iter().filter(|property| is_ours(property)).count();
        assert!(ours >= 2, "{:?} {:?}", item.text("Subject"), item.properties);
    }
    nothing_left_over(&world.destination);
    assert!(world.source.server.outbox().is_empty());
}

pub(crate) fn run(world: &Between) -> Report {
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(report.totals.failed, 0, "{report}");
    report
}

pub(crate) fn count(server: &MockEws, operation: &str) -> u64 {
    server.counters().operation(operation)
}

pub(crate) fn says(report: &Report, words: &[&str]) {
    let text = report.to_string();
    assert!(words.iter().all(|word| text.contains(word)), "{words:?}: {text}");
}

#[test]
fn items_are_handed_over_whole_and_taken_back() {
    let world = between(rich(), server());
    let report = run(&world);
    handed_over(&world);
    let all = items(&world.source.account()).len() as u64;
    assert_eq!(report.totals.copied, all, "{report}");
    says(&report, &[&format!("{all} items were handed over whole, in the form exchange-fts")]);
    let counters = world.destination.server.counters();
    assert_eq!((counters.operation("CreateItem"), counters.items_created), (0, all));
    let looked = world.clock.run(world.migration().verify(Level::ReadBack)).expect("a look");
    assert_eq!((looked.good, looked.copies), (all, all), "{looked:?}");

    world.destination.server.reset_counters();
    let again = run(&world);
    assert_eq!((again.totals.copied, count(&world.destination.server, "UploadItems")), (0, 0), "{again}");

    let account = world.destination.account();
    let touched = account.items("contacts")[0].id.clone();
    account.set(&touched, "JobTitle", "by its user");
    let undone = world.clock.run(world.migration().undo(&UndoOptions::from(SyncPoint(1))));
    let undone = undone.expect("an undo");
    assert_eq!((undone.deleted, undone.left_in_all), (all - 1, 1), "{undone:?}");
    let left: Vec<String> = items(&account).into_iter().map(|item| item.id).collect();
    assert_eq!(left, [touched]);
}

#[test]
fn what_one_side_does_not_know_is_converted() {
    type Sides = fn() -> (MockEws, MockEws);
    let sides: [(&str, Sides); 2] = [
        ("to 2007", || (rich(), server().version(Version::Exchange2007))),
        ("from 2007", || (rich().version(Version::Exchange2007), server())),
    ];
    for (name, sides) in sides {
        println!("{name}");
        let (source, destination) = sides();
        converted(&between(source, destination));
    }
    let world = between(rich(), server());
    world.choose(|options| options.native = false);
    converted(&world);
}

fn converted(world: &Between) {
    let all = items(&world.source.account()).len();
    run(world);
    assert_eq!(items(&world.destination.account()).len(), all);
    let plan = world.clock.run(world.migration().plan()).expect("a plan");
    assert_eq!(plan.native, None);
    assert!(plan.remarks.iter().any(|remark| remark.contains("into Exchange")), "{:?}", plan.remarks);
    assert_eq!(count(&world.source.server, "ExportItems"), 0);
    assert_eq!(count(&world.destination.server, "UploadItems"), 0);
}

#[test]
fn a_plan_says_so_and_counts_no_losses() {
    let world = between(rich(), server());
    let plan = world.clock.run(world.migration().plan()).expect("a plan");
    assert_eq!(plan.native.as_ref().map(|form| form.as_str()), Some("exchange-fts"));
    assert!(plan.remarks.iter().all(|remark| !remark.contains("into Exchange")), "{:?}", plan.remarks);
    assert!(plan.notes.iter().any(|note| note.contains("handed over whole")), "{:?}", plan.notes);
}

/// Kills: a right that is asked for again and again; an item that fails because its stream is not taken.
#[test]
fn who_has_no_right_asks_once() {
    let denied = |operation: &str| {
        EwsFault::at(operation, 1, EwsAct::Code(None, "ErrorAccessDenied".to_owned())).always()
    };
    for (operation, source, destination, most) in [
        ("UploadItems", rich(), server().fault(denied("UploadItems")), 1),
        ("ExportItems", rich().fault(denied("ExportItems")), server(), 1),
        // Refused as a whole: it might have been one of the two that were asked for.
        ("ExportItems", rich().without_exports(), server(), 2),
        ("UploadItems", rich(), server().without_exports(), 2),
    ] {
        let world = between(source, destination);
        let report = run(&world);
        let all = items(&world.source.account()).len();
        assert_eq!(items(&world.destination.account()).len(), all, "{operation}");
        all_stamped(&world);
        let asked = count(&world.destination.server, operation) + count(&world.source.server, operation);
        assert_eq!(asked, most, "{operation}");
        says(&report, &["were converted"]);
        let again = run(&world);
        assert_eq!(again.totals.copied, 0, "{again}");
    }
}

/// Kills: a batch that is converted for one of its items.
#[test]
fn one_item_that_is_refused_is_converted_alone() {
    let refuse =
        |operation: &str, code: &str| EwsFault::at(operation, 1, EwsAct::Code(Some(1), code.to_owned()));
    for code in ["ErrorCorruptData", "ErrorInvalidIdSerializedItem", "ErrorMessageSizeExceeded"] {
        for (source, destination) in [
            (rich(), server().fault(refuse("UploadItems", code))),
            (rich().fault(refuse("ExportItems", code)), server()),
        ] {
            let world = between(source, destination);
            let report = run(&world);
            let all = items(&world.source.account()).len();
            assert_eq!(items(&world.destination.account()).len(), all, "{code}: {report}");
            all_stamped(&world);
            says(&report, &[&format!("{} items were handed over whole", all - 1), "1 items could not"]);
            let again = run(&world);
            assert_eq!((again.totals.copied, again.totals.failed), (0, 0), "{again}");
        }
    }
}

/// Kills: a second copy of what was uploaded; a copy that nobody stamps.
#[test]
fn lost_answers() {
    for (operation, nth) in [("UploadItems", 1), ("UploadItems", 3), ("UpdateItem", 1), ("UpdateItem", 2)] {
        let world = between(rich(), server().fault(EwsFault::at(operation, nth, EwsAct::LoseAnswer)));
        run(&world);
        handed_over(&world);
        let Counters { items_created, .. } = world.destination.server.counters();
        assert_eq!(items_created, items(&world.source.account()).len() as u64, "{operation} {nth}");
        assert_eq!(run(&world).totals.copied, 0);
    }
}

/// Kills the process at the n-th of these requests: before anything is done, or when all is.
pub(crate) fn killed(world: &Between, operation: &str, nth: u64, done: bool) {
    let server = &world.destination.server;
    let act = if done { EwsAct::Delay(Duration::from_secs(3600)) } else { EwsAct::Stall };
    server.add_fault(EwsFault::at(operation, nth, act));
    let ended = world.clock.run_until(world.migration().run(), || server.faults_left() == 0);
    assert!(ended.is_none(), "the run ended before it was killed: {ended:?}");
}

const KILLS: [(&str, u64, bool); 6] = [
    ("UploadItems", 1, true),
    ("UpdateItem", 1, false),
    ("UpdateItem", 1, true),
    ("UploadItems", 2, false),
    ("UploadItems", 2, true),
    ("UpdateItem", 3, false),
];

#[test]
fn what_a_killed_process_uploaded_is_found_and_stamped() {
    for (operation, nth, done) in KILLS {
        for native in [true, false] {
            let world = between(rich(), server());
            killed(&world, operation, nth, done);
            world.choose(|options| options.native = native);
            let before: Vec<String> =
                items(&world.destination.account()).into_iter().map(|item| item.id).collect();
            run(&world);
            let place = format!("{operation} {nth}, done: {done}, native: {native}");
            let account = world.destination.account();
            assert!(before.iter().all(|id| account.item(id).is_some()), "{place}: what is there stays");
            assert_eq!(items(&account).len(), items(&world.source.account()).len(), "{place}");
            all_stamped(&world);
            if native {
                handed_over(&world);
            }
        }
    }
}

#[test]
fn an_undo_finds_what_a_killed_process_uploaded() {
    for (operation, nth, done) in KILLS {
        let world = between(rich(), server());
        killed(&world, operation, nth, done);
        let undone = world.clock.run(world.migration().undo(&UndoOptions::from(SyncPoint(1))));
        let undone = undone.expect("an undo");
        let left = items(&world.destination.account());
        assert_eq!((left.len(), undone.left_in_all), (0, 0), "{operation} {nth} {done}: {undone:?}");
    }
}

/// Kills: somebody else's item that is taken for ours because it has the same key.
#[test]
fn what_is_older_than_the_mark_is_left() {
    let source = rich();
    let first = between(source.clone(), server());
    killed(&first, "UpdateItem", 1, false);
    let there = first.destination.account();
    let others: Vec<String> = items(&there).into_iter().map(|item| item.id).collect();
    assert!(!others.is_empty());
    // Another migration, which knows nothing of the first.
    let second = between(source, first.destination.server.clone());
    second.destination.server.add_fault(EwsFault::at("UploadItems", 1, EwsAct::LoseAnswer));
    run(&second);
    for id in &others {
        let item = there.item(id).expect("it is none of this migration's");
        assert!(!item.properties.iter().any(is_ours), "nor is it stamped");
    }
    let all = items(&second.source.account()).len();
    assert_eq!(items(&there).len(), all + others.len());
}

/// Kills: items of one key that are stamped with each other's digests.
#[test]
fn copies_within_the_source_are_told_apart() {
    let middle = server();
    for _ in 0..2 {
        let world = between(rich(), middle.clone());
        world.choose(|options| options.adopt = false);
        run(&world);
    }
    let account = middle.mailbox(ANN);
    let contacts = account.items("contacts");
    for item in &contacts[..contacts.len() / 2] {
        account.set(&item.id, "JobTitle", "of the copy");
    }
    let world = between(middle, server().fault(EwsFault::at("UploadItems", 1, EwsAct::LoseAnswer).times(9)));
    run(&world);
    handed_over(&world);
    let looked = world.clock.run(world.migration().verify(Level::ReadBack)).expect("a look");
    assert_eq!(looked.good, looked.copies, "{looked:?}");
}

/// Kills: items that are converted because a server is busy; a server that is asked before its pause is over.
#[test]
fn a_server_that_is_busy_is_waited_for() {
    let base = Policy::default();
    for policy in [
        Policy { items_per_request: Some(2), ..base.clone() },
        Policy { largest_batch: Some(2), ..base.clone() },
        Policy { busy_after: Some((6, Busy::Fault(Some(2_000)))), ..base.clone() },
        Policy { busy_after: Some((6, Busy::Messages(2_000))), ..base },
    ] {
        let world = between(rich().policy(policy.clone()), server().policy(policy.clone()));
        run(&world);
        handed_over(&world);
        for server in [&world.source.server, &world.destination.server] {
            let counters = server.counters();
            assert_eq!(counters.too_early, 0, "{policy:?} {counters:?}");
        }
        let Counters { items_created, .. } = world.destination.server.counters();
        assert_eq!(items_created, items(&world.source.account()).len() as u64, "{policy:?}");
    }
}

#[test]
fn later_runs() {
    let story = Scenario::new("from Exchange to Exchange", || between(rich(), server()));
    check(7, &story.run().user(|world: &Between| lived_in(&world.source.account())).run().ends(all_stamped));
}

#[test]
fn undo() {
    let story = Scenario::new("undo from Exchange to Exchange", || between(rich(), server()));
    let empty = |world: &Between| assert!(items(&world.destination.account()).is_empty());
    check(11, &story.run().undo(1).never_settles().ends(empty));
}

#[test]
fn twenty_small_messages_cost_each_side_one_request() {
    let is_full = std::env::var_os("OMM_FULL").is_some();
    let (each, at_once) = if is_full { (2_500, 4) } else { (512, 1) };
    let mailbox = plain(1, 4, each);
    let from = server();
    from.mailbox(ANN).fill(&mailbox);
    let world = between(from, server());
    world.choose(|options| options.folders_at_once = at_once);
    let report = run(&world);
    let all = mailbox.items() as u64;
    assert_eq!(report.totals.copied, all);
    for server in [&world.source.server, &world.destination.server] {
        let counters = server.counters();
        println!("{}: {:?}", counters.all_operations(), counters.operations);
        assert!(counters.all_operations() <= all / 20, "{:?}", counters.operations);
    }
    assert_eq!(count(&world.destination.server, "CreateItem"), 0);
}
