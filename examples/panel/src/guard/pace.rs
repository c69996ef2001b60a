//! How often one address may ask for what is expensive, and how many at once: making projects, looking at accounts, uploading.
//!
//! Guessing passwords is not counted here: `omm-project` does, and remembers across restarts.

use super::failure::Failure;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
    /// A table or a file is uploaded.
    Uploading,
    /// Somebody is written to who has not asked for it as far as we know; counted for his address.
    Writing,
}

/// What may be done at once, and how fast more of it.
struct Terms {
    /// Of all addresses together: as much as there is memory and disk for.
    at_once: usize,
    /// Of one of them, those that wait included: nobody stands in the way of all others.
    of_one: usize,
    /// So many one after the other, and then one in so long.
    free: f64,
    again: Duration,
}

impl Costly {
    const ALL: [Self; 4] = [Self::Making, Self::Looking, Self::Uploading, Self::Writing];

    fn terms(self) -> Terms {
        let again = Duration::from_secs(6);
        match self {
            Self::Making => Terms { at_once: 1, of_one: 2, free: 20.0, again },
            Self::Looking => Terms { at_once: 16, of_one: 3, free: 20.0, again },
            // 32 MB of disk for a table.
            Self::Uploading => Terms { at_once: 8, of_one: 3, free: 20.0, again },
            Self::Writing => Terms { at_once: 1, of_one: 1, free: 5.0, again: Duration::from_hours(1) },
        }
    }

    fn place(self) -> usize {
        Self::ALL.iter().position(|what| *what == self).unwrap_or_default()
    }
}

/// A bucket for each address: what is in it may be spent at once, and it fills again.
pub(crate) struct Pace {
    buckets: Mutex<HashMap<(Costly, String), Bucket>>,
    inside: Inside,
    gates: [Arc<Semaphore>; Costly::ALL.len()],
}

/// How many of an address wait or are at work.
type Inside = Arc<Mutex<HashMap<(Costly, String), usize>>>;

/// Room to work in, for as long as this is kept.
pub(crate) struct Room {
    _of_all: OwnedSemaphorePermit,
    _of_one: Place,
}

/// One of those of an address.
struct Place {
    inside: Inside,
    key: (Costly, String),
}

struct Bucket {
    left: f64,
    at: Instant,
}

/// So many addresses are remembered. Of more, those are forgotten that have hardly spent anything; and if that is not
/// enough, no new one is let in before others have filled again.
const REMEMBERED: usize = 50_000;
/// Nobody waits longer for room.
const PATIENCE: Duration = Duration::from_secs(20);

impl Pace {
    pub(crate) fn new() -> Self {
        let gate = |what: Costly| Arc::new(Semaphore::new(what.terms().at_once));
        Self { buckets: Mutex::default(), inside: Inside::default(), gates: Costly::ALL.map(gate) }
    }

    /// Waits until there is room. Whoever has a room asks for no other.
    ///
    /// # Errors
    /// [`Failure::Busy`] when there is none for long, or this address has its share.
    pub(crate) async fn enter(&self, what: Costly, address: &str) -> Result<Room, Failure> {
        let place = Place::of(&self.inside, (what, address.to_owned())).ok_or(Failure::Busy)?;
        let gate = self.gates.get(what.place()).cloned().ok_or(Failure::Broken)?;
        match tokio::time::timeout(PATIENCE, gate.acquire_owned()).await {
            Ok(Ok(room)) => Ok(Room { _of_all: room, _of_one: place }),
            _ => Err(Failure::Busy),
        }
    }

    /// One more; or how long to wait.
    pub(crate) fn spend(&self, what: Costly, address: &str, now: Instant) -> Result<(), Duration> {
        let mut buckets = lock(&self.buckets);
        let (terms, key) = (what.terms(), (what, address.to_owned()));
        if buckets.len() >= REMEMBERED && !buckets.contains_key(&key) {
            buckets.retain(|(what, _), bucket| bucket.filled(*what, now) < what.terms().free - 1.0);
            if buckets.len() >= REMEMBERED {
                return Err(terms.again);
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { left: terms.free, at: now });
        (bucket.left, bucket.at) = (bucket.filled(what, now), now.max(bucket.at));
        if bucket.left < 1.0 {
            return Err(terms.again.mul_f64(1.0 - bucket.left));
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

impl Bucket {
    fn filled(&self, what: Costly, now: Instant) -> f64 {
        let (terms, passed) = (what.terms(), now.saturating_duration_since(self.at));
        (self.left + passed.as_secs_f64() / terms.again.as_secs_f64()).min(terms.free)
    }
}

impl Place {
    fn of(inside: &Inside, key: (Costly, String)) -> Option<Self> {
        let mut known = lock(inside);
        let count = known.entry(key.clone()).or_default();
        if *count >= key.0.terms().of_one {
            return None;
        }
        *count += 1;
        drop(known);
        Some(Self { inside: Arc::clone(inside), key })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut known = lock(&self.inside);
        if let Some(count) = known.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                known.remove(&self.key);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGAIN: Duration = Duration::from_secs(6);

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

    // Would catch: whoever has many addresses has everybody's attempts forgotten.
    #[test]
    fn many_addresses_make_nobody_forgotten() {
        let (pace, now) = (Pace::new(), Instant::now());
        let twice = |address: &str| {
            let _ = pace.spend(Costly::Looking, address, now);
            pace.spend(Costly::Looking, address, now)
        };
        for address in 0..REMEMBERED {
            assert_eq!(twice(&address.to_string()), Ok(()));
        }
        assert!(twice("one more").is_err());
        assert_eq!(twice("7"), Ok(()));
        assert_eq!(pace.spend(Costly::Looking, "one more", now + AGAIN * 3), Ok(()));
    }

    // Would catch: one visitor who stands in the way of all others.
    #[tokio::test]
    async fn one_address_has_its_share_and_no_more() {
        let pace = Pace::new();
        let (one, two) =
            (pace.enter(Costly::Looking, "a").await.ok(), pace.enter(Costly::Looking, "a").await.ok());
        let three = pace.enter(Costly::Looking, "a").await.ok();
        assert!(one.is_some() && two.is_some() && three.is_some());
        assert!(pace.enter(Costly::Looking, "a").await.is_err());
        assert!(pace.enter(Costly::Looking, "b").await.is_ok());
        drop(one);
        assert!(pace.enter(Costly::Looking, "a").await.is_ok());
    }
}
