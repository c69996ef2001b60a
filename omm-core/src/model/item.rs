//! Items: what is known about one before it is fetched, and the thing itself.

use super::{Body, Fingerprint, Flags, LastingId, Native, NativeKey, Revision, SourceItemId};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// When the server received an item (IMAP: INTERNALDATE), with the zone it was given in.
pub type Received = DateTime<FixedOffset>;

/// What an item is, and so which interchange form its body has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ItemKind {
    /// A message: RFC 5322.
    Mail,
    /// A person or a group: vCard (RFC 6350).
    Contact,
    /// An appointment with its exceptions: iCalendar VEVENT (RFC 5545).
    Event,
    /// A task: iCalendar VTODO.
    Task,
    /// A note: iCalendar VJOURNAL.
    Note,
}

impl ItemKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Mail, Self::Contact, Self::Event, Self::Task, Self::Note];

    /// The plural word used in options and reports.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Contact => "contacts",
            Self::Event => "calendars",
            Self::Task => "tasks",
            Self::Note => "notes",
        }
    }

    /// The kind with this plural word.
    pub fn from_plural(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.plural() == word)
    }
}

/// What a source says about an item without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemMeta {
    /// Its id within the folder.
    pub id: SourceItemId,
    /// What it is called wherever it lies, where the server has such a name: by it an item that was moved is known again.
    pub lasting: Option<LastingId>,
    /// Its kind.
    pub kind: ItemKind,
    /// Its revision, where the server has one; items that can be edited should have one.
    pub revision: Option<Revision>,
    /// Its size in bytes as listed: a hint, which servers are known to get wrong.
    pub size: Option<u64>,
    /// When it was received.
    pub received: Option<Received>,
    /// Its flags and keywords.
    pub flags: Flags,
    /// Whether the source's own program keeps it for itself (settings, views): it is counted, and never carried.
    pub internal: bool,
}

impl ItemMeta {
    /// An item of which only id and kind are known.
    pub fn new(id: SourceItemId, kind: ItemKind) -> Self {
        let (lasting, revision, size, received, flags, internal) = Default::default();
        Self { id, lasting, kind, revision, size, received, flags, internal }
    }
}

/// An item with its body: what is written at the destination.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Item {
    /// Its kind.
    pub kind: ItemKind,
    /// Its interchange form, unaltered.
    pub body: Body,
    /// Its flags and keywords.
    pub flags: Flags,
    /// When it was received.
    pub received: Option<Received>,
    /// The same in a native form that both sides know, flags and date in it: then its copy is made of that.
    pub native: Option<Native>,
}

impl Item {
    /// An item without flags and date.
    pub fn new(kind: ItemKind, body: Body) -> Self {
        Self { kind, body, flags: Flags::none(), received: None, native: None }
    }
}

/// What the journal remembers of a body: enough to recognise a copy of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its digests.
    pub fingerprint: Fingerprint,
    /// Its size in bytes at the source.
    pub size: u64,
    /// Its size in bytes as the destination stores it.
    pub stored_size: u64,
    /// What its copy is known by if it is sent in a native form, as long as that copy is not known to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native: Option<NativeKey>,
}

impl Content {
    /// What is remembered of a body once its copy is there.
    #[must_use]
    pub fn arrived(self) -> Self {
        Self { native: None, ..self }
    }
}
