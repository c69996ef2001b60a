//! The tree as a destination: what the seam asks, each in one blocking step.

use super::{locate::assign, own::Own};
use crate::{
    dropped::{Dropped, Flag},
    sidecar::FolderCard,
};
use async_trait::async_trait;
use futures::lock::Mutex;
use omm_core::{
    Error, Result,
    host::{LaneKey, blocking},
    model::{Body, DestFolderId, DestItemId, Intake, Item, ItemKind, Mark},
    seam::{
        Capacity, Deleted, Deletion, DestFolder, Destination, Expected, FlagChange, Flagged, Owned, Presence,
        Probe, Replaced, Stored, Wanted,
    },
};
use std::sync::Arc;

/// A `dir:` tree.
pub(crate) struct DirDestination {
    lane: LaneKey,
    own: Arc<Own>,
    /// Whoever works in the tree is alone in it, and the others wait here: not in threads, of which there are few.
    turn: Mutex<()>,
}

impl DirDestination {
    pub(crate) fn new(own: Own) -> Self {
        let lane = LaneKey(format!("dir:{}", own.root().display()).into());
        Self { lane, own: Arc::new(own), turn: Mutex::default() }
    }

    /// Runs work that only looks.
    async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Own) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _turn = self.turn.lock().await;
        let own = Arc::clone(&self.own);
        blocking(&self.own.runtime, move || work(&own)).await
    }

    /// Runs work that writes. Once this future is dropped, work that has not come to its point writes nothing.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Own, &Flag) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _turn = self.turn.lock().await;
        let own = Arc::clone(&self.own);
        let dropped = Dropped::default();
        let flag = dropped.flag();
        let done = blocking(&self.own.runtime, move || {
            own.may_write()?;
            work(&own, &flag)
        })
        .await;
        done.map_err(given_up)
    }
}

/// Work that the runtime gave up may have been half done.
fn given_up(error: Error) -> Error {
    if error.operation() == "blocking work" { error.effect_unknown() } else { error }
}

#[async_trait]
impl Destination for DirDestination {
    fn lane(&self) -> LaneKey {
        self.lane.clone()
    }

    async fn capacity(&self) -> Result<Capacity> {
        let mut capacity = Capacity::new(ItemKind::ALL);
        capacity.batch_items = 256;
        capacity.batch_bytes = 8 << 20;
        Ok(capacity)
    }

    async fn folders(&self) -> Result<Vec<DestFolder>> {
        self.look(Own::folders).await
    }

    async fn ensure_folders(&self, wanted: &[Wanted]) -> Result<Vec<Result<DestFolder>>> {
        let cards: Vec<FolderCard> = wanted.iter().map(FolderCard::of).collect();
        self.look(move |own| {
            own.may_write()?;
            own.ensure_all(&cards)
        })
        .await
    }

    async fn mark(&self, folder: &DestFolderId) -> Result<Mark> {
        let folder = folder.clone();
        self.look(move |own| own.mark(&folder)).await
    }

    async fn append(&self, folder: &DestFolderId, batch: &[Item]) -> Result<Vec<Result<Stored>>> {
        let (folder, batch) = (folder.clone(), batch.to_vec());
        self.write(move |own, flag| own.append(&folder, &batch, flag)).await
    }

    async fn locate(
        &self,
        folder: &DestFolderId,
        above: Option<&Mark>,
        probes: &[Probe],
        owned: &dyn Owned,
    ) -> Result<Vec<Option<DestItemId>>> {
        let (folder, above, sought) = (folder.clone(), above.cloned(), probes.to_vec());
        let found = self.look(move |own| own.candidates(&folder, above.as_ref(), &sought)).await?;
        let ids: Vec<DestItemId> = found.iter().map(|candidate| candidate.id.clone()).collect();
        let taken = if ids.is_empty() { Vec::new() } else { owned.owns(&ids).await? };
        Ok(assign(probes, found, &taken))
    }

    async fn replace(
        &self,
        folder: &DestFolderId,
        id: &DestItemId,
        item: &Item,
        expected: &Expected,
    ) -> Result<Replaced> {
        let (folder, id, item, expected) = (folder.clone(), id.clone(), item.clone(), expected.clone());
        self.write(move |own, flag| own.replace(&folder, &id, &item, &expected, flag)).await
    }

    async fn set_flags(&self, folder: &DestFolderId, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
        let (folder, changes) = (folder.clone(), changes.to_vec());
        self.write(move |own, flag| own.set_flags(&folder, &changes, flag)).await
    }

    async fn inspect(&self, folder: &DestFolderId, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        let (folder, ids) = (folder.clone(), ids.to_vec());
        self.look(move |own| own.inspect(&folder, &ids)).await
    }

    async fn read_back(&self, folder: &DestFolderId, id: &DestItemId, intake: &Intake) -> Result<Body> {
        let (folder, id, intake) = (folder.clone(), id.clone(), intake.clone());
        self.look(move |own| own.read_back(&folder, &id, &intake)).await
    }

    async fn delete(&self, folder: &DestFolderId, deletions: &[Deletion]) -> Result<Vec<Result<Deleted>>> {
        let (folder, deletions) = (folder.clone(), deletions.to_vec());
        self.write(move |own, flag| own.delete(&folder, &deletions, flag)).await
    }

    async fn remove_folder_if_empty(&self, folder: &DestFolderId) -> Result<bool> {
        let folder = folder.clone();
        self.look(move |own| own.remove_if_empty(&folder)).await
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}
