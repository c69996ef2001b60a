//! An IMAP server in memory, for tests of clients: in process, with every extension to switch off, the bad habits
//! of real servers to switch on, and scripted faults.
//!
//! It is an independent reading of the standards: it shares no code with the connector and uses no IMAP library, so
//! that two readings check each other.
//!
//! ```
//! use omm_testkit::imap::{Extension, MockImap, MockMessage};
//!
//! let server = MockImap::new().user("ann", "secret").without(Extension::Move);
//! server.account("ann").add("INBOX", MockMessage::new("Subject: one\r\n\r\nbody\r\n").flag("\\Seen"));
//! let mut session = server.session();
//! session.take_output();
//! session.receive(b"a LOGIN ann secret\r\nb SELECT INBOX\r\n");
//! assert!(String::from_utf8_lossy(&session.take_output()).contains("* 1 EXISTS"));
//! assert_eq!(server.counters().command("SELECT"), 1);
//! ```
//!
//! | how a client gets there            | with                                                            |
//! |------------------------------------|-----------------------------------------------------------------|
//! | bytes in, bytes out                | [`MockImap::session`]                                           |
//! | a connection in memory             | [`MockImap::connect`], or `dial` of a [`crate::sim::SimRuntime`] |
//! | real sockets on the loopback       | [`MockImap::serve`], [`MockImap::serve_tls`]                    |

mod account;
mod answer;
mod capability;
mod commands;
mod counters;
mod fill;
mod mock;
mod parse;
mod quirk;
mod session;
mod sim;
mod snapshot;
mod store;
mod token;
mod world;

pub use crate::mock::{Act, Fault, ImplicitTls, MemoryConnection, Served, TranscriptLine, When};
pub use account::MockAccount;
pub use capability::Extension;
pub use counters::Counters;
pub use mock::{Keywords, MockImap};
pub use quirk::Quirk;
pub use session::Session;
pub use snapshot::{FolderSnapshot, MockMessage, StoredMessage};
pub use token::Expiry;
