//! What the fuzz targets call, one function each.

mod calendar;

pub use calendar::{recurrence, time_zone};
