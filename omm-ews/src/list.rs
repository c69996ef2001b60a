//! What is in a public folder. Its server tells no changes (SyncFolderItems is not for public folders), so that all of it is
//! listed each time, by pages of FindItem, the oldest first; the journal knows what of it is new.
//!
//! Each page begins with the last item of the one before. If it is another one, something before it was deleted meanwhile, and
//! what moved up in its place would be missed: the list is begun again.

use crate::{
    account::Account,
    changes::{feed_shape, meta},
    cursor::Place,
    folders,
    ops::{FieldPath, FindItem, Page, SortOrder},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Scope},
    model::{Cursor, SourceFolderId},
    seam::{Change, ChangePage, Coverage},
};

impl Account {
    /// The next page of a public folder's list.
    pub(crate) async fn list(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        let (told, last) = match since.map(|cursor| Place::parse(cursor.as_str())) {
            None => (0, None),
            Some(Some(Place::Behind(told, last))) => (told, last),
            // It was told to its end: whoever wants to know what is new reads it again.
            Some(Some(Place::End) | None) => return Err(self.expired()),
        };
        let created = FieldPath::Field("item:DateTimeCreated");
        let overlap = u32::from(last.is_some());
        let mut operation = FindItem {
            shape: feed_shape(),
            order: vec![SortOrder { path: created, descending: false }],
            ..FindItem::all(
                folders::by_id(folder.as_str()),
                Page { offset: told.saturating_sub(overlap), most: 0 },
            )
        };
        let doing = self.doing::<FindItem>("list a folder", Scope::Folder);
        let found = self.find_page(doing, &mut operation).await?;
        let mut entries = &found.entries[..];
        if let Some(last) = last {
            match entries.split_first() {
                Some((first, rest)) if first.id.id == last => entries = rest,
                _ => return Err(self.moved_on()),
            }
        }
        let next = match (found.next, entries.last()) {
            (None, _) => Place::End,
            // Nothing but what was told already: the page is as small as can be.
            (Some(_), None) if operation.page.most <= overlap => Place::Behind(told, None),
            // A larger one has nothing more to tell, whatever it promises.
            (Some(_), None) if found.total.is_some_and(|total| told >= total) => Place::End,
            (Some(_), None) => return Err(self.no_end()),
            (Some(_), Some(last)) => {
                let more = u32::try_from(entries.len()).unwrap_or(u32::MAX);
                Place::Behind(told.saturating_add(more), Some(last.id.id.clone()))
            }
        };
        if let (Place::Behind(told, _), Some(total)) = (&next, found.total)
            && *told > total
        {
            return Err(self.no_end());
        }
        let changes = entries.iter().map(|item| Change::Present(meta(item))).collect();
        let more = next != Place::End;
        Ok(ChangePage::new(changes, next.cursor(), Coverage::Listing).more(more))
    }

    fn no_end(&self) -> Error {
        let message =
            "the list of the folder comes to no end: the server tells of other items than it says there are";
        let error = Error::new(ErrorKind::Protocol, self.side, "list a folder", message);
        error.scope(Scope::Folder).retry(Retry::Never)
    }

    fn moved_on(&self) -> Error {
        let message = "something was deleted in the folder while it was listed";
        Error::new(ErrorKind::CursorExpired, self.side, "list a folder", message)
    }
}
