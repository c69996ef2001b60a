//! Envelopes, faults, response messages.

mod envelope;
mod refusal;
mod reply;

pub(super) use envelope::{envelope, fault_text};
pub(super) use refusal::Refusal;
pub(super) use reply::{failure, response, success, warning_stopped};
