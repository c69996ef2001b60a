//! Messages and folders as plain values.

use super::store::{Folder, Message};
use bytes::Bytes;
use chrono::{DateTime, FixedOffset};

/// A message to put into a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MockMessage {
    /// The message as it is, CRLF and all; nothing is changed.
    pub bytes: Bytes,
    /// System flags and keywords.
    pub flags: Vec<String>,
    /// INTERNALDATE; without one it is the server's own time, which is not the clock's.
    pub received: Option<DateTime<FixedOffset>>,
}

impl MockMessage {
    /// Without flags and date.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into(), flags: Vec::new(), received: None }
    }

    /// One flag more.
    #[must_use]
    pub fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }

    /// When it came.
    #[must_use]
    pub fn received(mut self, date: DateTime<FixedOffset>) -> Self {
        self.received = Some(date);
        self
    }
}

/// A message as it lies in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredMessage {
    /// Its UID.
    pub uid: u32,
    /// Its modification sequence.
    pub modseq: u64,
    /// System flags and keywords, sorted; without `\Recent`.
    pub flags: Vec<String>,
    /// INTERNALDATE.
    pub received: DateTime<FixedOffset>,
    /// The message.
    pub bytes: Bytes,
}

/// A folder as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FolderSnapshot {
    /// The whole name, in Unicode, with the server's delimiter.
    pub name: String,
    /// `\Sent` and the like.
    pub special_use: Vec<String>,
    /// Whether its name is subscribed.
    pub is_subscribed: bool,
    /// UIDVALIDITY.
    pub uid_validity: u32,
    /// UIDNEXT.
    pub uid_next: u32,
    /// HIGHESTMODSEQ.
    pub highest_modseq: u64,
    /// By UID.
    pub messages: Vec<StoredMessage>,
}

impl StoredMessage {
    pub(super) fn of(message: &Message) -> Self {
        let mut flags = message.flags.clone();
        flags.sort();
        Self {
            uid: message.uid,
            modseq: message.modseq,
            flags,
            received: message.received,
            bytes: message.bytes.clone(),
        }
    }
}

impl FolderSnapshot {
    pub(super) fn of(folder: &Folder, is_subscribed: bool) -> Self {
        Self {
            name: folder.name.clone(),
            special_use: folder.special_use.clone(),
            is_subscribed,
            uid_validity: folder.uid_validity,
            uid_next: folder.uid_next,
            highest_modseq: folder.highest_modseq,
            messages: folder.messages.iter().map(StoredMessage::of).collect(),
        }
    }
}
