//! Messages as plain values.

use super::store::Message;
use crate::mailbox::MailboxItem;
use bytes::Bytes;

/// A message to put into a maildrop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MockMessage {
    /// The message as it is stored. On its way a lone line feed becomes CRLF, and a last line without an end gets one;
    /// all else, NUL bytes included, goes as it is.
    pub bytes: Bytes,
    /// Its unique-id; without one the server gives it one that no other message has. Whatever it is, it is shown so:
    /// two messages may have the same, and none of it need be legal.
    pub uid: Option<String>,
}

impl MockMessage {
    /// With a unique-id of the server's.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into(), uid: None }
    }

    /// With this unique-id.
    #[must_use]
    pub fn uid(mut self, uid: &str) -> Self {
        self.uid = Some(uid.to_owned());
        self
    }
}

impl From<&MailboxItem> for MockMessage {
    /// Flags and date stay behind: a maildrop has neither.
    fn from(item: &MailboxItem) -> Self {
        Self::new(item.bytes.clone())
    }
}

impl From<MailboxItem> for MockMessage {
    fn from(item: MailboxItem) -> Self {
        Self::new(item.bytes)
    }
}

/// A message as it lies in a maildrop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredMessage {
    /// Its unique-id.
    pub uid: String,
    /// The message, as it was put there.
    pub bytes: Bytes,
    /// Whether its user will find it marked as read; see [`super::Quirk::RetrMarksRead`].
    pub is_read: bool,
}

impl StoredMessage {
    pub(super) fn of(message: &Message) -> Self {
        Self { uid: message.uid.clone(), bytes: message.bytes.clone(), is_read: message.is_read }
    }
}
