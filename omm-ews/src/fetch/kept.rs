//! Items that Exchange keeps as properties: contacts and lists, appointments with their changed occurrences, tasks, notes.

use super::{
    Given, LastChange, Outcome, Rooms,
    files::{Fetched, files_of, read},
    is_lost,
    mail::item_ref,
};
use crate::{
    account::Account,
    changes::kind_of,
    convert::{self, Mailbox, Occurrence},
    error::{Trouble, is_unreadable},
    mailbox::with_addresses,
    native::{self, LAST_CHANGE},
    ops::{GetItem, Item as Shown, ItemRef, OMM_CHANGED},
};
use omm_content::pieces::Pieces;
use omm_core::{
    error::{Error, ErrorKind, Result, Scope, Side},
    host::blocking,
    model::{Body, Intake, Item, ItemKind, SourceItemId},
};
use std::io::Read;

/// How much of a body is made at a time.
const CHUNK: usize = 128 << 10;

/// Fetches items of a kind: one request for them, one for all their changed occurrences, one for each file.
///
/// # Errors
/// If there is no answer to a request, of all that were asked for.
pub(super) async fn fetch(
    account: &Account,
    kind: ItemKind,
    ids: &[SourceItemId],
    rooms: Rooms<'_>,
) -> Result<Vec<Result<Outcome>>> {
    let items: Vec<ItemRef> = ids.iter().map(|id| item_ref(id.as_str())).collect();
    let shown = shown(account, kind, items).await?;
    // A server that wants a pause is asked for nothing more: neither whose they are, nor for what belongs to them.
    if let Some(pause) =
        shown.iter().filter_map(|shown| shown.as_ref().err()).find(|error| wants_a_pause(error))
    {
        let pause = pause.repeated();
        return Ok(shown
            .into_iter()
            .map(|shown| Err(shown.err().unwrap_or_else(|| pause.repeated())))
            .collect());
    }
    let mailbox = account.whose(kind).await?;
    let mut outcomes: Vec<Result<Outcome>> = Vec::with_capacity(ids.len());
    let mut stopped: Option<Error> = None;
    for shown in shown {
        let outcome = match (shown, &stopped) {
            (Err(error), _) => Err(error),
            // The list of what is asked for was that of another kind.
            (Ok(shown), _) if kind_of(&shown) != kind => Ok(Outcome::Other(kind_of(&shown))),
            (Ok(_), Some(error)) => Err(error.repeated()),
            (Ok(shown), None) => told(account, shown, &mailbox, rooms).await,
        };
        if let Some(error) = outcome.as_ref().err().filter(|error| wants_a_pause(error)) {
            stopped.get_or_insert_with(|| error.repeated());
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// Or the account cannot be used at all for now.
fn wants_a_pause(error: &Error) -> bool {
    error.reach() >= Scope::Account
}

async fn shown(account: &Account, kind: ItemKind, items: Vec<ItemRef>) -> Result<Vec<Result<Shown>>> {
    // The version of the server must be known before it is said what is wanted.
    account.enter().await?;
    let shape = convert::shape(kind, account.mailbox().version).with([OMM_CHANGED.into()]);
    let doing = account.doing::<GetItem>("fetch", Scope::Item);
    let batch = account.call(doing, &GetItem { items, shape }).await?;
    let outcome = |answer| match answer {
        Some(Ok(shown)) => Ok(shown),
        Some(Err(failure)) => Err(of_this_one(account.failed(doing, Trouble::from(failure)))),
        None => Err(of_this_one(account.failed(doing, Trouble::unanswered()))),
    };
    Ok(batch.each().map(outcome).collect())
}

/// What nobody can read of one item keeps nobody from the others of its folder.
fn of_this_one(error: Error) -> Error {
    if is_unreadable(&error) { error.scope(Scope::Item) } else { error }
}

async fn told(account: &Account, mut shown: Shown, mailbox: &Mailbox, rooms: Rooms<'_>) -> Result<Outcome> {
    let kind = kind_of(&shown);
    let mut losses = Vec::new();
    if has_categories(&shown) {
        account.note_colours().await?;
    }
    let files = files_of(account, &shown.element, &Fetched::new(), rooms.files, &mut losses).await?;
    let mut occurrences = occurrences(account, &shown, &files, rooms.files, &mut losses).await?;
    let key = native::key(&shown);
    if let Some(changed) = last_change(&shown, rooms.changed) {
        put_back(&changed, &mut shown, &mut occurrences);
    }
    let mut element = shown.element.clone();
    let of_occurrences = occurrences.iter_mut().map(|one| &mut one.item);
    let mut items: Vec<_> = std::iter::once(&mut element).chain(of_occurrences).collect();
    with_addresses(account, &mut items).await?;
    let told = convert::told(&element, &occurrences, read(&files), mailbox).map_err(|why| {
        Error::new(ErrorKind::Malformed, account.side, "fetch", why).with("item", &shown.id.id)
    })?;
    let name = shown.text("Subject").or(shown.text("DisplayName")).unwrap_or(&shown.id.id);
    let name = format!("{} {name:?}", kind.plural());
    let body = body(account, told.body, rooms.bodies).await?;
    let mut given = Given::new(&shown.id.id, Item::new(kind, body));
    (given.name, given.key, given.losses) = (name, key, [losses, told.losses].concat());
    Ok(Outcome::Item(Box::new(given)))
}

fn last_change(shown: &Shown, wanted: LastChange<'_>) -> Option<String> {
    match wanted {
        LastChange::Shown => None,
        LastChange::BeforeOurs => OMM_CHANGED.text(&shown.element),
        LastChange::At(time) => Some(time.to_owned()),
    }
}

/// The time that stood before ours, wherever ours stands.
fn put_back(time: &str, shown: &mut Shown, occurrences: &mut [Occurrence]) {
    let Some(ours) = shown.text(LAST_CHANGE).map(str::to_owned) else { return };
    let items = occurrences.iter_mut().map(|occurrence| &mut occurrence.item).chain([&mut shown.element]);
    let times = items.flat_map(|item| &mut item.children).filter(|child| child.name == LAST_CHANGE);
    times.filter(|child| child.text() == ours).for_each(|child| time.clone_into(&mut child.raw_text));
}

fn has_categories(shown: &Shown) -> bool {
    shown.element.child("Categories").is_some_and(|all| !all.children.is_empty())
}

/// The occurrences of a series that differ, with their files: those of the series among them.
async fn occurrences(
    account: &Account,
    shown: &Shown,
    of_series: &Fetched,
    intake: &Intake,
    losses: &mut Vec<String>,
) -> Result<Vec<Occurrence>> {
    let ids: Vec<ItemRef> = convert::changed(&shown.element).iter().map(|(id, _)| item_ref(id)).collect();
    let mut occurrences = Vec::with_capacity(ids.len());
    let portions = &account.portions.fetch;
    let mut all = portions.through(&ids);
    while let Some(batch) = all.batch() {
        let ask = || self::shown(account, ItemKind::Event, batch.to_vec());
        let answered = match ask().await {
            // An answer may be garbled once; asked for alone, and so twice, it is this one.
            Err(error) if batch.len() == 1 && is_unreadable(&error) => ask().await,
            answered => answered,
        };
        let answered = match answered {
            Err(error) if batch.len() == 1 && is_lost(&error) => Ok(vec![Err(error)]),
            answered => answered,
        };
        for shown in all.passed(batch, answered)?.unwrap_or_default() {
            let item = match shown {
                Ok(shown) => shown.element,
                // The series says when it is; what it says more is lost with it.
                Err(error) if is_lost(&error) => {
                    losses.push(format!("a changed occurrence cannot be read: {error}"));
                    continue;
                }
                Err(error) => {
                    portions.went_wrong(batch.len(), &error);
                    return Err(error);
                }
            };
            let files = files_of(account, &item, of_series, intake, losses).await?;
            occurrences.push(Occurrence { item, attachments: convert::attachments(read(&files)) });
        }
    }
    Ok(occurrences)
}

/// The interchange form, written piece by piece.
async fn body(account: &Account, mut pieces: Pieces, intake: &Intake) -> Result<Body> {
    let mut inbound = intake.begin(Some(pieces.held_bytes() as u64));
    loop {
        let read = move || {
            let mut chunk = vec![0; CHUNK];
            let count = pieces.read(&mut chunk).map_err(unreadable)?;
            chunk.truncate(count);
            Ok((chunk, pieces))
        };
        let (chunk, rest) = blocking(&account.env.runtime, read).await?;
        if chunk.is_empty() {
            return inbound.finish().await;
        }
        pieces = rest;
        inbound.write(&chunk).await?;
    }
}

fn unreadable(cause: std::io::Error) -> Error {
    Error::new(ErrorKind::Local, Side::Host, "fetch", "a file of the item cannot be read").caused_by(cause)
}
