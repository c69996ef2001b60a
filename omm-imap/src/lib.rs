//! IMAP servers as sources and destinations.

#[allow(dead_code, unused_imports, reason = "under construction")]
mod proto;
