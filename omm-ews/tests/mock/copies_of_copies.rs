//! Copies that their user makes of ours carry all that ours carry, and are his.

use crate::{
    items::inbox,
    on_mock::{IntoMock, into, out_of},
    world::{ANN, server},
};
use omm_core::{
    engine::UndoOptions,
    model::{ItemKind, Role, SyncPoint},
};
use omm_testkit::{
    ews::{EwsAct, EwsFault},
    mailbox::{Mailbox, MailboxFolder, MailboxItem, message},
    memory::MemoryAccount,
    step_stop::Time,
};
use std::time::Duration;

fn with(items: Vec<MailboxItem>) -> IntoMock {
    let folder = MailboxFolder::new(inbox(), ItemKind::Mail).with_items(items).with_role(Role::Inbox);
    into(MemoryAccount::new().holding(&Mailbox { folders: vec![folder] }), server())
}

fn run(world: &IntoMock) {
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(report.totals.failed, 0, "{report}");
}

fn undo(world: &IntoMock) {
    let undo = UndoOptions::from(SyncPoint(1));
    world.clock.run(world.migration().undo(&undo)).expect("an undo");
}

/// Kills: an undo that deletes by what an item carries, and not by what the journal knows.
#[test]
fn an_undo_leaves_them() {
    let world = with(vec![message(1, 0)]);
    run(&world);
    let account = world.destination.account();
    let his = account.duplicate(&account.items("inbox")[0].id, "inbox");
    undo(&world);
    let left: Vec<String> = account.items("inbox").into_iter().map(|item| item.id).collect();
    assert_eq!(left, [his]);
}

/// The answer is lost, the process killed, and its user copies what came: the older one is ours.
#[test]
fn of_two_the_first_is_ours() {
    let world = with(vec![message(1, 0)]);
    let server = &world.destination.server;
    server.add_fault(EwsFault::at("CreateItem", 1, EwsAct::Delay(Duration::from_secs(3600))));
    world.clock.run_until(world.migration().run(), || server.faults_left() == 0);
    let account = world.destination.account();
    let ours = account.items("inbox")[0].id.clone();
    let his = account.duplicate(&ours, "inbox");
    run(&world);
    assert_eq!(account.items("inbox").len(), 2, "nothing is sent again");
    undo(&world);
    let left: Vec<String> = account.items("inbox").into_iter().map(|item| item.id).collect();
    assert_eq!(left, [his]);
}

/// Of two equal messages one is known to be there; its user copies it. The other one was never made: his copy does not stand
/// for it.
#[test]
fn his_does_not_stand_for_another_of_ours() {
    let twin = || message(1, 7);
    let world = with(vec![twin()]);
    run(&world);
    world.source.add(&inbox(), twin());
    let server = &world.destination.server;
    server.add_fault(EwsFault::at("CreateItem", 1, EwsAct::Stall));
    world.clock.run_until(world.migration().run(), || server.faults_left() == 0);
    let account = world.destination.account();
    let his = account.duplicate(&account.items("inbox")[0].id, "inbox");
    run(&world);
    assert_eq!(account.items("inbox").len(), 3, "two of ours, and his");
    undo(&world);
    let left: Vec<String> = account.items("inbox").into_iter().map(|item| item.id).collect();
    assert_eq!(left, [his]);
}

/// What another migration into a mailbox has begun and not finished is no item of it yet.
#[test]
fn what_is_half_made_is_not_read() {
    let server = server();
    let account = server.mailbox(ANN);
    let mark = "<t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId='PublicStrings' PropertyName='omm-mark' \
                PropertyType='String'/><t:Value>1 part</t:Value></t:ExtendedProperty>";
    let times = "<t:Start>2026-03-01T09:00:00Z</t:Start><t:End>2026-03-01T10:00:00Z</t:End>";
    for (word, mark) in [("half", mark), ("whole", "")] {
        let item = format!("<t:Subject>{word}</t:Subject>{mark}{times}");
        account.add_xml("calendar", &format!("<t:CalendarItem>{item}</t:CalendarItem>"));
    }
    let world = out_of(server);
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
}
