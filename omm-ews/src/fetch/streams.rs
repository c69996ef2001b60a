//! Items as streams as well: what another Exchange takes in whole.

use super::Given;
use crate::{
    account::Account,
    batches::is_divisible,
    error::{Trouble, wants_less},
    native::{self, is_no},
    ops::{ExportItems, ItemId},
    soap::Failure,
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{Intake, Native},
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
            Err(error) if is_no(&error) => {
                if error.kind() != ErrorKind::TooLarge {
                    account.has_no_streams(&error);
                }
                if account.may_have_streams() {
                    rest.iter_mut().for_each(|given| goes_without(given, &error));
                }
            }
            Err(error) => return Err(error),
        }
        rest = later;
    }
    Ok(())
}

/// One request. Gives the error of an item over which the server wants smaller portions.
async fn ask(account: &Account, asked: &mut [&mut Given], intake: &Intake) -> Result<Option<Error>> {
    let items = asked.iter().map(|given| ItemId { id: given.id.to_string(), change_key: None }).collect();
    let doing = account.doing::<ExportItems>("export", Scope::Item);
    let (batch, bodies) =
        account.call_streaming(doing, &ExportItems { items }, |_| intake.begin(None)).await?;
    let (mut refused, mut pause) = (Vec::new(), None);
    for (given, answer) in asked.iter_mut().zip(batch.each()) {
        let exported = match answer {
            Some(Ok(exported)) => bodies.get(exported.stream).zip(given.key.clone()),
            Some(Err(failure)) => {
                let is_not_begun = matches!(&failure, Failure::Refused(refusal) if refusal.is_not_begun());
                let error = account.failed(doing, failure.into());
                match is_not_begun || error.reach() >= Scope::Account {
                    true => pause = pause.or(Some(error)),
                    false => refused.push((given, error)),
                }
                continue;
            }
            None => None,
        };
        match exported {
            Some((body, key)) => given.stream = Some(Native::new(native::form(), key, body.clone())),
            None => refused.push((given, account.failed(doing, Trouble::unanswered()))),
        }
    }
    let less = refused.iter().map(|(_, error)| error).find(|error| wants_less(error)).map(Error::repeated);
    let denied = refused.iter().map(|(_, error)| error).find(|error| error.kind() == ErrorKind::Denied);
    let denied = denied.map(Error::repeated);
    refused.iter_mut().for_each(|(given, error)| goes_without(given, error));
    drop(refused);
    // Whoever has no right to one has none to any, unless one was given.
    match (asked.iter().any(|given| given.stream.is_some()), denied) {
        (true, _) => account.has_streams(),
        (false, Some(denied)) => account.has_no_streams(&denied),
        (false, None) => {}
    }
    pause.map_or(Ok(less), Err)
}

/// An item that is converted, since it cannot be had otherwise.
fn goes_without(given: &mut Given, error: &Error) {
    given.losses.push(format!("it is converted, since the server does not export it: {error}"));
}
