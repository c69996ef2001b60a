//! The side that is read.

use super::Learned;
use crate::{
    error::Result,
    host::LaneKey,
    model::{Cursor, Flags, Folder, Intake, Item, ItemMeta, NativeForm, SourceFolderId, SourceItemId},
};
use async_trait::async_trait;
use futures::stream::BoxStream;

/// An account that items are copied from. Nothing here changes it: no flag, no read mark, no receipt.
///
/// Connectors do not retry; they say in the [`crate::Error`] how far the damage reaches and when to come back.
/// After an error of account scope the next call opens a new connection.
#[async_trait]
pub trait Source: Send + Sync {
    /// The lane of its server.
    fn lane(&self) -> LaneKey;

    /// All folders, parents before their children. One or two round trips.
    ///
    /// # Errors
    /// Of account scope.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    async fn folders(&self) -> Result<Vec<Folder>>;

    /// The next page of a folder's change feed: from the beginning without a cursor, else from where the cursor
    /// stands. The engine calls again with `next` while `more`. A page is a few hundred to a thousand changes.
    /// The same change may come twice, and an item may change between two pages.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::CursorExpired`] when the server no longer honours the cursor: the engine lists
    /// the folder again, and the journal recognises what is already there.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage>;

    /// Fetches items; each id is answered exactly once, in any order. Bodies go through `intake`, which keeps
    /// memory within bounds. Marks nothing as read. A vanished item is an error of item scope
    /// ([`crate::error::ErrorKind::NotFound`]); a broken connection answers every id still open.
    ///
    /// # Cancel safety
    /// Dropping the stream loses nothing; the engine asks again.
    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched>;

    /// The native forms in which items can be had beside their interchange form, the best first. Asked again and again,
    /// behind [`Self::folders`] and without a round trip: a form that turns out to be refused altogether is named no more.
    fn native_forms(&self) -> Vec<NativeForm> {
        Vec::new()
    }

    /// As [`Self::fetch`], and each item in this native form as well ([`Item::native`]): both bodies go through `intake`.
    /// An item that cannot be had in it is given without, which is no error.
    ///
    /// # Cancel safety
    /// As for [`Self::fetch`].
    fn fetch_native<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        _form: &'a NativeForm,
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        self.fetch(folder, ids, intake)
    }

    /// What was found out about the account so far. Asked after the other calls, and without a round trip; nothing,
    /// unless a connector finds out what costs to be found again.
    fn learned(&self) -> Learned {
        Learned::default()
    }

    /// Ends the session politely. No call follows.
    ///
    /// # Errors
    /// Are noted and change nothing.
    async fn close(&self) -> Result<()>;
}

/// A page of a folder's change feed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChangePage {
    /// The changes, in the folder's order.
    pub changes: Vec<Change>,
    /// Where the next page, or the next run, goes on.
    pub next: Cursor,
    /// Whether another page is there now.
    pub more: bool,
    /// What it means not to be named.
    pub coverage: Coverage,
}

impl ChangePage {
    /// A page that is the last one of a listing.
    pub fn new(changes: Vec<Change>, next: Cursor, coverage: Coverage) -> Self {
        Self { changes, next, more: false, coverage }
    }

    /// The same, with more to come.
    #[must_use]
    pub fn more(mut self, more: bool) -> Self {
        self.more = more;
        self
    }
}

/// What a feed covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Everything present is named, from the first page to the last; what is not named is gone.
    Listing,
    /// Only what changed since the cursor, what is gone included.
    Delta,
}

/// One change in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The item is there. Known or not, changed or not: the engine compares with the ledger.
    Present(ItemMeta),
    /// The item is there and its body changed.
    Edited(ItemMeta),
    /// Only its flags changed; these are all of them.
    Flags(SourceItemId, Flags),
    /// The item is no longer there.
    Gone(SourceItemId),
}

/// The answer to one id of a fetch.
#[derive(Debug)]
pub struct Fetched {
    /// Which.
    pub id: SourceItemId,
    /// The item, or why not.
    pub item: Result<Item>,
}
