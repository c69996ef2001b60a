//! First come, first served: the waiting line behind the limiter and the memory budget.
//!
//! Nobody hands anything to anybody. A waiter who is first in line takes what he needs himself when woken, so
//! a waiter that was dropped leaves nothing behind, and no chain of hand-overs can grow on the stack.

use event_listener::Event;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

#[derive(Debug)]
pub(super) struct Queue<S>(Arc<Shared<S>>);

impl<S> Clone for Queue<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[derive(Debug)]
struct Shared<S> {
    inner: Mutex<Inner<S>>,
    changed: Event,
}

#[derive(Debug)]
struct Inner<S> {
    state: S,
    line: VecDeque<u64>,
    next_ticket: u64,
}

impl<S> Queue<S> {
    pub(super) fn new(state: S) -> Self {
        let inner = Mutex::new(Inner { state, line: VecDeque::new(), next_ticket: 0 });
        Self(Arc::new(Shared { inner, changed: Event::new() }))
    }

    /// Changes the state and wakes everybody who waits.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut S) -> T) -> T {
        let result = change(&mut self.lock().state);
        self.0.changed.notify(usize::MAX);
        result
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&S) -> T) -> T {
        read(&self.lock().state)
    }

    /// Waits in line until `take`, called only when first, gives something.
    pub(super) async fn take<T>(&self, mut take: impl FnMut(&mut S) -> Option<T>) -> T {
        let mut place: Option<Place<'_, S>> = None;
        loop {
            let listener = self.0.changed.listen();
            let taken = {
                let mut inner = self.lock();
                let first = match &place {
                    Some(place) => inner.line.front() == Some(&place.ticket),
                    None => inner.line.is_empty(),
                };
                let taken = if first { take(&mut inner.state) } else { None };
                if taken.is_none() && place.is_none() {
                    let ticket = inner.next_ticket;
                    inner.next_ticket += 1;
                    inner.line.push_back(ticket);
                    place = Some(Place { queue: self, ticket });
                }
                taken
            };
            if let Some(taken) = taken {
                return taken;
            }
            listener.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<S>> {
        // A panic elsewhere cannot leave the state half changed: every change is one short closure.
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the line, given up when dropped.
struct Place<'a, S> {
    queue: &'a Queue<S>,
    ticket: u64,
}

impl<S> Drop for Place<'_, S> {
    fn drop(&mut self) {
        self.queue.lock().line.retain(|ticket| *ticket != self.ticket);
        self.queue.0.changed.notify(usize::MAX);
    }
}
