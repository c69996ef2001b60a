//! Items from the streams of another Exchange: made whole, then stamped. A stream that the server refuses is refused, and
//! the engine sends the item's interchange form instead.

use super::{
    together::{No, Outcomes, Together, put, unsaid},
    unanswered, unknown,
};
use crate::{
    account::Account,
    batches::Batches,
    copy_id,
    error::{Doing, wants_less},
    native::{self, is_no},
    ops::{FolderId, ItemId, Upload, UploadItems},
    print::Print,
    soap::Batch,
    stamp::{self, Made},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    host::BoxFuture,
    model::{Body, DestFolderId, Item, ItemKind, Native},
    seam::Stored,
};

/// A stream, what is known of its item, and which one of the batch it is.
pub(super) struct Stream {
    pub(super) at: usize,
    pub(super) kind: ItemKind,
    pub(super) print: Print,
    pub(super) changed: Option<String>,
    pub(super) data: Body,
}

impl Stream {
    pub(super) fn new(at: usize, item: &Item, native: Native) -> Self {
        let changed = native::parts(&native.key).1.map(str::to_owned);
        Self { at, kind: item.kind, print: Print::of(&item.body), changed, data: native.body }
    }
}

impl Together for Stream {
    type Made = ItemId;

    fn at(&self) -> usize {
        self.at
    }

    fn portions(account: &Account) -> &Batches {
        &account.portions.upload
    }

    fn ask<'a>(
        account: &'a Account,
        folder: &'a DestFolderId,
        these: &'a [Self],
    ) -> BoxFuture<'a, Result<Batch<ItemId>>> {
        let folder = FolderId { id: folder.to_string(), change_key: None };
        let upload = |stream: &Stream| Upload { folder: folder.clone(), data: stream.data.clone() };
        let operation = UploadItems { items: these.iter().map(upload).collect() };
        Box::pin(async move { account.call(doing(account), &operation).await })
    }

    fn take<'a>(
        account: &'a Account,
        these: &'a [Self],
        answers: Batch<ItemId>,
        outcomes: &'a mut Outcomes,
    ) -> BoxFuture<'a, ()> {
        Box::pin(take(account, these, answers, outcomes))
    }

    /// Where not even one is taken, it is not the streams.
    fn refused(account: &Account, error: Error) -> No {
        if !is_no(&error) {
            return No::Server(error);
        }
        let error = error.scope(Scope::Item);
        if error.kind() != ErrorKind::TooLarge {
            account.has_no_streams(&error);
        }
        if account.may_have_streams() { No::These(error) } else { No::All(error) }
    }
}

/// The answers to one request. What was made is stamped at once.
async fn take(account: &Account, asked: &[Stream], answers: Batch<ItemId>, outcomes: &mut Outcomes) {
    let portions = &account.portions.upload;
    let (mut made, mut places, mut less, mut pause) = (Vec::new(), Vec::new(), None, None);
    for (stream, answer) in asked.iter().zip(answers.each()) {
        let error = match answer {
            Some(Ok(ItemId { id, .. })) => {
                places.push(stream.at);
                let (kind, print, changed) = (stream.kind, stream.print.clone(), stream.changed.clone());
                made.push(Made { id, kind, print, changed, is_touched: false });
                continue;
            }
            Some(Err(failure)) => account.failed(doing(account), failure.into()),
            None => unanswered(account),
        };
        if wants_less(&error) {
            less = Some(error.repeated());
        }
        let outcome = Err(error);
        pause = pause.or_else(|| unsaid(&outcome));
        put(outcomes, stream.at, outcome);
    }
    if !made.is_empty() {
        account.has_streams();
    }
    match less {
        Some(error) => portions.went_wrong(asked.len(), &error),
        None => portions.went_well(asked.len()),
    }
    // A server that wants a pause is not asked for the next thing at once.
    let stamped = match pause {
        None => stamp::stamp(account, &made).await,
        Some(pause) => Err(pause.landed()),
    };
    // They are there, and nothing of ours is on them yet: they are looked for, and stamped then.
    let unstamped = |error: Error| made.iter().map(|_| Err(unknown(error.repeated()))).collect();
    let stamped: Vec<Result<()>> = stamped.unwrap_or_else(unstamped);
    for ((at, made), stamped) in places.into_iter().zip(made).zip(stamped) {
        put(outcomes, at, stamped.map(|()| Stored::new(copy_id::of([made.id]))));
    }
}

fn doing(account: &Account) -> Doing {
    account.doing::<UploadItems>("append", Scope::Item)
}
