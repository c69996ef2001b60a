//! One file per operation: what it asks, what the answer says, and how both are written. No I/O.
//!
//! An operation on several things answers a [`Batch`](crate::soap::Batch), lined up with what was asked; one on a single
//! thing answers that, or the server's refusal. What several operations share is in `types`.

mod create_attachment;
mod create_folder;
mod create_item;
mod delete_folder;
mod delete_item;
mod export_items;
mod find_folder;
mod find_item;
mod get_attachment;
mod get_folder;
mod get_item;
mod get_server_time_zones;
mod get_user_configuration;
mod move_item;
mod resolve_names;
mod sync_folder_items;
mod types;
mod update_item;
mod upload_items;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod any;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod trial;

pub(crate) use create_attachment::CreateAttachment;
pub(crate) use create_folder::{CreateFolder, NewFolder};
pub(crate) use create_item::CreateItem;
pub(crate) use delete_folder::DeleteFolder;
pub(crate) use delete_item::DeleteItem;
pub(crate) use export_items::{ExportItems, Exported};
pub(crate) use find_folder::FindFolder;
pub(crate) use find_item::FindItem;
pub(crate) use get_attachment::GetAttachment;
pub(crate) use get_folder::GetFolder;
pub(crate) use get_item::GetItem;
pub(crate) use get_server_time_zones::GetServerTimeZones;
pub(crate) use get_user_configuration::GetUserConfiguration;
pub(crate) use move_item::MoveItem;
pub(crate) use resolve_names::{Resolution, ResolveNames};
pub(crate) use sync_folder_items::SyncFolderItems;
pub(crate) use types::*;
pub(crate) use update_item::{Conflict, ItemChange, Update, UpdateItem};
pub(crate) use upload_items::{Upload, UploadItems};

use crate::{
    soap::{Unreadable, Version},
    xml::{Element, Writer},
};

/// An operation.
pub(crate) trait Operation {
    /// Its name, as in SOAPAction.
    const NAME: &'static str;
    /// Whether it changes anything: then a lost answer says nothing about what was done.
    const WRITES: bool;
    /// What it answers.
    type Answer;

    /// Writes the request: the element within the body, in words that a server of this version knows.
    fn write(&self, writer: &mut Writer, version: Version);

    /// Reads the answer: the element within the body.
    ///
    /// # Errors
    /// If it is not what the operation answers.
    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable>;
}
