//! The envelope around a request, and what an answer says about itself.

mod answer;
mod batch;
mod code;
mod envelope;
mod fault;
mod response;
mod server;

pub(crate) use answer::answer;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use answer::{body, unknown};
pub(crate) use batch::Batch;
pub(crate) use code::Code;
pub(crate) use envelope::{Header, Impersonated, MESSAGES, Version, envelope};
pub(crate) use fault::fault;
pub(crate) use response::{Failure, Refusal, Unreadable, message, messages};
pub(crate) use server::ServerVersion;
