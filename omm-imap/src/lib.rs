//! IMAP servers as sources and destinations.
//!
//! | room | what lives there |
//! |---|---|
//! | `connector`, `config` | from an account specification to an open account |
//! | `account`, `login`, `session` | connections: lent, opened, and the one place that does I/O |
//! | `proto` | the protocol without I/O |
//! | `listing`, `mailbox`, `open`, `selected` | folders |
//! | `quirks`, `capability` | what this server can and what it does otherwise |
//! | `error` | from a server's answer to an error with axes, one table |

mod account;
mod append;
mod capability;
mod capacity;
mod changes;
mod config;
mod connector;
mod copy_id;
mod cursor;
mod delete;
mod destination;
mod error;
mod fetch;
mod flags;
mod folders;
mod gmail;
mod inspect;
mod listing;
mod locate;
mod login;
mod mailbox;
mod open;
mod proto;
mod quirks;
mod replace;
mod selected;
mod session;
mod source;
mod upload;

pub use connector::ImapConnector;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use proto::fuzz;
