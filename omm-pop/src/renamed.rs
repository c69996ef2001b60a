//! How far two listings are the same mailbox under other ids: every batch of bodies asks, and the answer is found once.

use crate::identity::Names;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The answer for the two listings that were compared last.
#[derive(Debug, Default)]
pub(crate) struct Renamed(Mutex<Option<Compared>>);

#[derive(Debug)]
struct Compared {
    told: Weak<Names>,
    now: Weak<Names>,
    count: usize,
}

impl Renamed {
    /// How many of the first messages these are, as `compare` finds when it was not asked about the two before.
    pub(crate) fn count(
        &self,
        told: &Arc<Names>,
        now: &Arc<Names>,
        compare: impl FnOnce() -> usize,
    ) -> usize {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What is remembered keeps no listing, only its address from being given to another.
        let is = |weak: &Weak<Names>, names: &Arc<Names>| weak.as_ptr() == Arc::as_ptr(names);
        if let Some(last) = &*last
            && is(&last.told, told)
            && is(&last.now, now)
        {
            return last.count;
        }
        let count = compare();
        *last = Some(Compared { told: Arc::downgrade(told), now: Arc::downgrade(now), count });
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kills: a look at all ids of a large mailbox for every few messages.
    #[test]
    fn two_listings_are_compared_once() {
        let names = || Arc::new(Names::new(Arc::default(), Default::default()));
        let (told, now, later) = (names(), names(), names());
        let renamed = Renamed::default();
        assert_eq!(renamed.count(&told, &now, || 7), 7);
        assert_eq!(renamed.count(&told, &now, || unreachable!("they were compared")), 7);
        assert_eq!(renamed.count(&told, &later, || 8), 8);
        assert_eq!(renamed.count(&now, &later, || 9), 9);
        assert_eq!(renamed.count(&told, &now, || 1), 1);
    }
}
