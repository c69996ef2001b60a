//! IMAP without I/O: bytes in, events out; commands in, bytes out. No clock, no randomness, no socket.
//!
//! Two stages (design: framer, then parser): the framer finds where a response ends and streams large literals
//! past everybody; what is left, the skeleton, is read by `imap-codec` where that brings something, and by the tolerant
//! reader where it refuses and where real servers take liberties ([`strict`] says who reads what and why).
//! A response that neither can read costs only itself.

#[cfg(any(test, feature = "fuzzing"))]
mod agreement;
mod client;
mod codec;
pub(crate) mod command;
mod framer;
#[cfg(feature = "fuzzing")]
pub mod fuzz;
pub(crate) mod name;
mod response;
mod sender;
mod strict;
mod tolerant;
mod uids;

#[cfg(test)]
mod dialogues;

pub(crate) use client::{Broken, Client, Due, Event, Limits};
pub(crate) use command::{Command, LiteralMode, Part};
pub(crate) use response::{
    Code, Fetched, Greeting, ListEntry, Namespace, Namespaces, Outcome, QuotaResource, Response, Search,
    Status, StatusKind, StatusOf,
};
pub(crate) use uids::UidSet;
