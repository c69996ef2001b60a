//! What the network connectors share, beside core: TLS over any connection that the host dials, SASL, and the one
//! way in which bytes are moved: reading while writing, since two sides that only write lock each other.
//!
//! | room       | what lives there                                                         |
//! |------------|--------------------------------------------------------------------------|
//! | [`address`]| host and port, as people write them                                    |
//! | `endpoint` | where to connect and how it is protected                                 |
//! | `dial`     | connecting and shaking hands, within a time                              |
//! | `tls`      | whom to trust; built once for an endpoint (`trusted`: by file)           |
//! | `wire`     | bytes both ways at once, compressed if wanted                            |
//! | `reach`    | the way to a server, step by step, for a check-up                        |
//! | `error`    | what went wrong while connecting, in one table                           |
//! | [`sasl`]   | proving who we are                                                       |
//! | [`delegation`] | proving it in somebody else's place                                  |
//! | [`http`]   | a connection of the host's as hyper wants it                             |
//! | `names`    | the lookups that the host lends                                          |
//! | [`xml`]    | small documents from strangers, as trees                                 |
//!
//! Nothing is spawned here, time comes from the host, and a certificate is always verified: there is no switch.

pub mod address;
mod certificate;
mod deflate;
pub mod delegation;
mod dial;
mod endpoint;
mod error;
pub mod http;
mod names;
mod overheard;
mod reach;
pub mod sasl;
mod tls;
mod trusted;
mod wire;
pub mod xml;

pub use endpoint::Endpoint;
pub use names::{Mx, Names, Srv};
pub use reach::{met_at, offered, protected, reach};
pub use wire::{Traffic, Turn, Wire};
