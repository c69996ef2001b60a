//! What workers ask of a store of projects.

use super::{By, Change, Changed, MigrationKey, MigrationRow, Projects, State};
use crate::{
    MailboxKey,
    project::ProjectId,
    work::{Progress, Wish},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use omm_core::Result;
use std::{collections::VecDeque, fmt};

/// Held by a worker; dropped, it lets another one in.
pub struct AtWork(Option<Box<dyn std::any::Any + Send + Sync>>);

impl AtWork {
    /// Nothing to hold: workers do not keep each other out.
    pub fn freely() -> Self {
        Self(None)
    }

    /// Whether every other worker is kept out.
    pub fn is_alone(&self) -> bool {
        self.0.is_some()
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

/// What became of taking a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// It is ours, with so many requests at once at each server and in all; without a number, what the project allows.
    Taken {
        /// At each server.
        each_server: Option<usize>,
        /// In all.
        in_all: Option<usize>,
    },
    /// Not this one: it is not waiting any more, or something else is written into its mailbox just now.
    Gone,
    /// Nothing of the project, for the moment: its limits are reached, all workers counted.
    Full,
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

    /// Projects that are not held and have something whose turn it is; the answer costs what it is long. What has waited for
    /// a time that is over now, waits for its turn from now on.
    async fn due(&self, now: DateTime<Utc>) -> Result<Vec<ProjectId>>;

    /// Whose turn it is in a project: the highest priority first, then whoever came first; so many at most.
    async fn first(&self, project: &ProjectId, limit: usize) -> Result<VecDeque<MigrationRow>>;

    /// Takes a migration to work on it, if it still waits for its turn.
    async fn take(&self, project: &ProjectId, row: &MigrationRow, by: &By) -> Result<Take> {
        let change = vec![(row.key, Change::State(State::Running, None))];
        let changed = self.change_migrations(project, change, by).await?;
        Ok(match changed.first() {
            Some(Changed::Changed) => Take::Taken { each_server: None, in_all: None },
            _ => Take::Gone,
        })
    }

    /// Says again that these are at work, and gives those that are not held any more: somebody else may have them. It is
    /// called again and again, as long as anything is at work; what happens how often is the store's affair.
    async fn hold(&self, keys: &[MigrationKey]) -> Result<Vec<MigrationKey>> {
        // Where one worker works alone, nobody else can have them.
        let _ = keys;
        Ok(Vec::new())
    }

    /// Says into which mailbox one of ours writes, by what was found out about its account; `false` where another one writes
    /// into it just now. Of one worker's own he sees to it himself.
    async fn writes_into(&self, key: MigrationKey, mailbox: MailboxKey) -> Result<bool> {
        // Where one worker works alone, nobody else writes.
        let _ = (key, mailbox);
        Ok(true)
    }

    /// Whether anything of a project that is not held waits for its turn or for a time.
    async fn is_waiting(&self) -> Result<bool>;

    /// What somebody wishes of these, as far as anybody does.
    async fn wishes(&self, of: &[MigrationKey]) -> Result<Vec<(MigrationKey, Wish)>>;

    /// Notes how far migrations are. No line of the audit is written.
    async fn note(&self, progress: Vec<(MigrationKey, Progress)>) -> Result<()>;
}
