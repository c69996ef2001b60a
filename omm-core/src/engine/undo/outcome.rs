//! How to undo, and what came of it.

use crate::model::{FolderPath, SyncPoint};
use serde::Serialize;

/// How to undo.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UndoOptions {
    /// The first sync point to take back; everything later goes with it.
    pub from: SyncPoint,
    /// Leave copies that were read since.
    pub keep_read: bool,
    /// Only say what would be done.
    pub dry_run: bool,
}

impl UndoOptions {
    /// Everything from this point on.
    pub fn from(from: SyncPoint) -> Self {
        Self { from, keep_read: false, dry_run: false }
    }
}

/// What an undo did, or would do.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct UndoOutcome {
    /// Whether nothing was done in fact.
    pub dry_run: bool,
    /// Copies deleted.
    pub deleted: u64,
    /// Copies that were not there any more.
    pub missing: u64,
    /// Changes of flags taken back.
    pub flags_restored: u64,
    /// Folders removed.
    pub folders_removed: u64,
    /// What was left, and why; at most [`crate::report::PROBLEM_LIMIT`] lines.
    pub left: Vec<Undone>,
    /// How many were left in all.
    pub left_in_all: u64,
}

/// Something that could not be undone.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Undone {
    /// In which source folder; the destination folder for a folder that was left.
    pub folder: FolderPath,
    /// Which item, by its source id; empty for a folder.
    pub item: String,
    /// Why it was left.
    pub reason: String,
}
