//! One file per operation: what it asks, what the answer says, and how both are written. No I/O.

mod folder;
mod get_folder;
mod id;

pub(crate) use folder::{DistinguishedFolder, EwsFolder, FolderRef};
pub(crate) use get_folder::GetFolder;
pub(crate) use id::{FolderId, ItemId};

use crate::{
    soap::Unreadable,
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

    /// Writes the request: the element within the body.
    fn write(&self, writer: &mut Writer);

    /// Reads the answer: the element within the body.
    ///
    /// # Errors
    /// If it is not what the operation answers.
    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable>;
}
