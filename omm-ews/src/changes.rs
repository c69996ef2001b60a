//! What is in a folder, and what changed since: SyncFolderItems, whose state is the cursor.
//!
//! The server leaves bodies out, and shows occurrences of series with their series. Of a message that was read it says only
//! that, so that the other marks are asked for.

use crate::{
    account::Account,
    convert,
    cursor::Position,
    folders, kind,
    ops::{GetItem, Item, ItemId, OMM_MARK, SEARCH_KEY, Shape, SyncChange, SyncFolderItems, Synced},
    print::Mark,
};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Scope},
    model::{Cursor, ItemKind, ItemMeta, LastingId, Revision, SourceFolderId, SourceItemId},
    seam::{Change, ChangePage, Coverage},
};

/// Search keys have 16 bytes; those of other systems have what they like.
const LONGEST_KEY: usize = 256;

impl Account {
    /// The next page of a folder's feed.
    pub(crate) async fn page(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        let position = match since {
            Some(cursor) => Some(Position::parse(cursor.as_str()).ok_or_else(|| self.expired())?),
            None => None,
        };
        let is_listing = position.as_ref().is_none_or(|position| position.is_listing);
        let state = position.map(|position| position.state);
        let synced = self.sync(folder, state.clone()).await?;
        let stands_still = synced.more && state.as_ref() == Some(&synced.state);
        if stands_still {
            let message = "the server promises more changes, and stays where it is";
            let error = Error::new(ErrorKind::Protocol, self.side, "list a folder", message);
            return Err(error.scope(Scope::Folder).retry(Retry::Never));
        }
        let changes = self.changes_of(synced.changes).await?;
        let position = Position { is_listing: is_listing && synced.more, state: synced.state };
        let coverage = if is_listing { Coverage::Listing } else { Coverage::Delta };
        Ok(ChangePage::new(changes, position.cursor(), coverage).more(synced.more))
    }

    /// What changed since a state: as much as the server gives at a time.
    async fn sync(&self, folder: &SourceFolderId, state: Option<String>) -> Result<Synced> {
        let portions = &self.portions.changes;
        loop {
            let many = portions.size();
            let operation = SyncFolderItems {
                folder: folders::by_id(folder.as_str()),
                shape: feed_shape(),
                state: state.clone(),
                most: u16::try_from(many).unwrap_or(u16::MAX),
            };
            let doing = self.doing::<SyncFolderItems>("list a folder", Scope::Folder);
            let answer = self.call(doing, &operation).await;
            match answer.and_then(|synced| synced.map_err(|refusal| self.failed(doing, refusal.into()))) {
                Ok(synced) => {
                    portions.went_well(synced.changes.len());
                    return Ok(synced);
                }
                Err(error) if portions.is_too_much(many, &error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn changes_of(&self, changes: Vec<SyncChange>) -> Result<Vec<Change>> {
        let mut told = Vec::with_capacity(changes.len());
        let mut marked = Vec::new();
        for change in changes {
            match change {
                SyncChange::Create(item) | SyncChange::Update(item) => {
                    told.push(Change::Present(meta(&item)))
                }
                SyncChange::Delete(id) => told.push(Change::Gone(SourceItemId::new(id.id))),
                SyncChange::ReadFlag(id, _) => marked.push(id),
                SyncChange::Unknown(_) => {}
            }
        }
        let mut all = self.portions.look.through(&marked);
        let mut again = None;
        while let Some(ids) = all.batch() {
            let marks = self.marks(ids, &mut again).await;
            told.extend(all.passed(ids, marks)?.unwrap_or_default());
        }
        again.map_or(Ok(told), Err)
    }

    /// The marks of messages that were read, or are unread again; `again` is why some of them are to be asked for once more.
    async fn marks(&self, ids: &[ItemId], again: &mut Option<Error>) -> Result<Vec<Change>> {
        let items = ids.iter().map(|id| ItemId { change_key: None, ..id.clone() }.into()).collect();
        let operation = GetItem { items, shape: feed_shape() };
        let doing = self.doing::<GetItem>("list a folder", Scope::Folder);
        let answers = self.call(doing, &operation).await?;
        let mut changes = Vec::with_capacity(ids.len());
        for (id, answer) in ids.iter().zip(answers.each()) {
            match answer {
                Some(Ok(item)) => changes.push(Change::Present(meta(&item))),
                // Gone by now: the next page says so.
                Some(Err(failure)) if failure.is_missing() => {}
                // One item that cannot be shown must not hold up the folder: it is told, and the others go on. What may pass is
                // asked for again before.
                Some(Err(failure)) => {
                    let error = self.failed(doing.of_item(), failure.into());
                    if error.reach() > Scope::Item {
                        return Err(error);
                    }
                    if error.retry_advice() != Retry::Never && self.known.is_worth_a_try(&id.id) {
                        again.get_or_insert(error.scope(Scope::Folder));
                        continue;
                    }
                    self.losses.note(&id.id, &[format!("its new marks cannot be read: {error}")]);
                }
                None => return Err(self.failed(doing, crate::error::Trouble::unanswered())),
            }
        }
        Ok(changes)
    }

    /// Whether a position is not to be gone on from.
    pub(crate) fn expired(&self) -> Error {
        let message = "the position is not one of this program's";
        Error::new(ErrorKind::CursorExpired, self.side, "list a folder", message)
    }
}

/// What a list shows, of items of every kind: a property that an item cannot have is left out by the server.
pub(crate) fn listing_shape() -> Shape {
    convert::mail_list()
}

/// The same, with what an item is called wherever it lies, and what it is of an item that a migration makes.
pub(crate) fn feed_shape() -> Shape {
    listing_shape().with([SEARCH_KEY.into(), OMM_MARK.into()])
}

/// What a list says of an item.
pub(crate) fn meta(item: &Item) -> ItemMeta {
    let kind = kind_of(item);
    let mut meta = ItemMeta::new(SourceItemId::new(item.id.id.clone()), kind);
    meta.size = item.size();
    meta.lasting = lasting(item);
    // What another migration into this mailbox has begun and not finished is no item yet.
    meta.internal = matches!(Mark::read(item), Some(Mark::Part | Mark::Bound(_)));
    if kind == ItemKind::Mail {
        let mail = convert::mail(&item.element);
        (meta.flags, meta.received) = (mail.flags, mail.received);
    }
    // The change key of a message changes with its marks as well: only what is still being written counts as edited.
    if kind != ItemKind::Mail || item.truth("IsDraft") == Some(true) {
        meta.revision = item.id.change_key.clone().map(Revision::new);
    }
    meta
}

/// Its search key ([MS-OXCPRPT]): it stays when the item is moved, and goes with its copies.
fn lasting(item: &Item) -> Option<LastingId> {
    let key = SEARCH_KEY.bytes(&item.element)?;
    // Zeros are no key.
    let is_key = key.len() <= LONGEST_KEY && key.iter().any(|byte| *byte != 0);
    is_key.then(|| LastingId::new(key.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
}

/// By its class, or its element where none is said.
pub(crate) fn kind_of(item: &Item) -> ItemKind {
    match (item.class(), item.element.name.as_str()) {
        (Some(class), _) => kind::of_item(class),
        (None, "Contact" | "DistributionList") => ItemKind::Contact,
        (None, "CalendarItem") => ItemKind::Event,
        (None, "Task") => ItemKind::Task,
        (None, _) => ItemKind::Mail,
    }
}
