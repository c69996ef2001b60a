//! Proving who we are (RFC 4422), for every protocol that carries such proofs.
//!
//! [`choose`] says in which order to try, [`Sasl`] plays one mechanism: raw bytes in, raw bytes out. How they are
//! wrapped is the protocol's business; most use base64 ([`to_base64`], [`from_base64`]).

mod base64;
mod credentials;
mod exchange;
mod mechanism;
mod refusal;
mod secrecy;

pub use self::base64::{from_base64, to_base64};
pub use exchange::{Identity, Sasl};
pub use mechanism::{Mechanism, choose};
pub use secrecy::shows;
