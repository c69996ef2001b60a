//! Bad habits that real servers have.

use crate::mailbox::Random;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Retry, Scope, Side},
    host::Runtime,
};
use std::{
    collections::HashSet,
    fmt,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// What an account does badly. The default is nothing.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Habits {
    /// Writes whose effect is done and whose answer is lost.
    pub lost: Option<Lost>,
    /// Every answer takes so long, on this runtime's clock.
    pub late: Option<(Arc<dyn Runtime>, Duration)>,
    /// Every page of changes is given twice.
    pub repeats_pages: bool,
    /// The last change of a page comes again on the next.
    pub repeats_changes: bool,
    /// What listings say about sizes.
    pub sizes: Sizes,
    /// How long cursors live.
    pub cursors: Cursors,
    /// Bodies get a header of the server's own when they are appended.
    pub rewrites: Rewrites,
    /// Every so many calls are refused with a pause.
    pub throttles: Option<(u64, Duration)>,
    /// The connection drops at every so many calls, before anything is done.
    pub drops_every: Option<u64>,
    /// An item with this in its body is always rejected by the destination.
    pub rejects: Option<Vec<u8>>,
    /// An item with this in its body is listed and then not found by the source.
    pub hides: Option<Vec<u8>>,
    /// The connection breaks, on either side, over an item with this in its body; what came before it is done.
    pub breaks_on: Option<Vec<u8>>,
    /// It cannot be reached from one moment to another of this runtime's clock.
    pub away: Option<(Arc<dyn Runtime>, Range<Duration>)>,
    /// Every so many items of appends fail alone, once each, to be tried again soon.
    pub fails_items_every: Option<u64>,
}

/// Which answers are lost.
#[derive(Clone, Copy, Debug)]
pub enum Lost {
    /// The answer to the n-th write, counted from 1.
    Nth(u64),
    /// One in so many, chosen by a seed.
    OneIn(u64, u64),
    /// The answer to the n-th write, counted from 1, and the folder cannot be used any more for now: what became of
    /// the write is not to be learnt in this run.
    WithTheFolder(u64),
}

/// What listings say about sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sizes {
    /// The truth.
    #[default]
    Right,
    /// Something else.
    Wrong,
    /// Nothing.
    Missing,
}

/// How long cursors live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cursors {
    /// For ever.
    #[default]
    Honoured,
    /// The first one that is used in each folder has expired.
    ExpireOnce,
    /// Every cursor that ends a listing has expired; within a listing they work.
    ExpireAlways,
}

/// Whether bodies are changed when stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rewrites {
    /// They are not.
    #[default]
    No,
    /// They are, and the capacity says so.
    Declared,
    /// They are, and nobody was told.
    Silent,
}

impl fmt::Debug for Habits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Habits")
            .field("lost", &self.lost)
            .field("cursors", &self.cursors)
            .finish_non_exhaustive()
    }
}

/// The habits with their counters.
#[derive(Debug, Default)]
pub(super) struct Moods(Mutex<Counting>);

#[derive(Debug, Default)]
struct Counting {
    habits: Habits,
    calls: u64,
    writes: u64,
    items: u64,
    pages_given: HashSet<(String, Option<String>)>,
    expired_in: HashSet<String>,
}

impl Moods {
    pub(super) fn set(&self, habits: Habits) {
        *self.lock() = Counting { habits, ..Counting::default() };
    }

    pub(super) fn habits(&self) -> Habits {
        self.lock().habits.clone()
    }

    /// What happens before any call does anything.
    pub(super) async fn before(&self, side: Side, operation: &'static str) -> Result<()> {
        let (late, calls, habits) = {
            let mut counting = self.lock();
            counting.calls += 1;
            (counting.habits.late.clone(), counting.calls, counting.habits.clone())
        };
        if let Some((runtime, pause)) = late {
            runtime.sleep(pause).await;
        }
        if let Some((_, pause)) = habits.throttles.filter(|(every, _)| calls.is_multiple_of(*every)) {
            return Err(Error::new(ErrorKind::Throttled, side, operation, "the server asks for a pause")
                .retry(Retry::After(pause)));
        }
        if habits.away.is_some_and(|(runtime, away)| away.contains(&runtime.monotonic())) {
            return Err(dropped(side, operation));
        }
        if habits.drops_every.is_some_and(|every| calls.is_multiple_of(every)) {
            return Err(dropped(side, operation));
        }
        Ok(())
    }

    /// What happens to the answer of a write that was done.
    pub(super) fn after_write(&self, operation: &'static str) -> Result<()> {
        let mut counting = self.lock();
        counting.writes += 1;
        let lost = match counting.habits.lost {
            Some(Lost::Nth(n) | Lost::WithTheFolder(n)) => counting.writes == n,
            Some(Lost::OneIn(n, seed)) => Random::nth(seed, counting.writes).one_in(n),
            None => false,
        };
        let error = || dropped(Side::Destination, operation).effect_unknown();
        match counting.habits.lost {
            _ if !lost => Ok(()),
            Some(Lost::WithTheFolder(_)) => Err(error().scope(Scope::Folder).retry(Retry::Never)),
            _ => Err(error()),
        }
    }

    /// Whether this item of an append fails alone.
    pub(super) fn item_fails(&self) -> bool {
        let mut counting = self.lock();
        counting.items += 1;
        let items = counting.items;
        counting.habits.fails_items_every.is_some_and(|every| items.is_multiple_of(every))
    }

    /// Whether a page that was just made is to be given a second time.
    pub(super) fn repeats_page(&self, folder: &str, since: Option<&str>) -> bool {
        let mut counting = self.lock();
        counting.habits.repeats_pages
            && counting.pages_given.insert((folder.to_owned(), since.map(str::to_owned)))
    }

    /// Whether a cursor has expired. `ends` says that it ended a listing.
    pub(super) fn expires(&self, folder: &str, ends: bool) -> bool {
        let mut counting = self.lock();
        match counting.habits.cursors {
            Cursors::Honoured => false,
            Cursors::ExpireOnce => counting.expired_in.insert(folder.to_owned()),
            Cursors::ExpireAlways => ends,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn dropped(side: Side, operation: &'static str) -> Error {
    Error::new(ErrorKind::Unreachable, side, operation, "the connection was dropped")
}
