//! A connection of the host's as hyper wants it, and what went through it.

mod line;
mod meter;

pub use line::Line;
pub use meter::{Meter, while_moving};
