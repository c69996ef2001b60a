//! Items with their bodies, a batch to a request. MIME goes from the connection into the intake without being whole anywhere.
//!
//! | room | what |
//! |---|---|
//! | `mail` | messages: MIME |
//! | `kept` | contacts, appointments, tasks, notes: kept as properties, told in their interchange forms |
//! | `files` | what is attached to those |
//! | `streams` | all of them as streams as well, for another Exchange |

mod files;
mod kept;
mod mail;
mod streams;

pub(crate) use mail::item_ref;

use crate::{
    account::{Account, losses},
    batches::is_divisible,
    error::{Trouble, is_unreadable, wants_less},
    ops::GetItem,
};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    error::{Error, Result, Retry, Scope},
    model::{Body, Intake, Item, ItemKind, Native, NativeKey, SourceItemId},
    seam::Fetched,
};
use std::vec;

/// What came of one item.
enum Outcome {
    Item(Box<Given>),
    /// It is of another kind than its folder.
    Other(ItemKind),
}

/// An item, and what is known of it beside.
struct Given {
    id: SourceItemId,
    item: Item,
    /// How people call it.
    name: String,
    /// What its stream is known by.
    key: Option<NativeKey>,
    stream: Option<Native>,
    /// What its interchange form does not hold.
    losses: Vec<String>,
}

impl Given {
    fn new(id: &str, item: Item) -> Self {
        let (name, key, stream, losses) = Default::default();
        Self { id: SourceItemId::new(id), item, name, key, stream, losses }
    }

    /// The item. What is lost of it is told, unless it is handed over whole: then whoever has to convert it tells it.
    fn done(self, account: &Account) -> Item {
        let Self { mut item, name, stream, losses, .. } = self;
        match stream {
            Some(mut stream) => {
                stream.spared = losses::lines(&name, &losses);
                item.native = Some(stream);
            }
            None => account.losses.note(&name, &losses),
        }
        item
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Interchange forms.
    Bodies,
    /// Streams as well.
    BodiesAndStreams,
}

/// With which time of its last change an item is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastChange<'a> {
    /// The server's.
    Shown,
    /// That of the last change before ours, if there was one of ours: a copy is compared with what was sent.
    BeforeOurs,
    /// This one.
    At(&'a str),
}

/// Where bodies go: those of items, and those of files, which are read again to become parts of items.
#[derive(Clone, Copy)]
struct Rooms<'a> {
    bodies: &'a Intake,
    files: &'a Intake,
    changed: LastChange<'a>,
}

/// Whether what belongs to an item cannot be had, now or later: it is left out, and told. Nothing else is lost with it.
fn is_lost(error: &Error) -> bool {
    is_unreadable(error) || error.reach() == Scope::Item && error.retry_advice() == Retry::Never
}

/// Answers each id once. A request that fails answers for all that were asked with it; one over which the account cannot go
/// on, for all that are left: a server that wants a pause is not asked for the next ones at once.
pub(crate) fn stream<'a>(
    account: &'a Account,
    kind: ItemKind,
    ids: &'a [SourceItemId],
    wanted: Wanted,
    intake: &'a Intake,
) -> BoxStream<'a, Fetched> {
    // On the heap: what waits for an answer is large, and lies in every future above it.
    let next = move |rest: &'a [SourceItemId]| Box::pin(some(account, kind, rest, wanted, intake));
    stream::unfold(ids, next).flatten().boxed()
}

/// The answers to the first of these, and those that were not asked for yet.
async fn some<'a>(
    account: &Account,
    kind: ItemKind,
    mut rest: &'a [SourceItemId],
    wanted: Wanted,
    intake: &Intake,
) -> Option<(stream::Iter<vec::IntoIter<Fetched>>, &'a [SourceItemId])> {
    let (portions, rooms) =
        (&account.portions.fetch, Rooms { bodies: intake, files: intake, changed: LastChange::Shown });
    while !rest.is_empty() {
        let (now, later) = rest.split_at(portions.size().min(rest.len()));
        let mut fetched = match fetch(account, kind, now, rooms).await {
            Ok(given) => finished(account, given, wanted, intake).await,
            Err(error) if is_divisible(now.len(), &error) || now.len() > 1 && is_unreadable(&error) => {
                portions.went_wrong(now.len(), &error);
                continue;
            }
            // Asked for alone, it is this one that nobody can read.
            Err(error) if now.len() == 1 && is_unreadable(&error) => failed(now, &error.scope(Scope::Item)),
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
        fetched.extend(unasked);
        return Some((stream::iter(fetched), rest));
    }
    None
}

/// The body of one item.
///
/// # Errors
/// If it is not there, or cannot be read.
pub(crate) async fn body(
    account: &Account,
    kind: ItemKind,
    id: &str,
    changed: LastChange<'_>,
    intake: &Intake,
) -> Result<Body> {
    let id = [SourceItemId::new(id)];
    // Whoever only measures a body has no room for what it is made from: that goes to the spool.
    let files = Intake::new(&account.env, account.env.memory.reserve(0).await);
    let rooms = Rooms { bodies: intake, files: &files, changed };
    let given = fetch(account, kind, &id, rooms).await?.into_iter().next();
    let unanswered = || account.failed(account.doing::<GetItem>("fetch", Scope::Item), Trouble::unanswered());
    given.map_or_else(|| Err(unanswered()), |(_, given)| given).map(|given| given.done(account).body)
}

/// What the seam is given of items: with their streams, if those are wanted.
async fn finished(account: &Account, given: Vec<Answered>, wanted: Wanted, intake: &Intake) -> Vec<Fetched> {
    let mut given = given;
    let mut stopped: Option<Error> = None;
    if wanted == Wanted::BodiesAndStreams && account.may_have_streams() {
        // A server that wants a pause is not asked for streams at once.
        stopped = of_items(&given).find(|error| error.reach() >= Scope::Account).map(Error::repeated);
        if stopped.is_none() {
            let here = given.iter_mut().filter_map(|(_, given)| given.as_deref_mut().ok()).collect();
            stopped = streams::add(account, here, intake).await.err();
        }
    }
    let fetched = |(id, given): Answered| {
        let item = match (given, &stopped) {
            // It is asked for again, with its stream.
            (Ok(given), Some(error)) if given.stream.is_none() => Err(error.repeated()),
            (given, _) => given.map(|given| given.done(account)),
        };
        Fetched { id, item }
    };
    given.into_iter().map(fetched).collect()
}

type Answered = (SourceItemId, Result<Box<Given>>);

fn of_items(given: &[Answered]) -> impl Iterator<Item = &Error> {
    given.iter().filter_map(|(_, given)| given.as_ref().err())
}

/// Fetches items of a folder of this kind. What is of another kind is asked for once more, as what it is.
async fn fetch(
    account: &Account,
    kind: ItemKind,
    ids: &[SourceItemId],
    rooms: Rooms<'_>,
) -> Result<Vec<Answered>> {
    let mut fetched = Vec::with_capacity(ids.len());
    let mut others: Vec<(ItemKind, SourceItemId)> = Vec::new();
    for (id, outcome) in ids.iter().zip(ask(account, kind, ids, rooms).await?) {
        let item = match outcome {
            Ok(Outcome::Item(given)) => Ok(given),
            Ok(Outcome::Other(kind)) => {
                others.push((kind, id.clone()));
                continue;
            }
            Err(error) => Err(error),
        };
        fetched.push((id.clone(), item));
    }
    for kind in ItemKind::ALL {
        let ids: Vec<_> = others.iter().filter(|(own, _)| *own == kind).map(|(_, id)| id.clone()).collect();
        if ids.is_empty() {
            continue;
        }
        let stopped = of_items(&fetched).find(|error| error.reach() >= Scope::Account).map(Error::repeated);
        if let Some(error) = stopped {
            fetched.extend(ids.into_iter().map(|id| (id, Err(error.repeated()))));
            continue;
        }
        let outcomes = ask(account, kind, &ids, rooms).await?;
        let unanswered =
            || account.failed(account.doing::<GetItem>("fetch", Scope::Item), Trouble::unanswered());
        let item = |outcome| match outcome {
            Ok(Outcome::Item(given)) => Ok(given),
            Ok(Outcome::Other(_)) => Err(unanswered()),
            Err(error) => Err(error),
        };
        fetched.extend(ids.into_iter().zip(outcomes.into_iter().map(item)));
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
