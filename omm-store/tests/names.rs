//! Items that share one name.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

use futures::executor::block_on;
use omm_core::{
    journal::{
        Batch, DestFolderKey, DestFolderRow, EntryKey, Fact, FolderKey, FolderRow, Journal, Noted, Record,
        RunRecord,
    },
    model::{
        Body, Content, DestFolderId, DestItemId, Flags, FolderPath, ItemKind, LastingId, Mark,
        SourceFolderId, SourceItemId, SyncPoint,
    },
};
use omm_store::SqliteJournal;
use support::runtime;

const ITEMS: u64 = 300;

/// Kills: thousands of entries that are read for each item, since a server gave all of them one name.
#[test]
fn of_very_many_with_one_name_the_first_ones_are_given() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let journal = SqliteJournal::open_at(&folder.path().join("one.db"), runtime()).await.unwrap();
        let claim = journal.claim().await.unwrap();
        let runs = vec![RunRecord::SourceFolder(source()), RunRecord::DestFolder(destination())];
        journal.commit(claim.epoch, Batch { runs, ..Batch::default() }).await.unwrap();
        let items = (1..=ITEMS).flat_map(copied).collect();
        journal.commit(claim.epoch, Batch { items, ..Batch::default() }).await.unwrap();
        let called = journal.copies_called(&[name()]).await.unwrap();
        let keys: Vec<u64> = called.iter().map(|entry| entry.key.0).collect();
        assert_eq!(keys, (1..=256).collect::<Vec<u64>>());
    });
}

fn name() -> LastingId {
    LastingId::new("one for all")
}

fn source() -> FolderRow {
    FolderRow {
        key: FolderKey(1),
        id: SourceFolderId::new("f"),
        path: FolderPath::new(["f"]),
        role: None,
        kind: ItemKind::Mail,
        target: None,
        state: None,
        position: None,
        gone: None,
        trouble: None,
    }
}

fn destination() -> DestFolderRow {
    let (key, id) = (DestFolderKey(1), DestFolderId::new("t"));
    DestFolderRow { key, id, path: FolderPath::new(["t"]), created: None }
}

fn copied(number: u64) -> [Record; 3] {
    let body = Body::from_bytes("text");
    let noted = Fact::Noted(Noted {
        folder: FolderKey(1),
        source: SourceItemId::new(format!("item {number}")),
        lasting: Some(name()),
        kind: ItemKind::Mail,
        revision: None,
        listed_size: None,
        received: None,
        flags: Flags::none(),
    });
    let (fingerprint, size) = (body.fingerprint(), body.len());
    let sending = Fact::Sending {
        folder: DestFolderKey(1),
        mark: Mark::new("1"),
        content: Content { fingerprint, size, stored_size: size, native: None },
        flags: Flags::none(),
    };
    let copied = Fact::Copied { id: DestItemId::new(format!("copy {number}")) };
    [noted, sending, copied].map(|fact| Record { key: EntryKey(number), point: SyncPoint(1), fact })
}
