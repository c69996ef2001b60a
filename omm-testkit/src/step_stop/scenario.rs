//! What happens in a world, act by act.

use super::World;
use crate::{journal::MemoryJournal, memory::MemoryAccount, sim::SimRuntime};
use omm_core::error::ErrorKind;
use std::fmt;

/// A story: a fresh world, acts, and what must be true at the end. The same each time it is played.
pub struct Scenario<S = MemoryAccount, D = MemoryAccount, T = SimRuntime, J = MemoryJournal> {
    pub(super) name: &'static str,
    pub(super) world: Box<dyn Fn() -> World<S, D, T, J>>,
    pub(super) acts: Vec<Act<S, D, T, J>>,
    pub(super) as_sets: bool,
    pub(super) ends: Vec<OnWorld<S, D, T, J>>,
    pub(super) settles: bool,
}

type OnWorld<S, D, T, J> = Box<dyn Fn(&World<S, D, T, J>)>;

pub(super) enum Act<S, D, T, J> {
    /// A user does something, at either side.
    User(OnWorld<S, D, T, J>),
    /// A run that ends well, or with an error of this kind.
    Run(Option<ErrorKind>),
    /// A run that offers failed items again.
    Retry,
    /// Undo from the n-th run act on, counted from 1.
    Undo(usize),
}

impl<S, D, T, J> Act<S, D, T, J> {
    /// Whether it is an operation of the engine, which can be cut.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Run(_) => "run",
            Self::Retry => "retry",
            Self::Undo(_) => "undo",
        }
    }
}

impl<S, D, T, J> Scenario<S, D, T, J> {
    /// A story without acts. `world` makes a fresh and always equal one.
    pub fn new(name: &'static str, world: impl Fn() -> World<S, D, T, J> + 'static) -> Self {
        Self {
            name,
            world: Box::new(world),
            acts: Vec::new(),
            as_sets: false,
            ends: Vec::new(),
            settles: true,
        }
    }

    /// Then a user does something.
    #[must_use]
    pub fn user(mut self, act: impl Fn(&World<S, D, T, J>) + 'static) -> Self {
        self.acts.push(Act::User(Box::new(act)));
        self
    }

    /// Then a run.
    #[must_use]
    pub fn run(mut self) -> Self {
        self.acts.push(Act::Run(None));
        self
    }

    /// Then a run that ends with an error of this kind.
    #[must_use]
    pub fn run_that_fails(mut self, kind: ErrorKind) -> Self {
        self.acts.push(Act::Run(Some(kind)));
        self
    }

    /// Then a run that offers failed items again.
    #[must_use]
    pub fn retry(mut self) -> Self {
        self.acts.push(Act::Retry);
        self
    }

    /// Then an undo from the n-th run on, counted from 1.
    #[must_use]
    pub fn undo(mut self, from_run: usize) -> Self {
        self.acts.push(Act::Undo(from_run));
        self
    }

    /// Duplicates at the destination are allowed: it cannot be searched.
    #[must_use]
    pub fn duplicates_allowed(mut self) -> Self {
        self.as_sets = true;
        self
    }

    /// Another run after the end would do something: it is not tried.
    #[must_use]
    pub fn never_settles(mut self) -> Self {
        self.settles = false;
        self
    }

    /// And in the end this holds, however the story was interrupted.
    #[must_use]
    pub fn ends(mut self, check: impl Fn(&World<S, D, T, J>) + 'static) -> Self {
        self.ends.push(Box::new(check));
        self
    }
}

impl<S, D, T, J> fmt::Debug for Scenario<S, D, T, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let acts: Vec<_> = self.acts.iter().map(Act::name).collect();
        f.debug_struct("Scenario").field("name", &self.name).field("acts", &acts).finish_non_exhaustive()
    }
}
