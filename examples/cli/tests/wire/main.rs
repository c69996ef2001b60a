//! What the servers see when somebody changes a limit or asks for a pause: the whole way from the store of projects through the
//! worker and the IMAP connector to mock servers, in virtual time, so that a second is a second on a busy machine, too.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod far;
mod limits;
mod pause;
mod town;
