//! Messages: MIME as the server keeps it, and what stands beside it.

use super::{Given, Outcome};
use crate::{
    account::Account,
    changes::{kind_of, listing_shape},
    convert,
    error::Trouble,
    native,
    ops::{GetItem, Item as Shown, ItemId, ItemRef, SEARCH_KEY},
    soap::Failure,
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{Body, Intake, Item, ItemKind, SourceItemId},
};

/// Fetches these, with one request.
///
/// # Errors
/// If there is no answer to the request, of all that were asked for.
pub(super) async fn fetch(
    account: &Account,
    ids: &[SourceItemId],
    intake: &Intake,
) -> Result<Vec<Result<Outcome>>> {
    let items = ids.iter().map(|id| item_ref(id.as_str())).collect();
    let operation = GetItem { items, shape: listing_shape().with([SEARCH_KEY.into()]).with_mime() };
    let doing = account.doing::<GetItem>("fetch", Scope::Item);
    let (batch, bodies) = account.call_streaming(doing, &operation, |_| intake.begin(None)).await?;
    let outcome = |answer| match answer {
        Some(Ok(shown)) => item(account, &shown, &bodies),
        Some(Err(failure)) => Err(account.failed(doing, Trouble::from(failure))),
        None => Err(account.failed(doing, Trouble::unanswered())),
    };
    let answers: Vec<_> = batch.each().collect();
    let has_none = |answer: &Option<Result<Shown, Failure>>| matches!(answer, Some(Err(failure)) if failure.is_no_mail());
    let odd: Vec<usize> =
        answers.iter().enumerate().filter(|(_, answer)| has_none(answer)).map(|(at, _)| at).collect();
    let mut outcomes: Vec<Result<Outcome>> = answers.into_iter().map(outcome).collect();
    let items: Vec<ItemRef> =
        odd.iter().filter_map(|at| ids.get(*at)).map(|id| item_ref(id.as_str())).collect();
    for (at, kind) in odd.into_iter().zip(kinds(account, items).await?) {
        if let (Some(place), Some(kind)) = (outcomes.get_mut(at), kind) {
            *place = Ok(Outcome::Other(kind));
        }
    }
    Ok(outcomes)
}

/// What items are of which the server makes no MIME: before 2013, contacts and tasks that were thrown away.
async fn kinds(account: &Account, items: Vec<ItemRef>) -> Result<Vec<Option<ItemKind>>> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let operation = GetItem { items, shape: listing_shape() };
    let answers = account.call(account.doing::<GetItem>("fetch", Scope::Item), &operation).await?;
    let kind = |answer| match answer {
        Some(Ok(shown)) => Some(kind_of(&shown)).filter(|kind| *kind != ItemKind::Mail),
        Some(Err(_)) | None => None,
    };
    Ok(answers.each().map(kind).collect())
}

fn item(account: &Account, shown: &Shown, bodies: &[Body]) -> Result<Outcome> {
    let kind = kind_of(shown);
    if kind != ItemKind::Mail {
        return Ok(Outcome::Other(kind));
    }
    let mail = convert::mail(&shown.element);
    let body = mail.stream.and_then(|stream| bodies.get(stream)).ok_or_else(|| {
        let message = "the server gives no MIME for this message";
        Error::new(ErrorKind::Malformed, account.side, "fetch", message)
    })?;
    let mut item = Item::new(kind, body.clone());
    (item.flags, item.received) = (mail.flags, mail.received);
    let mut given = Given::new(&shown.id.id, item);
    let received = given.item.received.map(|time| format!(" of {}", time.to_rfc3339()));
    (given.name, given.key) = (format!("mail{}", received.unwrap_or_default()), native::key(shown));
    Ok(Outcome::Item(Box::new(given)))
}

/// The item that core knows by this id.
pub(crate) fn item_ref(id: &str) -> ItemRef {
    ItemId { id: id.to_owned(), change_key: None }.into()
}
