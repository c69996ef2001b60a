//! IMAP accounts on real servers, migrated by the SDK as a host would use it, and judged by a witness that knows
//! nothing of it.
#![cfg(unix)]

mod refusals;
mod second_run;
mod whole;
mod world;
