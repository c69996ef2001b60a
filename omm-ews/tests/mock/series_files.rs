//! Files of a series and of its changed occurrences. An occurrence that differs has the files of its series as its own, under
//! other ids: they are the same ones, however often the series is handed on.

use crate::{
    on_mock::{between, into},
    world::server,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use omm_core::model::{FolderPath, ItemKind};
use omm_testkit::{
    ews::{Element, MockMailbox, StoredAttachment},
    mailbox::{Mailbox, MailboxFolder, MailboxItem},
    memory::MemoryAccount,
    step_stop::Time,
};

/// Two of the series are changed.
const CHANGED: [usize; 2] = [2, 3];

type Files = Vec<(String, Vec<u8>)>;

fn file(name: &str, text: &str) -> (String, Vec<u8>) {
    (name.to_owned(), text.as_bytes().to_vec())
}

/// The files of the series, and those of its changed occurrences.
fn files(account: &MockMailbox) -> (Files, Vec<Files>) {
    let (of_series, id) = files_of_series(account);
    let of_occurrence = |index: &usize| {
        let mut files = account.files_of_occurrence(&id, *index);
        files.sort();
        files
    };
    (of_series, CHANGED.iter().map(of_occurrence).collect())
}

/// The files of the only appointment, and its id.
fn files_of_series(account: &MockMailbox) -> (Files, String) {
    let series = account.items("calendar").pop().expect("a series");
    let file = |file: &StoredAttachment| {
        let name = file.fields.iter().find(|field| field.name == "Name").map(|name| name.text.clone());
        (name.unwrap_or_default(), file.bytes.clone().unwrap_or_default())
    };
    (series.attachments.iter().map(file).collect(), series.id)
}

/// A weekly series with a file, of which two are changed: one has a file of its own as well, the other one of the same name and
/// size as that of the series instead of it.
fn filled() -> omm_testkit::ews::MockEws {
    let server = server();
    let account = server.mailbox(crate::world::ANN);
    let id = account.add_xml(
        "calendar",
        "<t:CalendarItem><t:Subject>Weekly</t:Subject><t:Attachments><t:FileAttachment><t:Name>agenda.txt</t:Name>\
         <t:Content>b2xk</t:Content></t:FileAttachment></t:Attachments><t:Start>2026-03-02T09:00:00Z</t:Start>\
         <t:End>2026-03-02T10:00:00Z</t:End><t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday\
         </t:DaysOfWeek></t:WeeklyRecurrence><t:NumberedRecurrence><t:StartDate>2026-03-02</t:StartDate>\
         <t:NumberOfOccurrences>5</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence></t:CalendarItem>",
    );
    for index in CHANGED {
        account.change_occurrence(&id, index, &[Element::text("Location", format!("Room {index}"))]);
    }
    account.pass(std::time::Duration::from_secs(60));
    account.add_file_to_occurrence(&id, CHANGED[0], "own.txt", b"own");
    account.replace_file_of_occurrence(&id, CHANGED[1], "agenda.txt", b"new");
    server
}

/// Kills: a file that is fetched again for each occurrence; one that an occurrence has twice behind each hop; one of its own that
/// is taken for that of the series, since it is called as that is.
#[test]
fn are_handed_on_once() {
    let first = filled();
    let before = files(&first.mailbox(crate::world::ANN));
    assert_eq!(before.0, [file("agenda.txt", "old")]);
    assert_eq!(
        before.1,
        [vec![file("agenda.txt", "old"), file("own.txt", "own")], vec![file("agenda.txt", "new")]]
    );
    let mut from = first;
    for hop in 1..=3 {
        from.reset_counters();
        let world = between(from, server());
        world.choose(|options| options.native = false);
        let report = world.clock.run(world.migration().run()).expect("a run");
        assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
        let after = files(&world.destination.account());
        assert_eq!((&after.0, &after.1[0]), (&before.0, &before.1[0]), "hop {hop}");
        // What it had from its series before, it has again: no request takes it away.
        assert_eq!(after.1[1], [file("agenda.txt", "new"), file("agenda.txt", "old")], "hop {hop}");
        let fetched = world.source.server.counters().operation("GetAttachment");
        assert_eq!(fetched, 3, "hop {hop}: {}", world.source.server.transcript_text());
        let added = world.destination.server.counters().operation("CreateAttachment");
        assert_eq!(added, 3, "hop {hop}");
        from = world.destination.server.clone();
    }
}

/// Kills: an appointment that is refused as a whole, since one of its occurrences differs in a file alone.
#[test]
fn an_occurrence_may_differ_in_a_file_alone() {
    for (day, index) in [("03", 1), ("10", 2)] {
        differs_in_a_file(day, index);
    }
}

fn differs_in_a_file(day: &str, index: usize) {
    let event = |inside: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:A\r\n{inside}END:VEVENT\r\n"
        )
    };
    let master = event("DTSTART:20250303T090000Z\r\nDTEND:20250303T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\n");
    let own = event(&format!(
        "RECURRENCE-ID:202503{day}T090000Z\r\nDTSTART:202503{day}T090000Z\r\nDTEND:202503{day}T100000Z\r\n\
         ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=own.txt:b3du\r\n",
    ));
    let text =
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{master}{own}END:VCALENDAR\r\n");
    let item = MailboxItem::new(ItemKind::Event, text);
    let folder = MailboxFolder::new(FolderPath::new(["Calendar"]), ItemKind::Event).with_items([item]);
    let world = into(MemoryAccount::new().holding(&Mailbox { folders: vec![folder] }), server());
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    let account = world.destination.account();
    let id = account.items("calendar").pop().expect("a series").id;
    assert_eq!(account.files_of_occurrence(&id, index), [file("own.txt", "own")]);
    assert!(account.files_of_occurrence(&id, 3).is_empty());
}

/// Kills: a file that goes by way of the spool, since it is large, and does not come out of it as it was.
#[test]
fn a_large_file_arrives_whole() {
    let bytes: Vec<u8> =
        (0..300_000_u32).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]).collect();
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:a@example.org\r\n\
         DTSTAMP:20250101T000000Z\r\nDTSTART:20250303T090000Z\r\nDTEND:20250303T100000Z\r\nSUMMARY:A\r\n\
         ATTACH;FMTTYPE=application/octet-stream;ENCODING=BASE64;VALUE=BINARY;FILENAME=large.bin:{}\r\nEND:VEVENT\r\n\
         END:VCALENDAR\r\n",
        STANDARD.encode(&bytes)
    );
    let folder = MailboxFolder::new(FolderPath::new(["Calendar"]), ItemKind::Event)
        .with_items([MailboxItem::new(ItemKind::Event, text)]);
    let world = into(MemoryAccount::new().holding(&Mailbox { folders: vec![folder] }), server());
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    let (files, _) = files_of_series(&world.destination.account());
    assert!(files == [("large.bin".to_owned(), bytes)], "{} files", files.len());
}
