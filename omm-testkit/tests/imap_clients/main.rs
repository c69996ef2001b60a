//! Clients that we did not write synchronise against the mock: mbsync, offlineimap, Python's imaplib.

mod imaplib;
mod mailbox;
mod mbsync;
mod offlineimap;
#[path = "../program/mod.rs"]
mod program;
