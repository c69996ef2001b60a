//! What workers ask of a store of projects.

use super::{By, MigrationKey, MigrationRow, Projects};
use crate::{
    project::ProjectId,
    work::{Progress, Wish},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use omm_core::Result;
use std::collections::VecDeque;

/// Migrations of one project whose turn it is, in the order in which they are to begin.
pub type Due = (ProjectId, VecDeque<MigrationRow>);

/// A store that workers take migrations from.
///
/// # Errors
/// As for [`Projects`].
///
/// # Cancel safety
/// As for [`Projects`].
#[async_trait]
pub trait Turns: Projects {
    /// What a worker that is gone has left running waits for its turn again.
    async fn take_up(&self, by: &By) -> Result<()>;

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
