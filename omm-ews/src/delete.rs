//! Removing copies, and putting newer ones in their place: only of what is still as we wrote it, and so that it can be
//! recovered.

use crate::{
    account::Account,
    append::{self, Place, unknown},
    copy_id,
    error::Trouble,
    fetch::item_ref,
    look::{Shown, look},
    ops::DeleteItem,
};
use omm_core::{
    error::{Result, Scope},
    model::{DestFolderId, DestItemId, Item},
    seam::{Deleted, Deletion, Expected, Replaced},
};

/// Removes copies that are as expected. The results line up with `deletions`.
pub(crate) async fn delete(
    account: &Account,
    folder: &DestFolderId,
    deletions: &[Deletion],
) -> Result<Vec<Result<Deleted>>> {
    let mut outcomes = Vec::with_capacity(deletions.len());
    let mut all = account.portions.change.through(deletions);
    while let Some(batch) = all.batch() {
        let done = delete_some(account, folder, batch).await;
        outcomes.extend(all.passed(batch, done)?.unwrap_or_default());
    }
    Ok(outcomes)
}

/// Puts a newer item in the place of a copy that is as expected: the new one comes before the old one goes.
pub(crate) async fn replace(
    account: &Account,
    place: Place<'_>,
    id: &DestItemId,
    item: &Item,
    expected: &Expected,
) -> Result<Replaced> {
    let folder = place.folder;
    let Some(shown) = look_at(account, folder, id).await? else { return Ok(Replaced::Missing) };
    if let Some(difference) = touched(&shown, expected) {
        return Ok(Replaced::Conflict(difference));
    }
    let stored = append::append(account, place, std::slice::from_ref(item)).await?;
    let new = match stored.into_iter().next() {
        Some(stored) => stored?.id,
        None => {
            return Err(
                account.failed(account.doing::<DeleteItem>("replace", Scope::Item), Trouble::unanswered())
            );
        }
    };
    // The new one is there now. Its making may have taken long: the old one is looked at again before it goes.
    let again = look_at(account, folder, id).await.map_err(unknown)?;
    let (goes, outcome) = match again.map(|again| touched(&again, expected)) {
        Some(None) => (id, Replaced::Done(new.clone())),
        Some(Some(difference)) => (&new, Replaced::Conflict(difference)),
        // Its user deleted it, or moved it away: with some servers it has the same id where it is now.
        None => (&new, Replaced::Missing),
    };
    let removed = remove(account, std::slice::from_ref(goes)).await.map_err(unknown)?;
    removed.into_iter().next().unwrap_or(Ok(Deleted::Done)).map_err(unknown)?;
    Ok(outcome)
}

async fn look_at(account: &Account, folder: &DestFolderId, id: &DestItemId) -> Result<Option<Shown>> {
    look(account, folder, std::slice::from_ref(id)).await?.pop().unwrap_or(Ok(None))
}

async fn delete_some(
    account: &Account,
    folder: &DestFolderId,
    deletions: &[Deletion],
) -> Result<Vec<Result<Deleted>>> {
    let ids: Vec<DestItemId> = deletions.iter().map(|deletion| deletion.id.clone()).collect();
    let shown = look(account, folder, &ids).await?;
    let mut outcomes: Vec<Result<Deleted>> = Vec::with_capacity(deletions.len());
    let (mut asked, mut untouched) = (Vec::new(), Vec::new());
    for (at, (deletion, shown)) in deletions.iter().zip(shown).enumerate() {
        outcomes.push(shown.map(|shown| match shown.map(|shown| touched(&shown, &deletion.expected)) {
            None => Deleted::Missing,
            Some(Some(difference)) => Deleted::Touched(difference),
            Some(None) => {
                asked.push(at);
                untouched.push(deletion.id.clone());
                Deleted::Done
            }
        }));
    }
    if untouched.is_empty() {
        return Ok(outcomes);
    }
    for (at, outcome) in asked.into_iter().zip(remove(account, &untouched).await?) {
        if let Some(place) = outcomes.get_mut(at) {
            *place = outcome;
        }
    }
    Ok(outcomes)
}

async fn remove(account: &Account, ids: &[DestItemId]) -> Result<Vec<Result<Deleted>>> {
    // The main one last: while it is there, the copy is, and is asked for again.
    let parts = |id| copy_id::parts(id).map(str::to_owned).collect::<Vec<_>>().into_iter().rev();
    let items = ids.iter().flat_map(parts).map(|id| item_ref(&id)).collect();
    let doing = account.doing::<DeleteItem>("delete", Scope::Item);
    let mut answers = account.call(doing, &DeleteItem { items }).await?.each();
    let mut outcomes = Vec::with_capacity(ids.len());
    for id in ids {
        let mut outcome = Ok(Deleted::Missing);
        for _ in copy_id::parts(id) {
            let part = match answers.next().flatten() {
                Some(Ok(())) => Ok(Deleted::Done),
                Some(Err(failure)) if failure.is_missing() => Ok(Deleted::Missing),
                Some(Err(failure)) => Err(account.failed(doing, Trouble::from(failure))),
                None => Err(account.failed(doing, Trouble::unanswered())),
            };
            // It is not this copy: the server wants a pause, or is gone. Asking again is harmless.
            outcome = match outcome.and(part) {
                Err(error) if error.reach() > Scope::Item => {
                    return Err(error);
                }
                outcome => outcome,
            };
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// What differs from what we wrote, if anything.
fn touched(shown: &Shown, expected: &Expected) -> Option<String> {
    let now = shown.presence();
    match (&expected.revision, &now.revision) {
        (Some(before), now) if now.as_ref() != Some(before) => return Some("somebody changed it".to_owned()),
        (None, _) if shown.is_touched() => return Some("somebody changed it since it was made".to_owned()),
        // Nothing was seen of it after it was written: what it says of itself must do.
        (None, _) if now.size != expected.stored_size => return Some("it is not what was sent".to_owned()),
        _ => {}
    }
    (!expected.flags_match(&now.flags)).then(|| "its flags were changed".to_owned())
}
