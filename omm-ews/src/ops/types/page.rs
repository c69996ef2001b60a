//! Parts of a long list ([MS-OXWSSRCH] IndexedPageViewType).

use super::boolean;
use crate::{
    soap::Unreadable,
    xml::{Element, Writer},
};

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// How many are skipped.
    pub(crate) offset: u32,
    /// How many are wanted.
    pub(crate) most: u32,
}

/// What an answer says of its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where the next page begins; none: this was the last.
    pub(crate) next: Option<u32>,
    /// How many there are in all.
    pub(crate) total: Option<u32>,
}

impl Page {
    /// The first so many.
    pub(crate) fn first(most: u32) -> Self {
        Self { offset: 0, most }
    }

    /// Writes it under the name that the operation has for it: `m:IndexedPageItemView`, `m:IndexedPageFolderView`.
    pub(crate) fn write(self, name: &str, writer: &mut Writer) {
        let (most, offset) = (self.most.to_string(), self.offset.to_string());
        writer.empty(name, &[("MaxEntriesReturned", &most), ("Offset", &offset), ("BasePoint", "Beginning")]);
    }

    /// What `RootFolder` says, with `found` entries in it.
    ///
    /// # Errors
    /// If there are more, but none on this page: asked again, the server would say the same.
    pub(crate) fn place(self, root: &Element, found: usize) -> Result<Place, Unreadable> {
        let number = |name| root.attribute(name).and_then(|text| text.trim().parse::<u32>().ok());
        let total = number("TotalItemsInView");
        let is_last = root.attribute("IncludesLastItemInRange").and_then(boolean).unwrap_or(true);
        if is_last {
            return Ok(Place { next: None, total });
        }
        if found == 0 {
            let is_behind = total.is_none_or(|total| total <= self.offset);
            let empty = || Unreadable("a page of the answer is empty and not the last".to_owned());
            return is_behind.then_some(Place { next: None, total }).ok_or_else(empty);
        }
        let reckoned = self.offset.saturating_add(u32::try_from(found).unwrap_or(u32::MAX));
        // A page that leads back would be asked for again and again: where a server says no better, it is reckoned.
        let said = number("IndexedPagingOffset").filter(|next| *next > self.offset);
        Ok(Place { next: Some(said.unwrap_or(reckoned)), total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{element, written};

    #[test]
    fn pages() {
        assert_eq!(
            written(|writer| Page { offset: 20, most: 10 }.write("m:IndexedPageItemView", writer)),
            "<m:IndexedPageItemView MaxEntriesReturned=\"10\" Offset=\"20\" BasePoint=\"Beginning\"/>"
        );
    }

    #[test]
    fn where_the_next_page_begins() {
        for (attributes, found, next) in [
            ("IndexedPagingOffset='30' IncludesLastItemInRange='false'", 10, Ok(Some(30))),
            ("IndexedPagingOffset='30' IncludesLastItemInRange='true'", 10, Ok(None)),
            ("IncludesLastItemInRange='false'", 10, Ok(Some(30))),
            ("IndexedPagingOffset='20' IncludesLastItemInRange='false'", 10, Ok(Some(30))),
            ("TotalItemsInView='20' IncludesLastItemInRange='false'", 0, Ok(None)),
            ("TotalItemsInView='21' IncludesLastItemInRange='false'", 0, Err(())),
            ("", 10, Ok(None)),
        ] {
            let root = element(&format!("<RootFolder {attributes}/>"));
            let place = Page { offset: 20, most: 10 }.place(&root, found);
            assert_eq!(place.map(|place| place.next).map_err(|_| ()), next, "{attributes}");
        }
        let root = element("<RootFolder TotalItemsInView='7'/>");
        assert_eq!(Page::first(10).place(&root, 7), Ok(Place { next: None, total: Some(7) }));
    }
}
