//! A virtual clock and an executor, so that tests never wait and a deadlock is a panic.
//!
//! Waiting is what tests must not do and what engines do all the time: pauses, cool-downs, backoff. Here a wait
//! costs nothing: when nobody can go on, the clock jumps to the earliest deadline.

mod clock;
mod executor;

pub use clock::{Listener, SimRuntime};
pub use executor::{run, run_until};
