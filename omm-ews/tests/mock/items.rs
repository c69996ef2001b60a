//! Items that need one request, several, or become several items.

use omm_core::model::{FolderPath, ItemKind, Role};
use omm_testkit::mailbox::{Mailbox, MailboxFolder, MailboxItem, contact, event, message, note, task};

/// A weekly series: one is moved and has a file, one does not take place; a file of its own.
pub(crate) fn series(number: u32) -> MailboxItem {
    calendar(&format!(
        "BEGIN:VEVENT\r\nUID:series-{number}@example.org\r\nDTSTAMP:20250101T000000Z\r\nDTSTART:20250303T090000Z\r\n\
         DTEND:20250303T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\nEXDATE:20250310T090000Z\r\nSUMMARY:Series {number}\r\n\
         ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt:aGVsbG8=\r\nEND:VEVENT\r\n\
         BEGIN:VEVENT\r\nUID:series-{number}@example.org\r\nDTSTAMP:20250101T000000Z\r\nRECURRENCE-ID:20250317T090000Z\r\n\
         DTSTART:20250318T110000Z\r\nDTEND:20250318T123000Z\r\nSUMMARY:Series {number}\\, moved\r\n\
         ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=b.txt:d29ybGQ=\r\nEND:VEVENT\r\n"
    ))
}

/// A series with twelve files, of which one is moved and one does not take place: some sixteen requests.
pub(crate) fn burdened() -> MailboxItem {
    series_with_files("ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=b.txt:d29ybGQ=\r\n")
}

/// The same, without a file of the day that was moved.
pub(crate) fn laden() -> MailboxItem {
    series_with_files("")
}

fn series_with_files(of_the_day: &str) -> MailboxItem {
    let file = |number: u32| {
        format!("ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME={number}.txt:aGVsbG8=\r\n")
    };
    let files: String = (0..12).map(file).collect();
    calendar(&format!(
        "BEGIN:VEVENT\r\nUID:burdened@example.org\r\nDTSTAMP:20250101T000000Z\r\nDTSTART:20250303T090000Z\r\n\
         DTEND:20250303T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\nEXDATE:20250310T090000Z\r\nSUMMARY:Burdened\r\n\
         {files}END:VEVENT\r\nBEGIN:VEVENT\r\nUID:burdened@example.org\r\nDTSTAMP:20250101T000000Z\r\n\
         RECURRENCE-ID:20250317T090000Z\r\nDTSTART:20250318T110000Z\r\nDTEND:20250318T123000Z\r\n\
         SUMMARY:Burdened\\, moved\r\n{of_the_day}END:VEVENT\r\n"
    ))
}

/// A series with a day that no rule has: two items in Exchange.
pub(crate) fn two_in_one(number: u32) -> MailboxItem {
    calendar(&format!(
        "BEGIN:VEVENT\r\nUID:two-{number}@example.org\r\nDTSTAMP:20250101T000000Z\r\nDTSTART:20250304T090000Z\r\n\
         DTEND:20250304T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nRDATE:20250501T090000Z\r\nSUMMARY:Two {number}\r\n\
         END:VEVENT\r\n"
    ))
}

/// A daily series of which nine are moved, and nine do not take place.
pub(crate) fn restless_series() -> MailboxItem {
    let left_out: String = (11..20).map(|day| format!("EXDATE:202503{day}T090000Z\r\n")).collect();
    let moved = (21..30).map(|day| {
        format!(
            "BEGIN:VEVENT\r\nUID:restless@example.org\r\nDTSTAMP:20250101T000000Z\r\nRECURRENCE-ID:202503{day}T090000Z\r\n\
             DTSTART:202503{day}T110000Z\r\nDTEND:202503{day}T120000Z\r\nSUMMARY:Moved {day}\r\nEND:VEVENT\r\n"
        )
    });
    let moved: String = moved.collect();
    calendar(&format!(
        "BEGIN:VEVENT\r\nUID:restless@example.org\r\nDTSTAMP:20250101T000000Z\r\nDTSTART:20250303T090000Z\r\n\
         DTEND:20250303T100000Z\r\nRRULE:FREQ=DAILY;COUNT=40\r\n{left_out}SUMMARY:Restless\r\nEND:VEVENT\r\n{moved}"
    ))
}

/// Somebody with a photo, which is a file in Exchange.
pub(crate) fn pictured(number: u32) -> MailboxItem {
    MailboxItem::new(
        ItemKind::Contact,
        format!(
            "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:example:pictured-{number}\r\nFN:Picture {number}\r\n\
             N:{number};Picture;;;\r\nPHOTO:data:image/jpeg;base64,/9j/4AAQ\r\nEND:VCARD\r\n"
        ),
    )
}

fn calendar(inside: &str) -> MailboxItem {
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{inside}END:VCALENDAR\r\n");
    MailboxItem::new(ItemKind::Event, text)
}

pub(crate) fn inbox() -> FolderPath {
    FolderPath::new(["INBOX"])
}

pub(crate) fn agenda() -> FolderPath {
    FolderPath::new(["Calendar"])
}

pub(crate) fn people() -> FolderPath {
    FolderPath::new(["Contacts"])
}

/// A few of every kind; two messages are equal, and so are two series that become four items.
pub(crate) fn all_kinds() -> Mailbox {
    let folder = |path: FolderPath, kind, role, items: Vec<MailboxItem>| {
        MailboxFolder::new(path, kind).with_items(items).with_role(role)
    };
    let twin = message(1, 7);
    let mail = vec![message(1, 0), twin.clone(), twin, message(1, 2)];
    let events = vec![event(0, 0), series(1), two_in_one(1), two_in_one(1)];
    Mailbox {
        folders: vec![
            folder(inbox(), ItemKind::Mail, Role::Inbox, mail),
            folder(
                people(),
                ItemKind::Contact,
                Role::Contacts,
                vec![contact(0, 0), pictured(1), contact(1, 0)],
            ),
            folder(agenda(), ItemKind::Event, Role::Calendar, events),
            folder(FolderPath::new(["Tasks"]), ItemKind::Task, Role::Tasks, vec![task(0, 0)]),
            folder(FolderPath::new(["Notes"]), ItemKind::Note, Role::Notes, vec![note(0, 0)]),
            MailboxFolder::new(FolderPath::new(["Work", "Projects"]), ItemKind::Mail)
                .with_items([message(1, 3)]),
        ],
    }
}
