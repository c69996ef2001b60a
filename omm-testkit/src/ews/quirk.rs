//! Habits of real servers that are not the schema's.

/// A bad habit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Quirk {
    /// Answers come in chunks, without a Content-Length. Seen: Exchange 2010.
    Chunked,
    /// `text/xml` without a charset.
    NoCharset,
    /// Times have a fraction of seven digits.
    FractionalSeconds,
    /// Dates stand where times are expected: in Birthday, DueDate, StartDate.
    DatesForTimes,
    /// MIME is made anew from properties each time; it is never the one that was given.
    MakesMimeAnew,
    /// Elements that no schema knows are in every item.
    UnknownElements,
    /// What has an empty value is left out, TotalCount and UnreadCount of folders too.
    LeavesOptionalOut,
    /// MimeContent asked for of contacts, tasks and lists is an error of the item. Always so before 2013.
    NoMimeForContacts,
    /// CreateItem with MimeContent forgets the time it was received: it is now.
    ForgetsReceived,
    /// A change of an item's read state shows as Update, not as ReadFlagChange. Seen: Exchange 2007.
    ReadIsUpdate,
    /// SyncFolderItems tells of the same change twice over two pages.
    RepeatsChanges,
    /// UpdateItem does not say what the things are called that it changed.
    TellsNoChangedIds,
    /// SyncFolderItems gives the first page again and again, promises more, and stays in one state.
    StandsStill,
    /// The same, with two states by turns.
    GoesRound,
    /// FindItem gives the first page whatever is asked for, and promises more.
    IgnoresOffset,
    /// FindItem begins again behind the last one, and promises more each time.
    ListsRound,
    /// The same without a word of how many there are, and with nothing but the last one each time.
    ListsTheLast,
    /// ErrorServerBusy is a fault with status 200 rather than 500.
    FaultsWithStatus200,
}
