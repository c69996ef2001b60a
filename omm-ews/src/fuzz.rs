//! What the fuzz targets call.

use crate::autodiscover;

/// No answer to autodiscover makes the reader panic.
pub fn autodiscover(data: &[u8]) {
    let _ = autodiscover::read(data);
}
