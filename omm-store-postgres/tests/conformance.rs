//! The journal keeps the contract that the testkit states.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

use omm_core::{
    journal::{
        DestFolderKey, EntryKey, Fact, FolderFact, FolderKey, FolderRecord, Journal, Noted, RunRecord,
    },
    model::{Cursor, DestItemId, SourceItemId, SyncPoint},
};
use omm_store_postgres::Lease;
use omm_testkit::conformance::journal as contract;
use std::{cell::Cell, sync::Arc};
use support::{begin, items, leased, noted, record, sending, setting, with_store};

#[test]
fn keeps_the_journal_contract() {
    with_store(|_, store| async move {
        let opened = Cell::new(0);
        // All in one database: what is of one migration must not be seen in another one.
        let open = || async {
            opened.set(opened.get() + 1);
            let id = begin(&store, "anna", &opened.get().to_string()).await;
            Ok(Arc::new(leased(&store, &id, "w").await.journal()) as Arc<dyn Journal>)
        };
        contract::journal(open).await;
    });
}

#[test]
fn shows_the_same_when_opened_again() {
    with_store(|place, store| async move {
        let id = begin(&store, "anna", "bert").await;
        let lease = Cell::new(None);
        let open = || async {
            if let Some(lease) = lease.take() {
                Lease::release(lease).await?;
            }
            // As a new process does.
            let again = place.open().await;
            let held = leased(&again, &id, "w").await;
            let journal = Arc::new(held.journal()) as Arc<dyn Journal>;
            lease.set(Some(held));
            Ok(journal)
        };
        contract::reopened_journal(open).await;
    });
}

// PostgreSQL takes no NUL in a text, and no value longer than a third of a page in an index.
#[test]
fn takes_what_servers_say_whatever_it_is() {
    with_store(|_, store| async move {
        let id = begin(&store, "anna", "bert").await;
        let lease = leased(&store, &id, "w").await;
        let journal = lease.journal();
        let claim = journal.claim().await.unwrap();
        let key = claim.next_entry;
        journal.commit(claim.epoch, setting()).await.unwrap();
        let name = format!("a\0b\u{1}0{}", "x".repeat(20_000));
        let copy = DestItemId::new(format!("c\0{}", "y".repeat(20_000)));
        let copied = Fact::Copied { id: copy.clone() };
        let mut batch = items([record(key, noted(&name)), record(key, sending(1)), record(key, copied)]);
        batch.runs.push(RunRecord::Remarked(SyncPoint(1), name.clone()));
        batch.runs.push(RunRecord::Remarked(SyncPoint(1), name.clone()));
        let cursor = FolderFact::Reached(Cursor::new(name.as_str()));
        let folder = FolderKey(1);
        batch.folders.push(FolderRecord { folder, point: SyncPoint(1), fact: cursor });
        journal.commit(claim.epoch, batch).await.unwrap();

        let found = journal.find(folder, &[SourceItemId::new("a"), SourceItemId::new(name.as_str())]).await;
        let found: Vec<_> = found.unwrap().into_iter().map(|entry| entry.map(|entry| entry.key)).collect();
        assert_eq!(found, [None, Some(key)]);
        let target = DestFolderKey(1);
        let owned = journal.owned(target, &[DestItemId::new("c"), copy]).await.unwrap();
        assert_eq!(owned, [false, true]);
        assert_eq!(journal.remarks(SyncPoint(1)).await.unwrap(), std::slice::from_ref(&name));
        let reached = journal.folders().await.unwrap().remove(0).position.unwrap().cursor;
        assert_eq!(reached, Cursor::new(name));
    });
}

// Sizes as listed are the source's word: the sum of two may be more than the database's own numbers hold.
#[test]
fn counts_sizes_that_make_no_sense() {
    with_store(|_, store| async move {
        let id = begin(&store, "anna", "bert").await;
        let lease = leased(&store, &id, "w").await;
        let journal = lease.journal();
        let claim = journal.claim().await.unwrap();
        journal.commit(claim.epoch, setting()).await.unwrap();
        let sized = |id: &str, size| match noted(id) {
            Fact::Noted(noted) => Fact::Noted(Noted { listed_size: Some(size), ..noted }),
            other => other,
        };
        let keys: Vec<_> = (0..3).map(|n| EntryKey(claim.next_entry.0 + n)).collect();
        let batch = keys.iter().map(|key| record(*key, sized(&key.0.to_string(), u64::MAX - 1)));
        journal.commit(claim.epoch, items(batch)).await.unwrap();
        let tallies = journal.tallies().await.unwrap();
        assert_eq!((tallies[0].items, tallies[0].bytes), (3, (u64::MAX - 1).wrapping_mul(3)));
        let batch = keys.iter().map(|key| record(*key, sized(&key.0.to_string(), 7)));
        journal.commit(claim.epoch, items(batch)).await.unwrap();
        let tallies = journal.tallies().await.unwrap();
        assert_eq!((tallies.len(), tallies[0].items, tallies[0].bytes), (1, 3, 21));
    });
}
