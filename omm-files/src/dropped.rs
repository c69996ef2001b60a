//! A future that was dropped while a thread works for it.

use omm_core::{Error, Result};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Says to a closure that may still run whether the future that started it was dropped.
#[derive(Default)]
pub(crate) struct Dropped(Arc<AtomicBool>);

impl Dropped {
    /// The part that the closure keeps.
    pub(crate) fn flag(&self) -> Flag {
        Flag(Arc::clone(&self.0))
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Set once nobody waits any more.
pub(crate) struct Flag(Arc<AtomicBool>);

impl Flag {
    /// An error once nobody waits any more: then nothing more may be written.
    pub(crate) fn check(&self) -> Result<()> {
        match self.0.load(Ordering::SeqCst) {
            true => Err(Error::stopped()),
            false => Ok(()),
        }
    }
}
