//! The user of an account: edits, reads, moves and deletes behind everybody's back.
//!
//! These are for test authors: naming what is not there is a mistake in the test, and panics.

use super::{
    MemoryAccount,
    snapshot::Snapshot,
    state::{State, Stored, fingerprint, item_id, uid_of},
};
use crate::mailbox::MailboxItem;
use bytes::Bytes;
use chrono::TimeDelta;
use omm_core::model::{Flags, FolderPath, ItemKind, Role};

impl MemoryAccount {
    /// Makes a folder, unless it is there.
    pub fn add_folder(&self, path: &FolderPath, role: Option<Role>, kind: ItemKind) {
        let mut state = self.lock();
        if state.find(path).is_none() {
            state.make_folder(path.clone(), role, kind);
        }
    }

    /// Puts an item into a folder; the answer is its id.
    ///
    /// # Panics
    /// When the folder is not there; so do all below.
    pub fn add(&self, folder: &FolderPath, item: MailboxItem) -> String {
        let mut state = self.lock();
        let at = at(&state, folder);
        let stored = Stored::new(item.kind, item.bytes, item.flags, item.received);
        let uid = state.put(at, stored);
        item_id(at, uid.unwrap_or_default())
    }

    /// The items of a folder with their ids, oldest first; none when the folder is not there.
    pub fn items(&self, folder: &FolderPath) -> Vec<(String, MailboxItem)> {
        let state = self.lock();
        let Some(id) = state.find(folder) else { return Vec::new() };
        let item = |stored: &Stored| MailboxItem {
            kind: stored.kind,
            bytes: stored.bytes.clone(),
            flags: stored.flags.clone(),
            received: stored.received,
        };
        let folder = state.folders.get(&id);
        folder.iter().flat_map(|f| &f.items).map(|(uid, stored)| (item_id(id, *uid), item(stored))).collect()
    }

    /// The folders there are.
    pub fn paths(&self) -> Vec<FolderPath> {
        self.lock().folders.values().map(|folder| folder.path.clone()).collect()
    }

    /// Writes another body in an item's place. A message has a new id afterwards, as on IMAP; other kinds keep
    /// theirs and get a new revision. The answer is the id.
    pub fn edit(&self, folder: &FolderPath, id: &str, bytes: impl Into<Bytes>) -> String {
        let (mut state, bytes) = (self.lock(), bytes.into());
        let at = at(&state, folder);
        let uid = number(&state, at, id);
        let edited = |stored: &mut Stored| {
            stored.fingerprint = fingerprint(&bytes);
            stored.bytes = bytes.clone();
        };
        if state.folders[&at].items[&uid].kind != ItemKind::Mail {
            state.change(at, uid, edited);
            return id.to_owned();
        }
        let moved = state.take(at, uid).and_then(|mut stored| {
            edited(&mut stored);
            // Another message has another name.
            stored.name = None;
            state.put(at, stored)
        });
        item_id(at, moved.unwrap_or_default())
    }

    /// Sets an item's flags to these.
    pub fn set_flags(&self, folder: &FolderPath, id: &str, flags: &str) {
        let mut state = self.lock();
        let at = at(&state, folder);
        let uid = number(&state, at, id);
        state.change(at, uid, |stored| stored.flags = Flags::parse(flags));
    }

    /// Moves an item to another folder, or within its own, where it has a new id; the answer is that.
    pub fn move_item(&self, folder: &FolderPath, id: &str, to: &FolderPath) -> String {
        let mut state = self.lock();
        let (from, to) = (at(&state, folder), at(&state, to));
        let uid = number(&state, from, id);
        let moved = state.take(from, uid).and_then(|stored| state.put(to, stored));
        item_id(to, moved.unwrap_or_default())
    }

    /// Puts an item with another body and an hour later into another folder, under the same name; the answer is its id.
    pub fn copy_item(&self, folder: &FolderPath, id: &str, to: &FolderPath, bytes: &[u8]) -> String {
        let mut state = self.lock();
        let (from, to) = (at(&state, folder), at(&state, to));
        let uid = number(&state, from, id);
        let mut stored = state.folders[&from].items[&uid].clone();
        stored.bytes = Bytes::copy_from_slice(bytes);
        stored.fingerprint = fingerprint(bytes);
        stored.received = stored.received.map(|time| time + TimeDelta::hours(1));
        let copied = state.put(to, stored);
        item_id(to, copied.unwrap_or_default())
    }

    /// Deletes an item.
    pub fn delete(&self, folder: &FolderPath, id: &str) {
        let mut state = self.lock();
        let at = at(&state, folder);
        let uid = number(&state, at, id);
        state.take(at, uid);
    }

    /// Deletes everything in a folder.
    pub fn empty(&self, folder: &FolderPath) {
        self.items(folder).iter().for_each(|(id, _)| self.delete(folder, id));
    }

    /// Deletes a folder with everything in it.
    pub fn delete_folder(&self, folder: &FolderPath) {
        let mut state = self.lock();
        let at = at(&state, folder);
        state.folders.remove(&at);
    }

    /// Renames a folder, and with it what lies below.
    pub fn rename_folder(&self, from: &FolderPath, to: &FolderPath) {
        let mut state = self.lock();
        at(&state, from);
        let version = state.touch_all();
        for folder in state.folders.values_mut() {
            let below: Vec<Box<str>> = folder.path.segments().skip(from.depth()).map(Into::into).collect();
            if folder.path.segments().take(from.depth()).eq(from.segments()) {
                folder.path = below.into_iter().fold(to.clone(), |path, name| path.child(name));
                folder.changed = version;
            }
        }
    }

    /// What is there, without ids: for comparisons.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.lock())
    }
}

fn at(state: &State, path: &FolderPath) -> u64 {
    state.find(path).unwrap_or_else(|| panic!("the test names a folder that is not there: {path}"))
}

fn number(state: &State, folder: u64, id: &str) -> u64 {
    uid_of(folder, id)
        .filter(|uid| state.folders[&folder].items.contains_key(uid))
        .unwrap_or_else(|| panic!("the test names an item that is not there: {id}"))
}
