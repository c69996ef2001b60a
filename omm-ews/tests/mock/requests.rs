//! Something goes wrong at every request, on either side: its answer is lost or cut, it is refused in every manner, the process
//! is killed before it or behind it. The run goes on or is begun again, and the end is what it would have been.

use crate::{
    items::{agenda, all_kinds, inbox, people},
    on_mock::{IntoMock, OutOfMock, into, out_of},
    stories::{filled, nothing_left_over},
    world::server,
};
use futures::{FutureExt, future::LocalBoxFuture};
use omm_core::{
    engine::UndoOptions,
    error::Result,
    model::{FolderPath, SyncPoint},
};
use omm_testkit::{
    ews::{EwsAct, EwsFault, MockEws, SoapFault},
    mailbox::{contact, event, message},
    memory::MemoryAccount,
    sim::SimRuntime,
    step_stop::{Account, End, Time, World},
};
use std::time::Duration;

/// How often an operation that went wrong is begun again at most.
const RUNS: usize = 3;
/// What changes something on a server.
const WRITES: [&str; 6] =
    ["CreateItem", "UpdateItem", "DeleteItem", "CreateAttachment", "CreateFolder", "DeleteFolder"];

type Play<S, D> = fn(&World<S, D, SimRuntime>) -> LocalBoxFuture<'_, Result<()>>;

/// An operation at whose every request something goes wrong: always the same.
struct Session<S, D> {
    name: &'static str,
    /// Everything that goes before.
    world: fn() -> World<S, D, SimRuntime>,
    server: fn(&World<S, D, SimRuntime>) -> &MockEws,
    play: Play<S, D>,
    ends: fn(&World<S, D, SimRuntime>),
}

/// What goes wrong.
#[derive(Clone, Debug)]
struct Trouble {
    act: EwsAct,
    /// The process is killed then.
    kills: bool,
}

fn troubles() -> Vec<Trouble> {
    let act = |act| Trouble { act, kills: false };
    let busy = SoapFault { back_off: Some(3000), ..SoapFault::new("ErrorServerBusy", "later") };
    let hour = Duration::from_secs(3600);
    vec![
        // Nothing of it was done, or all of it; nobody was told.
        Trouble { act: EwsAct::Stall, kills: true },
        Trouble { act: EwsAct::Delay(hour), kills: true },
        act(EwsAct::LoseAnswer),
        act(EwsAct::Cut(40)),
        act(EwsAct::Close),
        act(EwsAct::StatusAfter(502)),
        act(EwsAct::Status(503, vec![("Retry-After".to_owned(), "7".to_owned())])),
        act(EwsAct::Soap(busy)),
        act(EwsAct::BusyFrom(1, 3000)),
        act(EwsAct::Code(Some(0), "ErrorInternalServerTransientError".to_owned())),
        act(EwsAct::Code(None, "ErrorMailboxStoreUnavailable".to_owned())),
        act(EwsAct::Status(429, vec![("Retry-After".to_owned(), "7".to_owned())])),
        act(EwsAct::Status(500, Vec::new())),
        // What stands in front of a server says something instead of it, or what it says is garbled: nobody knows what was done.
        act(EwsAct::Body(b"<html><title>later</title></html>".to_vec())),
        act(EwsAct::Replace("ResponseClass".to_owned(), "<".to_owned())),
    ]
}

fn full() -> bool {
    std::env::var_os("OMM_FULL").is_some()
}

/// Plays a session with every `usual`-th trouble; with `OMM_FULL=1` with every one at every request.
fn check<S: Account, D: Account>(usual: usize, session: &Session<S, D>) {
    let clean = (session.world)();
    (session.server)(&clean).reset_counters();
    clean.clock.run((session.play)(&clean)).expect("undisturbed");
    let requests = (session.server)(&clean).requests().len() as u64;
    let end = End::of(&clean, false);
    (session.ends)(&clean);
    let places = (1..=requests).flat_map(|nth| troubles().into_iter().map(move |trouble| (nth, trouble)));
    let mut played = 0;
    for (nth, trouble) in places.step_by(if full() { 1 } else { usual }) {
        let world = (session.world)();
        let server = (session.server)(&world);
        server.add_fault(EwsFault::at_request(nth, trouble.act.clone()));
        let naming = Naming(session.name, nth, &trouble);
        finish(session, &world, trouble.kills);
        let differences = end.differences(&End::of(&world, false));
        assert!(differences.is_empty(), "the end differs:\n{}", differences.join("\n"));
        (session.ends)(&world);
        drop(naming);
        played += 1;
    }
    println!("{}: {requests} requests, {played} troubles", session.name);
    assert!(played > 5, "few requests");
}

fn finish<S: Account, D: Account>(session: &Session<S, D>, world: &World<S, D, SimRuntime>, kills: bool) {
    let server = (session.server)(world);
    if kills {
        world.clock.run_until((session.play)(world), || server.faults_left() == 0);
    }
    let failed: Vec<_> = (0..RUNS).map_while(|_| world.clock.run((session.play)(world)).err()).collect();
    assert!(failed.len() < RUNS, "{RUNS} runs did not do it: {failed:?}");
}

/// Says what went wrong where when the end is another one.
struct Naming<'a>(&'a str, u64, &'a Trouble);

impl Drop for Naming<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in the session {:?}, at request {}: {:?}", self.0, self.1, self.2);
        }
    }
}

fn written(world: &IntoMock) -> &MockEws {
    &world.destination.server
}

fn read(world: &OutOfMock) -> &MockEws {
    &world.source.server
}

fn run<S: Account, D: Account>(world: &World<S, D, SimRuntime>) -> LocalBoxFuture<'_, Result<()>> {
    async { world.migration().run().await.map(drop) }.boxed_local()
}

fn undo(world: &IntoMock) -> LocalBoxFuture<'_, Result<()>> {
    async { world.migration().undo(&UndoOptions::from(SyncPoint(1))).await.map(drop) }.boxed_local()
}

fn fresh() -> IntoMock {
    into(MemoryAccount::new().holding(&all_kinds()), server())
}

fn copied() -> IntoMock {
    let world = fresh();
    world.clock.run(world.migration().run()).expect("a first run");
    world
}

/// After a first run: a message more, other flags, an edited contact, edited appointments.
fn changed() -> IntoMock {
    let world = copied();
    let source = &world.source;
    source.add(&inbox(), message(1, 20));
    let first = source.items(&inbox())[0].0.clone();
    source.set_flags(&inbox(), &first, "\\Seen \\Flagged later");
    let edit = |folder: &FolderPath, at: usize, bytes: Vec<u8>| {
        let id = source.items(folder)[at].0.clone();
        source.edit(folder, &id, bytes);
    };
    edit(&people(), 0, contact(0, 1).bytes.to_vec());
    edit(&agenda(), 0, event(0, 1).bytes.to_vec());
    let later = String::from_utf8_lossy(&crate::items::series(1).bytes).replace("123000Z", "124500Z");
    edit(&agenda(), 1, later.into_bytes());
    world
}

/// Another run writes nothing.
fn settled(world: &IntoMock) {
    nothing_left_over(&world.destination);
    let server = &world.destination.server;
    server.reset_counters();
    world.clock.run(world.migration().run()).expect("another run");
    let counters = server.counters();
    let writes: Vec<_> = WRITES.iter().filter(|name| counters.operation(name) > 0).collect();
    assert!(writes.is_empty(), "another run wrote: {writes:?}\n{}", server.transcript_text());
}

#[test]
fn of_a_first_run_into_exchange() {
    check(
        13,
        &Session { name: "first run into Exchange", world: fresh, server: written, play: run, ends: settled },
    );
}

#[test]
fn of_a_later_run_into_exchange() {
    check(
        23,
        &Session {
            name: "later run into Exchange",
            world: changed,
            server: written,
            play: run,
            ends: settled,
        },
    );
}

#[test]
fn of_an_undo_in_exchange() {
    let world = || {
        let world = copied();
        let there = world.destination.account();
        there.add_mail("inbox", b"Subject: was there\r\n\r\n", "2020-01-01T00:00:00Z", true);
        world
    };
    let ends = |world: &IntoMock| {
        let left = world.destination.contents().without_empty_folders();
        assert_eq!(left.items(), 1, "what was there before us is there, and nothing else: {left:?}");
    };
    check(23, &Session { name: "undo in Exchange", world, server: written, play: undo, ends });
}

#[test]
fn of_a_first_run_out_of_exchange() {
    let world = || out_of(filled());
    check(13, &Session { name: "first run out of Exchange", world, server: read, play: run, ends: |_| () });
}

#[test]
fn of_a_later_run_out_of_exchange() {
    let world = || {
        let world = out_of(filled());
        world.clock.run(world.migration().run()).expect("a first run");
        let account = world.source.account();
        let first = |path: &str| account.items(path)[0].id.clone();
        account.set(&first("contacts"), "JobTitle", "another");
        account.set(&first("calendar"), "Subject", "another");
        account.mark_read(&first("Inbox/Work"), true);
        account.add_mail("inbox", b"Subject: more\r\n\r\nmore\r\n", "2026-02-01T12:00:00Z", false);
        world
    };
    check(13, &Session { name: "later run out of Exchange", world, server: read, play: run, ends: |_| () });
}
