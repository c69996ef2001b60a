//! The worker over a real store and accounts in memory, in virtual time.

mod killed;
mod limits;
mod runs;
mod town;
mod trouble;
mod wishes;
