//! IMAP servers as sources and destinations.
//!
//! | room | what lives there |
//! |---|---|
//! | `connector`, `config` | from an account specification to an open account |
//! | `account` | connections that are lent, and what one learned for the others |
//! | `login` | from a dialled connection to one that is logged in |
//! | `session`, `upload` | one connection: the one place that does I/O |
//! | `proto` | the protocol without I/O |
//! | `capability`, `quirks` | what this server can, and what it does otherwise |
//! | `error` | from a server's answer to an error with axes, one table |
//! | `listing`, `mailbox` | which folders there are, and how their names are written |
//! | `open`, `selected` | opening one, and what is known of it then |
//! | `source` | the source: its table of contents |
//! | `changes`, `cursor` | what is in a folder, and what is new since a position |
//! | `fetch` | bodies, large ones in windows |
//! | `gmail` | labels instead of copies |
//! | `destination` | the destination: its table of contents |
//! | `capacity` | what the account can take, before anything is written |
//! | `folders` | making folders and removing them |
//! | `append`, `flags`, `replace` | writing messages and their flags |
//! | `locate`, `inspect` | finding copies again, and looking at them |
//! | `copy_id` | what copies and positions are called |
//! | `delete` | removing copies and nothing else |
//! | `examine` | how far one comes, for a check-up |

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
mod examine;
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
