//! What the fuzz targets call, one function each.

mod calendar;

pub use calendar::{recurrence, time_zone};
//! What the fuzz targets call; see `fuzz/README.md`.

mod group;

pub use group::group;
