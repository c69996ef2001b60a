//! How many bytes of bodies may be in memory at once.
//!
//! A reservation is made by size before the fetch, all or nothing; what turns out larger goes to the spool.
//! Nobody waits for budget while holding bytes that he cannot send.

use super::{Regions, queue::Queue};
use std::sync::atomic::{AtomicU64, Ordering};

/// The budget. Cloning gives another handle to the same bytes.
#[derive(Clone, Debug)]
pub struct MemoryBudget {
    queue: Queue<State>,
    regions: Regions,
}

#[derive(Debug)]
struct State {
    limit: u64,
    reserved: u64,
}

impl MemoryBudget {
    /// A budget of so many bytes.
    pub fn new(limit_bytes: u64) -> Self {
        Self {
            queue: Queue::new(State { limit: limit_bytes, reserved: 0 }),
            regions: Regions::new(limit_bytes),
        }
    }

    /// The whole budget in bytes.
    pub fn limit(&self) -> u64 {
        self.queue.read(|state| state.limit)
    }

    /// Bytes now reserved.
    pub fn reserved(&self) -> u64 {
        self.queue.read(|state| state.reserved)
    }

    /// Waits, in turn, until `bytes` are free. More than the whole budget is cut to the whole budget: the rest
    /// goes to the spool.
    ///
    /// # Cancel safety
    /// Dropping the future gives up the place in the line, nothing else.
    pub async fn reserve(&self, bytes: u64) -> Reservation {
        // Nothing is always free: whoever holds memory may ask for it without waiting for those who want more.
        if bytes == 0 {
            return self.reserved_here(bytes);
        }
        self.queue.take(|state| self.set_aside(state, bytes.min(state.limit))).await
    }

    /// So many bytes for something large, if they are free, nobody waits, and an eighth of the budget is left for others.
    pub(crate) fn reserve_now(&self, bytes: u64) -> Option<Reservation> {
        self.queue.take_now(|state| {
            let left = state.limit.saturating_sub(state.limit / 8).saturating_sub(state.reserved);
            (bytes <= left).then(|| self.set_aside(state, bytes)).flatten()
        })
    }

    fn set_aside(&self, state: &mut State, bytes: u64) -> Option<Reservation> {
        (state.reserved + bytes <= state.limit).then(|| {
            state.reserved += bytes;
            self.reserved_here(bytes)
        })
    }

    fn reserved_here(&self, bytes: u64) -> Reservation {
        let (budget, regions) = (self.queue.clone(), self.regions.clone());
        Reservation { budget, bytes, used: AtomicU64::new(0), regions }
    }
}

/// Bytes set aside; given back when dropped.
#[derive(Debug)]
pub struct Reservation {
    budget: Queue<State>,
    bytes: u64,
    used: AtomicU64,
    regions: Regions,
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

    /// Where large bodies lie.
    pub(crate) fn regions(&self) -> &Regions {
        &self.regions
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
    // Would catch: something large that takes what others wait for, or leaves them nothing.
    #[test]
    fn something_large_leaves_others_their_part() {
        let budget = MemoryBudget::new(16);
        assert!(budget.reserve_now(15).is_none());
        let large = budget.reserve_now(5).expect("it is free");
        assert_eq!((large.bytes(), budget.reserved()), (5, 5));
        assert!(budget.reserve_now(10).is_none());
        let mut waits = Box::pin(budget.reserve(12));
        assert!(waits.as_mut().now_or_never().is_none());
        assert!(budget.reserve_now(1).is_none(), "somebody waits");
    }

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
