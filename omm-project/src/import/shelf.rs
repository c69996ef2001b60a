//! A reader that stops when it has read enough and goes on when more is wanted.
//!
//! A sheet is read by somebody who borrows the workbook, so whoever reads must own the loop; whoever imports wants to write to a
//! store between two handfuls of rows, so he must own it too. The reader is therefore a future that sleeps whenever the
//! shelf is full, and is woken by the one who has emptied it. No thread and no runtime has part in it.

use super::cell::Record;
use omm_core::Result;
use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

/// How many records may lie there.
const FULL: usize = 64;

/// Where a reader puts what it has read.
#[derive(Clone, Default)]
pub(super) struct Shelf(Arc<Mutex<VecDeque<Record>>>);

/// Reads a table to its end.
pub(super) type Reading = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// The records of a table, one after the other.
pub(super) struct Records {
    reading: Option<Reading>,
    shelf: Shelf,
    /// Comes when everything that was read before is taken.
    error: Option<omm_core::Error>,
}

impl Shelf {
    /// Puts a record down, and sleeps if the shelf is full.
    pub(super) async fn put(&self, record: Record) {
        let full = {
            let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            records.push_back(record);
            records.len() >= FULL
        };
        let mut slept = !full;
        poll_fn(|_| match std::mem::replace(&mut slept, true) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn take(&self) -> Option<Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

impl Records {
    /// `reader` is told where to put what it reads.
    pub(super) fn new(reader: impl FnOnce(Shelf) -> Reading) -> Self {
        let shelf = Shelf::default();
        Self { reading: Some(reader(shelf.clone())), shelf, error: None }
    }

    /// Whether there are no more of them, and no error.
    pub(super) fn is_over(&self) -> bool {
        self.reading.is_none() && self.shelf.is_empty() && self.error.is_none()
    }

    /// No more of them.
    pub(super) fn ended() -> Self {
        Self { reading: None, shelf: Shelf::default(), error: None }
    }
}

impl Iterator for Records {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.shelf.take() {
                return Some(Ok(record));
            }
            let Some(reading) = &mut self.reading else { return self.error.take().map(Err) };
            // It sleeps only because the shelf is full, and then there is something on it.
            match reading.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Pending => {}
                Poll::Ready(result) => {
                    self.reading = None;
                    self.error = result.err();
                }
            }
        }
    }
}
