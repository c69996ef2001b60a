//! What the fuzz targets call; see `fuzz/README.md`.

mod msg;
mod tnef;

pub use msg::msg;
pub use tnef::tnef;
