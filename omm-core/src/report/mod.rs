//! What happened, with numbers that add up: found = copied + adopted + already there + skipped + failed + not settled.
//! So for each folder and in all. Every folder of the source has a line, also one of which nothing is carried: its items
//! are listed, and skipped for the reason that the folder is left out.
//!
//! A report is made from the journal alone, so it can be had while a run goes on, after it, and without either
//! account.

mod build;
mod grade;
mod text;

pub use build::{items, report};
pub use grade::Grade;

use crate::{
    journal::{EntryKey, Failure, SkipReason},
    model::{FolderPath, ItemKind, SyncPoint},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// The state of a migration as of its last sync point.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The last sync point; 0 before the first run.
    pub sync_point: SyncPoint,
    /// Whether that run is complete.
    pub complete: bool,
    /// One line per source folder, in path order.
    pub folders: Vec<FolderReport>,
    /// The sums.
    pub totals: Counts,
    /// The grade; see [`Grade`] for the thresholds.
    pub grade: Grade,
    /// Items that failed or were left, each with its reason; at most [`PROBLEM_LIMIT`] of them.
    pub problems: Vec<ItemLine>,
    /// Whether there are more problems than are listed.
    pub problems_cut: bool,
    /// What else the reader should know: renamed folders, folders that were not carried, and of these the ones whose
    /// items could not be counted.
    pub notes: Vec<String>,
}

/// How many problems a report lists; the item list ([`items`]) has all of them.
pub const PROBLEM_LIMIT: usize = 10_000;

/// One folder of a report.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FolderReport {
    /// At the source.
    pub folder: FolderPath,
    /// At the destination, once it is known.
    pub target: Option<FolderPath>,
    /// What it holds.
    pub kind: ItemKind,
    /// Whether it is gone at the source.
    pub gone: bool,
    /// Why the last run could not finish it.
    pub trouble: Option<String>,
    /// The numbers.
    #[serde(flatten)]
    pub counts: Counts,
}

impl Report {
    /// Whether some folder could not be finished.
    pub fn is_troubled(&self) -> bool {
        self.folders.iter().any(|line| line.trouble.is_some())
    }
}

/// The numbers of a folder or of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Items at the source.
    pub found: u64,
    /// Copied in the last run.
    pub copied: u64,
    /// Bytes copied in the last run.
    pub copied_bytes: u64,
    /// Taken as copies in the last run.
    pub adopted: u64,
    /// Copied or adopted by an earlier run.
    pub already_there: u64,
    /// Skipped, by reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Failed.
    pub failed: u64,
    /// Not settled yet: waiting, or in doubt after an interruption. What cannot be written to its folder today waits.
    pub unsettled: u64,
    /// Copies whose item is gone at the source. They stay, and are not part of `found`.
    pub kept_of_gone: u64,
    /// Copied or adopted, still at the source, and not at the destination any more when last looked at; nobody knows
    /// why. Part of `copied`, `adopted` and `already_there`.
    pub missing: u64,
    /// Copies by what was last seen of them; those of gone items, and earlier ones of items that failed or were
    /// skipped since, included.
    pub verified: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// Skipped for whatever reason.
    pub fn skipped_in_all(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Of these, what was never to be carried, nor could be.
    pub fn left_out(&self) -> u64 {
        let left_out = |name: &str| SkipReason::from_name(name).is_some_and(SkipReason::is_left_out);
        self.skipped.iter().filter(|(name, _)| left_out(name)).map(|(_, items)| items).sum()
    }

    /// Whether the numbers add up.
    pub fn adds_up(&self) -> bool {
        self.found
            == self.copied
                + self.adopted
                + self.already_there
                + self.skipped_in_all()
                + self.failed
                + self.unsettled
    }

    /// Copies with this verdict.
    pub fn verdict(&self, verdict: crate::journal::Verified) -> u64 {
        self.verified.get(verdict.name()).copied().unwrap_or(0)
    }
}

/// One item of the list that proves a migration.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ItemLine {
    /// Its key, for paging.
    pub key: EntryKey,
    /// Its folder at the source.
    pub folder: FolderPath,
    /// Its id at the source.
    pub item: String,
    /// Its kind.
    pub kind: ItemKind,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// What has become of it: a fate's name.
    pub fate: &'static str,
    /// The reason of a skip or a failure.
    pub reason: Option<String>,
    /// The failure, if it failed.
    pub failure: Option<Failure>,
    /// The folder of its copy.
    pub copy_folder: Option<FolderPath>,
    /// The id of its copy.
    pub copy: Option<String>,
    /// The run that sent or adopted the copy.
    pub sync_point: SyncPoint,
    /// What was last seen of the copy.
    pub verified: &'static str,
    /// The digest of what was copied.
    pub digest: Option<String>,
    /// Whether it is gone at the source.
    pub gone: bool,
}
