//! Reading what clients send: written by hand from the grammar of RFC 9051 §9, tolerant where clients differ.

mod args;
mod date;
mod set;

pub(super) use args::{Args, bad};
pub(super) use date::{date, date_time, written};
pub(super) use set::{Ranges, Set, compress};
