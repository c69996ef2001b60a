//! What files in directories turned out to be. A source looks at a directory several times, and a calendar or a card must
//! be gone through to know; so what was found is kept while the file stays as it is.

use crate::{
    holding::{Holding, Looking, Loose},
    listing::Stamp,
};
use std::{
    collections::HashMap,
    fs::Metadata,
    path::Path,
    sync::{Mutex, PoisonError},
};

/// Files that are remembered, at less than 40 bytes each; those beyond are looked at each time.
const MOST: usize = 1 << 20;

/// Which item each file is, if it is one; by a digest of its path and state.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<HashMap<[u8; 16], Option<Loose>>>);

impl Known {
    /// What a file holds. `name` as of [`Holding::of`].
    pub(crate) fn holding(&self, path: &Path, stat: &Metadata, name: &str, looking: Looking<'_>) -> Holding {
        let key = key(path, stat);
        if let Some(Some(item)) = self.get(&key) {
            return Holding::Item(item);
        }
        let holding = Holding::of(path, name, looking, false);
        self.keep(key, item_of(&holding));
        holding
    }

    /// The item that a file is; nothing if it is folders.
    pub(crate) fn item(&self, path: &Path, stat: &Metadata, looking: Looking<'_>) -> Option<Loose> {
        let key = key(path, stat);
        if let Some(known) = self.get(&key) {
            return known;
        }
        let item = item_of(&Holding::of(path, "", looking, false));
        self.keep(key, item);
        item
    }

    fn get(&self, key: &[u8; 16]) -> Option<Option<Loose>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }

    fn keep(&self, key: [u8; 16], item: Option<Loose>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(key, item);
        }
    }
}

fn item_of(holding: &Holding) -> Option<Loose> {
    match holding {
        Holding::Item(item) => Some(*item),
        Holding::Folders(_) => None,
    }
}

fn key(path: &Path, stat: &Metadata) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(path.as_os_str().as_encoded_bytes())
        .update(b"\0")
        .update(Stamp::of(stat).text().as_bytes());
    let mut key = [0; 16];
    hasher.finalize_xof().fill(&mut key);
    key
}
