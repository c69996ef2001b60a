//! Calendars, address books, tables of contacts and files of Outlook as sources.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

mod alone;
mod broken;
mod changes;
mod folders;
mod runs;
#[path = "../support/mod.rs"]
mod support;
