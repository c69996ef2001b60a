//! What went through a line, and how long it may be silent.

use crate::wire::{Patience, Traffic};
use futures::future::poll_fn;
use omm_core::host::Runtime;
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    time::Duration,
};

/// How many bytes went through a line. Clones count the same line.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    received: AtomicU64,
    sent: AtomicU64,
}

impl Meter {
    /// So far.
    pub fn traffic(&self) -> Traffic {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Traffic { received_bytes: read(&self.0.received), sent_bytes: read(&self.0.sent) }
    }

    pub(super) fn received(&self, count: usize) {
        self.0.received.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(super) fn sent(&self, count: usize) {
        self.0.sent.fetch_add(count as u64, Ordering::Relaxed);
    }
}

/// What the work comes to; nothing when no byte has moved in either direction for so long. A slow line is no dead one, so
/// the work may take longer.
///
/// # Cancel safety
/// Dropping the future drops the work.
pub async fn while_moving<T>(
    runtime: &dyn Runtime,
    most: Duration,
    meter: &Meter,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = pin!(work);
    let mut patience = Patience::new(runtime, most);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => patience.poll_lost(meter.traffic(), context).map(|_| None),
    })
    .await
}
