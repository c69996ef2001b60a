//! Looking at copies without reading them.

use crate::{
    account::Account,
    batches::is_divisible,
    changes::{kind_of, listing_shape},
    convert, copy_id,
    error::Trouble,
    fetch::item_ref,
    ops::{FieldPath, GetItem, Item, OMM_DIGEST, OMM_MARK},
    print::{self, Print},
};
use omm_core::{
    error::{Result, Scope},
    model::{DestFolderId, DestItemId, Flags, ItemKind, Revision},
    seam::Presence,
};

/// What can be seen of copies in this folder; one that was moved elsewhere is not there.
pub(crate) async fn inspect(
    account: &Account,
    folder: &DestFolderId,
    ids: &[DestItemId],
) -> Result<Vec<Option<Presence>>> {
    let shown = look(account, folder, ids).await?;
    Ok(shown.iter().map(|item| item.as_ref().map(presence)).collect())
}

/// The copies in this folder, with what a list shows of them.
pub(crate) async fn look(
    account: &Account,
    folder: &DestFolderId,
    ids: &[DestItemId],
) -> Result<Vec<Option<Item>>> {
    let seen = look_anywhere(account, ids).await?;
    Ok(seen.into_iter().map(|item| item.filter(|item| is_in(item, folder))).collect())
}

/// The same wherever they are.
pub(crate) async fn look_anywhere(account: &Account, ids: &[DestItemId]) -> Result<Vec<Option<Item>>> {
    let ours = [FieldPath::Field("item:ParentFolderId"), OMM_DIGEST.into(), OMM_MARK.into()];
    let shape = listing_shape().with(ours);
    let doing = account.doing::<GetItem>("look at copies", Scope::Folder);
    let portions = &account.portions.look;
    let mut seen = Vec::with_capacity(ids.len());
    let mut rest = ids;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(portions.size().min(rest.len()));
        let items = now.iter().map(|id| item_ref(copy_id::main(id))).collect();
        let answers = match account.call(doing, &GetItem { items, shape: shape.clone() }).await {
            Err(error) => {
                portions.went_wrong(now.len(), &error);
                if is_divisible(now.len(), &error) {
                    continue;
                }
                return Err(error);
            }
            Ok(answers) => answers,
        };
        for answer in answers.each() {
            let error = match answer {
                Some(Ok(item)) => {
                    seen.push(Some(item));
                    continue;
                }
                Some(Err(failure)) if failure.is_missing() => {
                    seen.push(None);
                    continue;
                }
                Some(Err(failure)) => account.failed(doing, failure.into()),
                None => account.failed(doing, Trouble::unanswered()),
            };
            portions.went_wrong(now.len(), &error);
            return Err(error);
        }
        portions.went_well(now.len());
        rest = later;
    }
    Ok(seen)
}

/// Ids of items stay with some servers when they are moved.
fn is_in(item: &Item, folder: &DestFolderId) -> bool {
    let parent = item.element.child("ParentFolderId").and_then(|parent| parent.attribute("Id"));
    parent.is_none_or(|parent| parent == folder.as_str())
}

/// What an item shows of itself. Its size is that of what was sent, as far as it says so and is whole.
pub(crate) fn presence(item: &Item) -> Presence {
    let whole = Print::read(item).filter(|_| print::is_whole(item));
    let size = whole.map(|print| print.len).or(item.size()).unwrap_or(0);
    if kind_of(item) != ItemKind::Mail {
        let mut presence = Presence::new(size, Flags::none());
        presence.revision = revision(item);
        return presence;
    }
    let mail = convert::mail(&item.element);
    let mut presence = Presence::new(size, mail.flags);
    presence.received = mail.received;
    presence.revision = revision(item);
    presence
}

/// What tells whether somebody touched it. The change key of a message changes when it is read, so that its size, as the
/// server counts it, must do.
pub(crate) fn revision(item: &Item) -> Option<Revision> {
    match kind_of(item) {
        ItemKind::Mail => item.size().map(|size| Revision::new(size.to_string())),
        _ => item.id.change_key.clone().map(Revision::new),
    }
}
