//! One user's folders.

use super::{Folder, Message, folder::Arrival, same_name};
use bytes::Bytes;
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) password: String,
    pub(crate) folders: Vec<Folder>,
    /// Names, which need not be those of folders (RFC 9051 §6.3.7).
    pub(crate) subscribed: BTreeSet<String>,
    pub(crate) quota_bytes: Option<u64>,
    pub(crate) delimiter: Option<char>,
    pub(crate) folds_case: bool,
    next_id: u64,
    next_validity: u32,
    next_identity: u64,
}

impl Account {
    pub(crate) fn new(password: &str) -> Self {
        let mut account = Self {
            password: password.to_owned(),
            folders: Vec::new(),
            subscribed: BTreeSet::new(),
            quota_bytes: None,
            delimiter: Some('/'),
            folds_case: false,
            next_id: 1,
            next_validity: 1_700_000_001,
            next_identity: 1,
        };
        account.make("INBOX");
        account
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Folder> {
        self.folders.iter().find(|folder| same_name(&folder.name, name, self.delimiter, self.folds_case))
    }

    pub(crate) fn find_mut(&mut self, name: &str) -> Option<&mut Folder> {
        let (delimiter, folds) = (self.delimiter, self.folds_case);
        self.folders.iter_mut().find(|folder| same_name(&folder.name, name, delimiter, folds))
    }

    pub(crate) fn by_id(&self, id: u64) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.id == id)
    }

    pub(crate) fn by_id_mut(&mut self, id: u64) -> Option<&mut Folder> {
        self.folders.iter_mut().find(|folder| folder.id == id)
    }

    /// Makes a folder; the answer is its place.
    pub(crate) fn make(&mut self, name: &str) -> &mut Folder {
        let id = self.next_id;
        self.next_id += 1;
        let validity = self.next_validity();
        let name = if name.eq_ignore_ascii_case("INBOX") { "INBOX" } else { name };
        self.folders.push(Folder::new(id, name, validity));
        let last = self.folders.len() - 1;
        &mut self.folders[last]
    }

    /// Higher than any before (RFC 9051 §2.3.1.1).
    pub(crate) fn next_validity(&mut self) -> u32 {
        self.next_validity += 1;
        self.next_validity
    }

    pub(crate) fn arrival(
        &mut self,
        bytes: Bytes,
        flags: Vec<String>,
        received: DateTime<FixedOffset>,
    ) -> Arrival {
        let identity = self.next_identity;
        self.next_identity += 1;
        Arrival { flags, received, bytes, identity }
    }

    pub(crate) fn used_bytes(&self) -> u64 {
        self.folders.iter().map(Folder::bytes).sum()
    }

    /// The names of the folders below this one.
    pub(crate) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Folder> {
        let prefix = self.delimiter.map(|delimiter| format!("{name}{delimiter}"));
        self.folders
            .iter()
            .filter(move |folder| prefix.as_ref().is_some_and(|prefix| folder.name.starts_with(prefix)))
    }

    pub(crate) fn is_subscribed(&self, name: &str) -> bool {
        self.subscribed.iter().any(|own| same_name(own, name, self.delimiter, self.folds_case))
    }

    /// Every copy of a message, with the folder it is in.
    pub(crate) fn copies(&self, identity: u64) -> impl Iterator<Item = (&Folder, &Message)> {
        self.folders.iter().filter_map(move |folder| {
            folder
                .messages
                .iter()
                .find(|message| message.identity == identity)
                .map(|message| (folder, message))
        })
    }
}
