//! Documents as trees of elements.

mod element;
mod read;
mod write;

pub use element::{Element, Space};
pub(super) use read::read;
pub(super) use write::{written, written_standalone};
