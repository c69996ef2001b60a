//! Items from the streams of another Exchange: made whole, then stamped. A stream that the server refuses is refused, and
//! the engine sends the item's interchange form instead.

use super::{is_about_all, is_nothing_there, of_the_account, put, unanswered, unknown};
use crate::{
    account::Account,
    batches::is_divisible,
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
    model::{Body, DestFolderId, Item, Native},
    seam::Stored,
};

/// A stream, what is known of its item, and which one of the batch it is.
pub(super) struct Stream {
    pub(super) at: usize,
    pub(super) print: Print,
    pub(super) changed: Option<String>,
    pub(super) data: Body,
}

impl Stream {
    pub(super) fn new(at: usize, item: &Item, native: Native) -> Self {
        let changed = native::parts(&native.key).1.map(str::to_owned);
        Self { at, print: Print::of(&item.body), changed, data: native.body }
    }
}

/// Makes items, with as few requests as the server takes.
///
/// # Errors
/// If nothing is known of any.
pub(super) async fn make(
    account: &Account,
    folder: &DestFolderId,
    streams: Vec<Stream>,
    outcomes: &mut [Option<Result<Stored>>],
) -> Result<()> {
    let portions = &account.portions.upload;
    let mut rest = &streams[..];
    while !rest.is_empty() {
        let (now, later) = rest.split_at(portions.size().min(rest.len()));
        if let Some(error) = outcomes.iter().flatten().find_map(of_the_account) {
            place_all(outcomes, rest, &error);
            return Ok(());
        }
        let uploaded = account.call(doing(account), &operation(folder, now)).await;
        rest = match uploaded {
            Ok(answers) => {
                take(account, now, answers, outcomes).await;
                later
            }
            Err(error) if is_divisible(now.len(), &error) => {
                portions.went_wrong(now.len(), &error);
                rest
            }
            // Not even one of them: it is not the streams.
            Err(error) if is_no(&error) => {
                let error = error.scope(Scope::Item);
                if error.kind() != ErrorKind::TooLarge {
                    account.has_no_streams(&error);
                }
                let is_of_this_one = account.may_have_streams();
                place_all(outcomes, if is_of_this_one { now } else { rest }, &error);
                if is_of_this_one { later } else { Default::default() }
            }
            Err(error) if is_about_all(&error) && is_nothing_there(outcomes) => {
                portions.went_wrong(now.len(), &error);
                return Err(error);
            }
            Err(error) => {
                portions.went_wrong(now.len(), &error);
                place_all(outcomes, now, &error);
                later
            }
        };
    }
    Ok(())
}

fn operation(folder: &DestFolderId, streams: &[Stream]) -> UploadItems {
    let folder = FolderId { id: folder.to_string(), change_key: None };
    let upload = |stream: &Stream| Upload { folder: folder.clone(), data: stream.data.clone() };
    UploadItems { items: streams.iter().map(upload).collect() }
}

/// The answers to one request. What was made is stamped at once.
async fn take(
    account: &Account,
    asked: &[Stream],
    answers: Batch<ItemId>,
    outcomes: &mut [Option<Result<Stored>>],
) {
    let portions = &account.portions.upload;
    let (mut made, mut places, mut less, mut pause) = (Vec::new(), Vec::new(), None, None);
    for (stream, answer) in asked.iter().zip(answers.each()) {
        let error = match answer {
            Some(Ok(ItemId { id, .. })) => {
                places.push(stream.at);
                made.push(Made { id, print: stream.print.clone(), changed: stream.changed.clone() });
                continue;
            }
            Some(Err(failure)) => account.failed(doing(account), failure.into()),
            None => unanswered(account),
        };
        if wants_less(&error) {
            less = Some(error.repeated());
        }
        let outcome = Err(error);
        pause = pause.or_else(|| of_the_account(&outcome));
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
        Some(pause) => Err(pause),
    };
    // They are there, and nothing of ours is on them yet: they are looked for, and stamped then.
    let unstamped = |error: Error| made.iter().map(|_| Err(unknown(error.repeated()))).collect();
    let stamped: Vec<Result<()>> = stamped.unwrap_or_else(unstamped);
    for ((at, made), stamped) in places.into_iter().zip(made).zip(stamped) {
        put(outcomes, at, stamped.map(|()| Stored::new(copy_id::of([made.id]))));
    }
}

fn place_all(outcomes: &mut [Option<Result<Stored>>], streams: &[Stream], error: &Error) {
    streams.iter().for_each(|stream| put(outcomes, stream.at, Err(error.repeated())));
}

fn doing(account: &Account) -> Doing {
    account.doing::<UploadItems>("append", Scope::Item)
}
