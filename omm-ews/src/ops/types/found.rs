//! What FindFolder and FindItem answer for each folder they looked into.

use super::{Page, page::Place};
use crate::{soap::Unreadable, xml::Element};

/// A page of what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found<T> {
    /// In the order of the server.
    pub(crate) entries: Vec<T>,
    /// Where the next page begins; none: this was the last.
    pub(crate) next: Option<u32>,
    /// How many there are in all.
    pub(crate) total: Option<u32>,
}

impl<T> Found<T> {
    /// Reads a message's `RootFolder`, whose entries are in an element of this name.
    ///
    /// # Errors
    /// If there is none, or an entry is not what it should be.
    pub(crate) fn read(
        message: &Element,
        name: &'static str,
        page: Page,
        read: impl Fn(&Element) -> Result<T, Unreadable>,
    ) -> Result<Self, Unreadable> {
        let root = message.child("RootFolder").ok_or_else(|| Unreadable::without("RootFolder"))?;
        let groups = root.all("Groups").flat_map(|groups| groups.all("GroupedItems"));
        let lists = root.all(name).chain(groups.flat_map(|group| group.all(name)));
        let entries: Vec<T> = lists.flat_map(|list| &list.children).map(read).collect::<Result<_, _>>()?;
        let Place { next, total } = page.place(root, entries.len())?;
        Ok(Self { entries, next, total })
    }
}
