//! What the fuzz targets call; see `fuzz/README.md`.

mod group;

pub use group::group;
