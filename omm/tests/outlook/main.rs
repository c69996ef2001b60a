//! Outlook data files, written by the testkit, migrated by the SDK as a host would use it.
#![cfg(unix)]

mod again;
mod census;
mod damage;
mod export;
mod newer;
mod structure;
mod to_mail;
mod tree;
#[path = "../imap/world.rs"]
#[allow(dead_code, reason = "each test binary uses its part")]
mod world;
