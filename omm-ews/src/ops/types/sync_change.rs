//! What has changed in a folder since a state of it ([MS-OXWSSYNC]).

use super::{Item, ItemId, boolean};
use crate::{soap::Unreadable, xml::Element};

/// A change of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SyncChange {
    /// It is new, or was moved here.
    Create(Item),
    /// It was changed.
    Update(Item),
    /// It was deleted, or moved away.
    Delete(ItemId),
    /// It was read, or is unread again.
    ReadFlag(ItemId, bool),
    /// Something that nobody here has heard of.
    Unknown(String),
}

/// A page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Synced {
    /// In their order.
    pub(crate) changes: Vec<SyncChange>,
    /// The state after these changes; opaque.
    pub(crate) state: String,
    /// Whether there are more.
    pub(crate) more: bool,
}

impl Synced {
    /// Reads a message.
    ///
    /// # Errors
    /// If it has no state, or a change cannot be read.
    pub(crate) fn read(message: &Element) -> Result<Self, Unreadable> {
        let state = message.text_of("SyncState").ok_or_else(|| Unreadable::without("SyncState"))?.to_owned();
        let changes = message.all("Changes").flat_map(|changes| &changes.children);
        let changes: Vec<SyncChange> = changes.map(SyncChange::read).collect::<Result<_, _>>()?;
        // Where it is not said, an empty page is the last.
        let is_last =
            message.text_of("IncludesLastItemInRange").and_then(boolean).unwrap_or(changes.is_empty());
        Ok(Self { changes, state, more: !is_last })
    }
}

impl SyncChange {
    /// Reads an element of `Changes`.
    ///
    /// # Errors
    /// If it says not of what.
    fn read(change: &Element) -> Result<Self, Unreadable> {
        let item = || {
            let item = change.children.first().ok_or_else(|| Unreadable::without("item in a change"))?;
            Item::read(item)
        };
        Ok(match change.name.as_str() {
            "Create" => Self::Create(item()?),
            "Update" => Self::Update(item()?),
            "Delete" => Self::Delete(ItemId::of(change)?),
            "ReadFlagChange" => {
                let is_read = change.text_of("IsRead").and_then(boolean);
                Self::ReadFlag(ItemId::of(change)?, is_read.ok_or_else(|| Unreadable::without("IsRead"))?)
            }
            other => Self::Unknown(other.to_owned()),
        })
    }
}
