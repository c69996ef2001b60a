//! Until when something held elsewhere is certainly still ours, by our own clock alone.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// A moment of [`super::Runtime::monotonic`] that moves on as long as what it guards is renewed. Whoever acts for a holder
/// asks it right before the act, without asking anybody else. Clones show the same moment.
///
/// It is counted from before the request that was answered with a time, so it comes no later than the moment that the
/// other side counts, as long as both clocks run at one speed; a margin at the other side is for the rest.
#[derive(Clone, Debug)]
pub struct Deadline(Arc<AtomicU64>);

/// Before any moment there is.
const ENDED: u64 = 0;

impl Deadline {
    /// Held for `held` from `asked` on, the moment before the request was sent.
    pub fn after(asked: Duration, held: Duration) -> Self {
        Self(Arc::new(AtomicU64::new(nanos(asked.saturating_add(held)))))
    }

    /// Renewed: held for `held` from `asked` on. A renewal that was answered late takes nothing away, and what has ended
    /// stays so.
    pub fn renew(&self, asked: Duration, held: Duration) {
        let until = nanos(asked.saturating_add(held));
        let later = |now: u64| (now != ENDED).then_some(now.max(until));
        // Refused where it has ended, which is as it should be.
        let _ = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, later);
    }

    /// It is lost, or was given back: over at once.
    pub fn end(&self) {
        self.0.store(ENDED, Ordering::Release);
    }

    /// What is left of it at `now`; nothing when it is over.
    pub fn left(&self, now: Duration) -> Option<Duration> {
        let left = self.0.load(Ordering::Acquire).checked_sub(nanos(now))?;
        (left > 0).then(|| Duration::from_nanos(left))
    }

    /// Whether it is over at `now`.
    pub fn is_over(&self, now: Duration) -> bool {
        self.left(now).is_none()
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
    fn a_deadline_moves_on_and_ends() {
        let second = Duration::from_secs;
        let deadline = Deadline::after(second(10), second(5));
        let seen = deadline.clone();
        assert_eq!(seen.left(second(12)), Some(second(3)));
        assert!(seen.is_over(second(15)), "at the very moment it is over");
        deadline.renew(second(14), second(5));
        deadline.renew(second(12), second(5));
        assert_eq!(seen.left(second(18)), Some(second(1)));
        deadline.end();
        deadline.renew(second(30), second(5));
        assert!(seen.is_over(Duration::ZERO));
    }
}
