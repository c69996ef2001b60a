//! What is wrong with a file is said in one line that names it, and the file is left as it is.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

use futures::executor::block_on;
use omm_core::{
    Error, Result,
    error::ErrorKind,
    journal::{
        Batch, DestFolderRow, EntryKey, Fact, FolderKey, FolderRow, Journal, Noted, Query, Record, RunRecord,
        Want,
    },
    model::{Flags, FolderPath, ItemKind, SourceFolderId, SourceItemId, SyncPoint},
};
use omm_store::{Catalogue, SqliteJournal};
use std::{fs, path::Path};
use support::runtime;

fn open(path: &Path) -> Result<SqliteJournal> {
    block_on(SqliteJournal::open_at(path, runtime()))
}

#[track_caller]
fn one_line(error: &Error, path: &Path, words: &str) {
    let line = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Journal, "{line}");
    let named = path.file_name().unwrap().to_string_lossy();
    assert!(line.contains(&*named) && line.contains(words) && !line.contains('\n'), "{line}");
}

#[track_caller]
fn refused_and_unaltered(path: &Path, words: &str) {
    let before = fs::read(path).unwrap();
    one_line(&open(path).unwrap_err(), path, words);
    assert!(fs::read(path).unwrap() == before, "{} was altered", path.display());
}

/// A journal with one folder and so many items noted, a thousand at a time.
fn filled(path: &Path, items: u64) -> SqliteJournal {
    let journal = open(path).unwrap();
    block_on(async {
        let claim = journal.claim().await.unwrap();
        let row = FolderRow {
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
        };
        let runs = vec![RunRecord::SourceFolder(row)];
        journal.commit(claim.epoch, Batch { runs, ..Batch::default() }).await.unwrap();
        for from in (1..=items).step_by(1000) {
            let items = (from..(from + 1000).min(items + 1)).map(noted).collect();
            journal.commit(claim.epoch, Batch { items, ..Batch::default() }).await.unwrap();
        }
    });
    journal
}

fn noted(number: u64) -> Record {
    let noted = Noted {
        folder: FolderKey(1),
        source: SourceItemId::new(format!("item {number}")),
        lasting: None,
        kind: ItemKind::Mail,
        revision: None,
        listed_size: Some(number),
        received: None,
        flags: Flags::none(),
    };
    Record { key: EntryKey(number), point: SyncPoint(1), fact: Fact::Noted(noted) }
}

#[test]
fn a_newer_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.db");
    drop(filled(&path, 1));
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    refused_and_unaltered(&path, "written by a newer omm (format 99");
}

#[test]
fn something_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.db");
    fs::write(&path, "Dear diary, this is long enough to be a header, and it is none at all.".repeat(100))
        .unwrap();
    refused_and_unaltered(&path, "something else");

    let path = folder.path().join("browser.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("CREATE TABLE cookies (x); PRAGMA user_version = 1").unwrap();
    drop(conn);
    refused_and_unaltered(&path, "something else");

    let path = folder.path().join("a-folder.db");
    fs::create_dir(&path).unwrap();
    one_line(&open(&path).unwrap_err(), &path, "open the state");
}

#[test]
fn a_catalogue_is_no_journal() {
    let folder = tempfile::tempdir().unwrap();
    drop(block_on(Catalogue::open(folder.path(), runtime())).unwrap());
    refused_and_unaltered(&folder.path().join("catalogue.db"), "something else");
}

#[test]
fn a_file_cut_short() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.db");
    drop(filled(&path, 1000));
    let whole = fs::read(&path).unwrap();
    for keep in [whole.len() / 2, 5000] {
        fs::write(&path, &whole[..keep]).unwrap();
        refused_and_unaltered(&path, "damaged");
    }
}

#[test]
fn a_page_overwritten_is_found_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.db");
    drop(filled(&path, 10_000));
    let mut bytes = fs::read(&path).unwrap();
    // The schema is in front and stays: only what is read later is broken.
    let half = bytes.len() / 2;
    bytes[half..].fill(0x5a);
    fs::write(&path, &bytes).unwrap();
    let journal = open(&path).unwrap();
    let all = Query { folder: None, want: Want::Any };
    one_line(&block_on(journal.page(all, None, 99_999)).unwrap_err(), &path, "damaged");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    fs::create_dir(&state).unwrap();
    fs::set_permissions(&state, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(state.join("probe"), "").is_ok() {
        println!("skipped: this user (root?) may write to read-only folders");
        return;
    }
    let error = block_on(Catalogue::open(&state, runtime())).unwrap_err();
    one_line(&error, &state, "right to write");
}

#[test]
fn a_file_in_the_way_of_the_state_folder() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    fs::write(&state, "").unwrap();
    let error = block_on(Catalogue::open(&state, runtime())).unwrap_err();
    one_line(&error, &state, "in the way");
}

// Would catch: an item under two keys, which would be copied twice, and a key that wraps and breaks the order.
#[test]
fn a_key_too_large_and_an_item_noted_twice_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.db");
    let journal = filled(&path, 5);
    block_on(async {
        let epoch = journal.claim().await.unwrap().epoch;
        let twice = Record { key: EntryKey(9), ..noted(3) };
        let huge = Record { key: EntryKey(u64::MAX), ..noted(10) };
        for last in [twice, huge] {
            let target = DestFolderRow {
                key: omm_core::journal::DestFolderKey(1),
                id: omm_core::model::DestFolderId::new("t"),
                path: FolderPath::new(["t"]),
                created: None,
            };
            let batch = Batch {
                runs: vec![RunRecord::DestFolder(target)],
                items: vec![noted(8), last],
                ..Batch::default()
            };
            one_line(&journal.commit(epoch, batch).await.unwrap_err(), &path, "commit");
            assert!(journal.dest_folders().await.unwrap().is_empty());
            assert_eq!(journal.entries(&[EntryKey(8), EntryKey(u64::MAX)]).await.unwrap(), [None, None]);
        }
    });
}

/// What the disk holds at this moment, as a machine that lost its power would find it.
fn after_power_cut(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap();
    let log = |path: &Path| path.with_extension("db-wal");
    fs::copy(log(from), log(to)).unwrap();
}

#[test]
fn a_power_cut_keeps_every_commit_that_returned() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("one.db"), folder.path().join("two.db"));
    let journal = filled(&path, 2500);
    after_power_cut(&path, &copy);
    let all = Query { folder: None, want: Want::Any };
    let live = block_on(journal.page(all, None, 9999)).unwrap();
    let found = open(&copy).unwrap();
    // Would catch: commits that return before they are in the log.
    assert_eq!(block_on(found.page(all, None, 9999)).unwrap(), live);
    assert_eq!(block_on(found.tallies()).unwrap(), block_on(journal.tallies()).unwrap());
    drop(found);

    // A torn last write: the batch it belongs to is gone as a whole, the ones before it are whole.
    let copy = folder.path().join("three.db");
    after_power_cut(&path, &copy);
    let log = copy.with_extension("db-wal");
    let length = fs::metadata(&log).unwrap().len();
    fs::OpenOptions::new().write(true).open(&log).unwrap().set_len(length - 100).unwrap();
    let found = block_on(open(&copy).unwrap().page(all, None, 9999)).unwrap();
    assert_eq!(found.len(), 2000);
    assert_eq!(found, live[..2000]);
}

#[test]
fn a_hundred_thousand_entries_in_pages() {
    let folder = tempfile::tempdir().unwrap();
    let journal = filled(&folder.path().join("one.db"), 100_000);
    for (folder, want) in [(None, Want::Any), (Some(FolderKey(1)), Want::Any), (None, Want::Owed)] {
        let (mut seen, mut after) = (0, None);
        loop {
            let page = block_on(journal.page(Query { folder, want }, after, 1000)).unwrap();
            let Some(last) = page.last() else { break };
            assert_eq!(page[0].key.0, seen + 1, "{want:?}");
            after = Some(last.key);
            seen += page.len() as u64;
        }
        assert_eq!(seen, 100_000, "{want:?}");
    }
}
