//! Exchange's web services in memory, for tests of clients: mailboxes with folders and items of every kind, series with
//! single occurrences, sync states, attachments, impersonation, throttling, Autodiscover; the habits of real servers to
//! switch on, and scripted faults.
//!
//! It is an independent reading of the documentation and of recorded answers: it shares no code with the connector, so
//! that two readings check each other.
//!
//! ```
//! use omm_testkit::ews::{EwsAct, EwsFault, MockEws};
//!
//! let server = MockEws::new().user("ann@example.com", "secret").fault(EwsFault::at("CreateItem", 2, EwsAct::LoseAnswer));
//! let mailbox = server.mailbox("ann@example.com");
//! mailbox.add_folder("Projects/One", "IPF.Note");
//! mailbox.add_mail("Projects/One", b"Subject: one\r\n\r\nbody\r\n", "2026-01-31T12:00:00Z", true);
//! mailbox.add_xml("contacts", "<t:Contact><t:GivenName>Bob</t:GivenName></t:Contact>");
//! let served = server.serve().unwrap();
//! let url = format!("http://127.0.0.1:{}/EWS/Exchange.asmx", served.port());
//! // A client migrates …
//! assert_eq!(mailbox.items("Projects/One")[0].text("Subject"), Some("one"));
//! assert!(server.outbox().is_empty() && !server.requests().iter().any(|request| request.may_send()));
//! # let _ = url;
//! ```
//!
//! | how a client gets there            | with                                                            |
//! |------------------------------------|-----------------------------------------------------------------|
//! | a connection in memory             | [`MockEws::connect`], or `dial` of a [`crate::sim::SimRuntime`] |
//! | real sockets on the loopback       | [`MockEws::serve`], [`MockEws::serve_tls`]                      |
//!
//! The service is at `/EWS/Exchange.asmx`, Autodiscover at `/autodiscover/autodiscover.xml` and `.svc`.

mod autodiscover;
mod calendar;
mod call;
mod counters;
mod fault;
mod fill;
mod http;
mod log;
mod mailbox;
mod mime;
mod ops;
mod policy;
mod quirk;
mod schema;
mod server;
mod sim;
mod snapshot;
mod soap;
mod store;
mod version;
mod view;
mod world;
mod xml;

pub use crate::mock::{Act, Fault, ImplicitTls, MemoryConnection, Served, When};
pub use counters::{Counters, Sent};
pub use fault::{EwsAct, EwsFault, SoapFault};
pub use fill::OneOfEach;
pub use log::EwsRequest;
pub use mailbox::MockMailbox;
pub use policy::{Busy, Policy};
pub use quirk::Quirk;
pub use schema::{Kind, Property, PropertyName};
pub use server::MockEws;
pub use snapshot::{StoredAttachment, StoredFolder, StoredItem, StoredOccurrence};
pub use version::Version;
pub use xml::{Element, Space};
