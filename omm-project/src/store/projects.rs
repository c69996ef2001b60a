//! The trait that stores of projects keep.

use super::{
    Added, AuditLine, By, Change, Changed, Counts, MigrationKey, MigrationRow, NewMigration, Page, Secrets,
    Subject,
};
use crate::project::{HouseLimits, Project, ProjectId, Rule, Session, TokenHash};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::Result;

/// Keeps projects.
///
/// What is written is durable when a call returns, and all of a call is written or nothing, its audit line included. Every call
/// that changes a project makes it younger for its retention; that somebody logs in, or that what is overdue goes, is no change of
/// it. Times are kept to the microsecond.
///
/// # Errors
/// [`omm_core::error::ErrorKind::Journal`] when the store cannot be read or written; [`omm_core::error::ErrorKind::Config`] when a call names a project that is not
/// there.
///
/// # Cancel safety
/// A call that was begun is made as a whole or not at all, even if its future is dropped.
#[async_trait]
pub trait Projects: Send + Sync {
    /// Makes a project.
    async fn create(&self, project: &Project, by: &By) -> Result<()>;

    /// The project of that name.
    async fn project(&self, id: &ProjectId) -> Result<Option<Project>>;

    /// Projects in the order of their names, those behind `after`.
    async fn projects(&self, after: Option<&ProjectId>, limit: u32) -> Result<Vec<Project>>;

    /// Puts a project in the place of the stored one, and gives it back as it is stored now. Its id, and when it was made, stay.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Config`] when it was changed since it was read: [`Project::revision`].
    async fn change(&self, project: &Project, by: &By) -> Result<Project>;

    /// What all projects together may have; nothing is limited before somebody says so.
    async fn house_limits(&self) -> Result<HouseLimits>;

    /// Changes that. Workers hear of it within half a second. No line of the audit is written: those are of one project each.
    async fn limit_house(&self, limits: &HouseLimits) -> Result<()>;

    /// Erases a project with its migrations, passwords and sessions; its audit lines stay, and its journals are
    /// [orphans](Self::orphans). Says whether there was one.
    async fn erase(&self, id: &ProjectId, by: &By) -> Result<bool>;

    /// Projects whose retention is over, so many at most: of those nothing runs, nothing waits for a time, and nothing waits
    /// for its turn unless the project is held.
    async fn overdue(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ProjectId>>;

    /// Erases a project if it is [overdue](Self::overdue), in one step with the question. Says whether it was.
    async fn retire(&self, id: &ProjectId, now: DateTime<Utc>, by: &By) -> Result<bool>;

    /// Erases migrations that are [over](super::State::is_final) and have not changed for as long as their project keeps things,
    /// so many at most, and gives their numbers. Each project has its audit line; its other migrations stay.
    async fn retire_migrations(&self, now: DateTime<Utc>, limit: u32, by: &By) -> Result<Vec<MigrationKey>>;

    /// The names of journals that no migration names any more, in their order, those behind `after`.
    async fn orphans(&self, after: Option<&str>, limit: u32) -> Result<Vec<String>>;

    /// This journal is erased, and its name with it.
    async fn buried(&self, journal: &str) -> Result<()>;

    /// Reserves so many numbers in a row, and gives the first. Numbers that are not used are lost.
    async fn reserve(&self, count: u64) -> Result<MigrationKey>;

    /// Adds migrations. The answers line up with them; whatever is refused, the others are added.
    async fn add(&self, project: &ProjectId, migrations: Vec<NewMigration>, by: &By) -> Result<Vec<Added>>;

    /// One migration.
    async fn migration(&self, project: &ProjectId, key: MigrationKey) -> Result<Option<MigrationRow>>;

    /// A page of migrations. It costs what it is long, however many there are.
    async fn page(&self, project: &ProjectId, page: Page) -> Result<Vec<MigrationRow>>;

    /// How many migrations there are in each state. It costs the same, however many there are.
    async fn counts(&self, project: &ProjectId) -> Result<Counts>;

    /// How many migrations of all projects there are in each state. It costs as much as there are projects.
    async fn totals(&self) -> Result<Counts>;

    /// Changes migrations. The answers line up with the changes, which are made one after the other; whatever is refused, the
    /// others are made.
    async fn change_migrations(
        &self,
        project: &ProjectId,
        changes: Vec<(MigrationKey, Change)>,
        by: &By,
    ) -> Result<Vec<Changed>>;

    /// Erases migrations, and says how many there were; those that somebody works on are left. Nothing happens at any
    /// account, and their journals are [orphans](Self::orphans).
    async fn erase_migrations(&self, project: &ProjectId, keys: Vec<MigrationKey>, by: &By) -> Result<u64>;

    /// The passwords of all projects in the order of their migrations, those behind `after`; migrations without any are left
    /// out.
    async fn secrets(&self, after: Option<MigrationKey>, limit: u32) -> Result<Vec<Secrets>>;

    /// Somebody is logged in.
    async fn open_session(&self, session: &Session, by: &By) -> Result<()>;

    /// A session, over or not.
    async fn session(&self, token: &TokenHash) -> Result<Option<Session>>;

    /// Ends a session; one that is not there is ended already.
    async fn end_session(&self, token: &TokenHash, by: &By) -> Result<()>;

    /// Ends all sessions of a project: its password was changed.
    async fn end_sessions(&self, project: &ProjectId, by: &By) -> Result<()>;

    /// One more attempt to log in, if [`crate::project::Attempts::next`] allows it; else how long to wait. Of several at
    /// once, each counts.
    async fn attempt(
        &self,
        subject: &Subject,
        rule: &Rule,
        now: DateTime<Utc>,
    ) -> Result<std::result::Result<(), TimeDelta>>;

    /// An attempt succeeded: those upon the project are forgotten, and the address has one less.
    async fn succeeded(&self, address: &Subject, project: &Subject) -> Result<()>;

    /// Throws away sessions that are over and attempts of more than two days ago. To be called now and then.
    async fn sweep(&self, now: DateTime<Utc>) -> Result<()>;

    /// The audit lines of a project, those behind `after`; of one that was erased, too.
    async fn audit(&self, project: &ProjectId, after: u64, limit: u32) -> Result<Vec<AuditLine>>;
}
