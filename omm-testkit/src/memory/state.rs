//! Folders and items, with the history that a change feed needs.

use super::Settings;
use bytes::Bytes;
use omm_core::model::{
    Digester, Fingerprint, Flags, FolderPath, ItemKind, Received, Revision, Role, StateToken,
};
use std::collections::BTreeMap;

#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: Settings,
    /// Grows with every change in the account.
    version: u64,
    named: u64,
    next_folder: u64,
    pub(super) folders: BTreeMap<u64, FolderState>,
}

#[derive(Debug)]
pub(super) struct FolderState {
    pub(super) path: FolderPath,
    pub(super) role: Option<Role>,
    pub(super) kind: ItemKind,
    pub(super) next_uid: u64,
    pub(super) items: BTreeMap<u64, Stored>,
    /// What changed last, by version: an item appears once, at its latest change. Gone items stay for ever.
    pub(super) history: BTreeMap<u64, u64>,
    pub(super) changed: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// Stays with it wherever it is moved; given where it comes first.
    pub(super) name: Option<u64>,
    pub(super) kind: ItemKind,
    pub(super) bytes: Bytes,
    pub(super) fingerprint: Fingerprint,
    /// What was appended, where the server changed it.
    pub(super) sent: Option<Fingerprint>,
    pub(super) flags: Flags,
    pub(super) received: Option<Received>,
    /// The versions at which it came, its body changed, and anything changed.
    pub(super) came: u64,
    pub(super) edited: u64,
    pub(super) changed: u64,
    /// The state upon which its flags were changed by whoever knew it, and the version that this made of it.
    pub(super) flagged: Option<(Revision, u64)>,
}

impl Stored {
    pub(super) fn new(kind: ItemKind, bytes: Bytes, flags: Flags, received: Option<Received>) -> Self {
        let fingerprint = fingerprint(&bytes);
        let (name, sent, came, edited, changed, flagged) = Default::default();
        Self { name, kind, bytes, fingerprint, sent, flags, received, came, edited, changed, flagged }
    }

    pub(super) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }
}

pub(super) fn fingerprint(bytes: &[u8]) -> Fingerprint {
    let mut digester = Digester::new();
    digester.update(bytes);
    digester.finish()
}

impl State {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, version: 0, named: 0, next_folder: 1, folders: BTreeMap::new() }
    }

    pub(super) fn used_bytes(&self) -> u64 {
        self.folders.values().flat_map(|folder| folder.items.values()).map(Stored::size).sum()
    }

    /// The folder with this path, as the account compares names.
    pub(super) fn find(&self, path: &FolderPath) -> Option<u64> {
        let folded = |path: &FolderPath| path.to_string().to_lowercase();
        let same =
            |other: &FolderPath| other == path || (self.settings.folds_case && folded(other) == folded(path));
        self.folders.iter().find(|(_, folder)| same(&folder.path)).map(|(id, _)| *id)
    }

    pub(super) fn make_folder(&mut self, path: FolderPath, role: Option<Role>, kind: ItemKind) -> u64 {
        let id = self.next_folder;
        self.next_folder += 1;
        self.version += 1;
        let folder = FolderState {
            path,
            role,
            kind,
            next_uid: 1,
            items: BTreeMap::new(),
            history: BTreeMap::new(),
            changed: self.version,
        };
        self.folders.insert(id, folder);
        id
    }

    /// Puts an item in under a new number.
    pub(super) fn put(&mut self, folder: u64, mut stored: Stored) -> Option<u64> {
        self.version += 1;
        let version = self.version;
        self.named += 1;
        stored.name.get_or_insert(self.named);
        let folder = self.folders.get_mut(&folder)?;
        let uid = folder.next_uid;
        folder.next_uid += 1;
        (stored.came, stored.edited, stored.changed) = (version, version, version);
        folder.items.insert(uid, stored);
        folder.note(uid, None, version);
        Some(uid)
    }

    /// Changes an item where it is.
    pub(super) fn change(&mut self, folder: u64, uid: u64, change: impl FnOnce(&mut Stored)) -> bool {
        self.version += 1;
        let version = self.version;
        let Some(folder) = self.folders.get_mut(&folder) else { return false };
        let Some(stored) = folder.items.get_mut(&uid) else { return false };
        let (before, was) = (stored.fingerprint, stored.changed);
        change(stored);
        if stored.fingerprint != before {
            stored.edited = version;
        }
        stored.changed = version;
        folder.note(uid, Some(was), version);
        true
    }

    /// Takes an item out.
    pub(super) fn take(&mut self, folder: u64, uid: u64) -> Option<Stored> {
        self.version += 1;
        let version = self.version;
        let folder = self.folders.get_mut(&folder)?;
        let stored = folder.items.remove(&uid)?;
        folder.note(uid, Some(stored.changed), version);
        Some(stored)
    }

    pub(super) fn touch_all(&mut self) -> u64 {
        self.version += 1;
        self.version
    }
}

impl FolderState {
    pub(super) fn token(&self, id: u64) -> StateToken {
        StateToken(format!("{id}:{}", self.changed).into())
    }

    pub(super) fn bytes(&self) -> u64 {
        self.items.values().map(Stored::size).sum()
    }

    fn note(&mut self, uid: u64, was: Option<u64>, version: u64) {
        if let Some(was) = was {
            self.history.remove(&was);
        }
        self.history.insert(version, uid);
        self.changed = version;
    }
}

/// The text form of an item's number: with what makes it unique, the folder.
pub(super) fn item_id(folder: u64, uid: u64) -> String {
    format!("{folder}.{uid}")
}

/// Reads the text form back; nothing for another folder's.
pub(super) fn uid_of(folder: u64, id: &str) -> Option<u64> {
    let (owner, uid) = id.split_once('.')?;
    (owner.parse() == Ok(folder)).then(|| uid.parse().ok())?
}
