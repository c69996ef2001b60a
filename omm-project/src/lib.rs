//! Many migrations as one project: a whole domain moves, or a whole platform.
//!
//! What a project is (its id, its password, who is logged in, its [`project::Options`]), how its migrations come in
//! ([`import`]: the form of ten columns as CSV or as a sheet), how their passwords lie at rest ([`sealed`]) where all of it is
//! kept ([`store`]), and who works on it ([`work`]: a row becomes a migration of `omm-core` when its turn has come).
//!
//! As everywhere in OMM, nothing is spawned, time comes from the host's runtime, and nothing blocks but where the host lets it.

mod account;
#[cfg(feature = "fuzzing")]
pub mod fuzz;
pub mod import;
pub mod project;
mod random;
pub mod sealed;
pub mod store;
pub mod work;

pub use account::MailboxKey;
