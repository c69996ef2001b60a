//! What the server holds: accounts, folders, messages.

mod account;
mod folder;
mod message;

pub(super) use account::Account;
pub(super) use folder::{Arrival, Folder, same_name};
pub(super) use message::{Message, has_flag, normal_flag};
