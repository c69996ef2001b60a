//! Stories into Exchange and out of it, stopped before and after every durable step, resumed, and the end compared.

use crate::{
    items::{agenda, all_kinds, inbox, people},
    on_mock::{IntoMock, OnMock, OutOfMock, into, out_of},
    world::server,
};
use omm_core::model::FolderPath;
use omm_testkit::{
    ews::{EwsAct, EwsFault, MockEws, MockMailbox, Version},
    mailbox::{contact, event, message},
    memory::MemoryAccount,
    sim::SimRuntime,
    step_stop::{Account, Scenario, step_stop, step_stop_twice},
};

/// Plays a story with every `stride`-th cut; with `OMM_FULL=1` with every one, and cut twice.
pub(crate) fn check<S: Account, D: Account>(stride: u64, scenario: &Scenario<S, D, SimRuntime>) {
    let full = std::env::var_os("OMM_FULL").is_some();
    let cuts = step_stop(scenario, if full { 1 } else { stride });
    println!("{scenario:?}: {} steps, {} cuts", cuts.steps, cuts.cuts);
    if full {
        let twice = step_stop_twice(scenario, stride, 2);
        println!("{scenario:?}: cut twice, {} cuts", twice.cuts);
    }
    assert!(cuts.cuts > 0, "nothing was cut");
}

fn fresh_into() -> IntoMock {
    into(MemoryAccount::new().holding(&all_kinds()), server())
}

fn fresh_into_this(destination: impl Fn() -> MockEws + 'static) -> impl Fn() -> IntoMock + 'static {
    move || into(MemoryAccount::new().holding(&all_kinds()), destination())
}

/// A server with one of each kind, and two equal messages.
pub(crate) fn filled() -> MockEws {
    let server = server();
    let account = server.mailbox(crate::world::ANN);
    account.add_one_of_each();
    account.add_folder("Inbox/Work", "IPF.Note");
    for (path, word) in
        [("inbox", "one"), ("Inbox/Work", "twin"), ("Inbox/Work", "twin"), ("Inbox/Work", "two")]
    {
        let text = format!(
            "From: a@example.org\r\nSubject: {word}\r\nMessage-ID: <{word}@example.org>\r\n\r\nabout {word}\r\n"
        );
        account.add_mail(path, text.as_bytes(), "2026-01-31T12:00:00Z", word == "one");
    }
    server
}

fn fresh_out_of() -> OutOfMock {
    out_of(filled())
}

/// All of it, nothing twice, nothing half.
fn everything(world: &IntoMock) {
    let count = |path: &str| world.destination.account().items(path).len();
    assert_eq!(
        [count("inbox"), count("contacts"), count("calendar"), count("tasks"), count("notes")],
        [4, 3, 6, 1, 1]
    );
    nothing_left_over(&world.destination);
}

pub(crate) fn nothing_left_over(account: &OnMock) {
    let contents = account.contents();
    let half: Vec<_> = contents
        .0
        .values()
        .flat_map(|seen| seen.keys())
        .filter(|seen| seen.flags.contains("1 part"))
        .collect();
    assert!(half.is_empty(), "half of an item is left: {half:?}");
    assert!(account.server.outbox().is_empty(), "{:?}", account.server.outbox());
}

#[test]
fn first_run_into() {
    check(5, &Scenario::new("first run into Exchange", fresh_into).run().ends(everything));
}

#[test]
fn first_run_into_an_old_one() {
    let old = fresh_into_this(|| server().version(Version::Exchange2007));
    check(17, &Scenario::new("first run into Exchange 2007", old).run().ends(everything));
}

#[test]
fn first_run_out_of() {
    check(5, &Scenario::new("first run out of Exchange", fresh_out_of).run());
}

fn edit(account: &MemoryAccount, folder: &FolderPath, at: usize, bytes: Vec<u8>) {
    let id = account.items(folder)[at].0.clone();
    account.edit(folder, &id, bytes);
}

/// New and moved messages, other flags, an edited contact, an edited series.
fn changed(world: &IntoMock) {
    let source = &world.source;
    source.add(&inbox(), message(1, 20));
    let ids: Vec<String> = source.items(&inbox()).into_iter().map(|(id, _)| id).collect();
    source.set_flags(&inbox(), &ids[0], "\\Seen \\Flagged later");
    source.move_item(&inbox(), &ids[3], &FolderPath::new(["Work", "Projects"]));
    edit(source, &people(), 0, contact(0, 1).bytes.to_vec());
    edit(source, &agenda(), 0, event(0, 1).bytes.to_vec());
    let series = crate::items::series(1).bytes;
    let later = String::from_utf8_lossy(&series).replace("123000Z", "124500Z");
    edit(source, &agenda(), 1, later.into_bytes());
}

#[test]
fn later_run_into() {
    let story = Scenario::new("later run into Exchange", fresh_into).run().user(changed).run();
    check(7, &story.ends(|world: &IntoMock| nothing_left_over(&world.destination)));
}

/// What the user of an account that is [`filled`] does between two runs.
pub(crate) fn lived_in(account: &MockMailbox) {
    let first = |path: &str| account.items(path)[0].id.clone();
    account.set(&first("contacts"), "JobTitle", "another");
    account.set(&first("calendar"), "Subject", "another");
    account.mark_read(&first("Inbox/Work"), true);
    account.relocate(&first("inbox"), "Inbox/Work");
    account.add_mail("inbox", b"Subject: more\r\n\r\nmore\r\n", "2026-02-01T12:00:00Z", false);
}

#[test]
fn later_run_out_of() {
    let story = Scenario::new("later run out of Exchange", fresh_out_of)
        .run()
        .user(|world: &OutOfMock| lived_in(&world.source.account()))
        .run();
    check(7, &story);
}

#[test]
fn a_sync_state_that_is_not_honoured() {
    let story = Scenario::new("invalid sync states", fresh_out_of)
        .run()
        .user(|world: &OutOfMock| {
            world.source.server.invalidate_sync_states();
            let account = world.source.account();
            account.add_mail("inbox", b"Subject: more\r\n\r\nmore\r\n", "2026-02-01T12:00:00Z", false);
            account.set(&account.items("contacts")[0].id, "JobTitle", "another");
        })
        .run();
    check(11, &story);
}

#[test]
fn undo() {
    let story = Scenario::new("undo in Exchange", || {
        let world = fresh_into();
        let there = world.destination.account();
        there.add_mail("inbox", b"Subject: was there\r\n\r\n", "2020-01-01T00:00:00Z", true);
        there.add_xml("calendar", "<t:CalendarItem><t:Subject>was there</t:Subject></t:CalendarItem>");
        world
    })
    .run()
    .user(changed)
    .run()
    .undo(1)
    .never_settles();
    check(
        7,
        &story.ends(|world: &IntoMock| {
            let left = |path: &str| world.destination.account().items(path).len();
            assert_eq!(
                [left("inbox"), left("calendar"), left("contacts")],
                [1, 1, 0],
                "what was there before us"
            );
        }),
    );
}

#[test]
fn lost_answers() {
    for (name, operation, nth) in [
        ("lost answer to CreateItem", "CreateItem", 1),
        ("lost answer to a step's CreateItem", "CreateItem", 4),
        ("lost answer to CreateAttachment", "CreateAttachment", 1),
        ("lost answer to UpdateItem", "UpdateItem", 1),
        ("lost answer to the last UpdateItem", "UpdateItem", 2),
    ] {
        let fault = move || EwsFault::at(operation, nth, EwsAct::LoseAnswer);
        let story = Scenario::new(name, fresh_into_this(move || server().fault(fault())));
        check(17, &story.run().ends(everything));
    }
}

#[test]
fn a_bad_item_in_a_batch_costs_only_itself() {
    let refuse =
        || EwsFault::at("CreateItem", 1, EwsAct::Code(Some(1), "ErrorMimeContentInvalid".to_owned()));
    let story = Scenario::new("a bad item", fresh_into_this(move || server().fault(refuse())));
    // Refused once; a retry brings it.
    check(13, &story.run().retry().ends(everything));
}
