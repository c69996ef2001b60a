//! What workers ask of a store of projects.

use super::{By, MigrationKey, MigrationRow, Projects};
use crate::{
    project::ProjectId,
    work::{Progress, Wish},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use omm_core::Result;
use std::{collections::VecDeque, fmt};

/// Migrations of one project whose turn it is, in the order in which they are to begin.
pub type Due = (ProjectId, VecDeque<MigrationRow>);

/// Held by a worker; dropped, it lets another one in.
pub struct AtWork(Option<Box<dyn std::any::Any + Send + Sync>>);

impl AtWork {
    /// Nothing to hold: workers do not keep each other out.
    pub fn freely() -> Self {
        Self(None)
    }

    /// With something that ends when it is dropped.
    pub fn holding(lock: impl Send + Sync + 'static) -> Self {
        Self(Some(Box::new(lock)))
    }
}

impl fmt::Debug for AtWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtWork").field("alone", &self.0.is_some()).finish()
    }
}

/// A store that workers take migrations from.
///
/// # Errors
/// As for [`Projects`].
///
/// # Cancel safety
/// As for [`Projects`].
#[async_trait]
pub trait Turns: Projects {
    /// What a worker that is gone has left running waits for its turn again. The answer is held for as long as this one
    /// works.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Journal`] also where only one worker may work at a time, and another one does.
    async fn take_up(&self, by: &By) -> Result<AtWork>;

    /// Whose turn it is, of projects that are not held: the highest priority first, then whoever came first; at most `each`
    /// of a project. What has waited for a time that is over now, waits for its turn from now on.
    async fn due(&self, now: DateTime<Utc>, each: usize) -> Result<Vec<Due>>;

    /// Whether anything of a project that is not held waits for its turn or for a time.
    async fn is_waiting(&self) -> Result<bool>;

    /// What somebody wishes of these, as far as anybody does.
    async fn wishes(&self, of: &[MigrationKey]) -> Result<Vec<(MigrationKey, Wish)>>;

    /// Notes how far migrations are. No line of the audit is written.
    async fn note(&self, progress: Vec<(MigrationKey, Progress)>) -> Result<()>;
}
