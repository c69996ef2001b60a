//! Setting marks and categories of messages that are there.

use crate::{
    account::Account,
    append::unknown,
    convert, copy_id,
    error::Trouble,
    fetch::item_ref,
    look::look_anywhere,
    ops::{ItemChange, UpdateItem},
};
use omm_core::{
    error::{Result, Scope},
    model::DestItemId,
    seam::{FlagChange, Flagged},
};

/// Adds and removes marks. The results line up with `changes`.
pub(crate) async fn set(account: &Account, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
    let mut outcomes = Vec::with_capacity(changes.len());
    let mut all = account.portions.change.through(changes);
    while let Some(batch) = all.batch() {
        let done = set_some(account, batch).await;
        outcomes.extend(all.passed(batch, done)?.unwrap_or_default());
    }
    Ok(outcomes)
}

async fn set_some(account: &Account, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
    let ids: Vec<DestItemId> = changes.iter().map(|change| change.id.clone()).collect();
    let before = look_anywhere(account, &ids).await?;
    let mut outcomes: Vec<Result<Flagged>> = Vec::with_capacity(changes.len());
    let (mut asked, mut updates) = (Vec::new(), Vec::new());
    for (at, (change, shown)) in changes.iter().zip(before).enumerate() {
        let shown = match shown {
            Ok(Some(shown)) => shown,
            Ok(None) => {
                outcomes.push(Ok(Flagged::Missing));
                continue;
            }
            Err(error) => {
                outcomes.push(Err(error));
                continue;
            }
        };
        // Where nothing is to be done, it was done before, and the answer lost.
        outcomes.push(Ok(shown.revision().map_or(Flagged::Done, Flagged::Revised)));
        let now = convert::mail(&shown.main.element).flags;
        let update = convert::mail_changes(&now, &change.delta.apply(&now)).updates();
        if !update.is_empty() {
            asked.push(at);
            updates.push(ItemChange { item: item_ref(copy_id::main(&change.id)), updates: update });
        }
    }
    if updates.is_empty() {
        return Ok(outcomes);
    }
    let operation = UpdateItem { changes: updates };
    let doing = account.doing::<UpdateItem>("set flags", Scope::Item);
    let answers = account.call(doing, &operation).await?;
    for (at, answer) in asked.iter().zip(answers.each()) {
        let outcome = match answer {
            Some(Ok(_)) => continue,
            Some(Err(failure)) if failure.is_missing() => Ok(Flagged::Missing),
            Some(Err(failure)) => Err(account.failed(doing, failure.into())),
            None => Err(account.failed(doing, Trouble::unanswered())),
        };
        // It is not this message: the server wants a pause, or is gone. Doing it twice is harmless.
        let outcome = match outcome {
            Err(error) if error.reach() > Scope::Item => {
                return Err(error);
            }
            outcome => outcome,
        };
        if let Some(place) = outcomes.get_mut(*at) {
            *place = outcome;
        }
    }
    revised(account, &ids, &asked, outcomes).await
}

/// The state that the copies are in now: our own change must not look like their user's.
async fn revised(
    account: &Account,
    ids: &[DestItemId],
    asked: &[usize],
    mut outcomes: Vec<Result<Flagged>>,
) -> Result<Vec<Result<Flagged>>> {
    let set: Vec<DestItemId> = asked.iter().filter_map(|at| ids.get(*at).cloned()).collect();
    let after = look_anywhere(account, &set).await.map_err(unknown)?;
    for (at, shown) in asked.iter().zip(after) {
        let Some(place) = outcomes.get_mut(*at) else { continue };
        let is_done = matches!(place, Ok(Flagged::Done | Flagged::Revised(_)));
        let shown = shown.ok().flatten();
        if let (true, Some(revision)) = (is_done, shown.and_then(|shown| shown.revision())) {
            *place = Ok(Flagged::Revised(revision));
        }
    }
    Ok(outcomes)
}
