//! What is in an account, without ids: equal for two accounts that hold the same.

use super::state::{State, Stored};
use omm_core::model::{Digest, FolderPath, ItemKind};
use std::collections::BTreeMap;

/// Folders with how often each thing is in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot(pub BTreeMap<FolderPath, BTreeMap<Seen, usize>>);

/// What can be seen of an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// Its kind.
    pub kind: ItemKind,
    /// The digest of its body.
    pub digest: Digest,
    /// Its flags in text form.
    pub flags: String,
    /// Its date in text form.
    pub received: Option<String>,
}

impl Snapshot {
    pub(super) fn of(state: &State) -> Self {
        let mut all = BTreeMap::new();
        for folder in state.folders.values() {
            let seen: &mut BTreeMap<Seen, usize> = all.entry(folder.path.clone()).or_default();
            for stored in folder.items.values() {
                *seen.entry(Seen::of(stored)).or_default() += 1;
            }
        }
        Self(all)
    }

    /// How many items there are.
    pub fn items(&self) -> usize {
        self.0.values().flat_map(BTreeMap::values).sum()
    }

    /// The same with each thing once: where duplicates are allowed.
    #[must_use]
    pub fn as_sets(&self) -> Self {
        let once = |seen: &BTreeMap<Seen, usize>| seen.keys().map(|seen| (seen.clone(), 1)).collect();
        Self(self.0.iter().map(|(path, seen)| (path.clone(), once(seen))).collect())
    }

    /// The same without folders that hold nothing.
    #[must_use]
    pub fn without_empty_folders(&self) -> Self {
        Self(
            self.0.iter().filter(|(_, seen)| !seen.is_empty()).map(|(p, s)| (p.clone(), s.clone())).collect(),
        )
    }
}

impl Seen {
    fn of(stored: &Stored) -> Self {
        Self {
            kind: stored.kind,
            digest: stored.fingerprint.body,
            flags: stored.flags.to_string(),
            received: stored.received.map(|date| date.to_rfc3339()),
        }
    }
}
