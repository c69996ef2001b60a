//! IMAP servers as sources and destinations.

#[allow(dead_code, unused_imports, reason = "under construction")]
mod proto;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use proto::fuzz;
