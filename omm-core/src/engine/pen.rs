//! The owner's pen: the only way in which the engine writes to the journal.

use crate::{
    error::Result,
    journal::{
        Batch, Claim, DestFolderKey, EntryKey, Epoch, Fact, FolderKey, FolderRecord, Journal, PointState,
        Record, RunRecord,
    },
    model::{DestItemId, SyncPoint},
    seam::Owned,
};
use async_trait::async_trait;
use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicU64, Ordering},
};

/// Writes under one claim and one sync point, and gives out keys.
pub(super) struct Pen {
    journal: Arc<dyn Journal>,
    epoch: Epoch,
    point: SyncPoint,
    resumed: bool,
    next_entry: AtomicU64,
    next_folder: AtomicU32,
    next_dest_folder: AtomicU32,
}

impl Pen {
    /// Becomes the owner. A run that was interrupted goes on under its own number; else the next number is taken.
    pub(super) async fn claim(journal: &Arc<dyn Journal>) -> Result<Self> {
        let Claim { epoch, next_entry, next_folder, next_dest_folder } = journal.claim().await?;
        let points = journal.points().await?;
        let open = points.iter().find(|row| row.state == PointState::Open);
        let next = points.last().map_or(SyncPoint(0), |row| row.point).next();
        Ok(Self {
            journal: Arc::clone(journal),
            epoch,
            point: open.map_or(next, |row| row.point),
            resumed: open.is_some(),
            next_entry: AtomicU64::new(next_entry.0),
            next_folder: AtomicU32::new(next_folder.0),
            next_dest_folder: AtomicU32::new(next_dest_folder.0),
        })
    }

    pub(super) fn point(&self) -> SyncPoint {
        self.point
    }

    pub(super) fn resumed(&self) -> bool {
        self.resumed
    }

    pub(super) fn journal(&self) -> &dyn Journal {
        &*self.journal
    }

    pub(super) fn new_entry(&self) -> EntryKey {
        EntryKey(self.next_entry.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn new_folder(&self) -> FolderKey {
        FolderKey(self.next_folder.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn new_dest_folder(&self) -> DestFolderKey {
        DestFolderKey(self.next_dest_folder.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn record(&self, key: EntryKey, fact: Fact) -> Record {
        Record { key, point: self.point, fact }
    }

    pub(super) async fn commit(&self, batch: Batch) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        self.journal.commit(self.epoch, batch).await
    }

    pub(super) async fn items(&self, items: Vec<Record>) -> Result<()> {
        self.commit(Batch { items, ..Batch::default() }).await
    }

    pub(super) async fn folders(&self, folders: Vec<FolderRecord>) -> Result<()> {
        self.commit(Batch { folders, ..Batch::default() }).await
    }

    pub(super) async fn runs(&self, runs: Vec<RunRecord>) -> Result<()> {
        self.commit(Batch { runs, ..Batch::default() }).await
    }
}

/// The ids that the journal owns in one destination folder.
pub(super) struct OwnedIn<'a> {
    pub(super) journal: &'a dyn Journal,
    pub(super) folder: DestFolderKey,
}

#[async_trait]
impl Owned for OwnedIn<'_> {
    async fn owns(&self, ids: &[DestItemId]) -> Result<Vec<bool>> {
        self.journal.owned(self.folder, ids).await
    }
}
