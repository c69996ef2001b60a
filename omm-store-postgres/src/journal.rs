//! The journal of one migration: the trait's table of contents.

use crate::{
    commit::{self, Owner},
    database::Database,
    error::Fault,
    page, query,
};
use async_trait::async_trait;
use futures::lock::Mutex;
use omm_core::{
    Error, Result,
    journal::{
        Batch, Claim, DestFolderKey, DestFolderRow, Entry, EntryKey, Epoch, FlagChangeRow, FolderKey,
        FolderRow, Journal, PointRow, Query, Tally,
    },
    model::{DestItemId, Digest, LastingId, SourceItemId, SyncPoint},
};
use std::{fmt, sync::Arc};

/// A migration's journal in PostgreSQL. Cloning gives another handle to the same one.
///
/// Handed out by [`crate::Lease::journal`] it writes as long as that lease is held and not taken over;
/// by [`crate::PostgresStore::observe`] it only reads, and asks the owner to stop.
///
/// # Cancel safety
/// Dropping the future of a commit or a claim leaves it open whether it is in. Nothing of it is ever in by half, and what is
/// still on its way is over before the next claim is answered.
#[derive(Clone)]
pub struct PostgresJournal(Arc<Shared>);

struct Shared {
    database: Arc<Database>,
    migration: i64,
    id: String,
    /// None for an observer.
    lease: Option<i64>,
    /// Batches of one migration follow one another in the database too. Waiting here costs no connection.
    turn: Mutex<()>,
}

/// One read, on a connection of its own.
macro_rules! read {
    ($journal:ident, $question:path $(, $argument:expr)*) => {{
        let shared = &$journal.0;
        let answer = async {
            let mut conn = shared.database.connection().await?;
            $question(&mut conn, shared.migration $(, $argument)*).await
        };
        shared.database.lend(answer).await.map_err(|fault| shared.failed(fault, "read the journal"))
    }};
}

impl PostgresJournal {
    pub(crate) fn new(database: &Arc<Database>, migration: i64, id: &str, lease: Option<i64>) -> Self {
        let (database, id) = (Arc::clone(database), id.to_owned());
        Self(Arc::new(Shared { database, migration, id, lease, turn: Mutex::new(()) }))
    }
}

impl Shared {
    fn failed(&self, fault: Fault, operation: &'static str) -> Error {
        fault.at(operation).with("migration", &self.id)
    }

    fn owner(&self, operation: &'static str) -> Result<Owner> {
        let Some(lease) = self.lease else {
            let why = "this handle only observes; take a lease on the migration to write".to_owned();
            return Err(self.failed(Fault::Refused(why), operation));
        };
        Ok(Owner { migration: self.migration, lease })
    }
}

impl fmt::Debug for PostgresJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresJournal")
            .field("migration", &self.0.id)
            .field("owner", &self.0.lease.is_some())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Journal for PostgresJournal {
    async fn claim(&self) -> Result<Claim> {
        const OPERATION: &str = "claim the journal";
        let shared = &self.0;
        let owner = shared.owner(OPERATION)?;
        let _turn = shared.turn.lock().await;
        let claimed = shared.database.lend(commit::claim(&shared.database, owner)).await;
        claimed.map_err(|fault| shared.failed(fault, OPERATION))
    }

    async fn commit(&self, epoch: Epoch, batch: Batch) -> Result<()> {
        const OPERATION: &str = "commit";
        let shared = &self.0;
        let owner = shared.owner(OPERATION)?;
        let _turn = shared.turn.lock().await;
        let committed = shared.database.lend(commit::commit(&shared.database, owner, epoch, &batch)).await;
        committed.map_err(|fault| shared.failed(fault, OPERATION))
    }

    async fn points(&self) -> Result<Vec<PointRow>> {
        read!(self, query::points)
    }

    async fn folders(&self) -> Result<Vec<FolderRow>> {
        read!(self, query::folders)
    }

    async fn dest_folders(&self) -> Result<Vec<DestFolderRow>> {
        read!(self, query::dest_folders)
    }

    async fn entries(&self, keys: &[EntryKey]) -> Result<Vec<Option<Entry>>> {
        read!(self, query::entries, keys)
    }

    async fn find(&self, folder: FolderKey, ids: &[SourceItemId]) -> Result<Vec<Option<Entry>>> {
        read!(self, query::find, folder, ids)
    }

    async fn page(&self, query: Query, after: Option<EntryKey>, limit: usize) -> Result<Vec<Entry>> {
        read!(self, page::page, query, after, limit)
    }

    async fn copies_of(&self, digests: &[Digest]) -> Result<Vec<Entry>> {
        read!(self, query::copies_of, digests)
    }

    async fn copies_called(&self, ids: &[LastingId]) -> Result<Vec<Entry>> {
        read!(self, query::copies_called, ids)
    }

    async fn owned(&self, folder: DestFolderKey, ids: &[DestItemId]) -> Result<Vec<bool>> {
        read!(self, query::owned, folder, ids)
    }

    async fn flag_changes(
        &self,
        from: SyncPoint,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<FlagChangeRow>> {
        read!(self, query::flag_changes, from, before, limit)
    }

    async fn tallies(&self) -> Result<Vec<Tally>> {
        read!(self, query::tallies)
    }

    async fn remarks(&self, point: SyncPoint) -> Result<Vec<String>> {
        read!(self, query::remarks, point)
    }

    async fn request_stop(&self) -> Result<()> {
        // Without ownership: whoever may see the migration may ask.
        read!(self, query::request_stop)
    }

    async fn stop_requested(&self) -> Result<bool> {
        read!(self, query::stop_requested)
    }
}
