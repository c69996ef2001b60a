//! A name server on the loopback whose zone the test writes: MX, SRV and address records, silence, and failures.
//!
//! ```
//! use omm_testkit::dns::{DnsServer, Zone};
//!
//! let zone = Zone::new("example.org MX 1 mx1.mail.ovh.net.\n_imaps._tcp.example.org SRV 0 0 993 imap.example.org.");
//! let server = DnsServer::serve(zone)?;
//! assert!(server.address().ip().is_loopback() && server.asked().is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```

mod server;
mod zone;

pub use server::DnsServer;
pub use zone::Zone;
