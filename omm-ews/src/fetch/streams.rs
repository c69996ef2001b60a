//! Items as streams as well: what another Exchange takes in whole.

use super::Given;
use crate::{
    account::Account,
    batches::is_divisible,
    error::{Doing, Trouble, is_beyond_it, wants_less},
    native::{self, is_no},
    ops::{ExportItems, Exported, ItemId},
    soap::{Batch, Failure},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{Body, Intake, Native},
};

/// Gives those of the items a stream that can be had as one. One that the server does not export goes without, and is told.
///
/// # Errors
/// If the server cannot be asked now: whatever has no stream then is to be asked for again.
pub(super) async fn add(account: &Account, given: Vec<&mut Given>, intake: &Intake) -> Result<()> {
    let portions = &account.portions.export;
    let mut rest: Vec<&mut Given> = given.into_iter().filter(|given| given.key.is_some()).collect();
    while !rest.is_empty() && account.may_have_streams() {
        let mut later = rest.split_off(portions.size().min(rest.len()));
        match ask(account, &mut rest, intake).await {
            Ok(None) => portions.went_well(rest.len()),
            Ok(Some(error)) => portions.went_wrong(rest.len(), &error),
            Err(error) if is_divisible(rest.len(), &error) => {
                portions.went_wrong(rest.len(), &error);
                rest.append(&mut later);
                continue;
            }
            // Not even for one of them.
            Err(error) if is_no(&error) || error.kind() == ErrorKind::Protocol => {
                if error.kind() != ErrorKind::TooLarge {
                    account.has_no_streams(&error);
                }
                if account.may_have_streams() {
                    rest.iter_mut().for_each(|given| goes_without(given, &error));
                }
            }
            // Of one alone there is nothing smaller to ask for.
            Err(error) if rest.len() == 1 && is_beyond_it(&error) => {
                rest.iter_mut().for_each(|given| goes_without(given, &error));
            }
            Err(error) => {
                portions.went_wrong(rest.len(), &error);
                return Err(error);
            }
        }
        rest = later;
    }
    Ok(())
}

/// One request. Gives the error of an item over which the server wants smaller portions.
async fn ask(account: &Account, asked: &mut [&mut Given], intake: &Intake) -> Result<Option<Error>> {
    let items = asked.iter().map(|given| ItemId { id: given.id.to_string(), change_key: None }).collect();
    let (batch, bodies) =
        account.call_streaming(doing(account), &ExportItems { items }, |_| intake.begin(None)).await?;
    let (refused, pause) = sorted(account, asked, batch, &bodies);
    for (at, error) in &refused {
        asked.get_mut(*at).into_iter().for_each(|given| goes_without(given, error));
    }
    let first = |test: fn(&Error) -> bool| refused.iter().map(|(_, error)| error).find(|error| test(error));
    // Whoever has no right to one has none to any, unless one was given.
    match (asked.iter().any(|given| given.stream.is_some()), first(|error| error.kind() == ErrorKind::Denied))
    {
        (true, _) => account.has_streams(),
        (false, Some(denied)) => account.has_no_streams(denied),
        (false, None) => {}
    }
    pause.map_or_else(|| Ok(first(wants_less).map(Error::repeated)), Err)
}

/// Takes what was given. Gives what was refused, by its place, and why the rest is to be asked for again.
fn sorted(
    account: &Account,
    asked: &mut [&mut Given],
    batch: Batch<Exported>,
    bodies: &[Body],
) -> (Vec<(usize, Error)>, Option<Error>) {
    let (mut refused, mut pause) = (Vec::new(), None);
    for (at, (given, answer)) in asked.iter_mut().zip(batch.each()).enumerate() {
        let trouble = match answer {
            Some(Ok(exported)) => match bodies.get(exported.stream).zip(given.key.clone()) {
                Some((body, key)) => {
                    given.stream = Some(Native::new(native::form(), key, body.clone()));
                    continue;
                }
                None => Trouble::unanswered(),
            },
            Some(Err(Failure::Refused(refusal))) if refusal.is_not_begun() => {
                pause = pause.or_else(|| Some(account.failed(doing(account), refusal.into())));
                continue;
            }
            Some(Err(failure)) => failure.into(),
            None => Trouble::unanswered(),
        };
        let error = account.failed(doing(account), trouble);
        match error.reach() {
            // An answer that cannot be read is none, and the item can be had otherwise.
            Scope::Account | Scope::Run if error.kind() != ErrorKind::Protocol => {
                pause = pause.or(Some(error))
            }
            _ => refused.push((at, error)),
        }
    }
    (refused, pause)
}

/// An item that is converted, since it cannot be had otherwise.
fn goes_without(given: &mut Given, error: &Error) {
    given.losses.push(format!("it is converted, since the server does not export it: {error}"));
}

fn doing(account: &Account) -> Doing {
    account.doing::<ExportItems>("export", Scope::Item)
}
