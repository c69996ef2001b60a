//! Two accounts, a journal and a clock: everything that outlives a killed run.

use super::{Account, Fuse, Kept, Time, fused_destination, fused_journal};
use crate::{journal::MemoryJournal, memory::MemoryAccount, sim::SimRuntime};
use omm_core::{engine::Migration, event::Listener, host::Env, options::Options};
use std::sync::{Mutex, PoisonError};

/// A small world in which a migration happens.
#[derive(Debug)]
pub struct World<S = MemoryAccount, D = MemoryAccount, T = SimRuntime, J = MemoryJournal> {
    /// What is read.
    pub source: S,
    /// What is written.
    pub destination: D,
    /// What is remembered.
    pub journal: J,
    /// The time.
    pub clock: T,
    /// Where runs are cut.
    pub fuse: Fuse,
    options: Mutex<Options>,
    /// Open requests per server.
    permits: usize,
}

impl World {
    /// A world with a source and a destination, an empty journal and default options, one folder at a time (so that
    /// steps come in the same order each time).
    pub fn new(source: MemoryAccount, destination: MemoryAccount) -> Self {
        Self::with_clock(source, destination, SimRuntime::new())
    }
}

impl<S: Account, D: Account, T: Time> World<S, D, T> {
    /// The same with accounts and a time of any kind.
    pub fn with_clock(source: S, destination: D, clock: T) -> Self {
        let mut options = Options::default();
        options.folders_at_once = 1;
        Self {
            source,
            destination,
            journal: MemoryJournal::new(),
            clock,
            fuse: Fuse::new(),
            options: Mutex::new(options),
            permits: 4,
        }
    }

    /// The same with an empty journal of another kind.
    pub fn with_journal<J: Kept>(self, journal: J) -> World<S, D, T, J> {
        let Self { source, destination, clock, fuse, options, permits, .. } = self;
        World { source, destination, journal, clock, fuse, options, permits }
    }
}

impl<S: Account, D: Account, T: Time, J: Kept> World<S, D, T, J> {
    /// The same with so many permits per lane.
    #[must_use]
    pub fn with_permits(mut self, permits: usize) -> Self {
        self.permits = permits;
        self
    }

    /// Changes the options of the runs to come.
    pub fn choose(&self, change: impl FnOnce(&mut Options)) {
        change(&mut self.options.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The migration, as a new process would open it.
    pub fn migration(&self) -> Migration {
        self.migration_heard_by(Listener::none())
    }

    /// The same with somebody who listens.
    pub fn migration_heard_by(&self, listener: Listener) -> Migration {
        let mut env = Env::new(self.clock.lend());
        env.limiter = omm_core::host::Limiter::new(self.permits);
        let destination = fused_destination(self.destination.open_destination(&env), &self.fuse);
        let journal = fused_journal(self.journal.shared(), &self.fuse);
        let options = self.options.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Migration::new(self.source.open_source(&env), destination, journal, env)
            .with_options(options)
            .with_listener(listener)
    }
}
