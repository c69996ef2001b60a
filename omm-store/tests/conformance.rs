//! The journal keeps the contract that the testkit states.

mod support;

use futures::executor::block_on;
use omm_core::journal::Journal;
use omm_store::SqliteJournal;
use omm_testkit::conformance::journal as contract;
use std::{cell::Cell, sync::Arc};
use support::runtime;

#[test]
fn keeps_the_journal_contract() {
    let folder = tempfile::tempdir().unwrap();
    let opened = Cell::new(0);
    block_on(contract::journal(|| async {
        opened.set(opened.get() + 1);
        let path = folder.path().join(format!("{}.db", opened.get()));
        Ok(Arc::new(SqliteJournal::open_at(&path, runtime()).await?) as Arc<dyn Journal>)
    }));
}

#[test]
fn shows_the_same_when_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.db");
    block_on(contract::reopened_journal(|| async {
        Ok(Arc::new(SqliteJournal::open_at(&path, runtime()).await?) as Arc<dyn Journal>)
    }));
}
