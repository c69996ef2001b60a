//! A memory account: source and destination in one, with every item kind and bad habits on demand.
//!
//! It stands in for the hard servers: folders and items that change under one's feet, answers that are lost
//! after the write, cursors that expire. What it does well it does exactly as the seam says; what it does badly
//! is named in [`Habits`].

mod destination;
mod generated;
mod habits;
mod settings;
mod sink;
mod snapshot;
mod source;
mod state;
mod user;

pub use generated::GeneratedSource;
pub use habits::{Cursors, Habits, Lost, Rewrites, Sizes};
pub use settings::{Feed, Settings};
pub use sink::Sink;
pub use snapshot::{Seen, Snapshot};

use crate::mailbox::Mailbox;
use habits::Moods;
use omm_core::seam::{Destination, Source};
use state::State;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An account in memory. Clones share the same folders, so keep one to play the user at either side.
#[derive(Clone, Debug)]
pub struct MemoryAccount(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    moods: Moods,
}

impl MemoryAccount {
    /// An empty account.
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    /// An empty account of a certain character.
    pub fn with(settings: Settings) -> Self {
        let state = Mutex::new(State::new(settings));
        Self(Arc::new(Shared { state, moods: Moods::default() }))
    }

    /// Puts a whole mailbox in.
    #[must_use]
    pub fn holding(self, mailbox: &Mailbox) -> Self {
        for folder in &mailbox.folders {
            self.add_folder(&folder.path, folder.role, folder.kind);
            for item in &folder.items {
                self.add(&folder.path, item.clone());
            }
        }
        self
    }

    /// The account as a source.
    pub fn source(&self) -> Arc<dyn Source> {
        Arc::new(self.clone())
    }

    /// The account as a destination.
    pub fn destination(&self) -> Arc<dyn Destination> {
        Arc::new(self.clone())
    }

    /// Gives it bad habits from now on; counters start anew.
    pub fn behave(&self, habits: Habits) {
        self.0.moods.set(habits);
    }

    /// Changes its character, e.g. to raise a quota.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.lock().settings);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryAccount {
    fn default() -> Self {
        Self::new()
    }
}
