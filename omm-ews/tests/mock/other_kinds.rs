//! Contacts, appointments and tasks in folders for mail, where no server makes them: what was thrown away lies so.

use crate::{
    items::{pictured, series, two_in_one},
    on_mock::{IntoMock, into, out_of},
    stories::nothing_left_over,
    world::{ANN, server},
};
use omm_core::model::{FolderPath, ItemKind, Role};
use omm_testkit::{
    ews::{EwsAct, EwsFault, MockEws, Version},
    mailbox::{Mailbox, MailboxFolder, contact, message, task},
    memory::MemoryAccount,
    step_stop::{Account, Scenario, Time, step_stop},
};
use std::time::Duration;

fn thrown_away() -> Mailbox {
    let trash = FolderPath::new(["Trash"]);
    let items = [contact(0, 0), message(1, 0), series(1), task(0, 0), two_in_one(1), pictured(1)];
    Mailbox {
        folders: vec![MailboxFolder::new(trash, ItemKind::Mail).with_items(items).with_role(Role::Trash)],
    }
}

fn fresh_into(server: MockEws) -> IntoMock {
    into(MemoryAccount::new().holding(&thrown_away()), server)
}

fn all_there(world: &IntoMock) {
    let count = |path: &str| world.destination.account().items(path).len();
    assert_eq!(["deleteditems", "contacts", "calendar", "tasks"].map(count), [7, 0, 0, 0]);
    nothing_left_over(&world.destination);
    let contents = world.destination.contents();
    let bound =
        contents.0.values().flat_map(|seen| seen.keys()).filter(|seen| seen.flags.contains("1 bound"));
    assert_eq!(bound.count(), 0, "{contents:?}");
}

fn run(world: &IntoMock) {
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (6, 0), "{report}");
}

#[test]
fn they_are_made_where_they_may_be_and_moved() {
    let world = fresh_into(server());
    run(&world);
    all_there(&world);
    world.destination.server.reset_counters();
    let again = world.clock.run(world.migration().run()).expect("another run");
    assert_eq!((again.totals.copied, again.totals.failed), (0, 0), "{again}");
    let undo = omm_core::engine::UndoOptions::from(omm_core::model::SyncPoint(1));
    let undone = world.clock.run(world.migration().undo(&undo)).expect("an undo");
    assert_eq!((undone.deleted, undone.left_in_all), (6, 0), "{undone:?}");
}

/// Kills: an item that is left where it was made, when the process is killed before it is moved.
#[test]
fn what_did_not_come_is_cleared_away() {
    for (operation, nth, done) in [
        ("MoveItem", 1, false),
        ("MoveItem", 1, true),
        ("MoveItem", 2, false),
        ("UpdateItem", 1, false),
        ("MoveItem", 5, true),
    ] {
        let world = fresh_into(server());
        let server = &world.destination.server;
        let act = if done { EwsAct::Delay(Duration::from_secs(3600)) } else { EwsAct::Stall };
        server.add_fault(EwsFault::at(operation, nth, act));
        let ended = world.clock.run_until(world.migration().run(), || server.faults_left() == 0);
        assert!(ended.is_none(), "{operation} {nth}: the run ended before it was killed");
        let report = world.clock.run(world.migration().run()).expect("a run");
        assert_eq!(report.totals.failed, 0, "{operation} {nth} {done}: {report}");
        all_there(&world);
    }
}

#[test]
fn at_every_step() {
    let story = Scenario::new("kinds in other folders", || fresh_into(server())).run();
    let full = std::env::var_os("OMM_FULL").is_some();
    step_stop(&story.ends(all_there), if full { 1 } else { 13 });
}

/// Before 2010 SP1 nobody is told what it is called where it was moved to: it fails, and says what to do.
#[test]
fn where_that_cannot_be_they_fail_with_a_remedy() {
    let world = fresh_into(server().version(Version::Exchange2007));
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 5), "{report}");
    let text = report.to_string();
    assert!(text.contains("folder of its kind"), "{text}");
}

/// Kills: all that only a list of its own kind asks for, of what lies among others.
#[test]
fn what_lies_among_others_is_asked_for_as_what_it_is() {
    let server = server();
    let intended = "<t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId='Appointment' PropertyId='33316' \
                    PropertyType='Integer'/><t:Value>3</t:Value></t:ExtendedProperty>";
    let times = "<t:Start>2026-03-01T09:00:00Z</t:Start><t:End>2026-03-01T10:00:00Z</t:End>";
    let item = format!("<t:CalendarItem><t:Subject>Talk</t:Subject>{intended}{times}</t:CalendarItem>");
    let account = server.mailbox(ANN);
    (0..30).for_each(|_| drop(account.add_xml("contacts", &item)));
    let world = out_of(server);
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (30, 0), "{report}");
    for (_, item) in world.destination.paths().iter().flat_map(|path| world.destination.items(path)) {
        let text = String::from_utf8_lossy(&item.bytes).into_owned();
        assert!(text.contains("X-MICROSOFT-CDO-INTENDEDSTATUS:OOF"), "{text}");
    }
    // Twice each, in batches: as the others, and as what they are.
    assert!(
        world.source.server.counters().operation("GetItem") <= 8,
        "{}",
        world.source.server.transcript_text()
    );
}
