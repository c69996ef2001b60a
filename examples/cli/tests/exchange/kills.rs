//! The program killed while it moves a mailbox into Exchange, out of it, and from one to another. What the servers hold
//! judges: nothing is lost, nothing is there twice, and nothing half.

use crate::{
    server::{ANN, Exchange, PASSWORD, between, with_ann},
    siege::{Siege, asked, besiege},
    world::World,
};
use omm_testkit::{
    ews::{Element, MockEws, MockMailbox, Policy, StoredAttachment, StoredItem},
    imap::{self, MockImap},
    mailbox::{message, plain},
};
use std::{cell::OnceCell, collections::BTreeMap, fs, path::Path, process::Command};

/// Items by the folder they are in, each as text.
type Held = BTreeMap<String, Vec<String>>;

/// A source, whatever it is, and what must come of it.
struct Source {
    address: String,
    /// All items, and of those the mail, byte for byte.
    items: usize,
    mail: Vec<Vec<u8>>,
    /// What was there when nobody disturbed it: each later end is the same.
    end: OnceCell<Held>,
}

impl Source {
    fn new(address: String, items: usize, mut mail: Vec<Vec<u8>>) -> Self {
        mail.sort();
        Self { address, items, mail, end: OnceCell::new() }
    }

    #[track_caller]
    fn judge(&self, mut mail: Vec<Vec<u8>>, held: Held) {
        mail.sort();
        assert_eq!(mail.len(), self.mail.len(), "so many messages");
        assert!(mail == self.mail, "they differ");
        assert_eq!(held.values().map(Vec::len).sum::<usize>(), self.items, "so many items");
        let end = self.end.get_or_init(|| held.clone());
        for (folder, items) in &held {
            let wanted = end.get(folder).cloned().unwrap_or_default();
            let differing = items.iter().zip(&wanted).find(|(one, other)| one != other);
            assert_eq!((differing, items.len()), (None, wanted.len()), "in {folder}");
        }
        assert_eq!(held.len(), end.len(), "folders");
    }
}

/// Into an Exchange.
struct Into<'a> {
    source: &'a Source,
    server: fn() -> MockEws,
}

impl Siege for Into<'_> {
    type Place = Exchange;

    fn messages(&self) -> usize {
        self.source.items
    }

    fn fresh(&self) -> Exchange {
        Exchange::in_the_clear((self.server)())
    }

    fn omm(&self, world: &World, to: &Exchange) -> Command {
        let mut omm = between(world, "migrate", &self.source.address, &to.address());
        // A server of ours goes on with nothing whose sender is gone, a request that it has in whole is done at once.
        omm.args(["--tls", "off", "--destination-option", "settling=1"]);
        omm
    }

    fn carried(&self, _: &World, to: &Exchange) -> u64 {
        to.mock.counters().bytes_received
    }

    fn copies(&self, _: &World, to: &Exchange) -> usize {
        shown(&to.mock.mailbox(ANN)).into_iter().map(|(_, items)| items).sum()
    }

    fn judge(&self, _: &World, to: &Exchange) {
        let account = to.mock.mailbox(ANN);
        let held = held(&account);
        let half: Vec<_> = held.values().flatten().filter(|item| item.contains("1 part")).collect();
        assert!(half.is_empty(), "half of an item is left: {half:?}");
        self.source.judge(mail_of(&account), held);
        let loud = to.mock.requests().iter().filter(|request| request.may_send()).count();
        assert!(loud == 0 && to.mock.outbox().is_empty(), "something was sent");
    }
}

/// Out of an Exchange into `copies`.
struct IntoFolder<'a> {
    source: &'a Source,
    from: &'a Exchange,
}

impl Siege for IntoFolder<'_> {
    type Place = ();

    fn messages(&self) -> usize {
        self.source.items
    }

    /// In a world of its own.
    fn fresh(&self) {}

    fn omm(&self, world: &World, (): &()) -> Command {
        let mut omm = between(world, "migrate", &self.source.address, "dir:copies");
        omm.args(["--tls", "off"]);
        omm
    }

    fn carried(&self, _: &World, (): &()) -> u64 {
        self.from.mock.counters().bytes_sent
    }

    fn copies(&self, world: &World, (): &()) -> usize {
        let mut files = Held::new();
        collect(&world.path("copies"), "", &mut files);
        files.values().map(Vec::len).sum()
    }

    fn judge(&self, world: &World, (): &()) {
        let mut files = Held::new();
        collect(&world.path("copies"), "", &mut files);
        files.values_mut().for_each(|files| files.sort());
        let bodies = world.bodies("copies").into_iter();
        let mail = bodies.flat_map(|(body, times)| std::iter::repeat_n(body, times)).collect();
        self.source.judge(mail, files);
    }
}

/// Out of an Exchange to a mail server.
struct IntoMail<'a> {
    source: &'a Source,
}

impl Siege for IntoMail<'_> {
    type Place = (MockImap, imap::Served);

    fn messages(&self) -> usize {
        self.source.mail.len()
    }

    fn fresh(&self) -> Self::Place {
        let server = MockImap::new().user(ANN, PASSWORD);
        let served = server.serve().unwrap();
        (server, served)
    }

    fn omm(&self, world: &World, (_, served): &Self::Place) -> Command {
        let to = format!("imap://{ANN}@127.0.0.1:{}", served.port());
        let mut omm = between(world, "migrate", &self.source.address, &to);
        omm.args(["--tls", "off"]);
        omm
    }

    fn carried(&self, _: &World, (server, _): &Self::Place) -> u64 {
        server.counters().bytes_received
    }

    fn copies(&self, _: &World, (server, _): &Self::Place) -> usize {
        server.account(ANN).snapshot().iter().map(|folder| folder.messages.len()).sum()
    }

    fn judge(&self, _: &World, (server, _): &Self::Place) {
        let folders = server.account(ANN).snapshot();
        let messages = folders.iter().flat_map(|folder| &folder.messages);
        let mail: Vec<Vec<u8>> = messages.map(|message| message.bytes.to_vec()).collect();
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        let mut texts: Vec<String> = mail.iter().map(text).collect();
        texts.sort();
        self.source.judge(mail, Held::from([("all of it".to_owned(), texts)]));
    }
}

#[test]
fn from_a_mail_server_into_exchange() {
    let mailbox = plain(1, 4, asked("OMM_MESSAGES", 400) / 4);
    let from = MockImap::new().user(ANN, PASSWORD);
    from.account(ANN).fill(&mailbox);
    let served = from.serve().unwrap();
    let mail = mailbox.folders.iter().flat_map(|folder| &folder.items).map(|item| item.bytes.to_vec());
    let address = format!("imap://{ANN}@127.0.0.1:{}", served.port());
    besiege(&Into { source: &Source::new(address, mailbox.items(), mail.collect()), server: frugal });
}

#[test]
fn from_one_exchange_into_another_item_by_item() {
    let from = Exchange::in_the_clear(filled().without_exports());
    besiege(&Into { source: &source(&from), server: || frugal().without_exports() });
}

/// Whatever way the pair chooses.
#[test]
fn from_one_exchange_into_another() {
    let from = Exchange::in_the_clear(filled());
    besiege(&Into { source: &source(&from), server: frugal });
}

#[test]
fn out_of_exchange_into_a_folder() {
    let from = Exchange::in_the_clear(filled());
    besiege(&IntoFolder { source: &source(&from), from: &from });
}

#[test]
fn out_of_exchange_to_a_mail_server() {
    let from = Exchange::in_the_clear(filled());
    let all = source(&from);
    let mail = Source::new(all.address.clone(), all.mail.len(), all.mail.clone());
    besiege(&IntoMail { source: &mail });
}

/// One that takes ten items with one request, so that there are more moments between them.
fn frugal() -> MockEws {
    with_ann().policy(Policy { largest_batch: Some(10), ..Policy::default() })
}

fn source(from: &Exchange) -> Source {
    let account = from.mock.mailbox(ANN);
    let items = shown(&account).into_iter().map(|(_, items)| items).sum();
    Source::new(from.address(), items, mail_of(&account))
}

/// Mail in two folders, some of it twice, and one in ten each of the other kinds.
fn filled() -> MockEws {
    let server = with_ann();
    let account = server.mailbox(ANN);
    account.add_folder("Inbox/Work", "IPF.Note").add_folder("Calendar/Team", "IPF.Appointment");
    for number in 0..asked("OMM_MESSAGES", 300) {
        // A twin now and then: two items, not one.
        let which = if number % 50 == 49 { number - 10 } else { number };
        let place = |one: &'static str, other: &'static str| if number % 3 == 0 { one } else { other };
        match number % 10 {
            3 => _ = account.add_xml("contacts", &contact(which)),
            5 => series(&account, place("calendar", "Calendar/Team"), which),
            7 => _ = account.add_xml("tasks", &task(which)),
            9 => _ = account.add_xml("calendar", &appointment(which)),
            _ => {
                let text = message(7, which).bytes;
                account.add_mail(
                    place("inbox", "Inbox/Work"),
                    &text,
                    "2026-01-31T12:00:00Z",
                    number % 2 == 0,
                );
            }
        }
    }
    server
}

const FILE: &str = "<Attachments><FileAttachment><Name>a.txt</Name><ContentType>text/plain</ContentType>\
                    <Content>aGVsbG8=</Content></FileAttachment></Attachments>";

fn contact(number: u64) -> String {
    format!(
        "<Contact><Attachments><FileAttachment><Name>ContactPicture.jpg</Name><ContentType>image/jpeg</ContentType>\
         <IsContactPhoto>true</IsContactPhoto><Content>/9j/4AAQ</Content></FileAttachment></Attachments>\
         <DisplayName>Person {number}</DisplayName><GivenName>Person</GivenName><Surname>Number {number}</Surname></Contact>"
    )
}

fn task(number: u64) -> String {
    format!("<Task><Subject>task {number}</Subject>{FILE}<DueDate>2026-05-02T00:00:00Z</DueDate></Task>")
}

fn appointment(number: u64) -> String {
    format!(
        "<CalendarItem><Subject>appointment {number}</Subject>{FILE}<Start>2026-03-02T09:00:00Z</Start>\
         <End>2026-03-02T10:00:00Z</End></CalendarItem>"
    )
}

/// The second one is moved, the third does not take place.
fn series(account: &MockMailbox, folder: &str, number: u64) {
    let id = account.add_xml(
        folder,
        &format!(
            "<CalendarItem><Subject>series {number}</Subject>{FILE}<Start>2026-03-23T09:00:00+01:00</Start>\
             <End>2026-03-23T10:00:00+01:00</End><Recurrence><WeeklyRecurrence><Interval>1</Interval>\
             <DaysOfWeek>Monday</DaysOfWeek></WeeklyRecurrence><NumberedRecurrence><StartDate>2026-03-23</StartDate>\
             <NumberOfOccurrences>5</NumberOfOccurrences></NumberedRecurrence></Recurrence>\
             <StartTimeZone Id=\"W. Europe Standard Time\"/></CalendarItem>"
        ),
    );
    let moved = [
        Element::text("Subject", format!("moved {number}")),
        Element::text("Start", "2026-03-31T13:00:00Z"),
        Element::text("End", "2026-03-31T14:30:00Z"),
    ];
    account.change_occurrence(&id, 2, &moved).remove_occurrence(&id, 3);
}

/// Folders that their user sees, and how much is in each.
fn shown(account: &MockMailbox) -> Vec<(String, usize)> {
    let is_shown = |path: &str| !["Recoverable Items", "Finder"].iter().any(|own| path.starts_with(own));
    let folders = account.folders().into_iter().filter(|folder| is_shown(&folder.path));
    folders.map(|folder| (folder.path, folder.items)).collect()
}

fn mail_of(account: &MockMailbox) -> Vec<Vec<u8>> {
    let items = shown(account).into_iter().flat_map(|(path, _)| account.items(&path));
    items.filter_map(|item| item.mime.filter(|_| item.class == "IPM.Note")).collect()
}

fn held(account: &MockMailbox) -> Held {
    let filled = shown(account).into_iter().filter(|(_, items)| *items > 0);
    let texts = |path: &str| {
        let mut texts: Vec<String> = account.items(path).iter().map(text).collect();
        texts.sort();
        texts
    };
    filled.map(|(path, _)| (path.clone(), texts(&path))).collect()
}

/// Everything of an item but ids, what a server puts in by itself, and when it was that we were done with it.
fn text(item: &StoredItem) -> String {
    let mime = item.mime.as_deref().map(String::from_utf8_lossy);
    let mut text =
        format!("{} {:?} {mime:?} {:?} {:?}", item.class, item.fields, item.occurrences, item.deleted);
    for property in &item.properties {
        let is_seal = property.name.name.as_deref() == Some("omm-seal");
        if !is_seal || property.values.iter().any(|value| value.contains("touched")) {
            text += &format!("\n{:?} {:?}", property.name, property.values);
        }
    }
    for StoredAttachment { fields, bytes, .. } in &item.attachments {
        let fields: Vec<_> = fields.iter().filter(|field| field.name != "LastModifiedTime").collect();
        text += &format!("\n{fields:?} {bytes:?}");
    }
    text
}

/// Files by their folder, without those that are not finished and those that are the tree's own.
fn collect(dir: &Path, path: &str, found: &mut Held) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            if name != "tmp" {
                collect(&entry.path(), &format!("{path}/{name}"), found);
            }
        } else if path.ends_with("/cur")
            || path.ends_with("/new")
            || name.ends_with(".vcf")
            || name.ends_with(".ics")
        {
            // A file may be renamed before it is read.
            let bytes = fs::read(entry.path()).unwrap_or_default();
            found.entry(path.to_owned()).or_default().push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}
