//! Putting our mark on what was made of a stream. A stream carries nothing of ours: until its copy is stamped, the copy is
//! found by what it shows of its own ([`crate::locate`]).

use crate::{
    account::Account,
    append::unknown,
    batches::is_divisible,
    convert::RECEIPTS,
    error::{Doing, Trouble, wants_less},
    fetch::item_ref,
    ops::{
        Conflict, DeleteItem, ExtendedPath, ItemChange, OMM_CHANGED, OMM_DIGEST, OMM_MARK, Update, UpdateItem,
    },
    print::{Mark, Print},
    seal::Seal,
    soap::{Batch, Version},
};
use omm_core::{
    error::{Effect, Error, Result, Retry, Scope},
    model::ItemKind,
};

/// A copy that is to be stamped.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) kind: ItemKind,
    /// What was sent, in its interchange form.
    pub(crate) print: Print,
    /// When it was changed last before it is stamped, if its interchange form says so.
    pub(crate) changed: Option<String>,
    /// Whether somebody has changed it before it is stamped.
    pub(crate) is_touched: bool,
}

/// Stamps copies. The results line up with `made`. A copy on which no mark can be put is deleted again, so that of an error
/// with a known effect nothing is left. One that is not there any more was moved by somebody: that is seen when it is looked at.
///
/// # Errors
/// If there is no answer. Doing it again is harmless.
pub(crate) async fn stamp(account: &Account, made: &[Made]) -> Result<Vec<Result<()>>> {
    let portions = &account.portions.stamp;
    let is_loud = account.facts().version.is_some_and(|version| version < Version::E2013);
    let mut outcomes = Vec::with_capacity(made.len());
    let mut rest = made;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(portions.size().min(rest.len()));
        match account.call(doing(account), &update(account, now, is_loud)).await {
            Ok(answers) => {
                let taken = taken(account, now, answers).await;
                let pause = errors(&taken).find(|error| error.reach() >= Scope::Account).map(Error::repeated);
                match errors(&taken).find(|error| wants_less(error)) {
                    Some(error) => portions.went_wrong(now.len(), error),
                    None => portions.went_well(now.len()),
                }
                outcomes.extend(taken);
                // A server that wants a pause is not asked for the next ones at once.
                if let Some(error) = pause {
                    outcomes.extend(later.iter().map(|_| Err(unknown(error.repeated()))));
                    return Ok(outcomes);
                }
            }
            Err(error) if is_divisible(now.len(), &error) => {
                portions.went_wrong(now.len(), &error);
                continue;
            }
            Err(error) if is_final(&error) && error.effect() == Effect::None => {
                let refused = now.iter().map(|made| (made, error.repeated())).collect();
                outcomes.extend(taken_back(account, refused).await);
            }
            Err(error) => return Err(error),
        }
        rest = later;
    }
    Ok(outcomes)
}

fn errors(outcomes: &[Result<()>]) -> impl Iterator<Item = &Error> {
    outcomes.iter().filter_map(|outcome| outcome.as_ref().err())
}

/// `is_loud` is a server that cannot be told to send no receipts: it is not to be asked for any by what a stream brought.
fn update(account: &Account, made: &[Made], is_loud: bool) -> UpdateItem {
    let now = Seal::at(account.server_time_behind(made.len()));
    let change = |made: &Made| {
        let seal = if made.is_touched { Seal::touched() } else { now.clone() };
        let ours =
            [set(OMM_DIGEST, made.print.text()), set(OMM_MARK, Mark::Whole(1).text()), seal.update("t:Item")];
        let changed = made.changed.as_ref().map(|time| set(OMM_CHANGED, time.clone()));
        let receipts = is_loud && made.kind == ItemKind::Mail;
        let receipts = RECEIPTS.into_iter().filter(|_| receipts).map(|path| set(path, "false".to_owned()));
        ItemChange {
            item: item_ref(&made.id),
            updates: ours.into_iter().chain(changed).chain(receipts).collect(),
        }
    };
    UpdateItem { changes: made.iter().map(change).collect(), conflict: Conflict::Overwrite }
}

/// Of an item of any kind: the schema lets every one be called so.
fn set(path: ExtendedPath, value: String) -> Update {
    Update::set(path, "t:Item", |writer| path.write_value(&value, writer))
}

async fn taken<T>(account: &Account, asked: &[Made], answers: Batch<T>) -> Vec<Result<()>> {
    let mut outcomes: Vec<Result<()>> = Vec::with_capacity(asked.len());
    let (mut places, mut refused) = (Vec::new(), Vec::new());
    for (at, (made, answer)) in asked.iter().zip(answers.each()).enumerate() {
        outcomes.push(match answer {
            Some(Ok(_)) => Ok(()),
            Some(Err(failure)) if failure.is_missing() => Ok(()),
            Some(Err(failure)) => {
                let error = account.failed(doing(account), failure.into());
                if is_final(&error) {
                    places.push(at);
                    refused.push((made, error.repeated()));
                }
                Err(unknown(error))
            }
            None => Err(unknown(account.failed(doing(account), Trouble::unanswered()))),
        });
    }
    for (at, outcome) in places.into_iter().zip(taken_back(account, refused).await) {
        if let Some(place) = outcomes.get_mut(at) {
            *place = outcome;
        }
    }
    outcomes
}

/// Deletes copies on which no mark can be put.
async fn taken_back(account: &Account, refused: Vec<(&Made, Error)>) -> Vec<Result<()>> {
    if refused.is_empty() {
        return Vec::new();
    }
    let items = refused.iter().map(|(made, _)| item_ref(&made.id)).collect();
    let doing = account.doing::<DeleteItem>("append", Scope::Item);
    match account.call(doing, &DeleteItem { items }).await {
        Ok(answers) => {
            let outcome = |((_, error), answer): ((&Made, Error), Option<Result<(), _>>)| match answer {
                Some(Ok(())) => Err(error),
                Some(Err(failure)) if crate::soap::Failure::is_missing(&failure) => Err(error),
                Some(Err(_)) | None => Err(unknown(error)),
            };
            refused.into_iter().zip(answers.each()).map(outcome).collect()
        }
        Err(_) => refused.into_iter().map(|(_, error)| Err(unknown(error))).collect(),
    }
}

/// Whether asking again would say the same.
fn is_final(error: &Error) -> bool {
    error.retry_advice() == Retry::Never && error.reach() <= Scope::Folder
}

fn doing(account: &Account) -> Doing {
    account.doing::<UpdateItem>("append", Scope::Item)
}
