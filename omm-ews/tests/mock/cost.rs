//! What a migration costs its server: requests, connections, memory.

use crate::{
    on_mock::{IntoMock, OutOfMock, into, out_of},
    world::{ANN, Secrets, server},
};
use omm_core::{
    engine::Migration,
    host::{Env, MemoryBudget, Spool},
    model::{FolderPath, ItemKind},
    report::Report,
};
use omm_testkit::{
    ews::MockEws,
    journal::MemoryJournal,
    mailbox::{Mailbox, MailboxFolder, MailboxItem, contact, event, message, plain, task},
    memory::MemoryAccount,
    sim,
    step_stop::{Account, Time},
};
use std::sync::Arc;

fn full() -> bool {
    std::env::var_os("OMM_FULL").is_some()
}

/// Small messages in four folders.
fn small() -> Mailbox {
    plain(1, 4, if full() { 2_500 } else { 250 })
}

fn cheap(server: &MockEws, items: u64, report: &Report) {
    cheap_with(server, items, report, 4);
}

/// The same of a server that others have used before, with so many connections in all.
fn cheap_with(server: &MockEws, items: u64, report: &Report, connections: u64) {
    assert_eq!((report.totals.copied, report.totals.failed), (items, 0), "{report}");
    let counters = server.counters();
    let requests = counters.all_operations();
    println!("{items} items: {requests} requests: {:?}", counters.operations);
    assert!(requests <= items / 20, "{requests} requests for {items} small items: {:?}", counters.operations);
    assert!(counters.most_in_flight <= 4, "{} requests at once", counters.most_in_flight);
    // One is used again and again: none was given up, so that none came in its place.
    assert!(counters.connections <= connections, "{} connections, one after the other", counters.connections);
}

#[test]
fn twenty_small_messages_cost_the_destination_one_request() {
    let mailbox = small();
    let world: IntoMock = into(MemoryAccount::new().holding(&mailbox), server());
    world.choose(|options| options.folders_at_once = 4);
    let report = world.clock.run(world.migration().run()).expect("a run");
    cheap(&world.destination.server, mailbox.items() as u64, &report);
}

#[test]
fn twenty_small_messages_cost_the_source_one_request() {
    let mailbox = small();
    let server = server();
    server.mailbox(ANN).fill(&mailbox);
    let world: OutOfMock = out_of(server);
    world.choose(|options| options.folders_at_once = 4);
    let report = world.clock.run(world.migration().run()).expect("a run");
    cheap(&world.source.server, mailbox.items() as u64, &report);
}

/// Contacts, appointments and tasks, into Exchange and out of it again.
#[test]
fn twenty_small_items_of_other_kinds_cost_each_side_one_request() {
    type Made = fn(u64, u64) -> MailboxItem;
    let kinds: [(&str, ItemKind, Made); 3] = [
        ("Contacts", ItemKind::Contact, contact),
        ("Calendar", ItemKind::Event, event),
        ("Tasks", ItemKind::Task, task),
    ];
    let each = if full() { 3_500 } else { 350 };
    let folder = |(name, kind, made): (&str, ItemKind, Made)| {
        MailboxFolder::new(FolderPath::new([name]), kind).with_items((0..each).map(|index| made(index, 0)))
    };
    let mailbox = Mailbox { folders: kinds.into_iter().map(folder).collect() };
    let world: IntoMock = into(MemoryAccount::new().holding(&mailbox), server());
    world.choose(|options| options.folders_at_once = 3);
    let report = world.clock.run(world.migration().run()).expect("a run");
    cheap(&world.destination.server, 3 * each, &report);
    world.destination.server.reset_counters();
    let again: OutOfMock = out_of(world.destination.server.clone());
    again.choose(|options| options.folders_at_once = 3);
    let report = again.clock.run(again.migration().run()).expect("a run");
    cheap_with(&again.source.server, 3 * each, &report, 8);
}

/// Messages that are larger than all memory there is for bodies, among small ones, both ways.
#[test]
fn large_messages_go_through_the_spool() {
    let size = if full() { 50 << 20 } else { 3 << 20 };
    let large = |number: u64| {
        let mut text =
            format!("Message-ID: <large{number}@example.org>\r\nSubject: large\r\n\r\n").into_bytes();
        let line = b"0123456789012345678901234567890123456789012345678901234567890123456789\r\n";
        while text.len() < size {
            text.extend_from_slice(line);
        }
        MailboxItem::new(ItemKind::Mail, text).received("2020-06-01T08:00:00+02:00")
    };
    let items = (0..12).map(|number| if number % 5 == 2 { large(number) } else { message(1, number) });
    let folder = MailboxFolder::new(FolderPath::new(["Large"]), ItemKind::Mail).with_items(items);
    let mailbox = Mailbox { folders: vec![folder] };
    let world = into(MemoryAccount::new().holding(&mailbox), server());
    let spool = tempfile::tempdir().expect("a folder");
    let mut env = Env::new(world.clock.shared());
    (env.memory, env.spool) = (MemoryBudget::new(1 << 20), Spool::new(spool.path(), 4 << 30));
    env.credentials = Arc::new(Secrets);
    let move_to = |from, to| {
        let migration = Migration::new(from, to, MemoryJournal::new().shared(), env.clone());
        let report = sim::run(&world.clock, migration.run()).expect("a run");
        assert_eq!((report.totals.copied, report.totals.failed), (12, 0), "{report}");
        assert_eq!(env.memory.reserved(), 0, "memory is given back");
    };
    move_to(world.source.source(), world.destination.open_destination(&env));
    let last = MemoryAccount::new();
    let again = out_of(world.destination.server.clone());
    world.clock.listen("old.example", 80, again.source.server.clone());
    move_to(again.source.open_source(&env), last.destination());
    let bodies = |account: &MemoryAccount| {
        let mut bodies: Vec<_> =
            account.items(&FolderPath::new(["Large"])).into_iter().map(|(_, item)| item.bytes).collect();
        bodies.sort();
        bodies
    };
    assert!(bodies(&world.source) == bodies(&last), "byte for byte");
}
