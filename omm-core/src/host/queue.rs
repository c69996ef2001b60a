//! First come, first served: the waiting line behind the memory budget.
//!
//! Nobody hands anything to anybody. Only the first in line is woken, and takes what he needs himself; whoever
//! leaves the line, served or dropped, wakes the one who is first now. So nobody who was dropped leaves anything
//! behind, and no chain of hand-overs can grow on the stack.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

#[derive(Debug)]
pub(super) struct Queue<S>(Arc<Mutex<Inner<S>>>);

impl<S> Clone for Queue<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[derive(Debug)]
struct Inner<S> {
    state: S,
    /// By ticket: the lowest is first. A waker that was used is gone until its owner looks again.
    line: BTreeMap<u64, Option<Waker>>,
    next_ticket: u64,
}

impl<S> Queue<S> {
    pub(super) fn new(state: S) -> Self {
        Self(Arc::new(Mutex::new(Inner { state, line: BTreeMap::new(), next_ticket: 0 })))
    }

    /// Changes the state and wakes the first in line.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut S) -> T) -> T {
        let result = change(&mut self.lock().state);
        self.wake_first();
        result
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&S) -> T) -> T {
        read(&self.lock().state)
    }

    /// Waits in line until `take`, called only when first, gives something.
    pub(super) async fn take<T>(&self, mut take: impl FnMut(&mut S) -> Option<T>) -> T {
        let mut place: Option<Place<'_, S>> = None;
        poll_fn(|context| self.poll_take(&mut place, &mut take, context)).await
    }

    /// What `take` gives, if nobody waits in line.
    pub(super) fn take_now<T>(&self, take: impl FnOnce(&mut S) -> Option<T>) -> Option<T> {
        let mut inner = self.lock();
        if inner.line.is_empty() { take(&mut inner.state) } else { None }
    }

    fn poll_take<'a, T>(
        &'a self,
        place: &mut Option<Place<'a, S>>,
        take: &mut impl FnMut(&mut S) -> Option<T>,
        context: &Context<'_>,
    ) -> Poll<T> {
        let mut inner = self.lock();
        let first = inner.line.first_key_value().map(|(ticket, _)| *ticket);
        if first == place.as_ref().map(|place| place.ticket)
            && let Some(taken) = take(&mut inner.state)
        {
            return Poll::Ready(taken);
        }
        let ticket = place.as_ref().map_or(inner.next_ticket, |place| place.ticket);
        if place.is_none() {
            inner.next_ticket += 1;
            *place = Some(Place { queue: self, ticket });
        }
        let used = inner.line.insert(ticket, Some(context.waker().clone()));
        // Outside the lock: what belongs to a waker may do anything when it is dropped.
        drop(inner);
        drop(used);
        Poll::Pending
    }

    fn wake_first(&self) {
        let first = self.lock().line.first_entry().and_then(|mut first| first.get_mut().take());
        // Outside the lock: a waker may do anything.
        if let Some(waker) = first {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<S>> {
        // A panic elsewhere cannot leave the state half changed: every change is one short closure.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the line, given up when dropped.
struct Place<'a, S> {
    queue: &'a Queue<S>,
    ticket: u64,
}

impl<S> Drop for Place<'_, S> {
    fn drop(&mut self) {
        let used = self.queue.lock().line.remove(&self.ticket);
        drop(used);
        self.queue.wake_first();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt, future::BoxFuture};
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        task::Wake,
    };

    const MANY: usize = 10_000;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    struct Waiter<'a> {
        number: usize,
        woken: Arc<Woken>,
        future: BoxFuture<'a, ()>,
    }

    impl Waiter<'_> {
        fn poll(&mut self) -> bool {
            let waker = Waker::from(Arc::clone(&self.woken));
            self.woken.0.store(0, Ordering::SeqCst);
            self.future.poll_unpin(&mut Context::from_waker(&waker)).is_ready()
        }

        fn was_woken(&self) -> bool {
            self.woken.0.load(Ordering::SeqCst) > 0
        }
    }

    fn waiting(queue: &Queue<usize>) -> Vec<Option<Waiter<'_>>> {
        let one = |number| {
            let future = queue.take(|free| (*free > 0).then(|| *free -= 1)).boxed();
            let mut waiter = Waiter { number, woken: Arc::default(), future };
            assert!(!waiter.poll(), "nothing is free");
            Some(waiter)
        };
        (0..MANY).map(one).collect()
    }

    #[test]
    fn the_first_is_woken_and_nobody_else_and_all_are_served_in_turn() {
        let queue = Queue::new(0usize);
        let mut line = waiting(&queue);
        for at in 0..MANY {
            queue.change(|free| *free += 1);
            let woken = line[at..].iter().flatten().take(50).filter(|waiter| waiter.was_woken()).count();
            assert_eq!(woken, 1, "at {at}");
            let mut first = line[at].take().expect("nobody was dropped");
            assert!(first.was_woken() && first.poll(), "at {at}");
            drop(first);
            // Leaving the line wakes the next, who finds nothing and waits on.
            if let Some(Some(next)) = line.get_mut(at + 1) {
                assert!(next.was_woken() && !next.poll());
            }
        }
    }

    #[test]
    fn whoever_is_dropped_in_whatever_order_takes_no_wake_up_with_him() {
        let queue = Queue::new(0usize);
        let mut line = waiting(&queue);
        // A step that is coprime to the number visits everybody once, in a wild order; a tenth stays.
        for step in 0..MANY {
            let at = step * 7_919 % MANY;
            if at % 10 != 3 {
                line[at] = None;
            }
        }
        queue.change(|free| *free = MANY);
        let mut served = Vec::new();
        // What an executor does: polls whoever was woken, until nobody was.
        while let Some(at) = line.iter().position(|waiter| waiter.as_ref().is_some_and(Waiter::was_woken)) {
            let mut waiter = line[at].take().expect("he was woken");
            if waiter.poll() {
                served.push(waiter.number);
            } else {
                line[at] = Some(waiter);
            }
        }
        assert_eq!(served, (0..MANY).filter(|at| at % 10 == 3).collect::<Vec<_>>());
        assert!(queue.lock().line.is_empty());
    }

    #[test]
    fn a_front_that_was_woken_and_dropped_wakes_the_next() {
        let queue = Queue::new(0usize);
        let mut line = waiting(&queue);
        queue.change(|free| *free += 1);
        line[0] = None;
        let mut second = line[1].take().expect("he waits");
        assert!(second.was_woken() && second.poll());
        drop(second);
        drop(line);
        assert_eq!(queue.take(|free| (*free == 0).then_some(())).now_or_never(), Some(()));
    }
}
