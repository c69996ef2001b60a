//! Whom a run tells.

use super::Notice;
use async_trait::async_trait;
use omm_core::Error;
use std::fmt;

/// Whom a run tells what happened. [`super::Post`] is the usual one: it files the notice and sends it later. A host that has
/// its own way to tell people implements this instead.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Takes a notice on.
    ///
    /// - The same notice may be told again, after a kill say: its [`Notice::key`] is the same, and nobody is told twice.
    /// - It comes back soon: no server is asked here.
    ///
    /// # Errors
    /// [`Untold`], which is a value to note and no error to hand on: a notice that could not be given never fails a
    /// migration. It is no [`std::error::Error`], and nothing turns it into one, so that `?` does not do it by mistake.
    ///
    /// # Cancel safety
    /// After a drop the notice may have been taken on; telling it again is safe.
    async fn notify(&self, notice: &Notice) -> Result<Delivered, Untold>;

    /// Forgets what it knows of a project, which was erased.
    ///
    /// # Errors
    /// [`Untold`], as above.
    ///
    /// # Cancel safety
    /// After a drop some of it may be forgotten.
    async fn forget(&self, _project: &str) -> Result<(), Untold> {
        Ok(())
    }

    /// The same of one migration.
    ///
    /// # Errors
    /// [`Untold`], as above.
    ///
    /// # Cancel safety
    /// As above.
    async fn forget_migration(&self, _migration: &str) -> Result<(), Untold> {
        Ok(())
    }
}

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// So many recipients will be told.
    pub filed: usize,
    /// So many knew already, or will be told without this.
    pub known: usize,
}

/// A notice that could not be taken on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Untold {
    why: String,
}

/// Tells nobody: the usual thing where no recipient was named.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Untold {
    /// With the reason.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into() }
    }

    /// Why, for the log.
    pub fn why(&self) -> &str {
        &self.why
    }

    pub(super) fn because(error: &Error) -> Self {
        Self::new(error.to_string())
    }
}

impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nobody was told: {}", self.why)
    }
}

#[async_trait]
impl Notifier for Silent {
    async fn notify(&self, _notice: &Notice) -> Result<Delivered, Untold> {
        Ok(Delivered { filed: 0, known: 0 })
    }
}
