//! Items that need several requests. Between the first and the last one the item is marked as a part.
//!
//! 1. CreateItem: the item, with the mark of a part
//! 2. CreateAttachment: its files
//! 3. UpdateItem: the occurrences that differ, and CreateAttachment for their files
//! 4. DeleteItem: the occurrences that are not
//! 5. UpdateItem: the mark of the whole
//!
//! When a step fails, what was made is deleted again. What is left of a process that was killed is found by its mark.

use super::{doing, unanswered, unknown};
use crate::{
    account::Account,
    convert::{Changed, Deleted, Schema},
    copy_id,
    error::Trouble,
    folders,
    ops::{
        ConflictResolution, CreateAttachment, CreateItem, DeleteItem, Draft, ExtendedProperty, ItemChange,
        ItemId, NewAttachment, OMM_MARK, Operation, Update, UpdateItem,
    },
    print::WHOLE,
    soap::{Batch, Failure},
};
use omm_core::{
    error::{Result, Scope},
    model::{Body, DestFolderId},
    seam::Stored,
};

/// What is done to make one item.
pub(super) struct Steps {
    pub(super) schema: Schema,
    pub(super) master: Draft,
    pub(super) files: Vec<File>,
    /// Occurrences that differ, with their own files.
    pub(super) changed: Vec<(Changed, Vec<File>)>,
    pub(super) deleted: Vec<Deleted>,
}

/// A file of an item.
pub(super) struct File {
    pub(super) name: String,
    pub(super) media_type: Option<String>,
    pub(super) is_photo: bool,
    pub(super) bytes: Body,
}

impl File {
    pub(super) fn new(name: String, bytes: Body) -> Self {
        Self { name, media_type: None, is_photo: false, bytes }
    }

    fn attachment(self) -> NewAttachment {
        let mut attachment = NewAttachment::file(self.name, self.bytes);
        (attachment.content_type, attachment.is_contact_photo) = (self.media_type, self.is_photo);
        attachment
    }
}

/// Makes an item, which may be several in Exchange; all of them or none.
pub(super) async fn make(account: &Account, folder: &DestFolderId, all: Vec<Steps>) -> Result<Stored> {
    let mut made = Vec::with_capacity(all.len());
    for steps in all {
        if let Err(error) = one(account, folder, steps, &mut made).await {
            // If this fails as well, the mark of a part tells whoever comes next.
            return Err(match remove(account, &made).await {
                Ok(()) => error,
                Err(_) => unknown(error),
            });
        }
    }
    Ok(Stored::new(copy_id::of(made.into_iter().map(|id| id.id))))
}

async fn one(account: &Account, folder: &DestFolderId, steps: Steps, made: &mut Vec<ItemId>) -> Result<()> {
    let Steps { schema, master, files, changed, deleted } = steps;
    let operation = CreateItem { folder: folders::by_id(folder.as_str()), items: vec![master] };
    let created = only(account, account.call(doing(account), &operation).await?)?;
    let id = created.id;
    made.push(id.clone());
    attach(account, &id, files).await?;
    let bare = ItemId { change_key: None, ..id };
    for (change, files) in changed {
        let operation = update(vec![change.change(&bare)]);
        let occurrence = only(account, ask(account, &operation).await?)?;
        if let Some(occurrence) = occurrence {
            attach(account, &occurrence, files).await?;
        }
    }
    if !deleted.is_empty() {
        let items = deleted.iter().map(|deleted| deleted.item(&bare)).collect();
        all(account, ask(account, &DeleteItem { items }).await?)?;
    }
    let mark = ExtendedProperty::one(OMM_MARK, WHOLE);
    let whole = Update::set(OMM_MARK, schema.element(), |writer| mark.write(writer));
    all(account, ask(account, &update(vec![ItemChange { item: bare.into(), updates: vec![whole] }])).await?)
}

/// Adds files, one by one: a large one shall not take the others with it.
async fn attach(account: &Account, parent: &ItemId, files: Vec<File>) -> Result<()> {
    for file in files {
        let operation = CreateAttachment { parent: parent.clone(), attachments: vec![file.attachment()] };
        all(account, ask(account, &operation).await?)?;
    }
    Ok(())
}

fn update(changes: Vec<ItemChange>) -> UpdateItem {
    UpdateItem { changes, conflict: ConflictResolution::AlwaysOverwrite }
}

async fn ask<O: Operation + Sync>(account: &Account, operation: &O) -> Result<O::Answer> {
    account.call(account.doing::<O>("append", Scope::Item), operation).await
}

fn only<T>(account: &Account, batch: Batch<T>) -> Result<T> {
    batch.only().map_err(|failure| account.failed(doing(account), Trouble::from(failure)))
}

fn all<T>(account: &Account, batch: Batch<T>) -> Result<()> {
    for answer in batch.each() {
        match answer {
            Some(Ok(_)) => {}
            Some(Err(failure)) => return Err(account.failed(doing(account), Trouble::from(failure))),
            None => return Err(unanswered(account)),
        }
    }
    Ok(())
}

/// Deletes what was made of an item that could not be finished.
async fn remove(account: &Account, made: &[ItemId]) -> Result<()> {
    if made.is_empty() {
        return Ok(());
    }
    let bare = |id: &ItemId| ItemId { change_key: None, ..id.clone() }.into();
    let batch = ask(account, &DeleteItem { items: made.iter().map(bare).collect() }).await?;
    for answer in batch.each() {
        match answer {
            Some(Err(failure)) if !Failure::is_missing(&failure) => {
                return Err(account.failed(doing(account), Trouble::from(failure)));
            }
            Some(_) => {}
            None => return Err(unanswered(account)),
        }
    }
    Ok(())
}
