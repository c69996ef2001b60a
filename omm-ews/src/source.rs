//! Exchange, read: the table of contents.
//!
//! | call      | room                  | operations                                                           |
//! |-----------|-----------------------|----------------------------------------------------------------------|
//! | `folders` | [`crate::folders`]    | GetFolder, FindFolder                                                 |
//! | `changes` | [`crate::changes`]    | SyncFolderItems; GetItem for marks alone                              |
//! |           | [`crate::list`]       | of public folders: FindItem                                           |
//! | `fetch`   | [`crate::fetch`]      | GetItem, in batches; GetAttachment                                    |
//! | `fetch_native` | likewise         | ExportItems as well                                                   |

use crate::{
    account::Account,
    fetch::{self, Wanted},
    folders, native,
};
use async_trait::async_trait;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    error::Result,
    host::LaneKey,
    model::{Cursor, Folder, Intake, ItemKind, NativeForm, SourceFolderId, SourceItemId},
    seam::{ChangePage, Fetched, Learned, Source},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// An account that is read. Nothing is changed there, not even what was read.
pub(crate) struct EwsSource {
    account: Account,
    /// Of the folders that were listed: how their items are asked for.
    kinds: Mutex<HashMap<SourceFolderId, ItemKind>>,
    /// Of public folders: the account as it asks the mailbox that holds their items.
    holders: Mutex<HashMap<SourceFolderId, Arc<Account>>>,
}

impl EwsSource {
    pub(crate) fn new(account: Account) -> Self {
        Self { account, kinds: Mutex::default(), holders: Mutex::default() }
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

    /// Notes who holds the items of public folders.
    async fn note_holders(&self, listed: &[folders::Listed]) -> Result<()> {
        let mut accounts: HashMap<&str, Arc<Account>> = HashMap::new();
        let mut holders = HashMap::new();
        for folder in listed {
            let Some(holder) = folder.holder.as_deref() else { continue };
            let account = match accounts.get(holder) {
                Some(account) => Arc::clone(account),
                None => Arc::new(self.account.at_holder(holder).await?),
            };
            accounts.insert(holder, Arc::clone(&account));
            holders.insert(SourceFolderId::new(folder.id.id.clone()), account);
        }
        *self.holders.lock().unwrap_or_else(PoisonError::into_inner) = holders;
        Ok(())
    }

    fn holder(&self, folder: &SourceFolderId) -> Option<Arc<Account>> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner).get(folder).cloned()
    }

    /// Items from whoever holds them.
    fn fetched<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        wanted: Wanted,
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        let kind = self.kind_of(folder);
        let Some(holder) = self.holder(folder) else {
            return fetch::stream(&self.account, kind, ids, wanted, intake);
        };
        let all = async move { fetch::stream(&holder, kind, ids, wanted, intake).collect::<Vec<_>>().await };
        stream::once(all).flat_map(stream::iter).boxed()
    }
}

#[async_trait]
impl Source for EwsSource {
    fn lane(&self) -> LaneKey {
        self.account.lane()
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        let (_, listed) = folders::list(&self.account).await?;
        self.note_holders(&listed).await?;
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
        match self.account.config.public {
            Some(_) => self.holder(folder).as_deref().unwrap_or(&self.account).list(folder, since).await,
            None => self.account.page(folder, since).await,
        }
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        self.fetched(folder, ids, Wanted::Bodies, intake)
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
        self.fetched(folder, ids, wanted, intake)
    }

    fn learned(&self) -> Learned {
        self.account.learned()
    }

    async fn close(&self) -> Result<()> {
        self.account.close().await;
        Ok(())
    }
}
