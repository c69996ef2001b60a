//! Contracts as functions: every connector and every journal runs the same ones.

pub mod destination;
pub mod journal;
pub mod source;
