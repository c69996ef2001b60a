//! The durable state of OMM migrations, in SQLite.
//!
//! Two forces meet here: a record must have reached the disk before the act that it announces, and a ledger of a
//! million entries must be worked on in pages. So every batch is one transaction with `synchronous=FULL`, keys are
//! integers in append order, and every question the engine asks is answered by an index.
//!
//! A state folder holds one database per migration and a catalogue of them:
//!
//! ```text
//! <state>/catalogue.db            which migrations there are
//! <state>/migrations/k7m-3qx.db   one migration's journal; erasing a migration is deleting this file
//! <state>/migrations/k7m-3qx.lock held, as a lock of the operating system, by the process that works on it
//! ```
//!
//! Nothing here folds records: that is [`omm_core::journal::Entry::apply`], so the rules live in core.
//! No secret is stored: an [`omm_core::seam::AccountSpec`] holds a reference to one.

mod catalogue;
mod commit;
mod database;
mod digests;
mod error;
mod fold;
mod journal;
mod line;
mod lock;
mod page;
mod query;
mod row;
mod runs;
mod schema;

/// How our database files are opened, for what other crates of ours keep beside the catalogue.
pub mod sqlite {
    pub use crate::{
        database::{Database, Missing},
        error::Fault,
        lock::Lock,
        schema::{Schema, Upgrade},
    };
}

pub use catalogue::Catalogue;
pub use journal::SqliteJournal;
pub use omm_core::journal::MigrationRow;
