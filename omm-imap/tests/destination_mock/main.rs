//! The IMAP destination against a server in memory.

mod appending;
mod contract;
mod making;
mod quirks;
mod removing;
mod unsaid;
mod whole;
mod world;
