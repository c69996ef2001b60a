//! The IMAP destination against a server in memory.

mod contract;
mod world;
