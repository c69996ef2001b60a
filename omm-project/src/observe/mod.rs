//! What whoever runs workers sees of them: [`Metrics`] for Prometheus, and spans and events of `tracing`.
//!
//! Neither tells a subject, an address, a login or a password. A migration is told by its number, an account by its server. What
//! a server said word for word (it may name the account) is told at the level `TRACE` alone, for whoever asks for that.

mod metrics;
mod now;
pub(crate) mod trace;

pub use metrics::Metrics;
