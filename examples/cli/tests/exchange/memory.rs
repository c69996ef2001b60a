//! What a large mailbox costs: memory of ours, requests and connections of the servers'. `OMM_MESSAGES` and
//! `OMM_MEGABYTES` make it larger; the soak does.

use crate::{
    server::{ANN, Exchange, between, with_ann},
    siege::asked,
    weight::measured,
    world::World,
};
use omm::core::model::{FolderPath, ItemKind};
use omm_testkit::{
    ews::MockEws,
    mailbox::{Mailbox, MailboxFolder, MailboxItem, message, write_maildir},
};

/// Large messages: of 50 MB each, all memory that there is for bodies has no room for one.
const LARGE: u64 = 3;
/// Folders.
const FOLDERS: u64 = 4;
/// Requests that one large message may cost: its own, one to look at the copy, one to fetch it after the small ones.
const FOR_LARGE: u64 = 4;

fn small() -> u64 {
    asked("OMM_MESSAGES", 1_000)
}

/// Small ones in four folders, large ones among them.
fn mailbox() -> Mailbox {
    let size = usize::try_from(asked("OMM_MEGABYTES", 4)).unwrap() << 20;
    let each = small() / FOLDERS;
    let folder = |number: u64| {
        let path = FolderPath::new([if number == 0 { "INBOX".into() } else { format!("Folder {number}") }]);
        let items = (0..each).map(|index| message(1, number * each + index));
        let mut items: Vec<MailboxItem> = items.collect();
        if number < LARGE {
            items.insert(items.len() / 2, large(number, size));
        }
        MailboxFolder::new(path, ItemKind::Mail).with_items(items)
    };
    Mailbox { folders: (0..FOLDERS).map(folder).collect() }
}

fn large(number: u64, size: usize) -> MailboxItem {
    let mut text = format!("Message-ID: <large{number}@example.org>\r\nSubject: large\r\n\r\n").into_bytes();
    while text.len() < size {
        text.extend_from_slice(b"0123456789012345678901234567890123456789012345678901234567890123456789\r\n");
    }
    MailboxItem::new(ItemKind::Mail, text).received("2020-06-01T08:00:00+02:00")
}

fn filled() -> (MockEws, usize) {
    let (mock, mailbox) = (with_ann(), mailbox());
    mock.mailbox(ANN).fill(&mailbox);
    (mock, mailbox.items())
}

/// No more than the limits say: of which `limit` is that of requests and connections at once.
#[track_caller]
fn cheap(side: &str, run: &str, server: &MockEws, limit: u64) {
    let (counters, small) = (server.counters(), small());
    let requests = counters.all_operations();
    println!(
        "{side}, {run}: {requests} requests, {} at once, {} connections: {:?}",
        counters.most_in_flight, counters.most_connections, counters.operations
    );
    // What folders cost weighs little among ten thousand items, and much among a few.
    let of_folders = if small < 10_000 { 16 } else { 0 };
    let most = small / 20 + LARGE * FOR_LARGE + of_folders;
    assert!(requests <= most, "{side}, {run}: {requests} requests for {small} small items, {most} at most");
    assert!(counters.most_in_flight <= limit, "{side}: {} requests at once", counters.most_in_flight);
    assert!(counters.most_connections <= limit, "{side}: {} connections at once", counters.most_connections);
    server.reset_counters();
}

fn runs(items: usize) -> [(&'static str, usize); 2] {
    [("first run", items), ("no change", 0)]
}

#[test]
fn out_of_exchange() {
    let (mock, items) = filled();
    let (world, from) = (World::new(), Exchange::in_the_clear(mock));
    for (run, copied) in runs(items) {
        let mut omm = between(&world, "migrate", &from.address(), "dir:copies");
        omm.args(["--tls", "off"]);
        measured(&format!("out of Exchange, {run}"), &world, copied, omm);
        cheap("source", run, &from.mock, 4);
    }
    assert_eq!(world.bodies("copies").into_values().sum::<usize>(), items);
}

#[test]
fn into_exchange() {
    let (world, to, mailbox) = (World::new(), Exchange::in_the_clear(with_ann()), mailbox());
    write_maildir(&world.path("mail"), &mailbox).unwrap();
    let items = mailbox.items();
    drop(mailbox);
    for (run, copied) in runs(items) {
        let mut omm = between(&world, "migrate", "mail", &to.address());
        omm.args(["--tls", "off"]);
        measured(&format!("into Exchange, {run}"), &world, copied, omm);
        cheap("destination", run, &to.mock, 4);
    }
    arrived(&to, items);
}

#[test]
fn from_one_exchange_into_another() {
    let (mock, items) = filled();
    let (world, from, to) = (World::new(), Exchange::in_the_clear(mock), Exchange::in_the_clear(with_ann()));
    for (run, copied) in runs(items) {
        let mut omm = between(&world, "migrate", &from.address(), &to.address());
        omm.args(["--tls", "off", "--connections", "2"]);
        measured(&format!("between two, {run}"), &world, copied, omm);
        cheap("source", run, &from.mock, 2);
        cheap("destination", run, &to.mock, 2);
    }
    arrived(&to, items);
}

#[track_caller]
fn arrived(to: &Exchange, items: usize) {
    let there: usize = to.mock.mailbox(ANN).folders().iter().map(|folder| folder.items).sum();
    assert_eq!(there, items, "so many items");
}
