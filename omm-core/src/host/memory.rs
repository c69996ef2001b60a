//! How many bytes of bodies may be in memory at once.
//!
//! A reservation is made by size before the fetch, all or nothing; what turns out larger goes to the spool.
//! Nobody waits for budget while holding bytes that he cannot send.

use super::queue::Queue;
use std::sync::atomic::{AtomicU64, Ordering};

/// The budget. Cloning gives another handle to the same bytes.
#[derive(Clone, Debug)]
pub struct MemoryBudget(Queue<State>);

#[derive(Debug)]
struct State {
    limit: u64,
    reserved: u64,
}

impl MemoryBudget {
    /// A budget of so many bytes.
    pub fn new(limit_bytes: u64) -> Self {
        Self(Queue::new(State { limit: limit_bytes, reserved: 0 }))
    }

    /// The whole budget in bytes.
    pub fn limit(&self) -> u64 {
        self.0.read(|state| state.limit)
    }

    /// Bytes now reserved.
    pub fn reserved(&self) -> u64 {
        self.0.read(|state| state.reserved)
    }

    /// Waits, in turn, until `bytes` are free. More than the whole budget is cut to the whole budget: the rest
    /// goes to the spool.
    ///
    /// # Cancel safety
    /// Dropping the future gives up the place in the line, nothing else.
    pub async fn reserve(&self, bytes: u64) -> Reservation {
        // Nothing is always free: whoever holds memory may ask for it without waiting for those who want more.
        if bytes == 0 {
            return Reservation { budget: self.0.clone(), bytes, used: AtomicU64::new(0) };
        }
        self.0
            .take(|state| {
                let bytes = bytes.min(state.limit);
                (state.reserved + bytes <= state.limit).then(|| {
                    state.reserved += bytes;
                    Reservation { budget: self.0.clone(), bytes, used: AtomicU64::new(0) }
                })
            })
            .await
    }
}

/// Bytes set aside; given back when dropped.
#[derive(Debug)]
pub struct Reservation {
    budget: Queue<State>,
    bytes: u64,
    used: AtomicU64,
}

impl Reservation {
    /// Uses so many of the reserved bytes, if that many are left.
    pub(crate) fn draw(&self, bytes: u64) -> bool {
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                (used + bytes <= self.bytes).then_some(used + bytes)
            })
            .is_ok()
    }

    /// Gives drawn bytes back to the reservation.
    pub(crate) fn put_back(&self, bytes: u64) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Bytes drawn by now.
    #[cfg(test)]
    pub(crate) fn drawn(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Bytes reserved in all.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let bytes = self.bytes;
        self.budget.change(|state| state.reserved -= bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    /// Kills: whoever holds memory and asks for none, and waits behind those who wait for his.
    #[test]
    fn nothing_is_had_without_waiting_in_line() {
        let budget = MemoryBudget::new(10);
        let all = budget.reserve(10).now_or_never().expect("it is free");
        let mut waits = Box::pin(budget.reserve(5));
        assert!(waits.as_mut().now_or_never().is_none());
        let nothing = budget.reserve(0).now_or_never().expect("nothing is always free");
        assert_eq!((nothing.bytes(), budget.reserved()), (0, 10));
        drop((all, nothing));
        assert_eq!(waits.now_or_never().expect("its turn").bytes(), 5);
    }
}
