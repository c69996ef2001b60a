//! POP3 accounts, on the mock server and on real ones, migrated by the SDK as a host would use it, and judged by those
//! who know nothing of it.
#![cfg(unix)]

mod cuts;
mod on_mock;
mod stories;
mod unruly;
mod whole;
#[path = "../imap/world.rs"]
#[allow(dead_code, reason = "each test binary uses its part")]
mod world;
