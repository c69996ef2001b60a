//! What is left of a process that was killed between the first and the last request for one item.

use crate::{
    items::{agenda, series, two_in_one},
    on_mock::{IntoMock, into, out_of},
    stories::nothing_left_over,
    world::server,
};
use omm_core::model::ItemKind;
use omm_testkit::{
    ews::{EwsAct, EwsFault, Quirk},
    mailbox::{Mailbox, MailboxFolder, MailboxItem},
    memory::MemoryAccount,
    step_stop::{Account, Time},
};
use std::time::Duration;

fn with(items: Vec<MailboxItem>) -> IntoMock {
    let folder = MailboxFolder::new(agenda(), ItemKind::Event).with_items(items);
    into(MemoryAccount::new().holding(&Mailbox { folders: vec![folder] }), server())
}

/// Kills the process at the n-th of these requests: before anything is done, or when all is.
fn killed(world: &IntoMock, operation: &str, nth: u64, done: bool) {
    let server = &world.destination.server;
    let act = if done { EwsAct::Delay(Duration::from_secs(3600)) } else { EwsAct::Stall };
    server.add_fault(EwsFault::at(operation, nth, act));
    let ended = world.clock.run_until(world.migration().run(), || server.faults_left() == 0);
    assert!(ended.is_none(), "the run ended before it was killed: {ended:?}");
}

fn run(world: &IntoMock) {
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(report.totals.failed, 0, "{report}");
}

#[test]
fn half_of_an_item_is_deleted_before_it_is_made_anew() {
    let clean = with(vec![series(1), series(1), two_in_one(1)]);
    run(&clean);
    let end = clean.destination.contents();
    for (operation, nth, done, half) in [
        ("CreateItem", 1, true, 1),
        ("CreateAttachment", 1, false, 1),
        ("CreateAttachment", 2, true, 1),
        ("UpdateItem", 1, true, 1),
        ("DeleteItem", 1, true, 1),
        // The last step: nothing is half any more once it is done.
        ("UpdateItem", 2, false, 1),
        ("UpdateItem", 2, true, 0),
        // Of two series that are equal, the first is there.
        ("CreateAttachment", 4, true, 1),
        // One that is two items: the second one is there, the first not yet marked.
        ("CreateItem", 4, true, 2),
        ("UpdateItem", 5, false, 2),
        ("UpdateItem", 5, true, 0),
    ] {
        let place = format!("{operation} {nth}, done: {done}");
        let world = with(vec![series(1), series(1), two_in_one(1)]);
        killed(&world, operation, nth, done);
        let account = world.destination.account();
        let before: Vec<String> = account.items("calendar").into_iter().map(|item| item.id).collect();
        run(&world);
        let gone = before.iter().filter(|id| account.item(id).is_none()).count();
        assert_eq!(gone, half, "{place}: what was half is deleted, what was whole stays");
        let recoverable = account.items("recoverableitemsdeletions").len();
        assert_eq!(recoverable, half, "{place}: and can be recovered");
        assert_eq!(world.destination.contents(), end, "{place}");
        nothing_left_over(&world.destination);
    }
}

/// Kills: one item of several that is found and taken for the whole, or left behind by an undo.
#[test]
fn several_items_are_found_together() {
    let world = with(vec![two_in_one(1), two_in_one(1)]);
    killed(&world, "UpdateItem", 2, true);
    run(&world);
    assert_eq!(world.destination.account().items("calendar").len(), 4);
    let undo = omm_core::engine::UndoOptions::from(omm_core::model::SyncPoint(1));
    let undone = world.clock.run(world.migration().undo(&undo)).expect("an undo");
    assert_eq!((undone.deleted, undone.left_in_all), (2, 0), "{undone:?}");
    assert_eq!(world.destination.account().items("calendar").len(), 0);
}

/// Kills: somebody else's half-made item that is deleted because it is like ours.
#[test]
fn what_is_older_than_the_mark_is_left() {
    let world = with(vec![series(1)]);
    killed(&world, "CreateAttachment", 1, false);
    let half = world.destination.account().items("calendar")[0].id.clone();
    // Another migration, which knows nothing of the first.
    let folder = MailboxFolder::new(agenda(), ItemKind::Event).with_items([series(1)]);
    let source = MemoryAccount::new().holding(&Mailbox { folders: vec![folder] });
    let other = into(source, world.destination.server.clone());
    world
        .destination
        .account()
        .add_xml("calendar", "<t:CalendarItem><t:Subject>later</t:Subject></t:CalendarItem>");
    other.destination.server.add_fault(EwsFault::at("CreateItem", 1, EwsAct::LoseAnswer));
    run(&other);
    assert!(world.destination.account().item(&half).is_some(), "it is none of this migration's");
}

/// Kills: a folder that is never settled, since what is left of an item there cannot be deleted.
#[test]
fn what_cannot_be_deleted_holds_nobody_up() {
    let world = with(vec![series(1)]);
    killed(&world, "CreateAttachment", 1, false);
    let (server, account) = (&world.destination.server, world.destination.account());
    let half = account.items("calendar")[0].id.clone();
    let refused = EwsAct::CodeOf(half.clone(), "ErrorAccessDenied".to_owned());
    server.add_fault(EwsFault::at("DeleteItem", 1, refused).always());
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    assert_eq!(account.items("calendar").len(), 2, "the half, and the whole");
    let report = world.clock.run(world.migration().run()).expect("a later run");
    assert_eq!((report.totals.copied, report.totals.failed), (0, 0), "{report}");
}

/// Kills: a file of a changed occurrence that is passed over, since nobody said what the occurrence is called.
#[test]
fn a_file_of_an_occurrence_whose_id_was_not_told() {
    let folder = MailboxFolder::new(agenda(), ItemKind::Event).with_items([series(1)]);
    let from = MemoryAccount::new().holding(&Mailbox { folders: vec![folder] });
    let world = into(from, server().quirk(Quirk::TellsNoChangedIds));
    run(&world);
    let server = &world.destination.server;
    assert_eq!(server.counters().operation("CreateAttachment"), 2, "{}", server.transcript_text());
    let back = out_of(server.clone());
    let report = back.clock.run(back.migration().run()).expect("a run");
    assert_eq!(report.totals.copied, 1, "{report}");
    let all = back.destination.paths().into_iter().flat_map(|path| back.destination.items(&path));
    let texts: Vec<_> = all.map(|(_, item)| String::from_utf8_lossy(&item.bytes).into_owned()).collect();
    assert!(texts.iter().any(|text| text.contains("d29ybGQ=")), "{texts:?}");
}
