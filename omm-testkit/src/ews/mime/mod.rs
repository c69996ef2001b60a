//! MIME: what a message that is created from it has, and what is made of an item that was not.

mod made;
mod read;

pub(super) use made::made;
pub(super) use read::{header_block, headers, take_apart};
