//! What the server keeps.

mod folder;
mod ident;
mod item;
mod mailbox;
mod roots;

pub(super) use folder::Folder;
pub(super) use ident::{Ident, change_key, change_number};
pub(super) use item::{Attached, Attachment, Exception, Item};
pub(super) use mailbox::Mailbox;
pub(super) use roots::{ARCHIVE, DISTINGUISHED, PUBLIC};
