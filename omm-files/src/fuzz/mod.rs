//! What the fuzz targets call; see `fuzz/README.md`.

mod csv;
mod msg;
mod pst;
mod tnef;

pub use csv::csv;
pub use msg::msg;
pub use pst::pst;
pub use tnef::tnef;
