//! Items that were moved in a mailbox that is read: they have another id there, and are the same.

use crate::{
    on_mock::{OutOfMock, out_of},
    world::server,
};
use omm_testkit::{
    ews::{MockMailbox, Quirk},
    step_stop::{Account, Scenario, Time, step_stop},
};

const MAIL: &[u8] =
    b"From: a@example.org\r\nSubject: one\r\nMessage-ID: <one@example.org>\r\n\r\nabout one\r\n";
const CAME: &str = "2026-01-31T12:00:00Z";

/// One of each kind, a folder for each to be moved to, and a message that is twice in its folder.
fn filled() -> OutOfMock {
    let world = out_of(server());
    let account = world.source.account();
    account.add_one_of_each();
    for path in ["Inbox/Work", "Contacts/Friends", "Calendar/Other"] {
        let class = match path.split('/').next() {
            Some("Contacts") => "IPF.Contact",
            Some("Calendar") => "IPF.Appointment",
            _ => "IPF.Note",
        };
        account.add_folder(path, class);
    }
    for _ in 0..2 {
        account.add_mail("inbox", MAIL, CAME, false);
    }
    world
}

fn copied() -> OutOfMock {
    let world = filled();
    run(&world);
    world
}

fn run(world: &OutOfMock) {
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(report.totals.failed, 0, "{report}");
}

/// Moves the first item of each folder to another one, and a message within its own.
fn moved(account: &MockMailbox) {
    let first = |path: &str| account.items(path)[0].id.clone();
    for (from, to) in
        [("inbox", "Inbox/Work"), ("contacts", "Contacts/Friends"), ("calendar", "Calendar/Other")]
    {
        let before = first(from);
        let after = account.relocate(&before, to);
        assert!(before != after && account.item(&before).is_none(), "a move gives another id");
    }
    account.relocate(&first("inbox"), "inbox");
}

/// By folder: as many copies as there are items.
fn as_many(world: &OutOfMock) {
    let count = |account: &dyn Fn() -> omm_testkit::memory::Snapshot| {
        let snapshot = account().without_empty_folders();
        let folders = snapshot
            .0
            .into_iter()
            .map(|(path, seen)| (path.to_string().to_lowercase(), seen.values().sum::<usize>()));
        folders.collect::<Vec<_>>()
    };
    let (here, there) = (|| world.source.contents(), || world.destination.snapshot());
    assert_eq!(count(&there), count(&here), "nothing is lost, and nothing is there twice");
}

#[test]
fn copies_move_along() {
    let story = Scenario::new("moves in Exchange", filled)
        .run()
        .user(|world: &OutOfMock| moved(&world.source.account()))
        .run();
    let full = std::env::var_os("OMM_FULL").is_some();
    step_stop(&story.ends(as_many), if full { 1 } else { 29 });
}

/// Kills: a message that is read to find out that it is known by its name, and one that is read twice.
#[test]
fn a_message_is_known_unread() {
    let world = copied();
    moved(&world.source.account());
    world.source.server.reset_counters();
    run(&world);
    as_many(&world);
    let read = world.source.server.counters().mime_read;
    assert_eq!(read, 1, "one was moved to another folder, one within its own:\n{}", transcript(&world));
}

/// Kills: an item that was changed before or after it was moved, and is then there in both versions.
#[test]
fn what_was_edited_and_moved_is_not_doubled() {
    let world = copied();
    let account = world.source.account();
    moved(&account);
    account.set(&account.items("Contacts/Friends")[0].id, "JobTitle", "another");
    account.set(&account.items("Calendar/Other")[0].id, "Subject", "another");
    run(&world);
    as_many(&world);
    let texts: Vec<String> = ["Contacts > Friends", "Calendar > Other"]
        .iter()
        .flat_map(|path| world.destination.items(&omm_core::model::FolderPath::new(path.split(" > "))))
        .map(|(_, item)| String::from_utf8_lossy(&item.bytes).into_owned())
        .collect();
    assert!(texts.len() == 2 && texts.iter().all(|text| text.contains("another")), "{texts:?}");
}

/// Kills: a match by bytes alone, on a server that makes the bytes anew each time.
#[test]
fn bytes_that_are_made_anew_are_the_same_message() {
    let world = copied();
    moved(&world.source.account());
    let _ = world.source.server.clone().quirk(Quirk::MakesMimeAnew);
    run(&world);
    as_many(&world);
}

/// What was deleted and put in again has neither the id nor the search key it had: its bytes tell.
#[test]
fn what_was_put_in_again_is_known_by_its_bytes() {
    let world = copied();
    let account = world.source.account();
    account.remove(&account.items("inbox")[1].id);
    account.add_mail("Inbox/Work", MAIL, CAME, false);
    run(&world);
    as_many(&world);
}

/// A copy has the search key of what it was made from: both are there.
#[test]
fn a_copy_is_one_more() {
    let world = copied();
    let account = world.source.account();
    let (inbox, work) = ("inbox", "Inbox/Work");
    let copy = account.duplicate(&account.items(inbox)[0].id, work);
    assert!(account.item(&copy).is_some());
    run(&world);
    as_many(&world);
    // And now the first one goes: that was no move.
    account.remove(&account.items(inbox)[0].id);
    let before = world.destination.snapshot();
    run(&world);
    assert_eq!(world.destination.snapshot(), before, "what is gone at the source stays");
}

fn transcript(world: &OutOfMock) -> String {
    world.source.server.transcript_text()
}
