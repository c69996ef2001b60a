//! Whole small migrations: everything arrives, nothing is sent, a second run finds nothing to do, an undo leaves nothing.

use crate::world::{ANN, destination, server, source};
use omm_core::{
    engine::{Migration, UndoOptions},
    model::{ItemKind, SyncPoint},
    report::Report,
    seam::{Destination, Source},
};
use omm_testkit::{
    ews::{MockEws, Quirk, Version},
    journal::MemoryJournal,
    mailbox::small,
    memory::MemoryAccount,
    sim::{self, SimRuntime},
};
use std::sync::Arc;

/// Into a server.
struct Into {
    runtime: SimRuntime,
    server: MockEws,
    migration: Migration,
}

fn into(from: Arc<dyn Source>, server: MockEws, journal: &MemoryJournal) -> Into {
    let runtime = SimRuntime::new();
    let (to, env) = sim::run(&runtime, destination(server.clone(), &runtime, 443));
    let migration = Migration::new(from, to, journal.shared(), env);
    Into { runtime, server, migration }
}

impl Into {
    fn run(&self) -> Report {
        sim::run(&self.runtime, self.migration.run()).expect("a run")
    }
}

fn sent_nothing(server: &MockEws) {
    assert!(server.outbox().is_empty(), "something left the server: {:?}", server.outbox());
    let loud: Vec<_> = server.requests().into_iter().filter(|request| request.may_send()).collect();
    assert!(loud.is_empty(), "{loud:?}");
}

#[test]
fn into_exchange_and_back() {
    for (habit, server) in [
        ("2016", server()),
        ("2010", server().version(Version::Exchange2010)),
        ("MIME made anew", server().quirk(Quirk::MakesMimeAnew)),
    ] {
        println!("{habit}");
        let mailbox = small(1);
        let first = MemoryAccount::new().holding(&mailbox);
        let journal = MemoryJournal::new();
        let into = into(first.source(), server.clone(), &journal);
        let report = into.run();
        assert_eq!((report.totals.copied, report.totals.failed), (mailbox.items() as u64, 0), "{report}");
        sent_nothing(&into.server);
        into.server.reset_counters();
        let again = into.run();
        assert_eq!((again.totals.copied, again.totals.failed), (0, 0), "{again}");

        let last = MemoryAccount::new();
        let back = out_of(&server, last.destination());
        assert_eq!((back.totals.copied, back.totals.failed), (mailbox.items() as u64, 0), "{back}");
        sent_nothing(&server);
        same(&mailbox, &last);

        let undone = sim::run(&into.runtime, into.migration.undo(&UndoOptions::from(SyncPoint(1))));
        let undone = undone.expect("an undo");
        assert_eq!((undone.deleted, undone.left_in_all), (mailbox.items() as u64, 0), "{undone:?}");
        // Whatever was deleted can be recovered.
        let (deleted, left): (Vec<_>, Vec<_>) = server
            .mailbox(ANN)
            .folders()
            .into_iter()
            .filter(|folder| folder.items > 0)
            .partition(|folder| folder.distinguished == Some("recoverableitemsdeletions"));
        assert_eq!((left.len(), deleted.len()), (0, 1), "{left:?}");
    }
}

fn out_of(server: &MockEws, to: Arc<dyn Destination>) -> Report {
    let runtime = SimRuntime::new();
    let (from, env) = sim::run(&runtime, source(server.clone(), &runtime, 443));
    let migration = Migration::new(from, to, MemoryJournal::new().shared(), env);
    sim::run(&runtime, migration.run()).expect("a run")
}

/// What came back of each kind: as many, and of cards and calendars the texts that people read.
fn same(mailbox: &omm_testkit::mailbox::Mailbox, last: &MemoryAccount) {
    let texts = |kind: ItemKind, items: Vec<(ItemKind, Vec<u8>)>| {
        let words = |bytes: Vec<u8>| {
            let text = String::from_utf8_lossy(&bytes).replace("\r\n ", "");
            let keep = ["FN:", "SUMMARY", "DTSTART", "DUE", "RRULE"];
            let mut lines: Vec<String> = text
                .lines()
                .filter(|line| keep.iter().any(|start| line.starts_with(start)))
                // Exchange says on which day a weekly series is, also where that is the day of its start.
                .map(|line| line.split(";BYDAY=").next().unwrap_or_default().to_owned())
                .collect();
            lines.sort();
            lines.join("\n")
        };
        let mut all: Vec<String> =
            items.into_iter().filter(|(own, _)| *own == kind).map(|(_, bytes)| words(bytes)).collect();
        all.sort();
        all
    };
    let given = || mailbox.folders.iter().flat_map(|folder| &folder.items);
    let came = || last.paths().into_iter().flat_map(|path| last.items(&path));
    for kind in ItemKind::ALL {
        let given = texts(kind, given().map(|item| (item.kind, item.bytes.to_vec())).collect());
        let came = texts(kind, came().map(|(_, item)| (item.kind, item.bytes.to_vec())).collect());
        assert_eq!(came, given, "{kind:?}");
    }
}
