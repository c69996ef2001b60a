//! A connection of the host's as hyper wants it.

mod line;

pub use line::Line;
