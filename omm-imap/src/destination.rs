//! An account as a destination: the table of contents of what is written.

use crate::{account::Account, copy_id::Position, listing::Mailbox, locate::Indexes, mailbox::wire_of};
use async_trait::async_trait;
use omm_core::{
    error::Result,
    host::LaneKey,
    model::{Body, DestFolderId, DestItemId, FolderPath, Intake, Item, Mark},
    seam::{
        Capacity, Deleted, Deletion, DestFolder, Destination, Expected, FlagChange, Flagged, Learned, Owned,
        Presence, Probe, Replaced, Stored, Wanted,
    },
};
use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// An IMAP account that is written to.
pub(crate) struct ImapDestination {
    pub(crate) account: Account,
    /// What was listed while the capacity was found out: for the question that follows at once, and only for that.
    listed: Mutex<Option<Vec<Mailbox>>>,
    /// The folders of the last listing, by path. A name need not be spelled as we would spell it.
    names: Mutex<HashMap<FolderPath, Vec<u8>>>,
    pub(crate) indexes: Mutex<Indexes>,
    /// Whether APPENDUID was seen to name what was sent. Until then it is only believed after a look.
    trusts_append_uid: AtomicBool,
    /// The highest copy in each folder whose id was given out: what is looked for later lies above it.
    given: Mutex<HashMap<Vec<u8>, Position>>,
    /// How many ids were given out that name nothing.
    nowhere: AtomicU64,
}

impl ImapDestination {
    pub(crate) fn new(account: Account) -> Self {
        let (listed, names, indexes, trusts_append_uid) = Default::default();
        let (given, nowhere) = Default::default();
        Self { account, listed, names, indexes, trusts_append_uid, given, nowhere }
    }

    pub(crate) fn keep_listing(&self, mailboxes: Vec<Mailbox>) {
        *self.locked_listing() = Some(mailboxes);
    }

    /// What was kept; it is given once. After a write it is old.
    pub(crate) fn take_listing(&self) -> Option<Vec<Mailbox>> {
        self.locked_listing().take()
    }

    /// Remembers what was listed; of two folders with one path the first, as whoever reads the listing does.
    pub(crate) fn learn_names(&self, folders: &[DestFolder]) {
        let mut names = HashMap::new();
        for folder in folders {
            names.entry(folder.path.clone()).or_insert_with(|| wire_of(folder.id.as_str()));
        }
        *self.locked_names() = names;
    }

    /// How the server spells a folder that was listed.
    pub(crate) fn listed_name(&self, path: &FolderPath) -> Option<Vec<u8>> {
        self.locked_names().get(path).cloned()
    }

    /// It is not there any more.
    pub(crate) fn forget_name(&self, wire: &[u8]) {
        self.locked_names().retain(|_, name| name != wire);
    }

    pub(crate) fn trusts_append_uid(&self) -> bool {
        self.trusts_append_uid.load(Ordering::Relaxed)
    }

    pub(crate) fn trust_append_uid(&self) {
        self.trusts_append_uid.store(true, Ordering::Relaxed);
    }

    /// Remembers that the ids of these copies are given out.
    pub(crate) fn give(&self, folder: &[u8], copies: impl IntoIterator<Item = Position>) {
        let Some(highest) = copies.into_iter().max_by_key(|copy| copy.uid) else { return };
        let mut given = self.locked_given();
        let known = given.entry(folder.to_vec()).or_insert(highest);
        if known.uid_validity != highest.uid_validity || known.uid < highest.uid {
            *known = highest;
        }
    }

    /// The highest copy in the folder whose id was given out.
    pub(crate) fn highest_given(&self, folder: &[u8]) -> Option<Position> {
        self.locked_given().get(folder).copied()
    }

    /// A number that no other copy without a place has.
    pub(crate) fn next_nowhere(&self) -> u64 {
        self.nowhere.fetch_add(1, Ordering::Relaxed)
    }

    fn locked_given(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Position>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked_names(&self) -> MutexGuard<'_, HashMap<FolderPath, Vec<u8>>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked_listing(&self) -> MutexGuard<'_, Option<Vec<Mailbox>>> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Destination for ImapDestination {
    fn lane(&self) -> LaneKey {
        self.account.lane()
    }

    async fn capacity(&self) -> Result<Capacity> {
        self.find_capacity().await
    }

    async fn folders(&self) -> Result<Vec<DestFolder>> {
        self.list_folders().await
    }

    async fn ensure_folders(&self, wanted: &[Wanted]) -> Result<Vec<Result<DestFolder>>> {
        self.take_listing();
        self.make_folders(wanted).await
    }

    async fn mark(&self, folder: &DestFolderId) -> Result<Mark> {
        self.find_mark(&wire_of(folder.as_str())).await
    }

    async fn append(&self, folder: &DestFolderId, batch: &[Item]) -> Result<Vec<Result<Stored>>> {
        self.take_listing();
        self.append_all(&wire_of(folder.as_str()), batch).await
    }

    async fn locate(
        &self,
        folder: &DestFolderId,
        above: Option<&Mark>,
        probes: &[Probe],
        owned: &dyn Owned,
    ) -> Result<Vec<Option<DestItemId>>> {
        self.find_copies(&wire_of(folder.as_str()), above, probes, owned).await
    }

    async fn replace(
        &self,
        folder: &DestFolderId,
        id: &DestItemId,
        item: &Item,
        expected: &Expected,
    ) -> Result<Replaced> {
        self.take_listing();
        self.replace_copy(folder, id, item, expected).await
    }

    async fn set_flags(&self, folder: &DestFolderId, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
        self.change_flags(&wire_of(folder.as_str()), changes).await
    }

    async fn inspect(&self, folder: &DestFolderId, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        self.look_at(&wire_of(folder.as_str()), ids).await
    }

    async fn read_back(&self, folder: &DestFolderId, id: &DestItemId, intake: &Intake) -> Result<Body> {
        self.read_copy(&wire_of(folder.as_str()), id, intake).await
    }

    async fn delete(&self, folder: &DestFolderId, deletions: &[Deletion]) -> Result<Vec<Result<Deleted>>> {
        self.take_listing();
        self.delete_copies(&wire_of(folder.as_str()), deletions).await
    }

    async fn remove_folder_if_empty(&self, folder: &DestFolderId) -> Result<bool> {
        self.take_listing();
        self.remove_folder(&wire_of(folder.as_str())).await
    }

    fn learned(&self) -> Learned {
        self.account.learned()
    }

    async fn close(&self) -> Result<()> {
        self.account.close().await;
        Ok(())
    }
}
