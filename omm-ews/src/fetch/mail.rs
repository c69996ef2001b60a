//! Messages: MIME as the server keeps it, and what stands beside it.

use super::Outcome;
use crate::{
    account::Account,
    changes::{kind_of, listing_shape},
    convert,
    error::Trouble,
    ops::{GetItem, Item as Shown, ItemId, ItemRef},
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
    let operation = GetItem { items, shape: listing_shape().with_mime() };
    let doing = account.doing::<GetItem>("fetch", Scope::Item);
    let (batch, bodies) = account.call_streaming(doing, &operation, |_| intake.begin(None)).await?;
    let outcome = |answer| match answer {
        Some(Ok(shown)) => item(account, &shown, &bodies),
        Some(Err(failure)) => Err(account.failed(doing, Trouble::from(failure))),
        None => Err(account.failed(doing, Trouble::unanswered())),
    };
    Ok(batch.each().map(outcome).collect())
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
    Ok(Outcome::Item(Box::new(item)))
}

/// The item that core knows by this id.
pub(crate) fn item_ref(id: &str) -> ItemRef {
    ItemId { id: id.to_owned(), change_key: None }.into()
}
