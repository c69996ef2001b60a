//! What a run would do.

use crate::model::{FolderPath, ItemKind, NativeForm, Role};
use serde::Serialize;

/// A dry run.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// One line per source folder, also of those that are left out: the report of the run has the same ones.
    pub folders: Vec<FolderPlan>,
    /// Items that would be copied, or looked at for copies that are there already.
    pub items: u64,
    /// Their bytes, as far as listed.
    pub bytes: u64,
    /// Items that cannot or shall not be carried, by reason: names of [`crate::journal::SkipReason`], and
    /// `larger-than-destination-takes`, which are among those to copy all the same: a run reports them as failed.
    pub left_out: std::collections::BTreeMap<&'static str, u64>,
    /// Folders that get another path at the destination than they have at the source.
    pub renamed: u64,
    /// Items to copy that have keywords for which the destination has no room.
    pub keywords_lost: u64,
    /// The native form in which items will be handed over whole, if both sides know one.
    pub native: Option<NativeForm>,
    /// What the destination is known not to hold, or to hold otherwise, by its own words, and how it is opened. Items that
    /// are handed over whole lose nothing of it.
    pub remarks: Vec<String>,
    /// How the source is read, and what it cannot tell, where that needs a word.
    pub source_remarks: Vec<String>,
    /// What would keep the run from succeeding.
    pub blockers: Vec<Blocker>,
    /// What else the reader should know: folders that were renamed or merged.
    pub notes: Vec<String>,
}

/// One folder of a plan.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FolderPlan {
    /// At the source.
    pub folder: FolderPath,
    /// At the destination; none when it is not carried.
    pub target: Option<FolderPath>,
    /// Whether the target is there already.
    pub target_exists: bool,
    /// What it is for.
    pub role: Option<Role>,
    /// What it holds.
    pub kind: ItemKind,
    /// Items at the source.
    pub found: u64,
    /// Items to copy.
    pub to_copy: u64,
    /// Bytes to copy, as far as listed.
    pub bytes: u64,
    /// Items already at the destination by the journal.
    pub already_there: u64,
    /// Items left out.
    pub left_out: u64,
    /// Why the folder is not carried, or how its target was chosen, where that needs a word.
    pub remark: Option<String>,
}

/// Something that would keep a run from succeeding.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Blocker {
    /// What, and what to do about it.
    pub message: String,
}
