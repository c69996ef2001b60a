//! What the user has done to copies of ours is his, whatever we do to them afterwards, and whatever became of us before.

use crate::{
    items::{agenda, inbox, people, series},
    native::{killed as killed_between, rich, run as run_between},
    on_mock::{IntoMock, between, into},
    world::{ANN, server},
};
use omm_core::{
    engine::UndoOptions,
    model::{FolderPath, ItemKind, SyncPoint},
};
use omm_testkit::{
    ews::{EwsAct, EwsFault, Kind, MockMailbox},
    mailbox::{Mailbox, MailboxFolder, MailboxItem, contact, message},
    memory::MemoryAccount,
    step_stop::Time,
};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);
/// Somebody who sees what arrives, and is quick.
const QUICK: Duration = Duration::from_secs(20);

fn with(path: FolderPath, kind: ItemKind, items: Vec<MailboxItem>) -> IntoMock {
    let folder = MailboxFolder::new(path, kind).with_items(items);
    into(MemoryAccount::new().holding(&Mailbox { folders: vec![folder] }), server())
}

fn mails(many: u64) -> IntoMock {
    with(inbox(), ItemKind::Mail, (0..many).map(|number| message(1, number)).collect())
}

fn run(world: &IntoMock) {
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(report.totals.failed, 0, "{report}");
}

/// What an undo leaves in a folder, by its ids.
fn undone(world: &IntoMock, path: &str) -> Vec<String> {
    let undo = UndoOptions::from(SyncPoint(1));
    world.clock.run(world.migration().undo(&undo)).expect("an undo");
    ids(&world.destination.account(), path)
}

fn ids(account: &MockMailbox, path: &str) -> Vec<String> {
    account.items(path).into_iter().map(|item| item.id).collect()
}

/// The source's flags change, and ours follow.
fn flagged(world: &IntoMock, flags: &str) {
    for (id, _) in world.source.items(&inbox()) {
        world.source.set_flags(&inbox(), &id, flags);
    }
    run(world);
}

/// Kills the process behind the n-th of these requests, when all of it is done.
fn killed(world: &IntoMock, operation: &str, nth: u64) {
    let server = &world.destination.server;
    server.add_fault(EwsFault::at(operation, nth, EwsAct::Delay(HOUR)));
    let ended = world.clock.run_until(world.migration().run(), || server.faults_left() == 0);
    assert!(ended.is_none(), "the run ended before it was killed: {ended:?}");
}

#[test]
fn a_change_of_flags_does_not_make_them_ours() {
    let world = mails(3);
    run(&world);
    let account = world.destination.account();
    let his = ids(&account, "inbox")[1].clone();
    account.set(&his, "Subject", "rewritten by the user of this mailbox");
    flagged(&world, "\\Flagged Work");
    let item = account.item(&his).expect("it is there");
    assert!(item.element.child("Categories").is_some(), "it has new flags all the same");
    assert_eq!(undone(&world, "inbox"), [his]);
}

/// The same where he is there between our look and our change, or between that and the look behind it.
#[test]
fn nor_does_one_in_the_middle_of_which_he_comes() {
    for (operation, nth) in [("UpdateItem", 1), ("GetItem", 2), ("GetItem", 3)] {
        let world = mails(2);
        run(&world);
        let account = world.destination.account();
        let his = ids(&account, "inbox")[1].clone();
        let text = "rewritten by the user of this mailbox".to_owned();
        let edit = EwsAct::Edit(ANN.to_owned(), his.clone(), "Subject".to_owned(), text);
        // The engine looks, the connector looks, changes, and looks again.
        world.destination.server.add_fault(EwsFault::at(operation, nth, edit));
        flagged(&world, "\\Flagged Work");
        assert_eq!(world.destination.server.faults_left(), 0, "{operation} {nth}");
        let item = account.item(&his).expect("it is there");
        assert!(item.element.child("Categories").is_some(), "{operation} {nth}: it has new flags");
        assert_eq!(undone(&world, "inbox"), [his], "{operation} {nth}");
    }
}

/// Kills: copies that an undo leaves since we have changed their flags; or since somebody has read them.
#[test]
fn what_we_changed_and_he_only_read_is_ours() {
    for lost in [false, true] {
        let world = mails(3);
        run(&world);
        let account = world.destination.account();
        account.mark_read(&ids(&account, "inbox")[0], true);
        if lost {
            world.destination.server.add_fault(EwsFault::at("UpdateItem", 1, EwsAct::LoseAnswer));
        }
        flagged(&world, "\\Flagged Work");
        flagged(&world, "\\Answered");
        account.pass(HOUR);
        account.mark_read(&ids(&account, "inbox")[1], true);
        assert_eq!(undone(&world, "inbox"), [""; 0], "lost: {lost}");
    }
    let world = mails(3);
    run(&world);
    for (id, _) in world.source.items(&inbox()) {
        world.source.set_flags(&inbox(), &id, "\\Flagged Work");
    }
    killed(&world, "UpdateItem", 1);
    world.destination.account().pass(HOUR);
    run(&world);
    assert_eq!(undone(&world, "inbox"), [""; 0], "killed");
}

/// Kills: a state that is taken for ours since it is there when a new process comes.
#[test]
fn an_edit_between_a_crash_and_the_next_run_is_his() {
    type Case = (fn() -> IntoMock, &'static str, &'static str, &'static str);
    let cases: [Case; 4] = [
        (|| mails(2), "inbox", "CreateItem", "Subject"),
        (
            || with(people(), ItemKind::Contact, vec![contact(0, 0), contact(1, 0)]),
            "contacts",
            "CreateItem",
            "JobTitle",
        ),
        // Made by steps: the last one makes it whole.
        (|| with(agenda(), ItemKind::Event, vec![series(1)]), "calendar", "UpdateItem", "Location"),
        (|| with(agenda(), ItemKind::Event, vec![series(1)]), "calendar", "GetItem", "Location"),
    ];
    for ((world, path, operation, field), later) in
        cases.into_iter().flat_map(|case| [(case, HOUR), (case, QUICK)])
    {
        let world = world();
        killed(&world, operation, if operation == "UpdateItem" { 2 } else { 1 });
        let account = world.destination.account();
        let all = ids(&account, path);
        account.pass(later);
        account.set(&all[0], field, "by the user of this mailbox");
        run(&world);
        assert_eq!(ids(&account, path), all, "{path} {operation} {later:?}: nothing is sent again");
        assert_eq!(undone(&world, path), all[..1], "{path} {operation} {later:?}");
    }
}

/// Kills: copies that an undo leaves since their user has read them before the next run.
#[test]
fn what_was_only_read_meanwhile_is_ours() {
    let world = mails(3);
    killed(&world, "CreateItem", 1);
    let account = world.destination.account();
    account.pass(HOUR);
    account.mark_read(&ids(&account, "inbox")[0], true);
    run(&world);
    assert_eq!(undone(&world, "inbox"), [""; 0]);
}

/// The same of what was handed over whole, and carries nothing of ours until it is stamped.
#[test]
fn an_edit_before_the_stamp_is_his() {
    let cases =
        [("UploadItems", HOUR), ("UploadItems", HOUR / 60), ("UpdateItem", HOUR), ("UpdateItem", QUICK)];
    for (operation, later) in cases {
        let world = between(rich(), server());
        killed_between(&world, operation, 1, true);
        let account = world.destination.account();
        let his = crate::native::items(&account).remove(0);
        let field = if his.kind == Kind::Contact { "JobTitle" } else { "Subject" };
        account.pass(later);
        account.set(&his.id, field, "by the user of this mailbox");
        run_between(&world);
        let undo = UndoOptions::from(SyncPoint(1));
        let undone = world.clock.run(world.migration().undo(&undo)).expect("an undo");
        let left: Vec<String> = crate::native::items(&account).into_iter().map(|item| item.id).collect();
        assert_eq!((left, undone.left_in_all), (vec![his.id], 1), "{operation} {later:?}: {undone:?}");
    }
}
