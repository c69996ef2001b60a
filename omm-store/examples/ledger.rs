//! How fast a journal writes, and what a run without changes asks of a large one.
//!
//! ```text
//! cargo run --release -p omm-store --example ledger -- 1000000
//! ```

#[path = "../tests/support/mod.rs"]
mod support;

use futures::executor::block_on;
use omm_core::{
    Result,
    journal::{
        Batch, DestFolderKey, DestFolderRow, EntryKey, Epoch, Fact, FolderKey, FolderRow, Journal, Noted,
        Query, Record, RunRecord, Verified, Want,
    },
    model::{
        Content, DestFolderId, DestItemId, Digest, Fingerprint, Flags, FolderPath, ItemKind, Mark,
        SourceFolderId, SourceItemId, SyncPoint,
    },
};
use omm_store::SqliteJournal;
use std::time::{Duration, Instant};

const BATCH: u64 = 64;
const POINT: SyncPoint = SyncPoint(1);

fn main() -> Result<()> {
    let items: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    block_on(async {
        let path = folder.path().join("one.db");
        let journal = SqliteJournal::open_at(&path, support::runtime()).await?;
        let epoch = journal.claim().await?.epoch;
        journal.commit(epoch, setting()).await?;
        let (began, mut commits) = (Instant::now(), 0);
        for from in (0..items).step_by(BATCH as usize) {
            commits += write(&journal, epoch, from..(from + BATCH).min(items)).await?;
        }
        let took = began.elapsed().as_secs_f64();
        let size = std::fs::metadata(&path).map(|file| file.len()).unwrap_or(0) / 1024 / 1024;
        println!("{items} items in batches of {BATCH}: {took:.1} s, {size} MiB");
        println!(
            "{:.0} commits/s, {:.0} items/s through noted, sending, copied, verified",
            f64::from(commits) / took,
            items as f64 / took
        );
        println!("a run without changes asks, in {:?} on average", unchanged(&journal).await?);
        Ok(())
    })
}

async fn write(journal: &SqliteJournal, epoch: Epoch, keys: std::ops::Range<u64>) -> Result<u32> {
    let sent = keys.clone().flat_map(|key| [record(key, noted(key)), record(key, sending(key))]).collect();
    let copied =
        keys.clone().map(|key| record(key, Fact::Copied { id: DestItemId::new(format!("7:{key}")) }));
    let seen = Fact::Verified { verdict: Verified::Listed, lost: Flags::none() };
    let seen = keys.map(|key| record(key, seen.clone())).collect();
    for items in [sent, copied.collect(), seen] {
        journal.commit(epoch, Batch { items, ..Batch::default() }).await?;
    }
    Ok(3)
}

async fn unchanged(journal: &SqliteJournal) -> Result<Duration> {
    const TIMES: u32 = 100;
    let began = Instant::now();
    for _ in 0..TIMES {
        journal.tallies().await?;
        journal.folders().await?;
        journal.dest_folders().await?;
        journal.points().await?;
        for want in [Want::InDoubt, Want::Owed, Want::Failed, Want::SentSince(SyncPoint(2))] {
            for folder in [None, Some(FolderKey(1))] {
                assert!(journal.page(Query { folder, want }, None, 500).await?.is_empty(), "{want:?}");
            }
        }
    }
    Ok(began.elapsed() / TIMES)
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
