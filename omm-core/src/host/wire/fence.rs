//! Where writing ends: the moment at which this process may no longer be the one who works here.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// A moment beyond which nothing is written. Cloning gives another handle to the same fence.
///
/// It is kept by the process itself, without asking anybody: one that was held up (stopped, swapped out, cut off) and
/// wakes up beyond its fence writes nothing more, whatever it was in the middle of.
#[derive(Clone, Debug)]
pub struct Fence(Arc<Mutex<Duration>>);

impl Fence {
    /// A fence at this moment of the runtime's monotonic time.
    pub fn at(until: Duration) -> Self {
        Self(Arc::new(Mutex::new(until)))
    }

    /// Moves the fence.
    pub fn set(&self, until: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    /// Whether `now` is beyond it.
    pub fn is_passed(&self, now: Duration) -> bool {
        now >= *self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
