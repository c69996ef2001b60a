//! The journal in SQLite, and a plan, both large.

use crate::bench::Host;
use divan::{Bencher, counter::ItemsCount};
use omm::{
    Migration,
    core::{
        host::Runtime,
        journal::{
            Batch, DestFolderKey, DestFolderRow, EntryKey, Epoch, Fact, FolderKey, FolderRow, Journal, Noted,
            Query, Record, RunRecord, Verified, Want,
        },
        model::{
            Content, DestFolderId, DestItemId, Digest, Fingerprint, Flags, FolderPath, ItemKind, Mark,
            SourceFolderId, SourceItemId, SyncPoint,
        },
    },
};
use omm_store::SqliteJournal;
use omm_testkit::{
    journal::MemoryJournal,
    memory::{GeneratedSource, Sink},
};
use std::{
    ops::Range,
    path::Path,
    sync::{Arc, OnceLock},
};
use tempfile::TempDir;

const BATCH: u64 = 64;
const POINT: SyncPoint = SyncPoint(1);

fn items() -> u64 {
    std::env::var("OMM_BENCH_ITEMS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000)
}

/// The two transactions of a batch: what is to be sent, and what was copied and seen.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn transactions(bencher: Bencher<'_, '_>) {
    let host = Host::new();
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, epoch) = open(&host, dir.path());
    host.run(journal.commit(epoch, setting())).expect("a commit");
    let mut next = 0;
    bencher.counter(ItemsCount::new(BATCH)).bench_local(|| {
        write(&host, &journal, epoch, next..next + BATCH);
        next += BATCH;
    });
}

/// What a run asks before it knows that there is nothing to do.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn open_large(bencher: Bencher<'_, '_>) {
    static LEDGER: OnceLock<TempDir> = OnceLock::new();
    let host = Host::new();
    let dir = LEDGER.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a folder");
        let (journal, epoch) = open(&host, dir.path());
        host.run(journal.commit(epoch, setting())).expect("a commit");
        for from in (0..items()).step_by(4096) {
            write(&host, &journal, epoch, from..(from + 4096).min(items()));
        }
        dir
    });
    bencher.bench_local(|| {
        let (journal, _) = open(&host, dir.path());
        let asked = async {
            journal.tallies().await?;
            journal.folders().await?;
            journal.dest_folders().await?;
            journal.points().await?;
            journal.page(Query { folder: None, want: Want::InDoubt }, None, 256).await
        };
        assert!(host.run(asked).expect("answers").is_empty());
    });
}

/// A plan of a source that holds nothing and makes each item when it is asked.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn plan_large(bencher: Bencher<'_, '_>) {
    let host = Host::new();
    let source = GeneratedSource::new(1, 20, items().div_ceil(20)).without_tokens();
    let planned = 20 * source.items;
    bencher.counter(ItemsCount::new(planned)).bench_local(|| {
        let journal = Arc::new(MemoryJournal::new());
        let (source, sink) = (Arc::new(source.clone()), Arc::new(Sink::new()));
        let migration = Migration::new(source, sink, journal, host.env.clone());
        assert_eq!(host.run(migration.plan()).expect("a plan").items, planned);
    });
}

fn open(host: &Host, dir: &Path) -> (SqliteJournal, Epoch) {
    let runtime: Arc<dyn Runtime> = host.clock.shared();
    let journal = host.run(SqliteJournal::open_at(&dir.join("one.db"), runtime)).expect("a journal");
    let epoch = host.run(journal.claim()).expect("a claim").epoch;
    (journal, epoch)
}

fn write(host: &Host, journal: &SqliteJournal, epoch: Epoch, keys: Range<u64>) {
    let sent = keys.clone().flat_map(|key| [record(key, noted(key)), record(key, sending(key))]).collect();
    let seen = Fact::Verified { verdict: Verified::Listed, lost: Flags::none() };
    let copied = |key| Fact::Copied { id: DestItemId::new(format!("7:{key}")) };
    let done = keys.flat_map(|key| [record(key, copied(key)), record(key, seen.clone())]).collect();
    for items in [sent, done] {
        host.run(journal.commit(epoch, Batch { items, ..Batch::default() })).expect("a commit");
    }
}

fn setting() -> Batch {
    let source = FolderRow {
        key: FolderKey(1),
        id: SourceFolderId::new("f"),
        path: FolderPath::new(["f"]),
        role: None,
        kind: ItemKind::Mail,
        target: Some(DestFolderKey(1)),
        state: None,
        position: None,
        gone: None,
        trouble: None,
    };
    let target = DestFolderRow {
        key: DestFolderKey(1),
        id: DestFolderId::new("t"),
        path: FolderPath::new(["t"]),
        created: None,
    };
    let runs =
        vec![RunRecord::DestFolder(target), RunRecord::SourceFolder(source), RunRecord::Started(POINT)];
    Batch { runs, ..Batch::default() }
}

fn record(key: u64, fact: Fact) -> Record {
    Record { key: EntryKey(key + 1), point: POINT, fact }
}

fn noted(key: u64) -> Fact {
    Fact::Noted(Noted {
        folder: FolderKey(1),
        source: SourceItemId::new(format!("1700000000:{key}")),
        lasting: None,
        kind: ItemKind::Mail,
        revision: None,
        listed_size: Some(5000),
        received: None,
        flags: Flags::parse("\\Seen"),
    })
}

fn sending(key: u64) -> Fact {
    let body = Digest::of(&key.to_be_bytes());
    let fingerprint = Fingerprint { body, header: body, bare_line_feeds: 0 };
    Fact::Sending {
        folder: DestFolderKey(1),
        mark: Mark::new("7:1"),
        content: Content { fingerprint, size: 5000, stored_size: 5000, native: None },
        flags: Flags::parse("\\Seen"),
    }
}
