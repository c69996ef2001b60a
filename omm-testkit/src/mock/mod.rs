//! What the mock servers share: scripted faults, the way from a session to a network, and the server's side of logins.
//!
//! A server brings a [`Machine`], which is one connection without I/O, and a [`World`], which is what its connections
//! have in common. What carries the bytes (memory, sockets, TLS) and what goes wrong on the way is the same for all.

mod base64;
mod fault;
mod flight;
mod ground;
mod machine;
mod memory;
mod scram;
mod sockets;
mod token;
mod transcript;
mod wire;

pub(crate) use base64::{
    decode as base64_decoded, encode as base64_encoded, from_letters as base64_from_letters,
    letters as base64_letters,
};
pub(crate) use fault::AtCommand;
pub use fault::{Act, Fault, When};
pub(crate) use flight::Flight;
pub(crate) use ground::{Ground, SharedWorld, lock};
pub(crate) use machine::{Layer, Machine, World};
pub use memory::{ImplicitTls, MemoryConnection};
pub(crate) use scram::Scram;
pub use sockets::Served;
pub(crate) use sockets::serve;
pub(crate) use token::bearer_token;
pub use transcript::TranscriptLine;
pub(crate) use wire::{Carrier, Wire};
