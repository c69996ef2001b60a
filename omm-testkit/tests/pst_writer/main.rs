//! The PST writer, checked by programs and libraries that are not ours, and by what the format promises.
#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod file;
mod oracle;
mod pffexport;
mod readpst;
mod structure;
