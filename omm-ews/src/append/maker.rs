//! Making items that need several requests: step by step ([`super::steps`]).
//!
//! When a step is refused, what was made is deleted again. Where the server wants a pause, or went away behind a step that it
//! did, the item goes on from there ([`super::half`]). What is left of a process that was killed is found by its mark and
//! deleted before the item is made anew ([`crate::locate`]).

use super::{
    doing,
    half::Half,
    steps::{Step, Steps, steps_of},
    unanswered, unknown,
};
use crate::{
    account::Account,
    batches::is_divisible,
    convert::{self, Schema},
    copy_id,
    error::Trouble,
    folders,
    ops::{
        Conflict, CreateAttachment, CreateItem, DeleteItem, FieldPath, GetItem, ItemChange, ItemId, MoveItem,
        NewAttachment, OMM_MARK, Operation, Shape, Update, UpdateItem,
    },
    print::{self, Mark, Print},
    seal::Seal,
    soap::{Batch, Failure},
};
use omm_core::{
    error::{Effect, Error, ErrorKind, Result, Retry, Scope},
    model::DestFolderId,
    seam::Stored,
};

/// Makes an item, which may be several in Exchange; all of them or none.
pub(super) async fn make(
    account: &Account,
    folder: &DestFolderId,
    print: &Print,
    all: Vec<Steps>,
) -> Result<Stored> {
    let maker = Maker { account, folder, print, steps: steps_of(all) };
    let mut half = account.halves.take(folder, print).unwrap_or_default();
    let before = half.done;
    match maker.go_on(&mut half).await {
        Ok(()) => Ok(Stored::new(copy_id::of(half.made.into_iter().map(|id| id.id)))),
        Err(error) if half.made.is_empty() => Err(error),
        // Whoever wants a pause gets one; whoever comes back looks first, and goes on, or deletes what is there of it.
        Err(error) if is_in_trouble(&error) => {
            let error = if half.done > before { as_a_pause(error) } else { error };
            let is_over = error.effect() == Effect::None;
            if error.kind() == ErrorKind::Throttled && maker.can_go_on(&half) {
                account.halves.keep(folder, print, half);
            }
            let error = unknown(error);
            // Half of it is there, and no more will come.
            Err(if is_over { error.landed() } else { error })
        }
        Err(error) => Err(match remove(account, &half.made).await {
            Ok(()) => error,
            Err(_) => unknown(error),
        }),
    }
}

/// Whether it is the server that could not go on, and may later.
fn is_in_trouble(error: &Error) -> bool {
    error.reach() >= Scope::Account && error.retry_advice() != Retry::Never
}

/// It is not the item over which the server breaks, for some of it was done: a pause will do.
pub(super) fn as_a_pause(error: Error) -> Error {
    let pause = Error::new(ErrorKind::Throttled, error.side(), error.operation(), error.message());
    let pause = pause.scope(error.reach()).retry(error.retry_advice());
    let pause = if error.is_alone() { pause.alone() } else { pause };
    let pause = if error.effect() == Effect::Unknown { unknown(pause) } else { pause };
    // Codes and names, for those who decide by them.
    error.context().fold(pause, |pause, (key, value)| pause.with(key, value))
}

/// An item that is made, where, and by which steps.
struct Maker<'a> {
    account: &'a Account,
    folder: &'a DestFolderId,
    print: &'a Print,
    steps: Vec<Step>,
}

impl Maker<'_> {
    /// Does what is left to do.
    async fn go_on(&self, half: &mut Half) -> Result<()> {
        if half.is_in_doubt && matches!(self.steps.get(half.done), Some(Step::Attach(_))) {
            half.done += usize::from(self.is_attached(half).await?);
            half.is_in_doubt = false;
        }
        while let Some(step) = self.steps.get(half.done) {
            let done = self.step(step, half).await;
            half.is_in_doubt = done.as_ref().is_err_and(|error| error.effect() == Effect::Unknown);
            done?;
        }
        Ok(())
    }

    /// Whether it can: what may be done already can be looked for, or done twice. Which files of a changed occurrence are its
    /// own is not told, so behind such a one nothing can be looked for.
    fn can_go_on(&self, half: &Half) -> bool {
        let next = self.steps.get(half.done);
        !half.is_in_doubt || !matches!(next, Some(Step::Create(..) | Step::Move | Step::AttachTo(..)))
    }

    /// One step, or several of a kind.
    async fn step(&self, step: &Step, half: &mut Half) -> Result<()> {
        let account = self.account;
        let item = half.last().cloned();
        let known = |item: Option<ItemId>| item.ok_or_else(|| unanswered(account));
        match step {
            Step::Create(draft, workshop) => self.create(draft, *workshop, half).await?,
            Step::Move => self.relocate(half).await?,
            Step::MarkWith(schema) => marked(account, &known(item)?, *schema, &with(half)).await?,
            Step::Attach(file) => attach(account, &known(item)?, file).await?,
            Step::AttachTo(at, file) => {
                let occurrence = match half.occurrences.get(*at).cloned().flatten() {
                    Some(occurrence) => occurrence,
                    None => self.occurrence(&known(item)?, *at, half).await?,
                };
                attach(account, &occurrence, file).await?;
            }
            Step::Change(_) => return self.change(&known(item)?, half).await,
            Step::Delete(_) => return self.delete(&known(item)?, half).await,
            Step::MarkWhole(schema, all) => {
                let first = known(half.made.first().cloned())?;
                marked(account, &first, *schema, &Mark::Whole(*all)).await?;
            }
        }
        half.done += 1;
        Ok(())
    }

    async fn create(
        &self,
        draft: &convert::Draft,
        workshop: Option<&'static str>,
        half: &mut Half,
    ) -> Result<()> {
        let mut draft = draft.clone();
        let (folder, mark) = match workshop {
            None => (folders::by_id(self.folder.as_str()), next_mark(half)),
            Some(name) => (self.account.root(name).await?, Mark::Bound(self.folder.as_str().to_owned())),
        };
        print::put(&mut draft, self.print, &mark);
        let operation = CreateItem { folder, items: vec![draft.finish()] };
        let account = self.account;
        let created = only(account, account.call(doing(account), &operation).await?)?;
        // Its key is another after each step: without one, the server takes it as it is.
        half.made.push(ItemId { change_key: None, ..created.id });
        half.occurrences.clear();
        Ok(())
    }

    /// Puts the item that was made last where it shall be. It has another id there.
    async fn relocate(&self, half: &mut Half) -> Result<()> {
        let (account, to) = (self.account, folders::by_id(self.folder.as_str()));
        let items = half.last().cloned().map(Into::into).into_iter().collect();
        let moved = only(account, ask(account, &MoveItem { items, to }).await?)?;
        half.made.pop();
        // It was moved: only its new id is not known.
        let moved = moved.ok_or_else(|| unknown(unanswered(account)))?;
        half.made.push(ItemId { change_key: None, ..moved });
        Ok(())
    }

    /// Changes the next occurrences. Doing so again is harmless.
    async fn change(&self, master: &ItemId, half: &mut Half) -> Result<()> {
        let (account, portions) = (self.account, &self.account.portions.change);
        let next = self.steps.get(half.done..).unwrap_or_default().iter();
        let change = |step: &Step| match step {
            Step::Change(changed) => Some(changed.change(master)),
            _ => None,
        };
        let changes: Vec<ItemChange> = next.map_while(change).take(portions.size()).collect();
        let asked = changes.len();
        let Some(answers) = in_parts(account, asked, ask(account, &update(changes)).await)? else {
            return Ok(());
        };
        for answer in answers.each() {
            let occurrence = done(account, answer).inspect_err(|error| portions.went_wrong(asked, error))?;
            half.occurrences.push(occurrence.map(|id| ItemId { change_key: None, ..id }));
            half.done += 1;
        }
        Ok(())
    }

    /// The id of the n-th occurrence that was changed, of which the server did not tell it.
    async fn occurrence(&self, master: &ItemId, at: usize, half: &Half) -> Result<ItemId> {
        let before = self.steps.get(..half.done).unwrap_or_default().iter();
        let from = before.clone().rposition(|step| matches!(step, Step::Create(..))).unwrap_or_default();
        let changed = before.skip(from).filter_map(|step| match step {
            Step::Change(changed) => Some(changed.item(master)),
            _ => None,
        });
        let items = changed.skip(at).take(1).collect();
        let shown = ask(self.account, &GetItem { items, shape: Shape::id_only() }).await?;
        Ok(ItemId { change_key: None, ..only(self.account, shown)?.id })
    }

    /// Deletes the next occurrences. One that is deleted already was so by a request that went wrong behind it.
    async fn delete(&self, master: &ItemId, half: &mut Half) -> Result<()> {
        let (account, portions) = (self.account, &self.account.portions.change);
        let next = self.steps.get(half.done..).unwrap_or_default().iter();
        let deletion = |step: &Step| match step {
            Step::Delete(deleted) => Some(deleted.item(master)),
            _ => None,
        };
        let items: Vec<_> = next.map_while(deletion).take(portions.size()).collect();
        let asked = items.len();
        let Some(answers) = in_parts(account, asked, ask(account, &DeleteItem { items }).await)? else {
            return Ok(());
        };
        for answer in answers.each() {
            match answer {
                Some(Err(failure)) if failure.is_deleted() => {}
                answer => {
                    done(account, answer).inspect_err(|error| portions.went_wrong(asked, error))?;
                }
            }
            half.done += 1;
        }
        Ok(())
    }

    /// Whether the file is there that may have been added: the item has one more than was known of.
    async fn is_attached(&self, half: &Half) -> Result<bool> {
        let Some(item) = half.last() else { return Ok(false) };
        let before = self.steps.get(..half.done).unwrap_or_default();
        let known = before.iter().rev().take_while(|step| !matches!(step, Step::Create(..)));
        let known = known.filter(|step| matches!(step, Step::Attach(_))).count();
        let shape = Shape::id_only().with([FieldPath::Field("item:Attachments")]);
        let operation = GetItem { items: vec![item.clone().into()], shape };
        let shown = only(self.account, ask(self.account, &operation).await?)?;
        let there = shown.element.child("Attachments").map_or(0, |all| all.children.len());
        Ok(there > known)
    }
}

/// What the next item of Exchange is of the item.
fn next_mark(half: &Half) -> Mark {
    match half.made.first() {
        None => Mark::Part,
        Some(first) => Mark::With(half.made.len() + 1, first.id.clone()),
    }
}

/// What the last one is of it.
fn with(half: &Half) -> Mark {
    let first = half.made.first().map(|first| first.id.clone());
    Mark::With(half.made.len(), first.unwrap_or_default())
}

/// The answers to so many things; nothing where they are to be asked in smaller parts.
fn in_parts<A>(account: &Account, asked: usize, outcome: Result<A>) -> Result<Option<A>> {
    let portions = &account.portions.change;
    match outcome {
        Ok(answers) => {
            portions.went_well(asked);
            Ok(Some(answers))
        }
        Err(error) => {
            portions.went_wrong(asked, &error);
            if is_divisible(asked, &error) { Ok(None) } else { Err(error) }
        }
    }
}

async fn marked(account: &Account, item: &ItemId, schema: Schema, mark: &Mark) -> Result<()> {
    let set = Update::set(OMM_MARK, schema.element(), |writer| OMM_MARK.write_value(&mark.text(), writer));
    // Nothing of ours comes behind this.
    let is_last = matches!(mark, Mark::Whole(_));
    let seal = is_last.then(|| Seal::at(account.server_time_behind(1)).update(schema.element()));
    let change =
        ItemChange { item: item.clone().into(), updates: std::iter::once(set).chain(seal).collect() };
    all_done(account, ask(account, &update(vec![change])).await?)
}

/// Adds a file, by a request of its own: a large one shall not take others with it.
async fn attach(account: &Account, parent: &ItemId, file: &NewAttachment) -> Result<()> {
    let operation = CreateAttachment { parent: parent.clone(), attachments: vec![file.clone()] };
    all_done(account, ask(account, &operation).await?)
}

fn update(changes: Vec<ItemChange>) -> UpdateItem {
    UpdateItem { changes, conflict: Conflict::Overwrite }
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
