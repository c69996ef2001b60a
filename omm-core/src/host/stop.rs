//! The wish to stop, heard by every wait.

use crate::error::{Error, Result};
use event_listener::Event;
use futures::future::{Either, select};
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// A handle that asks a run to end at a tidy place. Cloning gives another handle to the same wish.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    requested: AtomicBool,
    changed: Event,
}

impl Stop {
    /// Nobody has asked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks. There is no way back: a new run takes a new handle.
    pub fn request(&self) {
        self.0.requested.store(true, Ordering::SeqCst);
        self.0.changed.notify(usize::MAX);
    }

    /// Whether somebody asked.
    pub fn requested(&self) -> bool {
        self.0.requested.load(Ordering::SeqCst)
    }

    /// Ends when somebody asks.
    pub async fn wait(&self) {
        while !self.requested() {
            let listener = self.0.changed.listen();
            if !self.requested() {
                listener.await;
            }
        }
    }

    /// An error if somebody asked.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::Stopped`].
    pub fn check(&self) -> Result<()> {
        if self.requested() { Err(Error::stopped()) } else { Ok(()) }
    }

    /// Waits for `future`, but not past a request to stop. For waits only, never around a write.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::Stopped`].
    pub async fn interrupts<T>(&self, future: impl Future<Output = T>) -> Result<T> {
        self.check()?;
        match select(pin!(future), pin!(self.wait())).await {
            Either::Left((value, _)) => Ok(value),
            Either::Right(((), _)) => Err(Error::stopped()),
        }
    }
}
