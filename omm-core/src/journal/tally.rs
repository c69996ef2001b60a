//! Counts of entries by class, kept up to date by every commit, so that a report never walks the ledger.

use super::{FolderKey, SkipReason, Verified};
use crate::model::SyncPoint;

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TallyKey {
    /// The source folder.
    pub folder: FolderKey,
    /// What has become of the items.
    pub class: Class,
    /// The run that sent the copy, or that decided the fate where there is none.
    pub point: SyncPoint,
    /// What was last seen of the copies.
    pub verified: Verified,
    /// Whether the items are gone at the source.
    pub gone: bool,
    /// Whether there is a copy: an item that failed or was skipped may have an earlier one.
    pub has_copy: bool,
}

/// A fate without its details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Not written yet.
    Waiting,
    /// Begun and not confirmed.
    InDoubt,
    /// Written by us.
    Copied,
    /// Was there already.
    Adopted,
    /// Failed.
    Failed,
    /// Skipped, by reason.
    Skipped(SkipReason),
}

impl Class {
    /// The word used in stores.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InDoubt => "in-doubt",
            Self::Copied => "copied",
            Self::Adopted => "adopted",
            Self::Failed => "failed",
            Self::Skipped(reason) => reason.name(),
        }
    }

    /// The class with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Waiting, Self::InDoubt, Self::Copied, Self::Adopted, Self::Failed]
            .into_iter()
            .find(|class| class.name() == name)
            .or_else(|| SkipReason::from_name(name).map(Self::Skipped))
    }
}

/// A count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Of what.
    pub key: TallyKey,
    /// How many items.
    pub items: u64,
    /// How many bytes.
    pub bytes: u64,
}
