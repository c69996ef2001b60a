//! Where writing ends: the moment at which this process may no longer be the one who works here.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// A moment beyond which nothing is written. Cloning gives another handle to the same fence.
///
/// It is kept by the process itself, without asking anybody: one that was held up (stopped, swapped out, cut off) and
/// wakes up beyond its fence writes nothing more, whatever it was in the middle of. Where somebody else gave the time, it
/// is counted from before the request that was answered with it: so it comes no later than the moment that the other
/// side counts, as long as both clocks run at one speed. A margin at the other side is for the rest.
#[derive(Clone, Debug)]
pub struct Fence(Arc<AtomicU64>);

/// Before any moment there is.
const ENDED: u64 = 0;

impl Fence {
    /// A fence at this moment of the runtime's monotonic time.
    pub fn at(until: Duration) -> Self {
        Self(Arc::new(AtomicU64::new(nanos(until))))
    }

    /// Moves it on. A renewal that was answered late takes nothing away, and what has ended stays so.
    pub fn renew(&self, until: Duration) {
        let later = |known: u64| (known != ENDED).then_some(known.max(nanos(until)));
        // Refused where it has ended, which is as it should be.
        let _ = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, later);
    }

    /// What it stands for is lost, or was given back: over at once, and for good.
    pub fn end(&self) {
        self.0.store(ENDED, Ordering::Release);
    }

    /// How far away it is at `now`; nothing beyond it.
    pub fn left(&self, now: Duration) -> Option<Duration> {
        let left = self.0.load(Ordering::Acquire).checked_sub(nanos(now))?;
        (left > 0).then(|| Duration::from_nanos(left))
    }

    /// Whether `now` is beyond it.
    pub fn is_passed(&self, now: Duration) -> bool {
        self.left(now).is_none()
    }

    pub(super) fn check(&self, now: Duration) -> io::Result<()> {
        match self.is_passed(now) {
            false => Ok(()),
            true => Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the time for which this process may write here is over; another one goes on",
            )),
        }
    }
}

fn nanos(moment: Duration) -> u64 {
    u64::try_from(moment.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a late answer that shortens what an earlier one gave, and a lease that comes back after its end.
    #[test]
    fn a_fence_moves_on_and_ends() {
        let second = Duration::from_secs;
        let fence = Fence::at(second(15));
        let seen = fence.clone();
        assert_eq!(seen.left(second(12)), Some(second(3)));
        assert!(seen.is_passed(second(15)), "at the very moment it is over");
        fence.renew(second(19));
        fence.renew(second(17));
        assert_eq!(seen.left(second(18)), Some(second(1)));
        fence.end();
        fence.renew(second(35));
        assert!(seen.is_passed(Duration::ZERO));
    }
}
