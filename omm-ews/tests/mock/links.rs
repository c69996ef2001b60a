//! Files that are links: nobody can put them on an item, and their owner is told.

use crate::{
    items::agenda,
    world::{destination, server},
};
use omm_core::{engine::Migration, model::ItemKind};
use omm_testkit::{
    journal::MemoryJournal,
    mailbox::{Mailbox, MailboxFolder, MailboxItem},
    memory::MemoryAccount,
    sim::{self, SimRuntime},
};

/// Kills: links that are lost without a word, and requests for files that are none.
#[test]
fn they_are_told() {
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:a@b.example\r\n\
                DTSTAMP:20250101T000000Z\r\nDTSTART:20250701T093000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Talk\r\n\
                ATTACH:https://drive.example/agenda\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a@b.example\r\n\
                DTSTAMP:20250101T000000Z\r\nRECURRENCE-ID:20250708T093000Z\r\nDTSTART:20250708T113000Z\r\n\
                SUMMARY:Talk\r\nATTACH:https://drive.example/minutes\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let folder = MailboxFolder::new(agenda(), ItemKind::Event);
    let folder = folder.with_items([MailboxItem::new(ItemKind::Event, text)]);
    let (runtime, server) = (SimRuntime::new(), server());
    let from = MemoryAccount::new().holding(&Mailbox { folders: vec![folder] });
    let (to, env) = sim::run(&runtime, destination(server.clone(), &runtime, 443));
    let migration = Migration::new(from.source(), to, MemoryJournal::new().shared(), env);
    let report = sim::run(&runtime, migration.run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    for link in ["https://drive.example/agenda", "https://drive.example/minutes"] {
        assert!(
            report.notes.iter().any(|note| note.contains("a link among its files") && note.contains(link)),
            "{report}"
        );
    }
    assert_eq!(server.counters().operation("CreateAttachment"), 0);
}
