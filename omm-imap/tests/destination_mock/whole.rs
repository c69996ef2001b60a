//! Whole small migrations to servers with a habit: everything they can hold arrives, the rest is said, a second run finds
//! nothing to do, and an undo leaves nothing.

use crate::world::{opened, server};
use omm_core::{
    engine::{Migration, UndoOptions},
    model::{FolderPath, ItemKind, SyncPoint},
};
use omm_testkit::{
    imap::{Extension, MockImap, Quirk},
    journal::MemoryJournal,
    mailbox::MailboxItem,
    memory::MemoryAccount,
    sim::{self, SimRuntime},
};

/// A server, and how many of the forty messages it does not take.
struct Row {
    habit: &'static str,
    server: MockImap,
    refused: u64,
}

fn row(habit: &'static str, server: MockImap, refused: u64) -> Row {
    Row { habit, server, refused }
}

fn rows() -> Vec<Row> {
    let singles = || server().without(Extension::MultiAppend);
    let exchange = || {
        singles()
            .named("The Microsoft Exchange IMAP4 service is ready.", "Microsoft.Exchange.Imap4.Imap4Server")
            .quirk(Quirk::LongLinesRefused(9_900))
            .quirk(Quirk::FlaggedOnlyByStore)
            .quirk(Quirk::ByeAfterErrors(10))
            .quirk(Quirk::FoldsCase)
    };
    let old = || singles().without(Extension::UidPlus).without(Extension::Imap4Rev2);
    vec![
        row("Exchange", exchange(), 1),
        row("Exchange, twelve and a long line", exchange().refuse_message("EVIL"), 13),
        row("BYE after ten errors", singles().quirk(Quirk::ByeAfterErrors(10)).refuse_message("EVIL"), 12),
        row("163", server().quirk(Quirk::SelectWantsId), 0),
        row("Yahoo", singles().quirk(Quirk::FinalLineEndWanted), 0),
        row("Gmail", singles().with(Extension::Gmail).quirk(Quirk::EqualMessagesDropped), 1),
        row("Courier", old().quirk(Quirk::ExamineDiffers).named("Courier-IMAP ready.", "Courier"), 0),
        row("no SEARCH", old().quirk(Quirk::SearchRefused), 0),
        row("SEARCH finds nothing", old().quirk(Quirk::SearchFindsNothing), 0),
        row("APPENDUID off by one", server().quirk(Quirk::AppendUidOffByOne), 0),
        row("APPENDUID swapped", server().quirk(Quirk::AppendUidSwapped), 0),
        row("no APPENDUID", singles().quirk(Quirk::NoAppendUid), 0),
        row("sizes that are wrong", server().quirk(Quirk::SizeOff(17)), 0),
        row(
            "Domino",
            singles().quirk(Quirk::MessageIdCompleted).named("Domino IMAP4 Server ready", "Domino"),
            0,
        ),
    ]
}

/// Forty messages: twelve that some refuse, a long line, two equal ones, one without a final line end, one without a
/// domain in its Message-ID, and flags of every kind.
fn forty() -> MemoryAccount {
    let account = MemoryAccount::new();
    let path = FolderPath::new(["Work"]);
    account.add_folder(&path, None, ItemKind::Mail);
    for at in 0..40 {
        let text = match at {
            0..12 => format!("Subject: EVIL {at}\r\n\r\nx\r\n"),
            12 => format!("Subject: long\r\n\r\n{}\r\n", "x".repeat(10_500)),
            13 | 14 => "Subject: twin\r\n\r\nx\r\n".to_owned(),
            15 => "Subject: cut\r\n\r\nthe end".to_owned(),
            16 => "Message-ID: <16>\r\nSubject: id\r\n\r\nx\r\n".to_owned(),
            _ => format!("Subject: {at}\r\n\r\n{}", "x\r\n".repeat(at)),
        };
        let flags = ["", "\\Flagged", "\\Seen Work"][at % 3];
        let item =
            MailboxItem::new(ItemKind::Mail, text).flagged(flags).received("2020-02-02T02:02:02+02:00");
        account.add(&path, item);
    }
    account
}

#[test]
fn each_habit_costs_what_it_must_and_no_more() {
    for (at, Row { habit, server, refused }) in rows().into_iter().enumerate() {
        println!("{habit}");
        let (clock, source) = (SimRuntime::new(), forty());
        let (dest, env) = sim::run(&clock, opened(server.clone(), &clock, 1000 + at as u16));
        let migration = Migration::new(source.source(), dest, MemoryJournal::new().shared(), env);
        let report = sim::run(&clock, migration.run()).expect("a run");
        assert_eq!(
            (report.totals.copied, report.totals.failed),
            (40 - refused, refused),
            "{habit}: {report}"
        );
        let there = server.account("ann").messages("Work");
        assert_eq!(there.len() as u64, 40 - refused, "{habit}: each once");
        let flagged = |message: &&omm_testkit::imap::StoredMessage| {
            message.flags.iter().any(|flag| flag == "\\Flagged")
        };
        let expected = source.items(&FolderPath::new(["Work"])).len();
        assert!(there.iter().filter(flagged).count() >= 8 && expected == 40, "{habit}");
        let report = sim::run(&clock, migration.run()).expect("a second run");
        assert_eq!(report.totals.copied, 0, "{habit}: {report}");
        assert_eq!(server.account("ann").messages("Work").len(), there.len(), "{habit}");
        let undo = UndoOptions::from(SyncPoint(1));
        let outcome = sim::run(&clock, migration.undo(&undo)).expect("an undo");
        let left: usize = server.account("ann").snapshot().iter().map(|folder| folder.messages.len()).sum();
        assert_eq!((outcome.deleted, left), (40 - refused, 0), "{habit}: {outcome:?}");
    }
}
