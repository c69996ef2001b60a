//! What time it is for a worker: by the clock that its store has in common with all others.

use crate::{observe::trace, store::Turns};
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::{Result, host::Runtime};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// More than this between two clocks is told: somebody's is wrong.
const NOTICEABLE: TimeDelta = TimeDelta::seconds(10);

/// The store's clock, as it was when last asked, and the host's for the time since. A host whose clock is wrong begins nothing
/// too early, and erases nothing that others keep.
pub(super) struct Clock {
    runtime: Arc<dyn Runtime>,
    /// By so many microseconds the store's is ahead of the host's.
    ahead: AtomicI64,
}

impl Clock {
    pub(super) fn new(runtime: Arc<dyn Runtime>) -> Self {
        Self { runtime, ahead: AtomicI64::new(0) }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        let ahead = TimeDelta::microseconds(self.ahead.load(Ordering::Relaxed));
        let host = self.runtime.now();
        host.checked_add_signed(ahead).unwrap_or(host)
    }

    /// Asks the store.
    pub(super) async fn ask(&self, turns: &dyn Turns) -> Result<DateTime<Utc>> {
        let now = turns.now().await?;
        let ahead = (now - self.runtime.now()).num_microseconds().unwrap_or_default();
        let before = self.ahead.swap(ahead, Ordering::Relaxed);
        let moved = TimeDelta::microseconds(ahead.saturating_sub(before));
        if moved.abs() > NOTICEABLE {
            trace::clocks_differ(TimeDelta::microseconds(ahead), moved);
        }
        Ok(now)
    }
}
