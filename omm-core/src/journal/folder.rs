//! What is known of folders, on both sides.

use crate::model::{Cursor, DestFolderId, FolderPath, ItemKind, Role, SourceFolderId, StateToken, SyncPoint};
use serde::{Deserialize, Serialize};

/// The key of a source folder within a migration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FolderKey(pub u32);

/// The key of a destination folder within a migration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DestFolderKey(pub u32);

/// A source folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderRow {
    /// Its key.
    pub key: FolderKey,
    /// Its id at the source.
    pub id: SourceFolderId,
    /// Where it is.
    pub path: FolderPath,
    /// What it is for.
    pub role: Option<Role>,
    /// What it holds.
    pub kind: ItemKind,
    /// The destination folder its items go to.
    pub target: Option<DestFolderKey>,
    /// Its state when everything in it was settled.
    pub state: Option<StoredState>,
    /// How far its change feed is worked off.
    pub position: Option<Position>,
    /// The run that found it gone at the source.
    pub gone: Option<SyncPoint>,
    /// Why the last run could not finish it.
    pub trouble: Option<String>,
}

/// A state, bound to the options under which everything was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredState {
    /// The source's word.
    pub token: StateToken,
    /// A digest of the options.
    pub options: Box<str>,
}

/// How far a change feed is worked off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// In which run.
    pub point: SyncPoint,
    /// Where to go on.
    pub cursor: Cursor,
}

/// A destination folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestFolderRow {
    /// Its key.
    pub key: DestFolderKey,
    /// Its id at the destination.
    pub id: DestFolderId,
    /// Where it is.
    pub path: FolderPath,
    /// The run that made it; none if it was there before us.
    pub created: Option<SyncPoint>,
}
