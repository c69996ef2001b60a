//! POP3 servers as sources.
//!
//! | room | what lives there |
//! |---|---|
//! | `connector`, `config` | from an account specification to an open account |
//! | `account` | the one connection, lent to one call at a time, and what it learned for the next one |
//! | `login` | from a dialled connection to one that is logged in |
//! | `session` | the connection: the one place that does I/O |
//! | `proto` | the protocol without I/O |
//! | `capability`, `quirks` | what this server can, and what it does otherwise |
//! | `examine` | how far one comes with an account, for a check-up |
//! | `error` | from a server's answer to an error with axes, one table |
//! | `source` | the source: its table of contents |
//! | `listing`, `maildrop` | which messages there are: asked for, and kept in little memory |
//! | `identity` | what a message is called from one session to the next |
//! | `renamed` | how far two listings are the same mailbox under other ids |
//! | `remarks` | what a plan and a report say about this source |
//! | `cursor` | where a reader of the listing stands |
//! | `fetch` | bodies, pipelined |
//!
//! **Nothing is deleted.** The type of what can be sent (`proto::Command`) has no DELE, so no session can mark anything,
//! and its end removes nothing (RFC 1939 §6).

mod account;
mod capability;
mod config;
mod connector;
mod cursor;
mod error;
mod examine;
mod fetch;
mod identity;
mod listing;
mod login;
mod maildrop;
mod proto;
mod quirks;
mod remarks;
mod renamed;
mod session;
mod source;

pub use connector::PopConnector;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use proto::fuzz;
