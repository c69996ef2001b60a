//! One database file: opened with the settings that durability needs, used by one call at a time.

use crate::{
    error::Fault,
    lock::Lock,
    schema::{Schema, Upgrade, prepare},
};
use omm_core::Result;
use rusqlite::{Connection, OpenFlags};
use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How long a call waits for another process's transaction; ours take milliseconds.
const BUSY: Duration = Duration::from_secs(20);
/// Of the ledger's pages the newest are asked for again and again, the others hardly ever: more than this is memory for
/// nothing (measured with 200,000 items).
const CACHE_KIB: i64 = 2 * 1024;
/// What the write-ahead log is cut back to once it was worked off.
const LOG_BYTES: i64 = 16 * 1024 * 1024;

/// A database file of ours that is open.
#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    conn: Mutex<Connection>,
}

/// What to do when there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Begin an empty one.
    Create,
    /// It was there once: an error.
    Refuse,
}

impl Database {
    /// Opens a file. Blocks.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Journal`], naming the file and the remedy.
    pub fn open(path: &Path, schema: &Schema, missing: Missing, upgrade: Upgrade) -> Result<Self> {
        let conn =
            connect(path, schema, missing, upgrade).map_err(|fault| fault.at(path, "open the state"))?;
        Ok(Self { path: path.to_owned(), conn: Mutex::new(conn) })
    }

    /// Opens a file that several programs share, and makes it if it is not there: of two that begin at the same moment, one
    /// makes it and the other finds it. Blocks.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub fn open_shared(path: &Path, schema: &Schema) -> Result<Self> {
        let at = |fault: Fault| fault.at(path, "open the state");
        private_folder(path.parent().unwrap_or(Path::new("."))).map_err(|error| at(error.into()))?;
        let _moment = Lock::wait(&path.with_extension("lock")).map_err(at)?;
        Self::open(path, schema, Missing::Create, Upgrade::Allowed)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `work` on the connection, alone. Blocks.
    ///
    /// # Errors
    /// What `work` says, with the file and the operation.
    pub fn with<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&mut Connection) -> Result<T, Fault>,
    ) -> Result<T> {
        // After a panic in `work` its transaction was rolled back by its drop, so the connection is good.
        let mut conn = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut conn).map_err(|fault| fault.at(&self.path, operation))
    }
}

fn connect(path: &Path, schema: &Schema, missing: Missing, upgrade: Upgrade) -> Result<Connection, Fault> {
    // The file is made by us and not by SQLite, so that nobody else can read it for even a moment; the log and the
    // index beside it get the same rights from SQLite.
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound && missing == Missing::Create => {
            make(path, schema)?;
        }
        known => {
            known?;
        }
    }
    let mut conn = opened(path)?;
    conn.set_prepared_statement_cache_capacity(64);
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    if conn.is_readonly("main")? {
        return Err(Fault::WriteProtected);
    }
    prepare(&mut conn, schema, upgrade)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
    Ok(conn)
}

fn opened(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    Ok(conn)
}

/// Makes an empty database beside its place, and puts it there when it is whole and durable. SQLite by itself would wait
/// for the disk nine times; of what is not there yet nothing can be lost.
fn make(path: &Path, schema: &Schema) -> Result<(), Fault> {
    let fresh = path.with_extension("new");
    // What an interrupted program left behind. Whoever makes one has the lock.
    let file = private_file(&fresh)?;
    file.set_len(0)?;
    let mut conn = opened(&fresh)?;
    conn.pragma_update(None, "synchronous", "OFF")?;
    prepare(&mut conn, schema, Upgrade::Allowed)?;
    // Closed, its log is in the file.
    conn.close().map_err(|(_, error)| error)?;
    file.sync_all()?;
    // A log without its database, which would be taken for the new one's.
    for beside in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(beside);
        match std::fs::remove_file(name) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            other => other?,
        }
    }
    std::fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), sync_folder)?;
    Ok(())
}

/// Makes what was renamed in a folder durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    // A name without a folder lies in the current one.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

/// Windows cannot sync a folder; its renames are journalled by the file system.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Opens a file that only its owner can read, and makes it if it is not there. Its content stays.
pub(crate) fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a folder that only its owner can enter, with those above it.
pub(crate) fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{commit, query, schema::JOURNAL};
    use omm_core::{
        error::ErrorKind,
        journal::{Batch, DestFolderKey, DestFolderRow, RunRecord},
        model::{DestFolderId, FolderPath, SyncPoint},
    };

    // Would catch: a database that was half made by a program that died, taken for whole; and the log of a database that
    // is gone, worked into the new one.
    #[test]
    fn what_an_interrupted_program_left_is_no_part_of_a_new_database() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.db");
        let open = || Database::open(&path, &JOURNAL, Missing::Create, Upgrade::Allowed).unwrap();
        let epoch = |database: &Database| database.with("claim", commit::claim).unwrap().epoch;
        let old = open();
        assert_eq!((epoch(&old).0, epoch(&old).0), (1, 2));
        // As a power failure leaves them: the log is not worked off.
        let log = std::fs::read(folder.path().join("one.db-wal")).unwrap();
        drop(old);
        std::fs::remove_file(&path).unwrap();
        std::fs::write(folder.path().join("one.db-wal"), log).unwrap();
        std::fs::write(folder.path().join("one.new"), "half").unwrap();
        assert_eq!(epoch(&open()).0, 1);
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(names.into_iter().all(|name| !name.to_string_lossy().contains(".new")));
    }

    // SQLite's own limit stands for the disk. Would catch: a batch half written when the room ends, and a
    // connection that is of no use once there is room again.
    #[test]
    fn a_full_disk_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.db");
        let database = Database::open(&path, &JOURNAL, Missing::Create, Upgrade::Allowed).unwrap();
        let epoch = database.with("claim", commit::claim).unwrap().epoch;
        let limit = |pages: i64| {
            let set = |conn: &mut Connection| Ok(conn.pragma_update(None, "max_page_count", pages)?);
            database.with("limit", set).unwrap();
        };
        let batch = |point: u32| {
            let started = RunRecord::Started(SyncPoint(point));
            let id = DestFolderId::new("x".repeat(100_000));
            let row =
                DestFolderRow { key: DestFolderKey(point), id, path: FolderPath::new(["x"]), created: None };
            Batch { runs: vec![started, RunRecord::DestFolder(row)], ..Batch::default() }
        };
        let write = |point| database.with("commit", |conn| commit::commit(conn, epoch, &batch(point)));
        let points = || database.with("read", |conn| query::points(conn)).unwrap().len();
        write(1).unwrap();
        limit(1);
        let error = write(2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Journal);
        assert!(error.to_string().contains("the disk is full; make room"), "{error}");
        assert_eq!(points(), 1);
        limit(10_000);
        write(2).unwrap();
        assert_eq!(points(), 2);
    }
}
