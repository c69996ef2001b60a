//! A journal in memory: the documented semantics and nothing else, for tests and as the model of a store.

mod commit;
mod state;

use async_trait::async_trait;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    journal::{
        Batch, Claim, DestFolderKey, DestFolderRow, Entry, EntryKey, Epoch, FlagChangeRow, FolderKey,
        FolderRow, Journal, PointRow, Query, Tally,
    },
    model::{DestItemId, Digest, LastingId, SourceItemId, SyncPoint},
};
use state::State;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A journal in memory. Clones share the same records, so a clone is what a process finds after a restart.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal(Arc<Mutex<State>>);

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same as a trait object, to hand to a migration.
    pub fn shared(&self) -> Arc<dyn Journal> {
        Arc::new(self.clone())
    }

    /// Every entry there is, in key order: for comparisons in tests.
    pub fn all_entries(&self) -> Vec<Entry> {
        self.lock().entries.values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A commit changes nothing before everything in it is known to be legal.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Journal, Side::Journal, "commit", message)
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn claim(&self) -> Result<Claim> {
        let mut state = self.lock();
        state.epoch += 1;
        state.stop_requested = false;
        Ok(Claim {
            epoch: Epoch(state.epoch),
            next_entry: EntryKey(state.last_entry + 1),
            next_folder: FolderKey(state.last_folder + 1),
            next_dest_folder: DestFolderKey(state.last_dest_folder + 1),
        })
    }

    async fn commit(&self, epoch: Epoch, batch: Batch) -> Result<()> {
        let mut state = self.lock();
        if epoch.0 != state.epoch {
            return Err(refused("another owner has taken this migration over"));
        }
        commit::commit(&mut state, batch)
    }

    async fn points(&self) -> Result<Vec<PointRow>> {
        Ok(self
            .lock()
            .points
            .iter()
            .map(|(point, state)| PointRow { point: *point, state: *state })
            .collect())
    }

    async fn folders(&self) -> Result<Vec<FolderRow>> {
        let state = self.lock();
        Ok(state.folders.values().map(|row| state.with_position(row)).collect())
    }

    async fn dest_folders(&self) -> Result<Vec<DestFolderRow>> {
        Ok(self.lock().dest_folders.values().cloned().collect())
    }

    async fn entries(&self, keys: &[EntryKey]) -> Result<Vec<Option<Entry>>> {
        let state = self.lock();
        Ok(keys.iter().map(|key| state.entries.get(key).cloned()).collect())
    }

    async fn find(&self, folder: FolderKey, ids: &[SourceItemId]) -> Result<Vec<Option<Entry>>> {
        let state = self.lock();
        Ok(ids.iter().map(|id| state.find(folder, id).cloned()).collect())
    }

    async fn page(&self, query: Query, after: Option<EntryKey>, limit: usize) -> Result<Vec<Entry>> {
        Ok(self.lock().page(query, after, limit))
    }

    async fn copies_of(&self, digests: &[Digest]) -> Result<Vec<Entry>> {
        Ok(self.lock().copies_of(digests))
    }

    async fn copies_called(&self, ids: &[LastingId]) -> Result<Vec<Entry>> {
        Ok(self.lock().copies_called(ids))
    }

    async fn owned(&self, folder: DestFolderKey, ids: &[DestItemId]) -> Result<Vec<bool>> {
        let state = self.lock();
        let copies = state.by_copy.get(&folder);
        Ok(ids.iter().map(|id| copies.is_some_and(|copies| copies.contains_key(id))).collect())
    }

    async fn flag_changes(
        &self,
        from: SyncPoint,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<FlagChangeRow>> {
        let state = self.lock();
        let older =
            state.flag_changes.iter().rev().filter(|row| before.is_none_or(|before| row.row < before));
        Ok(older.filter(|row| row.point >= from).take(limit).cloned().collect())
    }

    async fn tallies(&self) -> Result<Vec<Tally>> {
        let state = self.lock();
        Ok(state
            .tallies
            .iter()
            .map(|(key, count)| Tally { key: *key, items: count.0, bytes: count.1 })
            .collect())
    }

    async fn remarks(&self, point: SyncPoint) -> Result<Vec<String>> {
        Ok(self.lock().remarks.get(&point).cloned().unwrap_or_default())
    }

    async fn request_stop(&self) -> Result<()> {
        self.lock().stop_requested = true;
        Ok(())
    }

    async fn stop_requested(&self) -> Result<bool> {
        Ok(self.lock().stop_requested)
    }
}
