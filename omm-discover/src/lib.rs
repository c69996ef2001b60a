//! From a mail address to the servers that may hold its mailbox: a ranked list of candidates, each looked at without
//! ever sending a password. There is no password in this crate, not even a place for one.
//!
//! ```text
//! look up     MX and SRV records of the domain, all at once
//! fetch       what the domain's owner publishes (autoconfig), and whether an Exchange answers, all at once
//! conclude    candidates from all that, and from two tables (pure)
//! probe       connect, verify TLS, read greeting and capabilities, say goodbye; all at once
//! rank        what answers over verified TLS first, then by where the knowledge comes from (pure)
//! ```
//!
//! | room        | what lives there                                                                  |
//! |-------------|-----------------------------------------------------------------------------------|
//! | `address`   | mail addresses, as people type them                                               |
//! | `candidate` | one server that may be the one, and all that is known about it                    |
//! | `knowledge` | pure: from records, documents and tables to candidates                            |
//! | `rank`      | pure: the order, in one table                                                     |
//! | `probe`     | what a server says before anybody logs in                                         |
//! | `fetch`     | the only HTTP: small documents, over verified TLS                                 |
//!
//! Each server is contacted because the address, its zone, or a document of its owner names it; nobody else is, unless
//! [`Options::central_database`] allows Thunderbird's. Nothing is spawned, time and sockets come from the host (hyper brings tokio's channels
//! along, and no runtime), every
//! wait is bounded by [`Options::patience`], and so is the size of everything that comes from outside.

mod address;
mod candidate;
mod discover;
mod discovery;
mod fetch;
#[cfg(feature = "fuzzing")]
pub mod fuzz;
mod host;
mod knowledge;
mod patience;
mod probe;
mod rank;
mod reach;

pub use address::Address;
pub use candidate::{Candidate, Knowledge, LoginForm, Seen, ServerType, Sureness};
pub use discover::{Options, discover};
pub use discovery::Discovery;
pub use omm_net::{Mx, Names, Srv};
