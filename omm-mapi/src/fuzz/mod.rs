//! What the fuzz targets call; see `fuzz/README.md`.

mod calendar;
mod group;
mod mail;

pub use calendar::{recurrence, time_zone};
pub use group::group;
pub use mail::{mail, rtf};
