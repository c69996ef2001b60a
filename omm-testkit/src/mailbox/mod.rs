//! Mailboxes as plain values, and generators that always make the same one from the same seed.
//!
//! Real mailboxes are odd: names with separators in them, messages without a Message-ID, bytes no standard allows.
//! What is generated here has all of that on a few kilobytes.

mod dated;
mod mail;
mod names;
mod odd;
mod random;
mod write;

pub use dated::{contact, event, note, task};
pub use mail::{message, odd_messages};
pub use names::odd_names;
pub use odd::{odd, plain, small};
pub use random::Random;
pub use write::{write_eml, write_maildir, write_mbox};

use bytes::Bytes;
use omm_core::model::{Digest, Flags, FolderPath, ItemKind, Received, Role};

/// An account's content: folders, parents before children.
#[derive(Clone, Debug, Default)]
pub struct Mailbox {
    /// The folders.
    pub folders: Vec<MailboxFolder>,
}

/// A folder and what is in it.
#[derive(Clone, Debug)]
pub struct MailboxFolder {
    /// Where it is.
    pub path: FolderPath,
    /// What it is declared to be for.
    pub role: Option<Role>,
    /// What it holds.
    pub kind: ItemKind,
    /// Its items, oldest first.
    pub items: Vec<MailboxItem>,
}

/// An item of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxItem {
    /// Its kind.
    pub kind: ItemKind,
    /// Its interchange form.
    pub bytes: Bytes,
    /// Its flags and keywords.
    pub flags: Flags,
    /// When it was received.
    pub received: Option<Received>,
}

impl Mailbox {
    /// The folder with this path.
    pub fn folder(&self, path: &FolderPath) -> Option<&MailboxFolder> {
        self.folders.iter().find(|folder| folder.path == *path)
    }

    /// How many items there are.
    pub fn items(&self) -> usize {
        self.folders.iter().map(|folder| folder.items.len()).sum()
    }

    /// The same with only what `keep` keeps: for servers that hold fewer kinds.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(&MailboxFolder) -> bool) -> Self {
        self.folders.retain(keep);
        self
    }
}

impl MailboxFolder {
    /// An empty folder.
    pub fn new(path: FolderPath, kind: ItemKind) -> Self {
        Self { path, role: None, kind, items: Vec::new() }
    }

    /// The same, declared to be for something.
    #[must_use]
    pub fn with_role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }

    /// The same with these items.
    #[must_use]
    pub fn with_items(mut self, items: impl IntoIterator<Item = MailboxItem>) -> Self {
        self.items.extend(items);
        self
    }
}

impl MailboxItem {
    /// An item without flags and date.
    pub fn new(kind: ItemKind, bytes: impl Into<Bytes>) -> Self {
        Self { kind, bytes: bytes.into(), flags: Flags::none(), received: None }
    }

    /// The same with flags, in their text form.
    #[must_use]
    pub fn flagged(mut self, flags: &str) -> Self {
        self.flags = Flags::parse(flags);
        self
    }

    /// The same with a date in RFC 3339 form; a text that is no date leaves it without one.
    #[must_use]
    pub fn received(mut self, date: &str) -> Self {
        self.received = Received::parse_from_rfc3339(date).ok();
        self
    }

    /// The digest of its bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }
}
