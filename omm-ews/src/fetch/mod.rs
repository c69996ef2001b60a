//! Items with their bodies, a batch to a request. MIME goes from the connection into the intake without being whole anywhere.

mod batches;
mod mail;

pub(crate) use batches::Batches;
pub(crate) use mail::item_ref;

use crate::{account::Account, error::Trouble, ops::GetItem};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    error::{Error, Result, Scope},
    model::{Body, Intake, SourceItemId},
    seam::Fetched,
};

/// Answers each id once. A request that fails answers for all that were asked with it.
pub(crate) fn stream<'a>(
    account: &'a Account,
    batches: &'a Batches,
    ids: &'a [SourceItemId],
    intake: &'a Intake,
) -> BoxStream<'a, Fetched> {
    let next = move |rest: &'a [SourceItemId]| async move {
        if rest.is_empty() {
            return None;
        }
        let (now, later) = rest.split_at(batches.size().min(rest.len()));
        let fetched = match mail::fetch(account, now, intake).await {
            Ok(fetched) => {
                batches.went_well(now.len());
                fetched
            }
            Err(error) => {
                batches.went_wrong(&error);
                failed(now, error)
            }
        };
        Some((stream::iter(fetched), later))
    };
    stream::unfold(ids, next).flatten().boxed()
}

/// The body of one item.
///
/// # Errors
/// If it is not there, or cannot be read.
pub(crate) async fn body(account: &Account, id: &str, intake: &Intake) -> Result<Body> {
    let id = [SourceItemId::new(id)];
    let fetched = mail::fetch(account, &id, intake).await?;
    let fetched = fetched.into_iter().next().map(|fetched| fetched.item);
    fetched
        .unwrap_or_else(|| {
            Err(account.failed(account.doing::<GetItem>("fetch", Scope::Item), Trouble::unanswered()))
        })
        .map(|item| item.body)
}

fn failed(ids: &[SourceItemId], error: Error) -> Vec<Fetched> {
    let fetched = |id: &SourceItemId| Fetched { id: id.clone(), item: Err(error.repeated()) };
    ids.iter().map(fetched).collect()
}
