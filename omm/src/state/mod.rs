//! The friendly layer: a folder of state, and the migrations in it.

mod absent;
mod builder;
mod checkup;
#[cfg(feature = "discover")]
mod finding;
mod migrations;
#[cfg(feature = "project")]
mod projects;
mod session;

pub use builder::Builder;
pub use checkup::CheckUp;
pub use migrations::{Known, Omm, Status};
pub use omm_store::MigrationRow;
pub use session::Session;
