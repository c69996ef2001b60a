//! The side that is written.

use super::{Capacity, Learned};
use crate::{
    error::{Error, ErrorKind, Result, Side},
    host::LaneKey,
    model::{
        Body, Content, DestFolderId, DestItemId, Digest, Fingerprint, FlagDelta, Flags, FolderPath, Intake,
        Item, ItemKind, Mark, NativeForm, NativeKey, Received, Revision, Role,
    },
};
use async_trait::async_trait;

/// An account that items are copied to.
///
/// Connectors do not retry. Every write says what is known about its effect: `Ok` means that each fate is
/// known, an error with [`crate::error::Effect::Unknown`] (or a dropped future) that any item may be stored.
#[async_trait]
pub trait Destination: Send + Sync {
    /// The lane of its server.
    fn lane(&self) -> LaneKey;

    /// Facts for the planner. May log in.
    ///
    /// # Errors
    /// Of account scope.
    async fn capacity(&self) -> Result<Capacity>;

    /// The native forms that it takes. Asked again and again, behind [`Self::capacity`] and without a round trip: a form that
    /// turns out to be refused altogether is named no more.
    fn native_forms(&self) -> Vec<NativeForm> {
        Vec::new()
    }

    /// The folders that are there: path, declared role, kind, so that an existing "Sent Items" is used.
    ///
    /// # Errors
    /// Of account scope.
    async fn folders(&self) -> Result<Vec<DestFolder>>;

    /// Finds or makes folders, and what is missing above them. The results line up with `wanted`, in which a folder
    /// comes after those above it; an inner error is about that folder alone. Over a network this is one flight of
    /// requests, not one round trip for each. Asking again is harmless.
    ///
    /// # Errors
    /// Of account scope; inside of folder scope, when a name is refused.
    ///
    /// # Cancel safety
    /// Dropping the future may or may not have made any of them.
    async fn ensure_folders(&self, wanted: &[Wanted]) -> Result<Vec<Result<DestFolder>>>;

    /// The folder's position now: everything appended later lies above it. It may be too low, never too high.
    ///
    /// # Errors
    /// Of folder or account scope.
    async fn mark(&self, folder: &DestFolderId) -> Result<Mark>;

    /// Writes a batch, in order. The inner results line up with `batch`.
    ///
    /// - `Ok(fates)`: the fate of every item is known; an inner error means that this item is not stored, unless
    ///   it says [`crate::error::Effect::Unknown`].
    /// - `Err(_)` with effect unknown: any of them may be stored. The engine locates before it writes again.
    /// - No item is stored with part of its bytes.
    /// - An item in a native form ([`Item::native`]) is made of that, or refused: the engine then sends it without.
    /// - Whoever can look at the copies without another round trip does so behind the write, and says what was seen;
    ///   the others are looked at with [`Self::inspect`].
    ///
    /// # Cancel safety
    /// Dropping the future has the meaning of an error with effect unknown.
    async fn append(&self, folder: &DestFolderId, batch: &[Item]) -> Result<Vec<Result<Stored>>>;

    /// Looks for copies whose acknowledgement was lost, or that were there before us. The results line up with
    /// `probes`, one-to-one: an id is given at most once, never one that `owned` knows, and, with a mark, only
    /// above it. A wrong `Some` is worse than a `None`: size and digest confirm. What was sent in a native form, and shows
    /// nothing of ours yet, is known by its key ([`Probe::native`]), above the mark only; it is given what ours show first.
    ///
    /// # Errors
    /// Of folder or account scope. Never called when the capacity says that nothing can be located.
    async fn locate(
        &self,
        folder: &DestFolderId,
        above: Option<&Mark>,
        probes: &[Probe],
        owned: &dyn Owned,
    ) -> Result<Vec<Option<DestItemId>>>;

    /// Puts an edited item in the place of its earlier copy, but only of a copy that is still as `expected`.
    ///
    /// # Errors
    /// As for [`Self::append`].
    ///
    /// # Cancel safety
    /// As for [`Self::append`]: old, new or both may be there, never none.
    async fn replace(
        &self,
        folder: &DestFolderId,
        id: &DestItemId,
        item: &Item,
        expected: &Expected,
    ) -> Result<Replaced>;

    /// Adds and removes flags. The results line up with `changes`. Doing it twice is harmless.
    ///
    /// # Errors
    /// Of folder or account scope.
    async fn set_flags(&self, folder: &DestFolderId, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>>;

    /// What can be seen of copies without reading their bodies. The results line up with `ids`.
    ///
    /// # Errors
    /// Of folder or account scope.
    async fn inspect(&self, folder: &DestFolderId, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>>;

    /// Reads the body of a copy.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::NotFound`] when it is not there.
    async fn read_back(&self, folder: &DestFolderId, id: &DestItemId, intake: &Intake) -> Result<Body>;

    /// Removes copies that are still as expected, and touches nothing else. The results line up with `deletions`.
    ///
    /// # Errors
    /// Of folder or account scope; asking again is harmless.
    async fn delete(&self, folder: &DestFolderId, deletions: &[Deletion]) -> Result<Vec<Result<Deleted>>>;

    /// Removes a folder, but only an empty one without children. `false`: left, because it is not empty.
    ///
    /// # Errors
    /// Of folder or account scope.
    async fn remove_folder_if_empty(&self, folder: &DestFolderId) -> Result<bool>;

    /// What was found out about the account so far. Asked after the other calls, and without a round trip; nothing,
    /// unless a connector finds out what costs to be found again.
    fn learned(&self) -> Learned {
        Learned::default()
    }

    /// Ends the session politely. No call follows.
    ///
    /// # Errors
    /// Are noted and change nothing.
    async fn close(&self) -> Result<()>;
}

impl dyn Destination + '_ {
    /// [`Destination::ensure_folders`] for one folder.
    ///
    /// # Errors
    /// The outer one or the folder's; [`ErrorKind::Protocol`] for an answer about another number of folders.
    ///
    /// # Cancel safety
    /// Dropping the future may or may not have made it.
    pub async fn ensure_folder(&self, wanted: Wanted) -> Result<DestFolder> {
        let mut answers = self.ensure_folders(&[wanted]).await?;
        match (answers.pop(), answers.is_empty()) {
            (Some(answer), true) => answer,
            _ => Err(Wanted::out_of_line()),
        }
    }
}

/// Which ids the journal owns; asked by [`Destination::locate`].
#[async_trait]
pub trait Owned: Send + Sync {
    /// For each id, whether it is the copy of some item already. The results line up with `ids`.
    ///
    /// # Errors
    /// The journal's.
    async fn owns(&self, ids: &[DestItemId]) -> Result<Vec<bool>>;
}

/// A folder that is to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wanted {
    /// Where.
    pub path: FolderPath,
    /// What for, if that is known: a server that can is told so when the folder is made.
    pub role: Option<Role>,
    /// What it is to hold.
    pub kind: ItemKind,
    /// Whether its user is to see it in clients that show subscribed folders only.
    pub subscribed: bool,
}

impl Wanted {
    /// A subscribed folder without a role.
    pub fn new(path: FolderPath, kind: ItemKind) -> Self {
        Self { path, role: None, kind, subscribed: true }
    }

    /// The error about a destination that answered for more or fewer folders than it was asked for.
    pub(crate) fn out_of_line() -> Error {
        let message = "the destination answered for another number of folders";
        Error::new(ErrorKind::Protocol, Side::Destination, "make folders", message)
    }
}

/// A folder of a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DestFolder {
    /// Its id, for the calls that follow.
    pub id: DestFolderId,
    /// Where it is, as the destination spells it.
    pub path: FolderPath,
    /// What the server declares it to be for, if it does.
    pub role: Option<Role>,
    /// What it holds.
    pub kind: ItemKind,
    /// How many items are in it, where that is cheap to know.
    pub items: Option<u64>,
    /// Whether the user is subscribed to it, where there is such a thing and the listing says so.
    pub subscribed: Option<bool>,
    /// Whether this call made it (always `false` in a listing).
    pub created: bool,
}

impl DestFolder {
    /// An existing folder without role and count.
    pub fn new(id: DestFolderId, path: FolderPath, kind: ItemKind) -> Self {
        Self { id, path, role: None, kind, items: None, subscribed: None, created: false }
    }
}

/// Enough to recognise a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probe {
    /// Its kind.
    pub kind: ItemKind,
    /// The digests of what was sent.
    pub fingerprint: Fingerprint,
    /// The size it has at the destination.
    pub stored_size: u64,
    /// The date it was sent with.
    pub received: Option<Received>,
    /// If it was sent in a native form: what its copy shows even if nothing of ours is on it yet.
    pub native: Option<NativeKey>,
}

impl Probe {
    /// A probe for a body.
    pub fn new(
        kind: ItemKind,
        fingerprint: Fingerprint,
        stored_size: u64,
        received: Option<Received>,
    ) -> Self {
        Self { kind, fingerprint, stored_size, received, native: None }
    }

    /// A probe for what the journal remembers of a body.
    pub fn of(kind: ItemKind, content: &Content, received: Option<Received>) -> Self {
        let native = content.native.clone();
        Self { native, ..Self::new(kind, content.fingerprint, content.stored_size, received) }
    }
}

/// What a copy must still look like before it may be replaced or deleted: as we wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected {
    /// The digest of the body, unless the destination is known to have changed it.
    pub digest: Option<Digest>,
    /// Its size as the destination stores it.
    pub stored_size: u64,
    /// Its flags; \Seen and \Recent do not count, unless `seen_counts`.
    pub flags: Flags,
    /// Whether a copy that was read since counts as touched.
    pub seen_counts: bool,
    /// The state in which it was seen after we wrote it ([`Presence::revision`]); none if the destination has no name for
    /// one, or none was seen: then what the copy itself tells counts ([`Presence::touched`]).
    pub revision: Option<Revision>,
}

impl Expected {
    /// A copy as we wrote it, whether it was read or not.
    pub fn new(digest: Option<Digest>, stored_size: u64, flags: Flags) -> Self {
        Self { digest, stored_size, flags, seen_counts: false, revision: None }
    }

    /// Whether a copy that has these flags now has only flags that we gave it.
    pub fn flags_match(&self, now: &Flags) -> bool {
        use crate::model::SystemFlag::Seen;
        let (mut ours, mut theirs) = (self.flags.clone(), now.clone());
        if !self.seen_counts || ours.contains(Seen) {
            ours.remove(Seen);
            theirs.remove(Seen);
        }
        ours == theirs
    }
}

/// A copy that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// Its id.
    pub id: DestItemId,
    /// What the destination showed of it after it had stored it. It is what a look would have said, never what was sent.
    pub seen: Option<Presence>,
}

impl Stored {
    /// A copy that nobody has looked at yet.
    pub fn new(id: DestItemId) -> Self {
        Self { id, seen: None }
    }

    /// The same, with what was seen of it.
    #[must_use]
    pub fn shown(self, seen: Option<Presence>) -> Self {
        Self { seen, ..self }
    }
}

/// What became of a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// The new item is there under this id, the old copy is not.
    Done(DestItemId),
    /// The old copy is not as we wrote it; it was left. Says what differs.
    Conflict(String),
    /// The old copy is not there: the user deleted or moved it.
    Missing,
}

/// Flags to add and to remove at one item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlagChange {
    /// Which item.
    pub id: DestItemId,
    /// What to change.
    pub delta: FlagDelta,
    /// The last state in which it was ours ([`Presence::revision`]), if one was seen. It is changed whatever state it is in.
    pub expected: Option<Revision>,
}

impl FlagChange {
    /// A change of an item of which no state was seen.
    pub fn new(id: DestItemId, delta: FlagDelta) -> Self {
        Self { id, delta, expected: None }
    }

    /// The same of one that was last seen in this state.
    #[must_use]
    pub fn expecting(self, expected: Option<Revision>) -> Self {
        Self { expected, ..self }
    }
}

/// What became of a change of flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flagged {
    /// Done, as far as the destination can hold these flags.
    Done,
    /// Done likewise, and the state the copy is in now has this name ([`Presence::revision`]). Only where the state before was
    /// ours: the expected one, or that of an earlier try of this change. What somebody else changed before stays his.
    Revised {
        /// The name of the state.
        revision: Revision,
        /// The flags that it shows: those of ours that are not among them it cannot hold.
        flags: Flags,
    },
    /// The item is not there.
    Missing,
}

/// What can be seen of a copy without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Presence {
    /// Its size as stored.
    pub size: u64,
    /// Its flags.
    pub flags: Flags,
    /// Its date.
    pub received: Option<Received>,
    /// Its digest, where that is as cheap as looking.
    pub digest: Option<Digest>,
    /// What tells the state it is in from every other, where the destination has such a thing (a change key, an ETag):
    /// while it stays the same, nobody has touched the copy. That it was read since may change it or not.
    pub revision: Option<Revision>,
    /// Whether the copy itself tells of a change since we made it: what counts where no state of it was seen then. A copy
    /// that was only read may say so as well.
    pub touched: bool,
}

impl Presence {
    /// A copy of this size with these flags.
    pub fn new(size: u64, flags: Flags) -> Self {
        Self { size, flags, received: None, digest: None, revision: None, touched: false }
    }
}

/// An item to remove, and what it must look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Which.
    pub id: DestItemId,
    /// As we wrote it.
    pub expected: Expected,
}

/// What became of a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone now.
    Done,
    /// It was not there: the user deleted or moved it.
    Missing,
    /// It is not as we wrote it; it was left. Says what differs.
    Touched(String),
}
