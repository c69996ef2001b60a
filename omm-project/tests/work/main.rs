//! The worker over a real store and accounts in memory, in virtual time.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod house;
mod keyless;
mod killed;
mod lapsed;
mod limits;
mod notices;
mod observed;
mod runs;
mod town;
mod trouble;
mod wishes;
