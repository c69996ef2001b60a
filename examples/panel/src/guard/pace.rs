//! How often one address may ask for what is expensive, and how many at once: making projects, looking at accounts, uploading.
//!
//! Guessing passwords is not counted here: `omm-project` does, and remembers across restarts.

use super::failure::Failure;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is counted, each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Costly {
    /// A project is made: a password is hashed, which takes 64 MiB.
    Making,
    /// Accounts are looked at: somebody else's server is asked.
    Looking,
    /// A table is uploaded.
    Uploading,
}

impl Costly {
    fn at_once(self) -> usize {
        match self {
            // 64 MiB each.
            Self::Making => 1,
            Self::Looking => 16,
            // 32 MB of disk each.
            Self::Uploading => 8,
        }
    }
}

/// A bucket for each address: what is in it may be spent at once, and it fills again.
pub(crate) struct Pace {
    buckets: Mutex<HashMap<(Costly, String), Bucket>>,
    /// However many addresses there are, no more is done at once than there is memory and disk for.
    gates: [Arc<Semaphore>; 3],
}

struct Bucket {
    left: f64,
    at: Instant,
}

/// So many at once, and then one in so long.
const AT_ONCE: f64 = 20.0;
const AGAIN: Duration = Duration::from_secs(6);
/// So many addresses are remembered; of more, those that have waited longest are forgotten.
const REMEMBERED: usize = 50_000;

impl Pace {
    pub(crate) fn new() -> Self {
        let gates = [Costly::Making, Costly::Looking, Costly::Uploading];
        Self { buckets: Mutex::default(), gates: gates.map(|what| Arc::new(Semaphore::new(what.at_once()))) }
    }

    /// Waits until there is room. Whoever holds one permit asks for no other.
    pub(crate) async fn enter(&self, what: Costly) -> Result<OwnedSemaphorePermit, Failure> {
        let [making, looking, uploading] = &self.gates;
        let gate = match what {
            Costly::Making => making,
            Costly::Looking => looking,
            Costly::Uploading => uploading,
        };
        Arc::clone(gate).acquire_owned().await.map_err(|_| Failure::Broken)
    }

    /// One more; or how long to wait.
    pub(crate) fn spend(&self, what: Costly, address: &str, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, bucket| bucket.filled(now) < AT_ONCE);
            if buckets.len() >= REMEMBERED {
                // Whoever has so many addresses is not stopped by counting them.
                buckets.clear();
            }
        }
        let bucket = buckets.entry((what, address.to_owned())).or_insert(Bucket { left: AT_ONCE, at: now });
        (bucket.left, bucket.at) = (bucket.filled(now), now);
        if bucket.left < 1.0 {
            return Err(AGAIN.mul_f64(1.0 - bucket.left));
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

impl Bucket {
    fn filled(&self, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(self.at);
        (self.left + passed.as_secs_f64() / AGAIN.as_secs_f64()).min(AT_ONCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_and_it_fills_again() {
        let (pace, now) = (Pace::new(), Instant::now());
        for _ in 0..20 {
            assert_eq!(pace.spend(Costly::Making, "a", now), Ok(()));
        }
        assert!(pace.spend(Costly::Making, "a", now).is_err());
        assert_eq!(pace.spend(Costly::Making, "b", now), Ok(()));
        assert_eq!(pace.spend(Costly::Looking, "a", now), Ok(()));
        assert!(pace.spend(Costly::Making, "a", now + AGAIN / 2).is_err());
        assert_eq!(pace.spend(Costly::Making, "a", now + AGAIN * 2), Ok(()));
        // A clock that stands still gives nothing away.
        assert_eq!(pace.spend(Costly::Making, "a", now), Ok(()));
        assert!(pace.spend(Costly::Making, "a", now).is_err());
    }
}
