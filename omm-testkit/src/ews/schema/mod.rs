//! What the schema says: kinds of items, their elements in order, and what they are called.

mod kind;
mod order;
mod path;
mod property;

pub use kind::Kind;
pub(super) use order::{is_in_default_shape, is_in_finds, order};
pub(super) use path::{Path, Shape, element_of};
pub(super) use property::mirrored;
pub use property::{Property, PropertyName};
