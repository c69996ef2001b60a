//! Entries of the fuzz targets.

use crate::{
    autodiscover,
    xml::{Limits, read},
};

/// No answer to autodiscover makes the reader panic.
pub fn autodiscover(data: &[u8]) {
    let _ = autodiscover::read(data);
}

/// No item of a server makes a converter panic: whatever it is, it is read as every kind, and made again.
pub fn ews_item(data: &[u8]) {
    let limits = Limits { bytes: 1 << 20, depth: 32, elements: 10_000 };
    if let Ok(root) = read(data, limits) {
        crate::convert::read_as_every_kind(&root);
    }
}
