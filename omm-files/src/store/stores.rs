//! The data files that are open.

use super::Store;
use crate::{listing::Stamp, options::Options};
use omm_mapi::Result;
use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Stores that are open at once.
const OPEN: usize = 8;

/// The stores used last.
#[derive(Debug)]
pub(crate) struct Stores {
    options: Options,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    stores: Vec<Arc<Store>>,
    /// What was to be said of those that are closed.
    said: Vec<String>,
}

impl Stores {
    pub(crate) fn new(options: Options) -> Self {
        Self { options, open: Mutex::default() }
    }

    /// The store of a file, opened once while the file stays as it is. Blocks.
    pub(crate) fn open(&self, path: &Path) -> Result<Arc<Store>> {
        let now = Stamp::of_paths([path]);
        if let Some(store) = self.known(path, &now) {
            return Ok(store);
        }
        let store = Arc::new(Store::open(path, &self.options)?);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // Of a file that was replaced, what was said holds no more.
        open.stores.retain(|store| store.path() != path);
        open.stores.push(Arc::clone(&store));
        if open.stores.len() > OPEN {
            let closed = open.stores.remove(0);
            open.said.extend(closed.remarks());
        }
        Ok(store)
    }

    fn known(&self, path: &Path, now: &Stamp) -> Option<Arc<Store>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let at = open.stores.iter().position(|store| store.path() == path && store.stamp() == now)?;
        let store = open.stores.remove(at);
        open.stores.push(Arc::clone(&store));
        Some(store)
    }

    /// What needs a word. Reads nothing.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.said.iter().cloned().chain(open.stores.iter().flat_map(|store| store.remarks())).collect()
    }
}
