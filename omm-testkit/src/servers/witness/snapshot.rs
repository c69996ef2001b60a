//! What an account holds, as values that can be compared.

use bytes::Bytes;
use omm_core::model::{Flags, FolderPath, Received, Role};
use std::collections::BTreeMap;

/// All that can be seen of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The folders that can hold messages.
    pub folders: BTreeMap<FolderPath, SeenFolder>,
}

/// A folder and its messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenFolder {
    /// What the server declares it to be for (RFC 6154).
    pub role: Option<Role>,
    /// Whether the user is subscribed to it.
    pub subscribed: bool,
    /// Its messages in the order of the folder.
    pub messages: Vec<SeenMessage>,
    /// UIDVALIDITY; 0 when it is not known. It is not compared.
    pub uid_validity: u32,
}

/// A message as it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenMessage {
    /// BLAKE3 of every byte as it came.
    pub digest: [u8; 32],
    /// How many bytes came.
    pub size: u64,
    /// Flags and keywords, without \Recent.
    pub flags: Flags,
    /// INTERNALDATE.
    pub received: Option<Received>,
    /// Its UID; 0 when it is not known. It is not compared.
    pub uid: u32,
    /// Its subject or the beginning of it, for people who look for it.
    pub label: String,
}

impl Snapshot {
    /// How many messages there are.
    pub fn messages(&self) -> usize {
        self.folders.values().map(|folder| folder.messages.len()).sum()
    }

    /// The same, as if the server declared no folder to be for anything.
    #[must_use]
    pub fn without_roles(mut self) -> Self {
        self.folders.values_mut().for_each(|folder| folder.role = None);
        self
    }

    /// The same with only the folders that `keep` keeps.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(&FolderPath) -> bool) -> Self {
        self.folders.retain(|path, _| keep(path));
        self
    }
}

impl SeenMessage {
    /// What would be seen of a message with these bytes.
    pub fn of(bytes: &Bytes, flags: Flags, received: Option<Received>) -> Self {
        Self {
            digest: *blake3::hash(bytes).as_bytes(),
            size: bytes.len() as u64,
            flags,
            received,
            uid: 0,
            label: label(bytes),
        }
    }
}

/// The subject if there is one near the top, else the first bytes.
pub(super) fn label(bytes: &[u8]) -> String {
    let top = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned();
    let subject =
        top.lines().find(|line| line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case("subject:")));
    let text = subject.map_or(top.lines().next().unwrap_or(""), |line| line[8..].trim());
    text.chars().take(60).collect()
}
