//! A runtime whose sockets keep to a pace and stop at a fence, over any other.

mod connection;
mod fence;
mod pace;

pub use fence::Fence;
pub use pace::Pace;

use super::{BoxFuture, Connection, Runtime};
use chrono::{DateTime, Utc};
use connection::Watched;
use std::{io, sync::Arc, time::Duration};

/// Lends everything of another runtime, and watches over the sockets that it opens. What is opened stays watched: a pace
/// that is changed and a fence that is moved are in force for open sockets as well.
#[derive(Clone)]
pub struct Wire {
    inner: Arc<dyn Runtime>,
    paces: Vec<Pace>,
    fence: Option<Fence>,
}

impl Wire {
    /// Over this runtime; nothing is held up yet.
    pub fn over(inner: Arc<dyn Runtime>) -> Self {
        Self { inner, paces: Vec::new(), fence: None }
    }

    /// The same, no faster than this pace, which is shared with whoever else has it. Several may be given: one of the
    /// project's and one of all.
    #[must_use]
    pub fn paced(mut self, pace: Pace) -> Self {
        self.paces.push(pace);
        self
    }

    /// The same, with nothing written and nothing dialled beyond this fence.
    #[must_use]
    pub fn fenced(mut self, fence: Fence) -> Self {
        self.fence = Some(fence);
        self
    }
}

impl Runtime for Wire {
    fn now(&self) -> DateTime<Utc> {
        self.inner.now()
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.inner.sleep(duration)
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        self.inner.start_blocking(work);
    }

    fn may_write(&self) -> io::Result<()> {
        if let Some(fence) = &self.fence {
            fence.check(self.inner.monotonic())?;
        }
        self.inner.may_write()
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        let (this, dialled) = (self.clone(), self.inner.dial(host, port));
        Box::pin(async move {
            if let Some(fence) = &this.fence {
                fence.check(this.inner.monotonic())?;
            }
            Ok(Box::new(Watched::new(dialled.await?, this)) as Box<dyn Connection>)
        })
    }
}
