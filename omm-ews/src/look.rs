//! Looking at copies, all items of each: what the server shows of them without their bodies.

use crate::{
    account::Account,
    batches::is_divisible,
    changes::{kind_of, listing_shape},
    convert, copy_id,
    error::Trouble,
    fetch::item_ref,
    ops::{FieldPath, GetItem, Item, OMM_DIGEST, OMM_MARK, OMM_SEAL},
    print::{self, Print},
    seal::{Seal, is_touched},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{DestFolderId, DestItemId, Flags, ItemKind, Revision},
    seam::Presence,
};

/// A copy as the server shows it.
pub(crate) struct Shown {
    /// Its first item.
    pub(crate) main: Item,
    /// The others that it is besides; none where one is not there, or elsewhere.
    rest: Vec<Option<Item>>,
}

/// The copies in this folder: each for itself, or why it cannot be shown; one that was moved elsewhere is not there.
///
/// # Errors
/// Where it is not one of them that the server cannot show.
pub(crate) async fn look(
    account: &Account,
    folder: &DestFolderId,
    ids: &[DestItemId],
) -> Result<Vec<Result<Option<Shown>>>> {
    copies(account, ids, |item| is_in(item, folder)).await
}

/// The same wherever they are.
///
/// # Errors
/// As for [`look`].
pub(crate) async fn look_anywhere(
    account: &Account,
    ids: &[DestItemId],
) -> Result<Vec<Result<Option<Shown>>>> {
    copies(account, ids, |_| true).await
}

impl Shown {
    /// What it shows of itself. Its size is that of what was sent, as far as it says so and is whole.
    pub(crate) fn presence(&self) -> Presence {
        let item = &self.main;
        let whole = Print::read(item).filter(|_| print::is_whole(item));
        let size = whole.map(|print| print.len).or(item.size()).unwrap_or(0);
        let mut presence = Presence::new(size, Flags::none());
        if kind_of(item) == ItemKind::Mail {
            let mail = convert::mail(&item.element);
            (presence.flags, presence.received) = (mail.flags, mail.received);
        }
        (presence.revision, presence.touched) = (self.revision(), self.is_touched());
        presence
    }

    /// Whether it tells itself that somebody has changed it since we did.
    pub(crate) fn is_touched(&self) -> bool {
        let seal = self.seal();
        let mut items = std::iter::once(&self.main).chain(self.rest.iter().flatten());
        items.any(|item| is_touched(item, seal.as_ref()))
    }

    /// What it carries of our last change.
    pub(crate) fn seal(&self) -> Option<Seal> {
        Seal::read(&self.main)
    }

    /// What tells whether somebody touched it: what each of its items says.
    pub(crate) fn revision(&self) -> Option<Revision> {
        let main = state(&self.main)?;
        let rest = self.rest.iter().map(|item| item.as_ref().and_then(state).unwrap_or("-".to_owned()));
        Some(Revision::new(std::iter::once(main).chain(rest).collect::<Vec<_>>().join(" ")))
    }
}

/// The change key of a message changes when it is read, so that its size, as the server counts it, must do.
fn state(item: &Item) -> Option<String> {
    match kind_of(item) {
        ItemKind::Mail => item.size().map(|size| size.to_string()),
        _ => item.id.change_key.clone(),
    }
}

async fn copies(
    account: &Account,
    ids: &[DestItemId],
    is_there: impl Fn(&Item) -> bool,
) -> Result<Vec<Result<Option<Shown>>>> {
    let parts: Vec<&str> = ids.iter().flat_map(copy_id::parts).collect();
    let mut seen = items(account, &parts).await?.into_iter();
    let mut one = |id: &DestItemId| -> Result<Option<Shown>> {
        let mut all = Vec::new();
        for item in seen.by_ref().take(copy_id::parts(id).count()).collect::<Vec<_>>() {
            all.push(item?.filter(&is_there));
        }
        let mut all = all.into_iter();
        Ok(all.next().flatten().map(|main| Shown { main, rest: all.collect() }))
    };
    Ok(ids.iter().map(&mut one).collect())
}

/// What a list shows of items. The results line up with `ids`.
async fn items(account: &Account, ids: &[&str]) -> Result<Vec<Result<Option<Item>>>> {
    let times = ["item:DateTimeCreated", "item:LastModifiedTime", "item:ParentFolderId"];
    let ours = [OMM_DIGEST, OMM_MARK, OMM_SEAL].map(FieldPath::from);
    let ours = times.map(FieldPath::Field).into_iter().chain(ours);
    let shape = listing_shape().with(ours);
    let doing = account.doing::<GetItem>("look at copies", Scope::Folder);
    let portions = &account.portions.look;
    let mut seen = Vec::with_capacity(ids.len());
    let mut rest = ids;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(portions.size().min(rest.len()));
        let items = now.iter().map(|id| item_ref(id)).collect();
        let answers = match account.call(doing, &GetItem { items, shape: shape.clone() }).await {
            Err(error) => {
                portions.went_wrong(now.len(), &error);
                if is_divisible(now.len(), &error) {
                    continue;
                }
                if now.len() > 1 || is_about_all(&error) || error.reach() > Scope::Folder {
                    return Err(error);
                }
                seen.push(Err(error.scope(Scope::Item)));
                rest = later;
                continue;
            }
            Ok(answers) => answers,
        };
        for answer in answers.each() {
            let error = match answer {
                Some(Ok(item)) => {
                    seen.push(Ok(Some(item)));
                    continue;
                }
                Some(Err(failure)) if failure.is_missing() => {
                    seen.push(Ok(None));
                    continue;
                }
                Some(Err(failure)) => account.failed(doing.of_item(), failure.into()),
                None => return Err(account.failed(doing, Trouble::unanswered())),
            };
            if is_about_all(&error) || error.reach() > Scope::Item {
                portions.went_wrong(now.len(), &error);
                return Err(error);
            }
            seen.push(Err(error));
        }
        portions.went_well(now.len());
        rest = later;
    }
    Ok(seen)
}

/// Whether it is not the one item that the server breaks over.
fn is_about_all(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Throttled | ErrorKind::Unreachable)
}

/// Ids of items stay with some servers when they are moved.
fn is_in(item: &Item, folder: &DestFolderId) -> bool {
    let parent = item.element.child("ParentFolderId").and_then(|parent| parent.attribute("Id"));
    parent.is_none_or(|parent| parent == folder.as_str())
}
