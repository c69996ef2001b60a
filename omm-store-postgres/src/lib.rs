//! The durable state of OMM migrations, in PostgreSQL: where many workers on many machines share it.
//!
//! The same forces as in the store of one machine, and one more. A record must have reached the disk before the act that
//! it announces, and a ledger of a million entries must be worked on in pages. Here a worker may also be thought dead
//! and wake up later. So nothing rests on who believes to be the owner: each transaction locks the migration's row in
//! `owners` and looks at its epoch and its lease before it writes anything, and whoever takes a migration over raises both.
//!
//! All migrations are in one database, in the schema `omm`, every table by migration first. A question is answered by an
//! index that begins with the migration, so what one costs does not grow with the number of the others.
//!
//! Needs PostgreSQL 13 or newer, and a tokio runtime that is there as long as the store: its connections live in the one
//! in which [`PostgresStore::connect`] was called. The futures may be polled anywhere.
//!
//! Nothing here folds records: that is [`omm_core::journal::Folding`], so the rules live in core.
//! No secret is stored: an [`omm_core::seam::AccountSpec`] holds a reference to one.

mod catalogue;
mod commit;
mod database;
mod error;
mod fold;
mod journal;
mod lease;
mod lent;
mod page;
mod query;
mod row;
mod runs;
mod schema;
mod text;

/// The database, for what other crates of ours keep in a schema of their own beside this one.
pub mod sql {
    pub use crate::{
        database::{Database, Transaction},
        error::Fault,
        lent::Lent,
        schema::Schema,
        text::{read, stored},
    };
}

pub use catalogue::PostgresStore;
pub use database::Settings;
pub use journal::PostgresJournal;
pub use lease::{Grant, Lease, Terms};
