//! Exchange, read: the table of contents.
//!
//! | call      | room                  | operations                                                           |
//! |-----------|-----------------------|----------------------------------------------------------------------|
//! | `folders` | [`crate::folders`]    | GetFolder, FindFolder                                                 |
//! | `changes` | [`crate::changes`]    | SyncFolderItems; GetItem for marks alone                              |
//! | `fetch`   | [`crate::fetch`]      | GetItem, in batches; GetAttachment                                    |
//! | `fetch_native` | likewise         | ExportItems as well                                                   |

use crate::{
    account::Account,
    fetch::{self, Wanted},
    folders, native,
};
use async_trait::async_trait;
use futures::stream::BoxStream;
use omm_core::{
    error::Result,
    host::LaneKey,
    model::{Cursor, Folder, Intake, ItemKind, NativeForm, SourceFolderId, SourceItemId},
    seam::{ChangePage, Fetched, Learned, Source},
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// An account that is read. Nothing is changed there, not even what was read.
pub(crate) struct EwsSource {
    account: Account,
    /// Of the folders that were listed: how their items are asked for.
    kinds: Mutex<HashMap<SourceFolderId, ItemKind>>,
}

impl EwsSource {
    pub(crate) fn new(account: Account) -> Self {
        Self { account, kinds: Mutex::default() }
    }
}

impl EwsSource {
    fn kinds(&self) -> MutexGuard<'_, HashMap<SourceFolderId, ItemKind>> {
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A kind that is not known costs a second request: items say what they are.
    fn kind_of(&self, folder: &SourceFolderId) -> ItemKind {
        self.kinds().get(folder).copied().unwrap_or(ItemKind::Mail)
    }
}

#[async_trait]
impl Source for EwsSource {
    fn lane(&self) -> LaneKey {
        self.account.lane()
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        let (_, listed) = folders::list(&self.account).await?;
        let folder = |listed: folders::Listed| {
            let mut folder = Folder::new(SourceFolderId::new(listed.id.id), listed.path, listed.kind);
            (folder.role, folder.items) = (listed.role, listed.items);
            // No state: what the server tells of a folder as a whole does not change when a message is only read.
            folder
        };
        let folders: Vec<Folder> = listed.into_iter().map(folder).collect();
        self.kinds().extend(folders.iter().map(|folder| (folder.id.clone(), folder.kind)));
        Ok(folders)
    }

    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        self.account.page(folder, since).await
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        fetch::stream(&self.account, self.kind_of(folder), ids, Wanted::Bodies, intake)
    }

    fn native_forms(&self) -> Vec<NativeForm> {
        native::forms(&self.account)
    }

    fn fetch_native<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        form: &'a NativeForm,
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        let wanted = if *form == native::form() { Wanted::BodiesAndStreams } else { Wanted::Bodies };
        fetch::stream(&self.account, self.kind_of(folder), ids, wanted, intake)
    }

    fn learned(&self) -> Learned {
        self.account.learned()
    }

    async fn close(&self) -> Result<()> {
        self.account.close().await;
        Ok(())
    }
}
