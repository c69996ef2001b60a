//! Items that need several requests, or are several items in Exchange. Until the last request the first one is marked as a
//! part, so that half of it is never taken for the whole.
//!
//! 1. for each of them: CreateItem, with the mark of a part; MoveItem, where the folder takes no new items of its kind;
//!    CreateAttachment for its files; UpdateItem for the occurrences that differ, and CreateAttachment for their files;
//!    DeleteItem for the occurrences that are not
//! 2. UpdateItem: the first one is marked as whole
//!
//! When a step is refused, what was made is deleted again. What is left of a process that was killed, or of a server that went
//! away or wants a pause, is found by its mark and deleted before the item is made anew ([`crate::locate`]).

use super::{doing, unanswered, unknown};
use crate::{
    account::Account,
    convert::{self, Changed, Deleted},
    copy_id,
    error::Trouble,
    folders,
    ops::{
        ConflictResolution, CreateAttachment, CreateItem, DeleteItem, ExtendedProperty, FolderRef,
        ItemChange, ItemId, MoveItem, NewAttachment, OMM_MARK, Operation, Update, UpdateItem,
    },
    print::{self, Mark, Print},
    soap::{Batch, Failure},
};
use omm_core::{
    error::{Error, Result, Retry, Scope},
    model::{Body, DestFolderId},
    seam::Stored,
};

/// What is done to make one item of Exchange.
pub(super) struct Steps {
    pub(super) master: convert::Draft,
    /// The folder of every mailbox in which it is made, if that is not where it shall be.
    pub(super) workshop: Option<&'static str>,
    pub(super) files: Vec<File>,
    /// Occurrences that differ, with their own files.
    pub(super) changed: Vec<(Changed, Vec<File>)>,
    pub(super) deleted: Vec<Deleted>,
}

/// A file of an item.
pub(super) struct File {
    pub(super) name: String,
    pub(super) media_type: Option<String>,
    /// What the text of the item calls it by that shows it.
    pub(super) content_id: Option<String>,
    pub(super) is_photo: bool,
    pub(super) bytes: Body,
}

impl File {
    pub(super) fn new(name: String, bytes: Body) -> Self {
        Self { name, media_type: None, content_id: None, is_photo: false, bytes }
    }

    fn attachment(self) -> NewAttachment {
        let mut attachment = NewAttachment::file(self.name, self.bytes);
        (attachment.content_type, attachment.is_contact_photo) = (self.media_type, self.is_photo);
        attachment.is_inline = self.content_id.is_some();
        attachment.content_id = self.content_id;
        attachment
    }
}

/// Makes an item, which may be several in Exchange; all of them or none.
pub(super) async fn make(
    account: &Account,
    folder: &DestFolderId,
    print: &Print,
    all: Vec<Steps>,
) -> Result<Stored> {
    let mut made = Vec::with_capacity(all.len());
    match make_all(account, folder, print, all, &mut made).await {
        Ok(()) => Ok(Stored::new(copy_id::of(made.into_iter().map(|id| id.id)))),
        Err(error) if made.is_empty() => Err(error),
        // Whoever wants a pause gets one; whoever comes back looks first, and deletes what is there of it.
        Err(error) if is_in_trouble(&error) => Err(unknown(error)),
        Err(error) => Err(match remove(account, &made).await {
            Ok(()) => error,
            Err(_) => unknown(error),
        }),
    }
}

/// Whether it is the server that could not go on, and may later.
fn is_in_trouble(error: &Error) -> bool {
    error.reach() >= Scope::Account && error.retry_advice() != Retry::Never
}

async fn make_all(
    account: &Account,
    folder: &DestFolderId,
    print: &Print,
    all: Vec<Steps>,
    made: &mut Vec<ItemId>,
) -> Result<()> {
    let many = all.len();
    let mut schema = None;
    for steps in all {
        schema.get_or_insert(steps.master.schema());
        let mark = match made.first() {
            None => Mark::Part,
            Some(first) => Mark::With(made.len() + 1, first.id.clone()),
        };
        one(account, folder, print, &mark, steps, made).await?;
    }
    let (Some(first), Some(schema)) = (made.first(), schema) else { return Ok(()) };
    marked(account, first, schema, &Mark::Whole(many)).await
}

async fn marked(account: &Account, item: &ItemId, schema: convert::Schema, mark: &Mark) -> Result<()> {
    let mark = ExtendedProperty::one(OMM_MARK, mark.text());
    let set = Update::set(OMM_MARK, schema.element(), |writer| mark.write(writer));
    let change = ItemChange { item: item.clone().into(), updates: vec![set] };
    all_done(account, ask(account, &update(vec![change])).await?)
}

async fn one(
    account: &Account,
    folder: &DestFolderId,
    print: &Print,
    mark: &Mark,
    steps: Steps,
    made: &mut Vec<ItemId>,
) -> Result<()> {
    let Steps { mut master, workshop, files, changed, deleted } = steps;
    let (schema, place) = (master.schema(), folders::by_id(folder.as_str()));
    let id = match workshop {
        None => {
            print::put(&mut master, print, mark);
            create(account, place, master, made).await?
        }
        Some(name) => {
            print::put(&mut master, print, &Mark::Bound(folder.as_str().to_owned()));
            let id = create(account, account.root(name).await?, master, made).await?;
            let id = relocate(account, id, place, made).await?;
            if matches!(mark, Mark::With(..)) {
                marked(account, &id, schema, mark).await?;
            }
            id
        }
    };
    attach(account, &id, files).await?;
    change(account, &id, changed).await?;
    if deleted.is_empty() {
        return Ok(());
    }
    delete(account, &id, &deleted).await
}

async fn create(
    account: &Account,
    folder: FolderRef,
    master: convert::Draft,
    made: &mut Vec<ItemId>,
) -> Result<ItemId> {
    let operation = CreateItem { folder, items: vec![master.finish()] };
    let created = only(account, account.call(doing(account), &operation).await?)?;
    // Its key is another after each step: without one, the server takes it as it is.
    let id = ItemId { change_key: None, ..created.id };
    made.push(id.clone());
    Ok(id)
}

/// Puts the item that was made last where it shall be. It has another id there.
async fn relocate(account: &Account, id: ItemId, to: FolderRef, made: &mut Vec<ItemId>) -> Result<ItemId> {
    let moved = only(account, ask(account, &MoveItem { items: vec![id.into()], to }).await?)?;
    made.pop();
    // It was moved: only its new id is not known.
    let moved = moved.ok_or_else(|| unknown(unanswered(account)))?;
    let id = ItemId { change_key: None, ..moved };
    made.push(id.clone());
    Ok(id)
}

/// Changes occurrences, and adds their files.
async fn change(account: &Account, master: &ItemId, changed: Vec<(Changed, Vec<File>)>) -> Result<()> {
    let (changes, files): (Vec<_>, Vec<_>) = changed.into_iter().unzip();
    let portions = &account.portions.change;
    let (mut all, mut files) = (portions.through(&changes), files.into_iter());
    while let Some(batch) = all.batch() {
        let asked = update(batch.iter().map(|change: &Changed| change.change(master)).collect());
        let answered = ask(account, &asked).await;
        let Some(answers) = all.passed(batch, answered)? else { continue };
        for (answer, files) in answers.each().zip(files.by_ref()) {
            let occurrence =
                done(account, answer).inspect_err(|error| portions.went_wrong(batch.len(), error))?;
            if let Some(occurrence) = occurrence {
                attach(account, &ItemId { change_key: None, ..occurrence }, files).await?;
            }
        }
    }
    Ok(())
}

/// Deletes occurrences.
async fn delete(account: &Account, master: &ItemId, deleted: &[Deleted]) -> Result<()> {
    let portions = &account.portions.change;
    let mut all = portions.through(deleted);
    while let Some(batch) = all.batch() {
        let items = batch.iter().map(|deleted| deleted.item(master)).collect();
        let answered = ask(account, &DeleteItem { items }).await;
        if let Some(answers) = all.passed(batch, answered)? {
            all_done(account, answers).inspect_err(|error| portions.went_wrong(batch.len(), error))?;
        }
    }
    Ok(())
}

/// Adds files, one by one: a large one shall not take the others with it.
async fn attach(account: &Account, parent: &ItemId, files: Vec<File>) -> Result<()> {
    for file in files {
        let operation = CreateAttachment { parent: parent.clone(), attachments: vec![file.attachment()] };
        all_done(account, ask(account, &operation).await?)?;
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

fn all_done<T>(account: &Account, batch: Batch<T>) -> Result<()> {
    batch.each().try_for_each(|answer| done(account, answer).map(drop))
}

fn done<T>(account: &Account, answer: Option<Result<T, Failure>>) -> Result<T> {
    match answer {
        Some(Ok(done)) => Ok(done),
        Some(Err(failure)) => Err(account.failed(doing(account), Trouble::from(failure))),
        None => Err(unanswered(account)),
    }
}

/// Deletes what was made of an item that could not be finished.
async fn remove(account: &Account, made: &[ItemId]) -> Result<()> {
    // The first one last: it knows that the others are parts.
    let items = made.iter().rev().map(|id| id.clone().into()).collect();
    let batch = ask(account, &DeleteItem { items }).await?;
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
