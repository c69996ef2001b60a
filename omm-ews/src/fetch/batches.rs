//! How much is asked for with one request: more while it goes well, less as soon as the server finds it too much.

use crate::error::wants_less;
use omm_core::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};

/// To begin with. Microsoft advises ten, and servers check their budget behind every item of a batch.
const FIRST: usize = 20;
/// At most: what is asked for with one request is lost with it.
const MOST: usize = 64;
/// By how many more after a batch that went well.
const STEP: usize = 4;

/// The size of the next batch, of all folders together: it is the server that finds it too much.
#[derive(Debug)]
pub(crate) struct Batches(AtomicUsize);

impl Default for Batches {
    fn default() -> Self {
        Self(AtomicUsize::new(FIRST))
    }
}

impl Batches {
    /// How many items.
    pub(crate) fn size(&self) -> usize {
        self.0.load(Ordering::Relaxed).max(1)
    }

    /// A batch of so many went well: a full one lets them grow.
    pub(crate) fn went_well(&self, items: usize) {
        let grown = |size: usize| (items >= size).then_some(size.saturating_add(STEP).min(MOST));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown);
    }

    /// A batch failed: if it was too much, the next one is half as large.
    pub(crate) fn went_wrong(&self, error: &Error) {
        if wants_less(error) {
            let halved = |size: usize| Some((size / 2).max(1));
            let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, halved);
        }
    }
}
