//! Facts, and the batches in which they become durable.

use super::{
    Copy, DestFolderKey, DestFolderRow, EntryKey, Failure, FolderKey, FolderRow, SkipReason, StoredState,
    Verified,
};
use crate::{
    journal::entry::KeySet,
    model::{
        Content, Cursor, DestItemId, FlagDelta, Flags, ItemKind, ItemMeta, LastingId, Mark, Received,
        Revision, SourceItemId, SyncPoint,
    },
};
use serde::{Deserialize, Serialize};

/// One durable fact about one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Which item.
    pub key: EntryKey,
    /// In which run.
    pub point: SyncPoint,
    /// What.
    pub fact: Fact,
}

/// What can be true of an item. The order of a normal life: noted, sending, copied, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fact {
    /// It was listed: makes the entry, or brings what is known before the fetch up to date.
    Noted(Noted),
    /// Its body was seen; it waits to be matched with an item that may be gone elsewhere.
    Waiting {
        /// What was seen.
        content: Content,
    },
    /// Options changed: an item that was skipped is offered again.
    Offered,
    /// Its copy is missing at the destination and is to be restored.
    Forgotten,
    /// Durable before the append.
    Sending {
        /// Where to.
        folder: DestFolderKey,
        /// The position before.
        mark: Mark,
        /// What.
        content: Content,
        /// With which flags.
        flags: Flags,
    },
    /// The write is confirmed, by its answer or because the copy was located.
    Copied {
        /// The copy.
        id: DestItemId,
    },
    /// The write is known not to have happened.
    NotSent,
    /// An equal item that was there already is taken as the copy.
    Adopted {
        /// Where.
        folder: DestFolderKey,
        /// The item.
        id: DestItemId,
        /// What it is.
        content: Content,
        /// The flags it had.
        flags: Flags,
    },
    /// The copy of an entry that is gone is taken over: the same item under a new id.
    TookOver {
        /// The other entry's copy.
        copy: Copy,
    },
    /// The copy was taken over by another entry.
    HandedOver,
    /// Durable before a replacement.
    Replacing {
        /// The position before.
        mark: Mark,
        /// What is sent.
        content: Content,
        /// Its revision.
        revision: Option<Revision>,
        /// The source's flags.
        flags: Flags,
        /// The flags it is sent with.
        sent: Flags,
    },
    /// A new revision with the same body.
    Revised {
        /// The revision.
        revision: Option<Revision>,
    },
    /// Durable before a removal.
    Removing {
        /// See [`super::Fate::Removing`].
        successor: Option<EntryKey>,
    },
    /// The copy is gone from the destination.
    Removed,
    /// The copy was left.
    NotRemoved,
    /// It could not be carried.
    Failed(Failure),
    /// It is not to be carried.
    Skipped(SkipReason),
    /// It is no longer at the source.
    Gone,
    /// It is at the source again.
    Back,
    /// The copy was looked at.
    Verified {
        /// What was found.
        verdict: Verified,
        /// Flags that we wrote and the destination did not keep.
        lost: Flags,
    },
    /// The copy was looked at, and the destination has changed its body. Another size is what counts as ours now.
    Altered {
        /// The size it has at the destination.
        stored_size: u64,
    },
    /// The state in which the copy was seen after our last change of it, by the destination's name for it.
    Shown {
        /// Its name.
        revision: Revision,
    },
    /// Durable before flags are changed at the copy. The source's flags count as seen from here on.
    Flagging {
        /// What changed at the source.
        delta: FlagDelta,
        /// The part of it that the copy does not show already: what is ours to take back.
        effective: FlagDelta,
    },
    /// The change of flags is done.
    Flagged,
    /// The destination refused the change of flags: the source's flags do not count as seen.
    FlagsRefused,
    /// An undo took a change of flags back, at the copy and in what counts as seen.
    FlagsRestored {
        /// What was taken back.
        undone: FlagDelta,
    },
}

/// What is known of an item before it is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Its folder.
    pub folder: FolderKey,
    /// Its id there.
    pub source: SourceItemId,
    /// What it is called wherever it lies; what it was called first stands.
    pub lasting: Option<LastingId>,
    /// Its kind.
    pub kind: ItemKind,
    /// Its revision.
    pub revision: Option<Revision>,
    /// Its size as listed.
    pub listed_size: Option<u64>,
    /// Its date.
    pub received: Option<Received>,
    /// Its flags.
    pub flags: Flags,
}

impl Noted {
    /// What a listing says.
    pub fn from_meta(folder: FolderKey, meta: &ItemMeta) -> Self {
        Self {
            folder,
            source: meta.id.clone(),
            lasting: meta.lasting.clone(),
            kind: meta.kind,
            revision: meta.revision.clone(),
            listed_size: meta.size,
            received: meta.received,
            flags: meta.flags.clone(),
        }
    }
}

impl Fact {
    /// The word used in errors and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Noted(_) => "noted",
            Self::Waiting { .. } => "waiting",
            Self::Offered => "offered",
            Self::Forgotten => "forgotten",
            Self::Sending { .. } => "sending",
            Self::Copied { .. } => "copied",
            Self::NotSent => "not-sent",
            Self::Adopted { .. } => "adopted",
            Self::TookOver { .. } => "took-over",
            Self::HandedOver => "handed-over",
            Self::Replacing { .. } => "replacing",
            Self::Revised { .. } => "revised",
            Self::Removing { .. } => "removing",
            Self::Removed => "removed",
            Self::NotRemoved => "not-removed",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => "skipped",
            Self::Gone => "gone",
            Self::Back => "back",
            Self::Verified { .. } => "verified",
            Self::Shown { .. } => "shown",
            Self::Altered { .. } => "altered",
            Self::Flagging { .. } => "flagging",
            Self::Flagged => "flagged",
            Self::FlagsRefused => "flags-refused",
            Self::FlagsRestored { .. } => "flags-restored",
        }
    }
}

/// One durable fact about a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderRecord {
    /// Which.
    pub folder: FolderKey,
    /// In which run.
    pub point: SyncPoint,
    /// What.
    pub fact: FolderFact,
}

/// What can be true of a source folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FolderFact {
    /// How far its change feed is worked off; kept per sync point.
    Reached(Cursor),
    /// Everything in it is settled as of this state.
    Settled(StoredState),
    /// Its state no longer counts: it will be listed again.
    Unsettled,
    /// It could not be finished, and why. Its state no longer counts; reaching a position takes the trouble away.
    Troubled(String),
    /// It is no longer at the source. Its state and all its positions are dropped: should it come back, it is
    /// listed from the beginning, whatever interrupts that.
    Gone,
    /// It is left out: what troubled it troubles no longer, and its state does not count.
    LeftOut,
}

/// One durable fact about the runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunRecord {
    /// A source folder, new or with a changed path, role or target. State and positions are kept.
    SourceFolder(FolderRow),
    /// A destination folder, new or changed.
    DestFolder(DestFolderRow),
    /// A run began, or goes on under its number.
    Started(SyncPoint),
    /// A run is complete.
    Finished(SyncPoint),
    /// The runs from this point on were undone: positions of these points are dropped, so that each folder steps
    /// back to where it was before, and so are all states, and the flag changes of these points. Points
    /// that were undone are never continued.
    Undone(SyncPoint),
    /// An undo of the runs from this point on begins: positions of these points are dropped, and all states, so that
    /// a run after half an undo looks where something was taken back.
    SteppedBack(SyncPoint),
    /// Destination folders that we had made and removed again.
    DestFolderRemoved(DestFolderKey),
    /// A line for the report of a run: what the reader should know beside the numbers. The same line is kept once.
    Remarked(SyncPoint, String),
}

/// What becomes durable together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// About runs and folders themselves; applied first.
    pub runs: Vec<RunRecord>,
    /// About items; applied in order.
    pub items: Vec<Record>,
    /// About folders' progress; applied last.
    pub folders: Vec<FolderRecord>,
}

impl Batch {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.items.is_empty() && self.folders.is_empty()
    }

    /// The keys of the items in it, each once, in ascending order.
    pub fn keys(&self) -> Vec<EntryKey> {
        self.items.iter().map(|record| record.key).collect::<KeySet>().into_iter().collect()
    }
}

/// A sync point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointRow {
    /// Its number.
    pub point: SyncPoint,
    /// How it stands.
    pub state: PointState,
}

/// How a sync point stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PointState {
    /// Begun; the next run goes on under this number.
    Open,
    /// Complete.
    Complete,
    /// Undone.
    Undone,
}

impl PointState {
    /// The word used in stores.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
            Self::Undone => "undone",
        }
    }

    /// The state with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Complete, Self::Undone].into_iter().find(|state| state.name() == name)
    }
}
