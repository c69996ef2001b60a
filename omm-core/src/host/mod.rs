//! What the host lends: a runtime, limits, memory, a spool, credentials, and the wish to stop.

mod env;
mod limiter;
mod memory;
mod queue;
mod regions;
mod runtime;
mod secret;
mod spool;
mod stop;
mod wire;

pub use env::Env;
pub use limiter::{Lane, LaneKey, LaneNow, Limiter, Permit};
pub use memory::{MemoryBudget, Reservation};
pub(crate) use regions::{LARGE, Region, Regions};
pub use runtime::{BoxFuture, Connection, Runtime, blocking};
pub use secret::{CredentialProvider, CredentialRef, NoCredentials, Secret, SecretOf};
pub use spool::Spool;
pub(crate) use spool::SpoolFile;
pub use stop::Stop;
pub use wire::{Fence, Pace, Wire};
