//! How much is asked for with one request: more while it goes well, less as soon as the server finds it too much.

use crate::error::{is_too_long, wants_less};
use omm_core::error::{Effect, Error, Retry, Scope};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Of each kind of request, in all folders together: it is the server that finds it too much.
#[derive(Debug)]
pub(crate) struct Portions {
    /// Items with their bodies. To begin with, few: Microsoft advises ten, and servers check their budget behind every item of
    /// a batch. At most so many: what is asked for with one request is lost with it.
    pub(crate) fetch: Batches,
    /// Items as streams.
    pub(crate) export: Batches,
    /// Items that are made of streams.
    pub(crate) upload: Batches,
    /// Items that are made.
    pub(crate) make: Batches,
    /// Items of streams that our mark is put on.
    pub(crate) stamp: Batches,
    /// Items that are looked at without their bodies.
    pub(crate) look: Batches,
    /// Items that are changed or deleted.
    pub(crate) change: Batches,
    /// Folders that are asked for by their names.
    pub(crate) folders: Batches,
    /// Changes in a page of a feed: what servers give at most.
    pub(crate) changes: Batches,
    /// Items in a page of a list.
    pub(crate) entries: Batches,
    /// Folders in a page of a list: what servers give at most unless they are told otherwise.
    pub(crate) tree: Batches,
    /// Digests in one search: servers take some hundreds of terms.
    pub(crate) terms: Batches,
}

impl Default for Portions {
    fn default() -> Self {
        Self {
            fetch: Batches::new(20, 64),
            export: Batches::new(20, 64),
            upload: Batches::new(50, 128),
            make: Batches::new(50, 50),
            stamp: Batches::new(128, 128),
            look: Batches::new(100, 100),
            change: Batches::new(50, 50),
            folders: Batches::new(16, 16),
            changes: Batches::new(512, 512),
            entries: Batches::new(500, 500),
            tree: Batches::new(1_000, 1_000),
            terms: Batches::new(40, 40),
        }
    }
}

/// By how many more after a batch that went well.
const STEP: usize = 10;
/// So many batches as large as may be go well before one more item is tried.
const TRUST: usize = 50;

/// The size of the next batch. A size that was too much is not tried again soon: who asks for many things, in several batches of
/// which the last is too large, begins again at the first one.
#[derive(Debug)]
pub(crate) struct Batches(Mutex<Sizes>);

#[derive(Clone, Copy, Debug)]
struct Sizes {
    next: usize,
    /// The largest that was not too much.
    ceiling: usize,
    most: usize,
    /// How many went well that were as large as may be.
    good: usize,
}

impl Batches {
    /// So many at first, and at most.
    pub(crate) fn new(first: usize, most: usize) -> Self {
        Self(Mutex::new(Sizes { next: first, ceiling: most, most, good: 0 }))
    }

    /// How many items.
    pub(crate) fn size(&self) -> usize {
        self.sizes().next.max(1)
    }

    /// Goes through these, a batch at a time.
    pub(crate) fn through<'a, T>(&'a self, all: &'a [T]) -> Through<'a, T> {
        Through { batches: self, rest: all }
    }

    /// A batch of so many went well: a full one lets them grow.
    pub(crate) fn went_well(&self, items: usize) {
        let mut sizes = self.sizes();
        if items < sizes.next {
            return;
        }
        sizes.next = sizes.next.saturating_add(STEP).min(sizes.ceiling);
        sizes.good = if items >= sizes.ceiling { sizes.good + 1 } else { 0 };
        if sizes.good >= TRUST {
            (sizes.ceiling, sizes.good) = ((sizes.ceiling + 1).min(sizes.most), 0);
        }
    }

    /// A batch of so many failed, or something in it: if it was too much, the next one is half as large.
    pub(crate) fn went_wrong(&self, items: usize, error: &Error) {
        if items > 0 && (wants_less(error) || is_divisible(items, error)) {
            let mut sizes = self.sizes();
            sizes.next = (sizes.next.min(items) / 2).max(1);
            // Half-way back, so that the largest that is not too much is found in a few steps.
            let between = sizes.next + (items - 1).saturating_sub(sizes.next) / 2;
            sizes.ceiling = sizes.ceiling.min(between).max(sizes.next);
            sizes.good = 0;
        }
    }

    /// A page of so many entries could not be given: whether a smaller one is asked for at once, since it was too much and no
    /// pause was asked for. Whatever else went wrong has nothing to do with its size.
    pub(crate) fn is_too_much(&self, entries: usize, error: &Error) -> bool {
        if !wants_less(error) {
            return false;
        }
        self.went_wrong(entries, error);
        let at_once = error.retry_advice() == Retry::Never || is_too_long(error);
        entries > 1 && at_once && error.effect() == Effect::None
    }

    fn sizes(&self) -> MutexGuard<'_, Sizes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Things that are asked for in as few requests as the server takes.
#[derive(Debug)]
pub(crate) struct Through<'a, T> {
    batches: &'a Batches,
    rest: &'a [T],
}

impl<'a, T> Through<'a, T> {
    /// The next batch, as long as there is one.
    pub(crate) fn batch(&self) -> Option<&'a [T]> {
        let most = self.batches.size().min(self.rest.len());
        self.rest.get(..most).filter(|batch| !batch.is_empty())
    }

    /// What came of a batch; nothing where the same is to be asked in smaller ones.
    ///
    /// # Errors
    /// Any other than that it was refused as a whole.
    pub(crate) fn passed<A>(&mut self, batch: &[T], outcome: Result<A, Error>) -> Result<Option<A>, Error> {
        match outcome {
            Ok(answers) => {
                self.batches.went_well(batch.len());
                self.rest = self.rest.get(batch.len()..).unwrap_or_default();
                Ok(Some(answers))
            }
            Err(error) => {
                self.batches.went_wrong(batch.len(), &error);
                if is_divisible(batch.len(), &error) { Ok(None) } else { Err(error) }
            }
        }
    }
}

/// Whether a request that was refused as a whole can be asked in two halves: nothing of it was done, no pause would help, and
/// what is refused may be how many they are, or one of them.
pub(crate) fn is_divisible(items: usize, error: &Error) -> bool {
    let is_final = error.retry_advice() == Retry::Never && error.reach() <= Scope::Folder;
    items > 1 && is_final && error.effect() == Effect::None
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm_core::error::{ErrorKind, Side};

    #[test]
    fn batches_grow_with_success_and_shrink_with_what_is_too_much() {
        let batches = Batches::new(20, 26);
        for (well, size) in [(19, 20), (20, 26), (24, 26), (26, 26)] {
            batches.went_well(well);
            assert_eq!(batches.size(), size);
        }
        let error = |kind, code: &str| Error::new(kind, Side::Source, "test", "x").with("code", code);
        let busy = error(ErrorKind::Throttled, "ErrorServerBusy");
        let refused = error(ErrorKind::Rejected, "ErrorInvalidRequest");
        let broken = error(ErrorKind::Unreachable, "");
        for (error, items, size) in [
            (&busy, 26, 13),
            (&broken, 13, 13),
            (&refused, 13, 6),
            (&refused, 1, 6),
            (&busy, 3, 1),
            (&busy, 1, 1),
        ] {
            batches.went_wrong(items, error);
            assert_eq!(batches.size(), size, "{error}");
        }
        // Two were too much, and are not tried again before much went well.
        (0..TRUST).for_each(|_| batches.went_well(1));
        assert_eq!(batches.size(), 1);
        batches.went_well(1);
        assert_eq!(batches.size(), 2);
    }
}
