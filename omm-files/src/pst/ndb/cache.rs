//! The pages used last.

use super::page::Page;
use std::sync::{Arc, Mutex};

/// How many sets of pages, and how many pages each has.
const SETS: usize = 256;
const WAYS: usize = 4;

/// A set: the page used last comes first, each with its offset.
type Set = Mutex<[Option<(u64, Arc<Page>)>; WAYS]>;

/// A cache of pages by offset: each offset has one set, in which the page that was not used for longest goes.
///
/// Bounded: 1024 pages, so half a megabyte, or 4 MiB of an OST of Outlook 2013.
#[derive(Debug)]
pub(crate) struct Cache {
    sets: Vec<Set>,
}

impl Cache {
    pub(crate) fn new() -> Self {
        Self { sets: (0..SETS).map(|_| Mutex::default()).collect() }
    }

    /// The page at an offset, if it is here.
    pub(crate) fn get(&self, offset: u64) -> Option<Arc<Page>> {
        let mut set = self.set(offset)?.lock().ok()?;
        let way = set.iter().position(|slot| slot.as_ref().is_some_and(|(at, _)| *at == offset))?;
        set.get_mut(..=way)?.rotate_right(1);
        set.first()?.as_ref().map(|(_, page)| Arc::clone(page))
    }

    /// Keeps a page.
    pub(crate) fn put(&self, offset: u64, page: &Arc<Page>) {
        let Some(Ok(mut set)) = self.set(offset).map(Mutex::lock) else { return };
        set.rotate_right(1);
        if let Some(slot) = set.first_mut() {
            *slot = Some((offset, Arc::clone(page)));
        }
    }

    fn set(&self, offset: u64) -> Option<&Set> {
        // Pages lie at multiples of 512; neighbours go to different sets.
        self.sets.get(((offset / 512) ^ (offset / 4096)) as usize % SETS)
    }
}
