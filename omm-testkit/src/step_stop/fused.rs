//! A journal and a destination whose writes are counted and may be the last.

use super::Fuse;
use async_trait::async_trait;
use omm_core::{
    Result,
    host::LaneKey,
    journal::{
        Batch, Claim, DestFolderKey, DestFolderRow, Entry, EntryKey, Epoch, FlagChangeRow, FolderKey,
        FolderRow, Journal, PointRow, Query, Tally,
    },
    model::{
        Body, DestFolderId, DestItemId, Digest, Intake, Item, LastingId, Mark, NativeForm, SourceItemId,
        SyncPoint,
    },
    seam::{
        Capacity, Deleted, Deletion, DestFolder, Destination, Expected, FlagChange, Flagged, Owned, Presence,
        Probe, Replaced, Stored, Wanted,
    },
};
use std::sync::Arc;

/// The journal, with every commit a step.
pub fn fused_journal(journal: Arc<dyn Journal>, fuse: &Fuse) -> Arc<dyn Journal> {
    Arc::new(Fused { inner: journal, fuse: fuse.clone() })
}

/// The destination, with every write a step.
pub fn fused_destination(destination: Arc<dyn Destination>, fuse: &Fuse) -> Arc<dyn Destination> {
    Arc::new(Fused { inner: destination, fuse: fuse.clone() })
}

struct Fused<T: ?Sized> {
    inner: Arc<T>,
    fuse: Fuse,
}

#[async_trait]
impl Journal for Fused<dyn Journal> {
    async fn claim(&self) -> Result<Claim> {
        self.inner.claim().await
    }

    async fn commit(&self, epoch: Epoch, batch: Batch) -> Result<()> {
        self.fuse.step(self.inner.commit(epoch, batch)).await
    }

    async fn points(&self) -> Result<Vec<PointRow>> {
        self.inner.points().await
    }

    async fn folders(&self) -> Result<Vec<FolderRow>> {
        self.inner.folders().await
    }

    async fn dest_folders(&self) -> Result<Vec<DestFolderRow>> {
        self.inner.dest_folders().await
    }

    async fn entries(&self, keys: &[EntryKey]) -> Result<Vec<Option<Entry>>> {
        self.inner.entries(keys).await
    }

    async fn find(&self, folder: FolderKey, ids: &[SourceItemId]) -> Result<Vec<Option<Entry>>> {
        self.inner.find(folder, ids).await
    }

    async fn page(&self, query: Query, after: Option<EntryKey>, limit: usize) -> Result<Vec<Entry>> {
        self.inner.page(query, after, limit).await
    }

    async fn copies_of(&self, digests: &[Digest]) -> Result<Vec<Entry>> {
        self.inner.copies_of(digests).await
    }

    async fn copies_called(&self, ids: &[LastingId]) -> Result<Vec<Entry>> {
        self.inner.copies_called(ids).await
    }

    async fn owned(&self, folder: DestFolderKey, ids: &[DestItemId]) -> Result<Vec<bool>> {
        self.inner.owned(folder, ids).await
    }

    async fn flag_changes(
        &self,
        from: SyncPoint,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<FlagChangeRow>> {
        self.inner.flag_changes(from, before, limit).await
    }

    async fn tallies(&self) -> Result<Vec<Tally>> {
        self.inner.tallies().await
    }

    async fn remarks(&self, point: SyncPoint) -> Result<Vec<String>> {
        self.inner.remarks(point).await
    }

    async fn request_stop(&self) -> Result<()> {
        self.inner.request_stop().await
    }

    async fn stop_requested(&self) -> Result<bool> {
        self.inner.stop_requested().await
    }
}

#[async_trait]
impl Destination for Fused<dyn Destination> {
    fn lane(&self) -> LaneKey {
        self.inner.lane()
    }

    async fn capacity(&self) -> Result<Capacity> {
        self.inner.capacity().await
    }

    fn native_forms(&self) -> Vec<NativeForm> {
        self.inner.native_forms()
    }

    async fn folders(&self) -> Result<Vec<DestFolder>> {
        self.inner.folders().await
    }

    async fn ensure_folders(&self, wanted: &[Wanted]) -> Result<Vec<Result<DestFolder>>> {
        let one = |number: usize| self.inner.ensure_folders(&wanted[number..=number]);
        self.fuse.many_at_destination(wanted.len(), one, self.inner.ensure_folders(wanted)).await
    }

    async fn mark(&self, folder: &DestFolderId) -> Result<Mark> {
        self.inner.mark(folder).await
    }

    async fn append(&self, folder: &DestFolderId, batch: &[Item]) -> Result<Vec<Result<Stored>>> {
        self.fuse.at_destination(self.inner.append(folder, batch)).await
    }

    async fn locate(
        &self,
        folder: &DestFolderId,
        above: Option<&Mark>,
        probes: &[Probe],
        owned: &dyn Owned,
    ) -> Result<Vec<Option<DestItemId>>> {
        self.inner.locate(folder, above, probes, owned).await
    }

    async fn replace(
        &self,
        folder: &DestFolderId,
        id: &DestItemId,
        item: &Item,
        expected: &Expected,
    ) -> Result<Replaced> {
        self.fuse.at_destination(self.inner.replace(folder, id, item, expected)).await
    }

    async fn set_flags(&self, folder: &DestFolderId, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
        self.fuse.at_destination(self.inner.set_flags(folder, changes)).await
    }

    async fn inspect(&self, folder: &DestFolderId, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        self.inner.inspect(folder, ids).await
    }

    async fn read_back(&self, folder: &DestFolderId, id: &DestItemId, intake: &Intake) -> Result<Body> {
        self.inner.read_back(folder, id, intake).await
    }

    async fn delete(&self, folder: &DestFolderId, deletions: &[Deletion]) -> Result<Vec<Result<Deleted>>> {
        self.fuse.at_destination(self.inner.delete(folder, deletions)).await
    }

    async fn remove_folder_if_empty(&self, folder: &DestFolderId) -> Result<bool> {
        self.fuse.at_destination(self.inner.remove_folder_if_empty(folder)).await
    }

    async fn close(&self) -> Result<()> {
        self.inner.close().await
    }
}
