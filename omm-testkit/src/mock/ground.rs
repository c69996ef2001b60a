//! What all connections of one server stand on, whatever they speak.

use super::{TranscriptLine, fault::Faults};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
};

pub(crate) type SharedWorld<W> = Arc<Mutex<W>>;

#[derive(Default)]
pub(crate) struct Ground {
    pub(crate) faults: Faults,
    pub(crate) transcript: Vec<TranscriptLine>,
    /// Connections that are open.
    pub(crate) open: BTreeSet<u64>,
    wakers: Vec<Waker>,
}

impl Ground {
    /// Writes into the transcript; the oldest lines go when there are very many.
    pub(crate) fn note(&mut self, line: TranscriptLine) {
        const MOST: usize = 20_000;
        if self.transcript.len() >= MOST {
            self.transcript.drain(..MOST / 2);
        }
        self.transcript.push(line);
    }

    pub(crate) fn wake_later(&mut self, waker: &Waker) {
        if !self.wakers.iter().any(|own| own.will_wake(waker)) {
            self.wakers.push(waker.clone());
        }
    }

    /// Whoever waits for news of others.
    pub(crate) fn take_wakers(&mut self) -> Vec<Waker> {
        std::mem::take(&mut self.wakers)
    }
}

pub(crate) fn lock<W>(world: &SharedWorld<W>) -> MutexGuard<'_, W> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}
