//! What workers ask of a store of projects.

use super::{By, Change, Changed, MigrationKey, MigrationRow, Page, Projects, State};
use crate::{
    MailboxKey,
    project::ProjectId,
    work::{Progress, Wish},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use omm_core::{Result, seam::AccountSpec};
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
    /// It is ours.
    Taken {
        /// Its part of what the project allows; nothing where all of that is one worker's.
        part: Option<Part>,
        /// How many workers have something of the project at work, this one included.
        workers: usize,
    },
    /// Not this one: it is not waiting any more, or something else is written into its mailbox just now.
    Gone,
    /// Nothing of the project, for the moment: its limits are reached, or those of all projects, all workers counted.
    Full,
}

/// How many requests one migration may have open, of those that its project allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// At each server.
    pub each_server: usize,
    /// In all.
    pub in_all: usize,
}

/// What of a project's limits is one worker's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// What each of his migrations may have from now on. Of one that is not named nothing changes.
    pub of: Vec<(MigrationKey, Part)>,
    /// How many workers have something of the project at work: of its bandwidth each has as much as the others.
    pub workers: usize,
}

/// Where a migration leads, by what was found out about its accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundOut {
    /// What it writes into.
    pub mailbox: MailboxKey,
    /// What stands for the server that is read ([`MailboxKey::server`]).
    pub source_server: String,
    /// What stands for the server that is written.
    pub destination_server: String,
}

impl FoundOut {
    /// By both accounts in their normal form.
    pub fn of(source: &AccountSpec, destination: &AccountSpec) -> Self {
        Self {
            mailbox: MailboxKey::of(destination),
            source_server: MailboxKey::server(source),
            destination_server: MailboxKey::server(destination),
        }
    }
}

/// Whether a migration may go where it was found to lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It may; with this part, where the one that it was given is too much for these servers.
    Free(Option<Part>),
    /// Another one writes into the mailbox just now, or the migration is not ours any more. Where it is the mailbox, the store
    /// gives the migration no turn before that is free.
    Busy,
    /// As much is open at one of the servers as the project allows there, or as is its part of what all projects may have.
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

    /// What time it is, by the clock that all who work on this store have in common: workers go by it, and not by their own.
    async fn now(&self) -> Result<DateTime<Utc>>;

    /// Projects that are not held and have something whose turn it is; the answer costs what it is long. What has waited for
    /// a time that is over now, waits for its turn from now on.
    async fn due(&self, now: DateTime<Utc>) -> Result<Vec<ProjectId>>;

    /// Whose turn it is in a project: the highest priority first, then whoever came first; so many at most. Fewer are all that
    /// there are, as far as the store looks behind what cannot run just now.
    async fn first(&self, project: &ProjectId, limit: usize) -> Result<VecDeque<MigrationRow>>;

    /// Takes a migration to work on it, if it still waits for its turn.
    async fn take(&self, project: &ProjectId, row: &MigrationRow, by: &By) -> Result<Take> {
        let change = vec![(row.key, Change::State(State::Running, None))];
        let changed = self.change_migrations(project, change, by).await?;
        Ok(match changed.first() {
            Some(Changed::Changed) => Take::Taken { part: None, workers: 1 },
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

    /// Says where one of ours leads, by what was found out about its accounts, and asks whether it may go there: before anything
    /// is opened. Of one worker's own he sees to the mailboxes himself.
    async fn leads_to(&self, key: MigrationKey, found: &FoundOut) -> Result<Entry> {
        // Where one worker works alone, nobody else writes, and each server has a limit of its own.
        let _ = (key, found);
        Ok(Entry::Free(None))
    }

    /// Says what these migrations of a project may have open at most, as they have it in force, and asks what they may have
    /// from now on: options change, others come and go. Less is counted as less only when it is said here to be in force;
    /// more is counted before it is given. Nothing where all that a project allows is one worker's.
    async fn parts(&self, project: &ProjectId, in_force: &[(MigrationKey, Part)]) -> Result<Option<Parts>> {
        let _ = (project, in_force);
        Ok(None)
    }

    /// Which of those that run go on where only so many may, of all projects and workers; the others are sent home by whoever has
    /// them. Nothing where all that runs is one worker's: he sees to it himself.
    async fn staying(&self, migrations: usize) -> Result<Option<Vec<MigrationKey>>> {
        let _ = migrations;
        Ok(None)
    }

    /// Whether anything of a project that is not held waits for its turn or for a time.
    async fn is_waiting(&self) -> Result<bool>;

    /// Whether anything of this project is at work, or waits for its turn or for a time; the latter only where it is not held.
    async fn is_waiting_in(&self, id: &ProjectId) -> Result<bool> {
        const PAGE: u32 = 500;
        let Some(project) = self.project(id).await? else { return Ok(false) };
        let counts = self.counts(id).await?;
        let is_any = |states: &[State]| states.iter().any(|state| counts.of(*state) > 0);
        if is_any(&[State::Running, State::Stopping]) {
            return Ok(true);
        }
        if project.held || is_any(&[State::NotStarted, State::Waiting, State::Scheduled]) {
            return Ok(!project.held);
        }
        // What rests may go on by itself.
        let mut page = Page::first(PAGE).in_state(State::Paused);
        loop {
            let rows = self.page(id, page).await?;
            let Some(last) = rows.last() else { return Ok(false) };
            if rows.iter().any(|row| row.start.is_some()) {
                return Ok(true);
            }
            page = page.behind(last.key);
        }
    }

    /// What somebody wishes of these, as far as anybody does.
    async fn wishes(&self, of: &[MigrationKey]) -> Result<Vec<(MigrationKey, Wish)>>;

    /// Notes how far migrations are. No line of the audit is written.
    async fn note(&self, progress: Vec<(MigrationKey, Progress)>) -> Result<()>;
}
