//! What folders and items are called: an id that stays while the thing stays where it is, and a key that changes with it.

use crate::{
    soap::Unreadable,
    xml::{Element, Writer},
};

/// Longer ids are not believed. Exchange's are below 300 letters.
pub(super) const LONGEST: usize = 2_048;

/// An item ([MS-OXWSCORE] ItemIdType).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ItemId {
    /// Stays until the item is moved. Case counts.
    pub(crate) id: String,
    /// Changes with every change.
    pub(crate) change_key: Option<String>,
}

/// A folder ([MS-OXWSFOLD] FolderIdType).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FolderId {
    /// Stays as long as the folder is there.
    pub(crate) id: String,
    /// Changes with every change.
    pub(crate) change_key: Option<String>,
}

impl ItemId {
    /// `<t:ItemId Id="…" ChangeKey="…"/>`.
    pub(crate) fn write(&self, writer: &mut Writer) {
        write(writer, "t:ItemId", &self.id, self.change_key.as_deref());
    }

    /// The id in an item.
    ///
    /// # Errors
    /// If it has none.
    pub(crate) fn of(item: &Element) -> Result<Self, Unreadable> {
        let (id, change_key) = read(item, "ItemId")?;
        Ok(Self { id, change_key })
    }
}

impl FolderId {
    /// `<t:FolderId Id="…" ChangeKey="…"/>`.
    pub(crate) fn write(&self, writer: &mut Writer) {
        write(writer, "t:FolderId", &self.id, self.change_key.as_deref());
    }

    /// The id that `element` has under this name: `FolderId`, `ParentFolderId`.
    ///
    /// # Errors
    /// If it has none.
    pub(crate) fn of(element: &Element, name: &str) -> Result<Self, Unreadable> {
        let (id, change_key) = read(element, name)?;
        Ok(Self { id, change_key })
    }
}

fn write(writer: &mut Writer, name: &str, id: &str, change_key: Option<&str>) {
    match change_key {
        Some(key) => writer.empty(name, &[("Id", id), ("ChangeKey", key)]),
        None => writer.empty(name, &[("Id", id)]),
    }
}

fn read(element: &Element, name: &str) -> Result<(String, Option<String>), Unreadable> {
    let found = element.child(name).ok_or_else(|| Unreadable::without(name))?;
    let id = found.attribute("Id").filter(|id| !id.is_empty() && id.len() <= LONGEST);
    let id = id.ok_or_else(|| Unreadable::without(&format!("Id in {name}")))?;
    let key = found.attribute("ChangeKey").filter(|key| !key.is_empty() && key.len() <= LONGEST);
    Ok((id.to_owned(), key.map(str::to_owned)))
}
