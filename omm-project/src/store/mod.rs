//! Where projects are kept, with their migrations, sessions and audit lines.
//!
//! A project has a hundred thousand migrations, and its page must not wait for them: rows have integer keys in the order in which they
//! came, pages begin behind a key, and how many there are in each state is counted when a state changes and not when somebody
//! asks. [`Projects`] is the trait, so that many machines can share a PostgreSQL; [`SqliteProjects`] is one file beside the
//! catalogue of `omm-store`.

mod audit;
mod migration;
mod projects;
mod rotation;
mod sqlite;
mod state;
mod subject;
mod turns;

pub use audit::{Act, AuditLine, Broken, By, verify};
pub use migration::{
    Added, Change, Changed, Counts, MigrationKey, MigrationRow, NewMigration, Page, Secrets,
};
pub use projects::Projects;
pub use rotation::{Rotated, rotate};
pub use sqlite::{SqliteJournals, SqliteProjects};
pub use state::State;
pub use subject::Subject;
pub use turns::{AtWork, Entry, FoundOut, Part, Parts, Take, Turns};
