//! The connection is cut at every byte of the smallest sessions, and at many bytes of those with items of every make, in either
//! direction: the run goes on or is resumed, and the end is what it would have been.

use crate::{
    items::{agenda, inbox, people, pictured, series},
    on_mock::{IntoMock, OutOfMock, into, out_of},
    stories::nothing_left_over,
    world::{ANN, server},
};
use omm_core::{
    engine::UndoOptions,
    error::Result,
    model::{ItemKind, Role, SyncPoint},
};
use omm_testkit::{
    ews::{Act, Element, Fault, MockEws, When},
    mailbox::{Mailbox, MailboxFolder, message},
    memory::MemoryAccount,
    sim::SimRuntime,
    step_stop::{Account, End, Time, World},
};

/// How often an operation that was cut is begun again at most.
const RUNS: usize = 3;

/// A session that is recorded, and then cut: always the same.
struct Session<S, D> {
    name: &'static str,
    /// Everything that goes before.
    world: fn() -> World<S, D, SimRuntime>,
    server: fn(&World<S, D, SimRuntime>) -> &MockEws,
    play: fn(&World<S, D, SimRuntime>) -> Result<()>,
    ends: fn(&World<S, D, SimRuntime>),
}

/// Plays a session, cut at every `usual`-th byte; with `OMM_FULL=1` at every `often`-th one.
fn check<S: Account, D: Account>((usual, often): (usize, usize), session: &Session<S, D>) {
    let clean = (session.world)();
    (session.server)(&clean).reset_counters();
    (session.play)(&clean).expect("undisturbed");
    let counters = (session.server)(&clean).counters();
    let end = End::of(&clean, false);
    (session.ends)(&clean);
    let (stride, mut cuts, mut late) = (if full() { often } else { usual }, 0, 0);
    let sent = (0..counters.bytes_sent).map(When::SentInAll);
    for when in sent.chain((0..counters.bytes_received).map(When::ReceivedInAll)).step_by(stride) {
        let world = (session.world)();
        let server = (session.server)(&world);
        server.reset_counters();
        server.byte_fault(Fault::new(when.clone(), Act::Close));
        let naming = Naming(session.name, &when);
        let failed: Vec<_> = (0..RUNS).map_while(|_| (session.play)(&world).err()).collect();
        assert!(failed.len() < RUNS, "{RUNS} runs did not do it: {failed:?}");
        let differences = end.differences(&End::of(&world, false));
        assert!(differences.is_empty(), "the end differs:\n{}", differences.join("\n"));
        (session.ends)(&world);
        drop(naming);
        cuts += 1;
        late += server.faults_left();
    }
    println!("{}: {} cuts, {late} more came after the end", session.name, cuts - late);
    assert!(cuts > 50, "a session has more bytes than {cuts}");
    assert!(late * 100 < cuts, "{}: {late} of {cuts} cuts did not happen", session.name);
}

fn full() -> bool {
    std::env::var_os("OMM_FULL").is_some()
}

/// Says where a session was cut when its end is another one.
struct Naming<'a>(&'a str, &'a When);

impl Drop for Naming<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in the session {:?}, cut at {:?}", self.0, self.1);
        }
    }
}

/// Two equal messages.
fn twins() -> MailboxFolder {
    let twins = [message(1, 0), message(1, 0)];
    MailboxFolder::new(inbox(), ItemKind::Mail).with_items(twins).with_role(Role::Inbox)
}

fn mail() -> IntoMock {
    into(MemoryAccount::new().holding(&Mailbox { folders: vec![twins()] }), server())
}

/// With them a contact with a photo, a series with a moved occurrence and files.
fn filled() -> IntoMock {
    let folder = |path, kind, role, item| MailboxFolder::new(path, kind).with_items([item]).with_role(role);
    let people = folder(people(), ItemKind::Contact, Role::Contacts, pictured(1));
    let agenda = folder(agenda(), ItemKind::Event, Role::Calendar, series(1));
    into(MemoryAccount::new().holding(&Mailbox { folders: vec![twins(), people, agenda] }), server())
}

fn written(world: &IntoMock) -> &MockEws {
    &world.destination.server
}

fn read(world: &OutOfMock) -> &MockEws {
    &world.source.server
}

fn run<S: Account, D: Account>(world: &World<S, D, SimRuntime>) -> Result<()> {
    world.clock.run(world.migration().run()).map(drop)
}

fn whole(world: &IntoMock) {
    let count = |path: &str| world.destination.account().items(path).len();
    assert_eq!([count("inbox"), count("contacts"), count("calendar")], [2, 1, 1]);
    nothing_left_over(&world.destination);
}

#[test]
fn at_every_byte_of_mail_into_exchange() {
    let ends = |world: &IntoMock| assert_eq!(world.destination.account().items("inbox").len(), 2);
    check((101, 1), &Session { name: "mail into Exchange", world: mail, server: written, play: run, ends });
}

#[test]
fn at_many_bytes_into_exchange() {
    let session = Session { name: "into Exchange", world: filled, server: written, play: run, ends: whole };
    check((401, 11), &session);
}

#[test]
fn at_every_byte_of_an_undo() {
    let world = || {
        let world = mail();
        run(&world).expect("a first run");
        world.destination.account().add_mail("inbox", b"Subject: x\r\n\r\n", "2020-01-01T00:00:00Z", true);
        world
    };
    let play = |world: &IntoMock| {
        world.clock.run(world.migration().undo(&UndoOptions::from(SyncPoint(1)))).map(drop)
    };
    let ends = |world: &IntoMock| {
        let left = world.destination.contents().without_empty_folders();
        assert_eq!(left.items(), 1, "what was not ours is there, and nothing else: {left:?}");
    };
    check((101, 1), &Session { name: "undo in Exchange", world, server: written, play, ends });
}

/// A server with two equal messages.
fn with_mail() -> OutOfMock {
    let server = server();
    let account = server.mailbox(ANN);
    for _ in 0..2 {
        account.add_mail("inbox", b"Subject: twin\r\n\r\nthe same\r\n", "2026-01-31T12:00:00Z", true);
    }
    out_of(server)
}

/// With them a contact, and a series of which one is moved and one does not take place.
fn with_all() -> OutOfMock {
    let world = with_mail();
    let account = world.source.account();
    account.add_xml(
        "contacts",
        "<Contact><Attachments><FileAttachment><Name>ContactPicture.jpg</Name><ContentType>image/jpeg</ContentType>\
         <IsContactPhoto>true</IsContactPhoto><Content>/9j/4AAQ</Content></FileAttachment></Attachments>\
         <DisplayName>Zoe</DisplayName></Contact>",
    );
    let series = account.add_xml(
        "calendar",
        "<CalendarItem><Subject>series</Subject><Start>2026-03-23T09:00:00Z</Start><End>2026-03-23T10:00:00Z</End>\
         <Recurrence><WeeklyRecurrence><Interval>1</Interval><DaysOfWeek>Monday</DaysOfWeek></WeeklyRecurrence>\
         <NumberedRecurrence><StartDate>2026-03-23</StartDate><NumberOfOccurrences>4</NumberOfOccurrences>\
         </NumberedRecurrence></Recurrence></CalendarItem>",
    );
    account.change_occurrence(&series, 2, &[Element::text("Subject", "moved")]).remove_occurrence(&series, 3);
    world
}

#[test]
fn at_every_byte_of_mail_out_of_exchange() {
    let ends = |world: &OutOfMock| assert_eq!(world.destination.contents().items(), 2);
    check(
        (101, 1),
        &Session { name: "mail out of Exchange", world: with_mail, server: read, play: run, ends },
    );
}

#[test]
fn at_many_bytes_out_of_exchange() {
    let ends = |world: &OutOfMock| assert_eq!(world.destination.contents().items(), 4);
    check((211, 11), &Session { name: "out of Exchange", world: with_all, server: read, play: run, ends });
}
