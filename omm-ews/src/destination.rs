//! Exchange, written: the table of contents.
//!
//! | call                      | room                   | operations                                        |
//! |---------------------------|------------------------|---------------------------------------------------|
//! | `capacity`                | [`crate::capacity`]    | none                                              |
//! | `folders`, `ensure_…`     | [`crate::folders`]     | GetFolder, FindFolder, CreateFolder, DeleteFolder |
//! | `mark`, `locate`          | [`crate::locate`]      | GetFolder, FindItem                               |
//! | `append`                  | [`crate::append`]      | CreateItem; MoveItem; UploadItems, UpdateItem     |
//! | `inspect`, `read_back`    | [`crate::inspect`]     | GetItem                                           |
//! | `set_flags`               | [`crate::flags`]       | GetItem, UpdateItem                               |
//! | `replace`, `delete`       | [`crate::delete`]      | GetItem, CreateItem, DeleteItem                   |

use crate::{
    account::Account,
    append::{self, Place},
    capacity, copy_id, delete,
    fetch::{self, LastChange},
    flags, folders, inspect, locate, native,
};
use async_trait::async_trait;
use omm_core::{
    error::Result,
    host::LaneKey,
    model::{Body, DestFolderId, DestItemId, Intake, Item, ItemKind, Mark, NativeForm},
    seam::{
        Capacity, Deleted, Deletion, DestFolder, Destination, Expected, FlagChange, Flagged, Learned, Owned,
        Presence, Probe, Replaced, Stored, Wanted,
    },
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// An account that is written. Nothing leaves it because of us: items are saved, not sent.
pub(crate) struct EwsDestination {
    account: Account,
    /// Of the folders that were seen: how their items are asked for.
    kinds: Mutex<HashMap<DestFolderId, ItemKind>>,
}

impl EwsDestination {
    pub(crate) fn new(account: Account) -> Self {
        Self { account, kinds: Mutex::default() }
    }
}

impl EwsDestination {
    fn kinds(&self) -> MutexGuard<'_, HashMap<DestFolderId, ItemKind>> {
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place<'a>(&self, folder: &'a DestFolderId) -> Place<'a> {
        Place { folder, kind: self.kinds().get(folder).copied() }
    }

    fn learn<'a>(&self, folders: impl IntoIterator<Item = &'a DestFolder>) {
        self.kinds().extend(folders.into_iter().map(|folder| (folder.id.clone(), folder.kind)));
    }
}

#[async_trait]
impl Destination for EwsDestination {
    fn lane(&self) -> LaneKey {
        self.account.lane()
    }

    async fn capacity(&self) -> Result<Capacity> {
        self.account.enter().await?;
        Ok(capacity::capacity(self.account.config.settling))
    }

    fn native_forms(&self) -> Vec<NativeForm> {
        native::forms(&self.account)
    }

    async fn folders(&self) -> Result<Vec<DestFolder>> {
        let (_, listed) = folders::list(&self.account).await?;
        let folders: Vec<_> = listed.into_iter().map(|listed| folders::shown(listed, false)).collect();
        self.learn(&folders);
        Ok(folders)
    }

    async fn ensure_folders(&self, wanted: &[Wanted]) -> Result<Vec<Result<DestFolder>>> {
        let folders = folders::ensure(&self.account, wanted).await?;
        self.learn(folders.iter().flatten());
        Ok(folders)
    }

    async fn mark(&self, folder: &DestFolderId) -> Result<Mark> {
        locate::mark(&self.account, folder).await
    }

    async fn append(&self, folder: &DestFolderId, batch: &[Item]) -> Result<Vec<Result<Stored>>> {
        append::append(&self.account, self.place(folder), batch).await
    }

    async fn locate(
        &self,
        folder: &DestFolderId,
        above: Option<&Mark>,
        probes: &[Probe],
        owned: &dyn Owned,
    ) -> Result<Vec<Option<DestItemId>>> {
        let mut place = self.place(folder);
        // What an earlier run left is looked for before folders are listed.
        let is_kept = |probe: &Probe| probe.kind != ItemKind::Mail;
        if place.kind.is_none() && above.is_some() && probes.iter().any(is_kept) {
            place.kind = folders::kind(&self.account, folder).await?;
        }
        locate::locate(&self.account, place, above, probes, owned).await
    }

    async fn replace(
        &self,
        folder: &DestFolderId,
        id: &DestItemId,
        item: &Item,
        expected: &Expected,
    ) -> Result<Replaced> {
        delete::replace(&self.account, self.place(folder), id, item, expected).await
    }

    async fn set_flags(&self, _: &DestFolderId, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
        flags::set(&self.account, changes).await
    }

    async fn inspect(&self, folder: &DestFolderId, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        inspect::inspect(&self.account, folder, ids).await
    }

    async fn read_back(&self, folder: &DestFolderId, id: &DestItemId, intake: &Intake) -> Result<Body> {
        let kind = self.kinds().get(folder).copied().unwrap_or(ItemKind::Mail);
        fetch::body(&self.account, kind, copy_id::main(id), LastChange::BeforeOurs, intake).await
    }

    async fn delete(&self, folder: &DestFolderId, deletions: &[Deletion]) -> Result<Vec<Result<Deleted>>> {
        delete::delete(&self.account, folder, deletions).await
    }

    async fn remove_folder_if_empty(&self, folder: &DestFolderId) -> Result<bool> {
        folders::remove_if_empty(&self.account, folder).await
    }

    fn learned(&self) -> Learned {
        self.account.learned()
    }

    async fn close(&self) -> Result<()> {
        self.account.close().await;
        Ok(())
    }
}
