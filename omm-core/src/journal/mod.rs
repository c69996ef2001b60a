//! The truth about a migration.
//!
//! A *record* is one durable fact; the *journal* keeps them; an [`Entry`] is what the records about one item fold
//! into, and a folder's entries are its *ledger*. Stores fold with [`Entry::apply`], so the rules live here and
//! nowhere else: `fate.rs` is the transition table.
//!
//! Entries have integer keys in append order, given out by the one owner of the journal. Nothing here is ever
//! loaded whole: queries are answered in pages.

pub mod columns;
mod entry;
mod fate;
mod folder;
mod folding;
mod migration;
mod record;
mod tally;

pub use entry::{Copy, Entry, EntryKey, Flagging, Verified};
pub use fate::{Failure, Fate, Illegal, SkipReason};
pub use folder::{DestFolderKey, DestFolderRow, FolderKey, FolderRow, Position, StoredState};
pub use folding::{Folded, Folding};
pub use migration::{MigrationId, MigrationRow, account_key, pair_key};
pub use record::{Batch, Fact, FolderFact, FolderRecord, Noted, PointRow, PointState, Record, RunRecord};
pub use tally::{Class, Tally, TallyKey};

use crate::{
    error::Result,
    model::{DestItemId, Digest, FlagDelta, LastingId, SourceItemId, SyncPoint},
};
use async_trait::async_trait;

/// Where records live. Durable when a call returns, all or nothing per batch.
///
/// # Cancel safety
/// Dropping the future of a commit leaves it open whether the batch is in. The next owner's [`Journal::claim`]
/// fences it: a commit under an earlier epoch writes nothing.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Makes the caller the owner: earlier owners can write nothing from now on.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::Journal`].
    async fn claim(&self) -> Result<Claim>;

    /// Writes a batch, under the epoch of a claim.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::Journal`] when it cannot be written, the owner was replaced, or a record is not
    /// legal in the state it meets; then nothing of the batch is in.
    async fn commit(&self, epoch: Epoch, batch: Batch) -> Result<()>;

    /// All sync points, oldest first.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::Journal`]; so for every read below.
    async fn points(&self) -> Result<Vec<PointRow>>;

    /// All source folders that were ever seen.
    async fn folders(&self) -> Result<Vec<FolderRow>>;

    /// All destination folders that were ever used.
    async fn dest_folders(&self) -> Result<Vec<DestFolderRow>>;

    /// The entries with these keys. The results line up with `keys`.
    async fn entries(&self, keys: &[EntryKey]) -> Result<Vec<Option<Entry>>>;

    /// The entries of these items. The results line up with `ids`.
    async fn find(&self, folder: FolderKey, ids: &[SourceItemId]) -> Result<Vec<Option<Entry>>>;

    /// Entries that a query names, in key order, after a key.
    async fn page(&self, query: Query, after: Option<EntryKey>, limit: usize) -> Result<Vec<Entry>>;

    /// Entries that have a copy with one of these digests.
    async fn copies_of(&self, digests: &[Digest]) -> Result<Vec<Entry>>;

    /// Entries that have a copy, of items that are called so wherever they lie. Each once, in key order.
    async fn copies_called(&self, ids: &[LastingId]) -> Result<Vec<Entry>>;

    /// For each id in a destination folder, whether it is a copy of some entry. The results line up with `ids`.
    async fn owned(&self, folder: DestFolderKey, ids: &[DestItemId]) -> Result<Vec<bool>>;

    /// The flag changes made at a sync point or later, newest first, at most `limit` older than `before`.
    async fn flag_changes(
        &self,
        from: SyncPoint,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<FlagChangeRow>>;

    /// How many entries there are of each class; kept up to date by every commit, so cheap at any size.
    async fn tallies(&self) -> Result<Vec<Tally>>;

    /// The lines for the report of a run, in the order in which they were written.
    async fn remarks(&self, point: SyncPoint) -> Result<Vec<String>>;

    /// Asks the owner, who may be another process, to stop.
    async fn request_stop(&self) -> Result<()>;

    /// Whether somebody asked since the last claim.
    async fn stop_requested(&self) -> Result<bool>;
}

/// Which ownership a commit belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u64);

/// What a new owner gets: its epoch, and where the keys it gives out begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// For every commit.
    pub epoch: Epoch,
    /// The first free entry key.
    pub next_entry: EntryKey,
    /// The first free folder key.
    pub next_folder: FolderKey,
    /// The first free destination folder key.
    pub next_dest_folder: DestFolderKey,
}

/// Which entries a page is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// Of this source folder only.
    pub folder: Option<FolderKey>,
    /// In this condition only.
    pub want: Want,
}

/// A condition of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Want {
    /// All.
    Any,
    /// A write of unknown fate: sending, replacing, removing, or flags being changed.
    InDoubt,
    /// Absent or failed, and not gone: to be offered again.
    Owed,
    /// Failed.
    Failed,
    /// Skipped.
    Skipped,
    /// With a copy at the destination.
    Copies,
    /// With a copy of ours (not adopted) that was sent at this point or later.
    SentSince(SyncPoint),
    /// With a copy of ours in whose place a newer body was put at this point or later.
    ReplacedSince(SyncPoint),
}

impl Want {
    /// Whether an entry is in this condition. Stores may answer by an index instead.
    pub fn holds(self, entry: &Entry) -> bool {
        match self {
            Self::Any => true,
            Self::InDoubt => entry.fate.in_doubt() || entry.flagging.is_some(),
            Self::Owed => entry.gone.is_none() && matches!(entry.fate, Fate::Absent { .. } | Fate::Failed(_)),
            Self::Failed => matches!(entry.fate, Fate::Failed(_)),
            Self::Skipped => matches!(entry.fate, Fate::Skipped(_)),
            Self::Copies => entry.copy.is_some(),
            Self::SentSince(point) => {
                entry.copy.as_ref().is_some_and(|copy| !copy.adopted && copy.sent >= point)
            }
            Self::ReplacedSince(point) => {
                entry.copy.as_ref().is_some_and(|copy| copy.replaced >= Some(point))
            }
        }
    }
}

/// A change of flags that was made at a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagChangeRow {
    /// Its number in append order.
    pub row: u64,
    /// At which item.
    pub key: EntryKey,
    /// In which run.
    pub point: SyncPoint,
    /// What was changed.
    pub delta: FlagDelta,
}
