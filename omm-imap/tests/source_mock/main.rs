//! The IMAP source against a server in memory.

mod changes;
mod contract;
mod fetching;
mod folders;
mod gmail;
mod misheard;
mod missing;
mod misspoken;
mod rounds;
mod world;
