//! Items with their bodies, a batch to a request. MIME goes from the connection into the intake without being whole anywhere.
//!
//! | room | what |
//! |---|---|
//! | `mail` | messages: MIME |
//! | `kept` | contacts, appointments, tasks, notes: kept as properties, told in their interchange forms |
//! | `files` | what is attached to those |

mod files;
mod kept;
mod mail;

pub(crate) use mail::item_ref;

use crate::{
    account::Account,
    batches::is_divisible,
    error::{Trouble, wants_less},
    ops::GetItem,
};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    error::{Error, Result, Scope},
    model::{Body, Intake, Item, ItemKind, SourceItemId},
    seam::Fetched,
};

/// What came of one item.
enum Outcome {
    Item(Box<Item>),
    /// It is of another kind than its folder.
    Other(ItemKind),
}

/// Where bodies go: those of items, and those of files, which are read again to become parts of items.
#[derive(Clone, Copy)]
struct Rooms<'a> {
    bodies: &'a Intake,
    files: &'a Intake,
}

/// Answers each id once. A request that fails answers for all that were asked with it; one over which the account cannot go
/// on, for all that are left: a server that wants a pause is not asked for the next ones at once.
pub(crate) fn stream<'a>(
    account: &'a Account,
    kind: ItemKind,
    ids: &'a [SourceItemId],
    intake: &'a Intake,
) -> BoxStream<'a, Fetched> {
    let next = move |mut rest: &'a [SourceItemId]| async move {
        let (portions, rooms) = (&account.portions.fetch, Rooms { bodies: intake, files: intake });
        while !rest.is_empty() {
            let (now, later) = rest.split_at(portions.size().min(rest.len()));
            let fetched = match fetch(account, kind, now, rooms).await {
                Ok(fetched) => fetched,
                Err(error) if is_divisible(now.len(), &error) => {
                    portions.went_wrong(now.len(), &error);
                    continue;
                }
                Err(error) => failed(now, &error),
            };
            match errors(&fetched).find(|error| wants_less(error)) {
                Some(error) => portions.went_wrong(now.len(), error),
                None => portions.went_well(now.len()),
            }
            rest = later;
            let rest_of_all = errors(&fetched).find(|error| error.reach() >= Scope::Account);
            let unasked = rest_of_all.map(|error| failed(later, error)).unwrap_or_default();
            if !unasked.is_empty() {
                rest = Default::default();
            }
            return Some((stream::iter(fetched.into_iter().chain(unasked)), rest));
        }
        None
    };
    stream::unfold(ids, next).flatten().boxed()
}

/// The body of one item.
///
/// # Errors
/// If it is not there, or cannot be read.
pub(crate) async fn body(account: &Account, kind: ItemKind, id: &str, intake: &Intake) -> Result<Body> {
    let id = [SourceItemId::new(id)];
    // Whoever only measures a body has no room for what it is made from: that goes to the spool.
    let files = Intake::new(&account.env, account.env.memory.reserve(0).await);
    let rooms = Rooms { bodies: intake, files: &files };
    let fetched = fetch(account, kind, &id, rooms).await?.into_iter().next();
    let unanswered = || account.failed(account.doing::<GetItem>("fetch", Scope::Item), Trouble::unanswered());
    fetched.map_or_else(|| Err(unanswered()), |fetched| fetched.item).map(|item| item.body)
}

/// Fetches items of a folder of this kind. What is of another kind is asked for once more, as what it is.
async fn fetch(
    account: &Account,
    kind: ItemKind,
    ids: &[SourceItemId],
    rooms: Rooms<'_>,
) -> Result<Vec<Fetched>> {
    let mut fetched = Vec::with_capacity(ids.len());
    let mut others: Vec<(ItemKind, SourceItemId)> = Vec::new();
    for (id, outcome) in ids.iter().zip(ask(account, kind, ids, rooms).await?) {
        let item = match outcome {
            Ok(Outcome::Item(item)) => Ok(*item),
            Ok(Outcome::Other(kind)) => {
                others.push((kind, id.clone()));
                continue;
            }
            Err(error) => Err(error),
        };
        fetched.push(Fetched { id: id.clone(), item });
    }
    for (kind, id) in others {
        let stopped = errors(&fetched).find(|error| error.reach() >= Scope::Account).map(Error::repeated);
        if let Some(error) = stopped {
            fetched.push(Fetched { id, item: Err(error) });
            continue;
        }
        let outcome = ask(account, kind, std::slice::from_ref(&id), rooms).await?.into_iter().next();
        let item = match outcome {
            Some(Ok(Outcome::Item(item))) => Ok(*item),
            Some(Err(error)) => Err(error),
            Some(Ok(Outcome::Other(_))) | None => {
                Err(account.failed(account.doing::<GetItem>("fetch", Scope::Item), Trouble::unanswered()))
            }
        };
        fetched.push(Fetched { id, item });
    }
    Ok(fetched)
}

async fn ask(
    account: &Account,
    kind: ItemKind,
    ids: &[SourceItemId],
    rooms: Rooms<'_>,
) -> Result<Vec<Result<Outcome>>> {
    match kind {
        ItemKind::Mail => mail::fetch(account, ids, rooms.bodies).await,
        kind => kept::fetch(account, kind, ids, rooms).await,
    }
}

fn errors(fetched: &[Fetched]) -> impl Iterator<Item = &Error> {
    fetched.iter().filter_map(|fetched| fetched.item.as_ref().err())
}

fn failed(ids: &[SourceItemId], error: &Error) -> Vec<Fetched> {
    let fetched = |id: &SourceItemId| Fetched { id: id.clone(), item: Err(error.repeated()) };
    ids.iter().map(fetched).collect()
}
