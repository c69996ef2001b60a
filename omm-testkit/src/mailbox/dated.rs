//! Contacts (RFC 6350) and events, tasks and notes (RFC 5545), small and valid.

use super::MailboxItem;
use omm_core::model::ItemKind;

/// A contact; another `revision` is an edit of it.
pub fn contact(index: u64, revision: u64) -> MailboxItem {
    MailboxItem::new(
        ItemKind::Contact,
        format!(
            "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:example:contact-{index}\r\nFN:Zoë Nr {index}\r\n\
             N:Nr {index};Zoë;;;\r\nEMAIL:zoe{index}@example.org\r\nTEL:+49-30-{revision:06}\r\nEND:VCARD\r\n"
        ),
    )
}

/// An event; another `revision` is an edit of it.
pub fn event(index: u64, revision: u64) -> MailboxItem {
    let day = 1 + index % 28;
    component(
        ItemKind::Event,
        "VEVENT",
        &format!(
            "UID:event-{index}@example.org\r\nDTSTAMP:20250101T000000Z\r\nDTSTART:202503{day:02}T090000Z\r\n\
             DTEND:202503{day:02}T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nSUMMARY:Meeting {index}\r\n\
             SEQUENCE:{revision}\r\n"
        ),
    )
}

/// A task; another `revision` is an edit of it.
pub fn task(index: u64, revision: u64) -> MailboxItem {
    component(
        ItemKind::Task,
        "VTODO",
        &format!(
            "UID:task-{index}@example.org\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:Do {index}\r\n\
             SEQUENCE:{revision}\r\n"
        ),
    )
}

/// A note; another `revision` is an edit of it.
pub fn note(index: u64, revision: u64) -> MailboxItem {
    component(
        ItemKind::Note,
        "VJOURNAL",
        &format!(
            "UID:note-{index}@example.org\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:Note {index}\r\n\
             DESCRIPTION:first line\\nsecond line\\, revision {revision}\r\n"
        ),
    )
}

fn component(kind: ItemKind, name: &str, lines: &str) -> MailboxItem {
    MailboxItem::new(
        kind,
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//OMM//testkit//EN\r\nBEGIN:{name}\r\n{lines}END:{name}\r\n\
             END:VCALENDAR\r\n"
        ),
    )
}
