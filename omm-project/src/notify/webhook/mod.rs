//! Webhooks: signed JSON over HTTPS, in the form of the [Standard Webhooks](https://www.standardwebhooks.com)
//! specification, so that a receiver finds a library that checks them in whatever it is written in.
//!
//! | room | what lives there |
//! |---|---|
//! | `hooks` | the carrier: who is told under which name, and what each answer means |
//! | `target` | a URL that may be told |
//! | `request` | one request over a connection that the host dials |
//! | `sign` | HMAC-SHA256 over id, time and body |
//!
//! At least once, with the same `webhook-id` each time: a receiver knows what it has seen. A redirect is not followed, of an
//! answer only its head is read, and the whole takes 30 seconds at most.
//!
//! Whoever lets strangers name URLs must see to it that the host's [`dial`](omm_core::host::Runtime::dial) reaches no
//! inner network: this room sees names, not addresses.

mod hooks;
mod request;
mod sign;
mod target;

pub use hooks::{Hook, Hooks};
pub use sign::{SigningKey, signature};

/// Whether a URL can be told under that name.
///
/// # Errors
/// As for [`Hooks::add`].
pub(crate) fn check(name: &str, url: &str, plain_allowed: bool) -> omm_core::error::Result<()> {
    target::Target::parse(name, url, plain_allowed).map(drop)
}
