//! The worker over a real store and accounts in memory, in virtual time.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod killed;
mod limits;
mod runs;
mod town;
mod trouble;
mod wishes;
