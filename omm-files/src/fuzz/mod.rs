//! What the fuzz targets call; see `fuzz/README.md`.

mod csv;

pub use csv::csv;
