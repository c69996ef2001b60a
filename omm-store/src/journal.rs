//! The journal of one migration: the trait's table of contents.

use crate::{
    commit,
    database::{Database, Missing},
    digests,
    error::Fault,
    line::Line,
    lock::{Lock, Tried, held},
    page, query,
    schema::{JOURNAL, Upgrade},
};
use async_trait::async_trait;
use omm_core::{
    Result,
    host::{Runtime, blocking},
    journal::{
        Batch, Claim, DestFolderKey, DestFolderRow, Entry, EntryKey, Epoch, FlagChangeRow, FolderKey,
        FolderRow, Journal, PointRow, Query, Tally,
    },
    model::{DestItemId, Digest, LastingId, SourceItemId, SyncPoint},
};
use rusqlite::Connection;
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// How often a lock that somebody holds is tried, and how long to wait in between.
const LOCK_ATTEMPTS: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(25);

/// A migration's journal in one SQLite file. Cloning gives another handle to the same one.
///
/// # Cancel safety
/// A call that was begun runs to its end, even if its future is dropped; the file stays locked until then.
#[derive(Clone)]
pub struct SqliteJournal {
    shared: Arc<Shared>,
    runtime: Arc<dyn Runtime>,
}

struct Shared {
    // Dropped before the lock: nobody else may come in while the file is being closed.
    database: Database,
    line: Line,
    /// None for an observer.
    lock: Option<Lock>,
}

impl SqliteJournal {
    /// Opens the journal in a file of the host's choice as its owner, without a catalogue; makes it if there is
    /// none. A file of the same name ending in `.lock` is held until the last handle is dropped.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Journal`] when somebody else works on it, or it cannot be opened, is damaged,
    /// something else, or of a newer version; then nothing was changed.
    ///
    /// # Cancel safety
    /// A file may have been made.
    pub async fn open_at(path: &Path, runtime: Arc<dyn Runtime>) -> Result<Self> {
        let name = path.display().to_string();
        Self::own(path.to_owned(), name, Missing::Create, runtime).await
    }

    pub(crate) async fn own(
        path: PathBuf,
        name: String,
        missing: Missing,
        runtime: Arc<dyn Runtime>,
    ) -> Result<Self> {
        let lock = lock(path.with_extension("lock"), &name, &runtime).await?;
        let shared = blocking(&runtime, move || {
            let database = Database::open(&path, &JOURNAL, missing, Upgrade::Allowed)?;
            Ok(Arc::new(Shared { database, line: Line::default(), lock: Some(lock) }))
        });
        Ok(Self { shared: shared.await?, runtime })
    }

    pub(crate) async fn observe(path: PathBuf, runtime: Arc<dyn Runtime>) -> Result<Self> {
        let shared = blocking(&runtime, move || {
            let database = Database::open(&path, &JOURNAL, Missing::Refuse, Upgrade::Refused)?;
            Ok(Arc::new(Shared { database, line: Line::default(), lock: None }))
        });
        Ok(Self { shared: shared.await?, runtime })
    }

    /// Runs `work` where blocking is allowed, alone on the connection.
    async fn call<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&mut Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let shared = Arc::clone(&self.shared);
        blocking(&self.runtime, move || shared.database.with(operation, work)).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        self.call("read the journal", |conn| {
            // One transaction for the whole answer: it is of one moment, and the file is locked once and not for each
            // of a thousand keys. Dropped, it ends; nothing was written.
            let tx = conn.transaction()?;
            work(&tx)
        })
        .await
    }

    async fn write<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&mut Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        if self.shared.lock.is_none() {
            let why = "this handle only observes; open the journal as its owner to write".to_owned();
            return Err(Fault::Refused(why).at(self.shared.database.path(), operation));
        }
        self.call(operation, work).await
    }
}

/// A run that was dropped in this process may still have a commit on its way: a moment's patience, then no.
async fn lock(path: PathBuf, name: &str, runtime: &Arc<dyn Runtime>) -> Result<Lock> {
    for _ in 0..LOCK_ATTEMPTS {
        let path = path.clone();
        match blocking(runtime, move || Lock::try_own(&path)).await? {
            Tried::Owned(lock) => return Ok(lock),
            Tried::HeldElsewhere => break,
            Tried::HeldHere => runtime.sleep(LOCK_PAUSE).await,
        }
    }
    Err(held(name))
}

impl fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteJournal")
            .field("path", &self.shared.database.path())
            .field("owner", &self.shared.lock.is_some())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn claim(&self) -> Result<Claim> {
        self.write("claim the journal", commit::claim).await
    }

    async fn commit(&self, epoch: Epoch, batch: Batch) -> Result<()> {
        let shared = Arc::clone(&self.shared);
        let place = if shared.lock.is_some() { Some(shared.line.join(epoch, batch)) } else { None };
        let commit = move |conn: &mut Connection| match &place {
            Some(place) => shared.line.commit(conn, place),
            None => Ok(()),
        };
        self.write("commit", commit).await
    }

    async fn points(&self) -> Result<Vec<PointRow>> {
        self.read(query::points).await
    }

    async fn folders(&self) -> Result<Vec<FolderRow>> {
        self.read(query::folders).await
    }

    async fn dest_folders(&self) -> Result<Vec<DestFolderRow>> {
        self.read(query::dest_folders).await
    }

    async fn entries(&self, keys: &[EntryKey]) -> Result<Vec<Option<Entry>>> {
        let keys = keys.to_owned();
        self.read(move |conn| query::entries(conn, &keys)).await
    }

    async fn find(&self, folder: FolderKey, ids: &[SourceItemId]) -> Result<Vec<Option<Entry>>> {
        let ids = ids.to_owned();
        self.read(move |conn| query::find(conn, folder, &ids)).await
    }

    async fn page(&self, query: Query, after: Option<EntryKey>, limit: usize) -> Result<Vec<Entry>> {
        self.read(move |conn| page::page(conn, query, after, limit)).await
    }

    async fn copies_of(&self, digests: &[Digest]) -> Result<Vec<Entry>> {
        let wanted = digests.to_owned();
        let is_owner = self.shared.lock.is_some();
        self.call("read the journal", move |conn| {
            if is_owner {
                digests::make_index(conn)?;
            }
            let tx = conn.transaction()?;
            digests::copies_of(&tx, &wanted)
        })
        .await
    }

    async fn copies_called(&self, ids: &[LastingId]) -> Result<Vec<Entry>> {
        let ids = ids.to_owned();
        self.read(move |conn| query::copies_called(conn, &ids)).await
    }

    async fn owned(&self, folder: DestFolderKey, ids: &[DestItemId]) -> Result<Vec<bool>> {
        let ids = ids.to_owned();
        self.read(move |conn| query::owned(conn, folder, &ids)).await
    }

    async fn flag_changes(
        &self,
        from: SyncPoint,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<FlagChangeRow>> {
        self.read(move |conn| query::flag_changes(conn, from, before, limit)).await
    }

    async fn tallies(&self) -> Result<Vec<Tally>> {
        self.read(query::tallies).await
    }

    async fn remarks(&self, point: SyncPoint) -> Result<Vec<String>> {
        self.read(move |conn| query::remarks(conn, point)).await
    }

    async fn request_stop(&self) -> Result<()> {
        // Without ownership: whoever may see the file may ask.
        self.call("ask to stop", |conn| {
            conn.execute("UPDATE owner SET stop_requested = 1", [])?;
            Ok(())
        })
        .await
    }

    async fn stop_requested(&self) -> Result<bool> {
        self.read(query::stop_requested).await
    }
}
