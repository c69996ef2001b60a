//! POP3 without I/O: bytes in, events out; commands in, bytes out. No clock, no randomness, no socket.
//!
//! | room      | what lives there                                                          |
//! |-----------|---------------------------------------------------------------------------|
//! | `command` | what we can say; what would delete something cannot be said               |
//! | `client`  | which answer belongs to which command                                     |
//! | `framer`  | where a line ends, and where a message (dot-stuffing, RFC 1939 §3)        |
//! | `status`  | `+OK`, `-ERR`, response codes                                             |
//! | `listing` | lines of LIST and UIDL                                                    |

mod client;
mod command;
mod framer;
#[cfg(feature = "fuzzing")]
pub mod fuzz;
mod listing;
mod status;

#[cfg(test)]
mod dialogues;

pub(crate) use client::{Client, Event, Limits};
pub(crate) use command::Command;
pub(crate) use framer::Broken;
pub(crate) use listing::{Listed, Named, timestamp};
pub(crate) use status::Status;
