//! Items with their bodies, a batch to a request. MIME goes from the connection into the intake without being whole anywhere.

mod batches;
mod mail;

pub(crate) use batches::Batches;

use crate::account::Account;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    error::Error,
    model::{Intake, SourceItemId},
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

fn failed(ids: &[SourceItemId], error: Error) -> Vec<Fetched> {
    let fetched = |id: &SourceItemId| Fetched { id: id.clone(), item: Err(error.repeated()) };
    ids.iter().map(fetched).collect()
}
