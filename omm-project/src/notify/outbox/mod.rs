//! What is to be told, durably, and told once.
//!
//! # None sent twice
//!
//! SMTP cannot be asked whether a mail has arrived. A process that dies between the server's `250` and its own note of it
//! leaves a mail of which nobody knows, and there are two ways to go on: to send it again (some get two) or not to (some
//! get none). The issue decides: **none is sent twice for one event, also across a kill**. So a row is marked
//! [`State::Sending`], durably, after the server has agreed to take the text (`354`) and before the first byte of it leaves:
//!
//! | where it dies | row | what follows |
//! |---|---|---|
//! | before the mark | claimed | tried again when the lease is over; a server throws away a mail whose end it never saw (RFC 5321 §4.1.1.10) |
//! | between the mark and the answer, or its note | sending | [`State::Unknown`] when the lease is over: not sent again, told to the host once by [`Outbox::sweep`], for its audit |
//! | after the note | sent | nothing |
//!
//! A server that says no, even to the last dot, has said it: such a mail is tried again or given up, and is not unknown.
//! The Message-ID is made of the key, so even a server that took a mail twice could tell.
//!
//! Webhooks are sent at least once: their receiver knows each by its id, which is the same at every attempt, as the
//! Standard Webhooks specification asks of it. They go without the mark.

mod choice;
mod memory;
mod row;
mod sqlite;
mod state;

pub use choice::{Choice, MOST_IN_ONE, choose, due, is_urgent};
pub use memory::MemoryOutbox;
pub use row::{Row, Settlement};
pub use sqlite::SqliteOutbox;
pub use state::{Illegal, State, Step};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::error::Result;

/// Rows that go in one message, taken by one worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its number, never given twice by an outbox: an older one can do nothing any more.
    pub number: u64,
    /// All to one recipient.
    pub rows: Vec<Row>,
}

/// What a worker asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The host's time.
    pub now: DateTime<Utc>,
    /// Until when nobody else takes what this worker took.
    pub lease: DateTime<Utc>,
    /// The least time between two digests of a project ([`super::pace`]).
    pub interval: TimeDelta,
}

/// Where notices wait, kept by a store. Every call is one transaction and durable when it returns; several workers may call
/// at once.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Keeps new rows; says how many. A row whose key is known, in whatever state, is left as it is.
    ///
    /// # Errors
    /// The store's; then nothing was kept.
    ///
    /// # Cancel safety
    /// After a drop it may have been kept; filing it again is safe.
    async fn file(&self, rows: Vec<Row>) -> Result<usize>;

    /// Takes what goes next ([`choose`]): all of its rows are [`State::Claimed`] by a new number. Rows whose lease is over
    /// are put back before that ([`Row::expire`]).
    ///
    /// # Errors
    /// The store's; then nothing was taken.
    ///
    /// # Cancel safety
    /// After a drop it may have been taken; it comes back when the lease is over.
    async fn claim(&self, ask: Ask) -> Result<Choice<Claim>>;

    /// Marks all rows of a claim [`State::Sending`], with a new lease. `false`, and nothing is marked, when any of them is no
    /// longer claimed by this number, or its lease was over: then nothing may be sent.
    ///
    /// # Errors
    /// The store's; then nothing may be sent, and it may have been marked.
    ///
    /// # Cancel safety
    /// After a drop it may have been marked.
    async fn begin(&self, claim: u64, now: DateTime<Utc>, lease: DateTime<Utc>) -> Result<bool>;

    /// Notes what became of a claim, also of one that was swept in the meantime; `false` when its rows belong to another one
    /// by now.
    ///
    /// # Errors
    /// The store's.
    ///
    /// # Cancel safety
    /// After a drop it may have been noted.
    async fn settle(&self, claim: u64, settlement: Settlement, now: DateTime<Utc>) -> Result<bool>;

    /// Puts back what is stale, and gives the rows whose fate became unknown, by this call or by [`Outbox::claim`], and was
    /// not told before: once each.
    ///
    /// # Errors
    /// The store's.
    ///
    /// # Cancel safety
    /// After a drop they may count as told; the rows say so all the same.
    async fn sweep(&self, now: DateTime<Utc>) -> Result<Vec<Row>>;

    /// A row, by its key.
    ///
    /// # Errors
    /// The store's.
    async fn row(&self, key: &super::Key) -> Result<Option<Row>>;

    /// The rows of a project, sent or not, the newest first, so many at most.
    ///
    /// # Errors
    /// The store's.
    async fn of_project(&self, project: &str, limit: u32) -> Result<Vec<Row>>;

    /// Whoever held anything is gone, for sure: it is as if every lease were over. For a worker that knows that it is alone.
    ///
    /// # Errors
    /// The store's.
    ///
    /// # Cancel safety
    /// After a drop it may have been done; doing it again is safe.
    async fn take_up(&self, now: DateTime<Utc>) -> Result<()>;

    /// Deletes all rows of a migration, sent or not; says how many.
    ///
    /// # Errors
    /// The store's.
    async fn forget(&self, migration: &str) -> Result<usize>;

    /// Deletes all rows of a project and of its migrations, sent or not; says how many.
    ///
    /// # Errors
    /// The store's.
    async fn forget_project(&self, project: &str) -> Result<usize>;

    /// Deletes closed rows that were filed before; says how many. An event that is told again after that is news, so this
    /// comes no earlier than the end of the migration's own retention.
    ///
    /// # Errors
    /// The store's.
    async fn clear(&self, before: DateTime<Utc>) -> Result<usize>;
}
