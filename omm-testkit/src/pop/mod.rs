//! A POP3 server in memory, for tests of clients: in process, with every capability to switch off, the bad habits of
//! real servers to switch on, and scripted faults.
//!
//! It is an independent reading of the standards: it shares no code with the connector and uses no POP3 library, so
//! that two readings check each other.
//!
//! ```
//! use omm_testkit::pop::{Extension, MockMessage, MockPop};
//!
//! let server = MockPop::new().user("ann", "secret").without(Extension::Top);
//! let maildrop = server.maildrop("ann");
//! maildrop.add(MockMessage::new("Subject: one\r\n\r\n.dot\r\n"));
//! let before = maildrop.snapshot();
//! let mut session = server.session();
//! session.take_output();
//! session.receive(b"USER ann\r\nPASS secret\r\nRETR 1\r\nQUIT\r\n");
//! assert!(String::from_utf8_lossy(&session.take_output()).contains("\r\n..dot\r\n.\r\n"));
//! assert_eq!(server.counters().bodies_fetched, 1);
//! assert_eq!(server.counters().command("DELE"), 0);
//! assert_eq!(maildrop.snapshot(), before);
//! ```
//!
//! | how a client gets there            | with                                                            |
//! |------------------------------------|-----------------------------------------------------------------|
//! | bytes in, bytes out                | [`MockPop::session`]                                            |
//! | a connection in memory             | [`MockPop::connect`], or `dial` of a [`crate::sim::SimRuntime`] |
//! | real sockets on the loopback       | [`MockPop::serve`], [`MockPop::serve_tls`]                      |

mod capability;
mod commands;
mod counters;
mod delegation;
mod maildrop;
mod message;
mod mock;
mod quirk;
mod session;
mod sim;
mod store;
mod text;
mod world;

pub use crate::mock::{Act, Fault, ImplicitTls, MemoryConnection, Served, TranscriptLine, When};
pub use capability::Extension;
pub use counters::Counters;
pub use delegation::Delegation;
pub use maildrop::MockMaildrop;
pub use message::{MockMessage, StoredMessage};
pub use mock::MockPop;
pub use quirk::Quirk;
pub use session::Session;
