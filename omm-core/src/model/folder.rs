//! Folders: where they are, what they are for, and whether anything in them changed.

use super::{ItemKind, SourceFolderId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The way to a folder, as segments from the top. There is never a separator inside core: a segment may
/// contain `/` or `.` like any other character.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FolderPath(Vec<Box<str>>);

impl FolderPath {
    /// A path from its segments; empty segments are dropped.
    pub fn new<S: Into<Box<str>>>(segments: impl IntoIterator<Item = S>) -> Self {
        Self(segments.into_iter().map(Into::into).filter(|segment| !segment.is_empty()).collect())
    }

    /// The segments from the top.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.0.iter().map(AsRef::as_ref)
    }

    /// The last segment; the empty string for the root.
    pub fn name(&self) -> &str {
        self.0.last().map_or("", AsRef::as_ref)
    }

    /// The path without its last segment; nothing for the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.to_vec()))
    }

    /// The path one level deeper.
    #[must_use]
    pub fn child(&self, name: impl Into<Box<str>>) -> Self {
        Self::new(self.0.iter().cloned().chain([name.into()]))
    }

    /// How many segments there are.
    pub fn depth(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for FolderPath {
    /// For people and globs: segments joined by `/`, a `/` inside a segment shown as `\/`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.segments().enumerate() {
            write!(f, "{}{}", if at == 0 { "" } else { "/" }, segment.replace('/', "\\/"))?;
        }
        Ok(())
    }
}

/// What a folder is for (RFC 6154 for mail, the distinguished folders of EWS for the rest).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// Where new mail arrives.
    Inbox,
    /// Mail that was sent.
    Sent,
    /// Mail not yet sent.
    Drafts,
    /// What was thrown away.
    Trash,
    /// Spam.
    Junk,
    /// Mail put aside.
    Archive,
    /// Every mail of the account (Gmail).
    All,
    /// The main contact folder.
    Contacts,
    /// The main calendar.
    Calendar,
    /// The main task list.
    Tasks,
    /// The main folder of notes.
    Notes,
}

impl Role {
    /// The word used in reports and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
            Self::Drafts => "drafts",
            Self::Trash => "trash",
            Self::Junk => "junk",
            Self::Archive => "archive",
            Self::All => "all",
            Self::Contacts => "contacts",
            Self::Calendar => "calendar",
            Self::Tasks => "tasks",
            Self::Notes => "notes",
        }
    }

    /// The role with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        use Role::*;
        [Inbox, Sent, Drafts, Trash, Junk, Archive, All, Contacts, Calendar, Tasks, Notes]
            .into_iter()
            .find(|role| role.name() == name)
    }
}

/// An opaque word for "everything in this folder". Equal to the stored one means that nothing changed.
///
/// A connector gives one only if it covers every change that it would report, and takes it before listing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StateToken(pub Box<str>);

/// A folder of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Folder {
    /// Its id, for the calls that follow.
    pub id: SourceFolderId,
    /// Where it is.
    pub path: FolderPath,
    /// What the server declares it to be for, if it does.
    pub role: Option<Role>,
    /// What kind of items it holds.
    pub kind: ItemKind,
    /// How many items, where that is cheap to know.
    pub items: Option<u64>,
    /// How many bytes, where that is cheap to know.
    pub bytes: Option<u64>,
    /// Its state before listing; see [`StateToken`].
    pub state: Option<StateToken>,
    /// Whether the user is subscribed to it (RFC 9051 §6.3.7).
    pub subscribed: bool,
}

impl Folder {
    /// A subscribed folder without role, counts and token.
    pub fn new(id: SourceFolderId, path: FolderPath, kind: ItemKind) -> Self {
        Self { id, path, role: None, kind, items: None, bytes: None, state: None, subscribed: true }
    }
}
