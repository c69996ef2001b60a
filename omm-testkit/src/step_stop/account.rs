//! What a story can be played with: accounts of any kind, and a time of any kind.

use crate::{
    journal::MemoryJournal,
    memory::{MemoryAccount, Snapshot},
    sim::{self, SimRuntime},
};
use omm_core::{
    host::{Env, Runtime},
    journal::Journal,
    seam::{Destination, Source},
};
use std::sync::Arc;

/// An account that outlives a killed run: in memory, on a mock server, on a real one.
pub trait Account {
    /// Opened to be read, as a new process would.
    fn open_source(&self, env: &Env) -> Arc<dyn Source>;

    /// Opened to be written, as a new process would.
    fn open_destination(&self, env: &Env) -> Arc<dyn Destination>;

    /// What is in it.
    fn contents(&self) -> Snapshot;

    /// An item's id without what differs from one play to the next.
    fn stable_id(&self, id: &str) -> String {
        id.to_owned()
    }
}

/// A journal that outlives a killed run.
pub trait Kept {
    /// Opened to be read and written, as a new process would.
    fn shared(&self) -> Arc<dyn Journal>;
}

/// What drives the runs of a story.
pub trait Time {
    /// Lent to the runs.
    fn lend(&self) -> Arc<dyn Runtime>;

    /// Drives a future until it ends or `cut` says yes; then it is dropped where it stands, and the answer is nothing.
    fn run_until<T>(&self, future: impl Future<Output = T>, cut: impl Fn() -> bool) -> Option<T>;

    /// Drives a future to its end.
    fn run<T>(&self, future: impl Future<Output = T>) -> T {
        match self.run_until(future, || false) {
            Some(value) => value,
            None => unreachable!("nothing stops it"),
        }
    }
}

impl Kept for MemoryJournal {
    fn shared(&self) -> Arc<dyn Journal> {
        Self::shared(self)
    }
}

impl Account for MemoryAccount {
    fn open_source(&self, _: &Env) -> Arc<dyn Source> {
        self.source()
    }

    fn open_destination(&self, _: &Env) -> Arc<dyn Destination> {
        self.destination()
    }

    fn contents(&self) -> Snapshot {
        self.snapshot()
    }
}

impl Time for SimRuntime {
    fn lend(&self) -> Arc<dyn Runtime> {
        self.shared()
    }

    fn run_until<T>(&self, future: impl Future<Output = T>, cut: impl Fn() -> bool) -> Option<T> {
        sim::run_until(self, future, cut)
    }
}
