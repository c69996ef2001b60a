//! Finding copies whose answer was lost: every copy carries the digest of what was sent, which the server searches for.

use crate::{
    account::Account,
    append::Place,
    copy_id,
    error::Trouble,
    fetch::item_ref,
    folders,
    ops::{
        Base, DeleteItem, FieldPath, FindItem, FolderRef, GetFolder, Item, Moment, OMM_DIGEST, OMM_MARK,
        Page, Restriction, SEARCH_KEY, Shape, SortOrder,
    },
    print::{self, Print},
    unstamped::{self, last_change},
};
use chrono::{DateTime, Utc};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Scope},
    model::{DestFolderId, DestItemId, ItemKind, Mark},
    seam::{Owned, Probe},
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Items that are deleted with one request.
const BATCH: usize = 40;
/// A mark of a folder that was empty: everything lies above it.
const NOTHING: &str = "-";

/// When something in the folder was changed last, by the server's clock: what comes later is not older. Of a server that does
/// not tell, when the newest item was made.
pub(crate) async fn mark(account: &Account, folder: &DestFolderId) -> Result<Mark> {
    let operation = GetFolder { folders: vec![folders::by_id(folder.as_str())] };
    let doing = account.doing::<GetFolder>("take a mark", Scope::Folder);
    let found = match account.call(doing, &operation).await?.into_iter().next() {
        Some(Ok(found)) => found,
        Some(Err(refusal)) => return Err(doing.refused(&refusal)),
        None => return Err(account.failed(doing, Trouble::unanswered())),
    };
    let changed = found.changed.map(Moment::utc);
    let since = match changed {
        None if found.items != Some(0) => newest(account, folder).await?,
        changed => changed,
    };
    Ok(Mark::new(since.map_or(NOTHING.to_owned(), |since| since.to_rfc3339())))
}

async fn newest(account: &Account, folder: &DestFolderId) -> Result<Option<DateTime<Utc>>> {
    let created = FieldPath::Field("item:DateTimeCreated");
    let operation = FindItem {
        shape: Shape::new(Base::IdOnly).with([created]),
        order: vec![SortOrder { path: created, descending: true }],
        ..FindItem::all(folders::by_id(folder.as_str()), Page::first(1))
    };
    let doing = account.doing::<FindItem>("take a mark", Scope::Folder);
    let found = account.call(doing, &operation).await?.only();
    let found = found.map_err(|failure| account.failed(doing, failure.into()))?;
    Ok(found.entries.iter().find_map(|item| item.moment("DateTimeCreated")).map(|moment| moment.utc()))
}

/// One-to-one: each probe gets a copy that carries its digest, is whole, not older than the mark, and nobody's yet.
///
/// What a process left that was killed between the first and the last step of an item is deleted, if there is a mark: it is
/// above it, so that this migration has made it, and what is looked for will be made anew.
pub(crate) async fn locate(
    account: &Account,
    place: Place<'_>,
    above: Option<&Mark>,
    probes: &[Probe],
    owned: &dyn Owned,
) -> Result<Vec<Option<DestItemId>>> {
    let folder = place.folder;
    let since = above.map(|mark| read_mark(account, mark)).transpose()?.flatten();
    let mut prints: Vec<Print> = probes.iter().map(print_of).collect();
    prints.sort();
    prints.dedup();
    let found = search_prints(account, &folders::by_id(folder.as_str()), &prints).await?;
    // What is bound for another folder is none of this one's.
    let found = found.iter().filter_map(Found::read).filter(|found| !found.is_bound_elsewhere(folder));
    let streams = probes.iter().filter(|probe| probe.native.is_some()).map(print_of).collect();
    let pieces = Pieces::sorted(found.collect(), since, &streams);
    let copies = originals(&pieces, &streams, owned).await?;
    if above.is_some() {
        // What this process has begun goes on.
        let left = pieces.leftovers().filter(|found| !account.halves.hold(&found.id));
        let left: Vec<_> = left.map(|found| (found.print.clone(), copy_id::of([found.id.clone()]))).collect();
        let left = unowned(left, owned).await?;
        clear(account, left.into_iter().map(|(_, id)| id).collect()).await?;
        clear_workshops(account, place, since, probes).await?;
    }
    let mut given: HashSet<&DestItemId> = HashSet::new();
    let mut give = |probe: &Probe| {
        let print = print_of(probe);
        let free = copies.iter().find(|(known, id)| *known == print && !given.contains(id));
        let (_, id) = free?;
        given.insert(id);
        Some(id.clone())
    };
    let mut found: Vec<Option<DestItemId>> = probes.iter().map(&mut give).collect();
    if above.is_some() {
        unstamped::find(account, folder, since, probes, &mut found, owned).await?;
    }
    Ok(found)
}

/// Whether something is older than a mark. Times are told to the second.
pub(crate) fn is_older(time: Option<DateTime<Utc>>, since: Option<DateTime<Utc>>) -> bool {
    since.zip(time).is_some_and(|(since, time)| time.timestamp() < since.timestamp())
}

/// An item of ours that carries a digest that is looked for.
struct Found {
    id: String,
    print: Print,
    mark: print::Mark,
    created: Option<DateTime<Utc>>,
    changed: Option<DateTime<Utc>>,
    /// A copy that its user makes of it has the same ([MS-OXCPRPT] PidTagSearchKey).
    search_key: Option<Vec<u8>>,
}

impl Found {
    fn read(item: &Item) -> Option<Self> {
        let (print, mark) = (Print::read(item)?, print::Mark::read(item)?);
        let created = item.moment("DateTimeCreated").map(|moment| moment.utc());
        let search_key = SEARCH_KEY.bytes(&item.element);
        Some(Self { id: item.id.id.clone(), print, mark, created, changed: last_change(item), search_key })
    }

    fn is_bound_elsewhere(&self, folder: &DestFolderId) -> bool {
        matches!(&self.mark, print::Mark::Bound(other) if other != folder.as_str())
    }
}

/// What was found, by what it is.
struct Pieces {
    whole: Vec<Found>,
    /// What was there before the mark: it is looked for by nobody.
    older: Vec<Found>,
    parts: Vec<Found>,
    /// By the id of the first one: the others, with their places.
    with: HashMap<String, Vec<(usize, Found)>>,
}

impl Pieces {
    /// `streams` are those of which a copy may have been made from a stream.
    fn sorted(found: Vec<Found>, since: Option<DateTime<Utc>>, streams: &BTreeSet<Print>) -> Self {
        let (whole, older, parts, with) = Default::default();
        let mut pieces = Self { whole, older, parts, with };
        let mut known = HashSet::new();
        for found in found {
            // A list that moves while it is read may show one twice.
            if !known.insert(found.id.clone()) {
                continue;
            }
            let time = if streams.contains(&found.print) { found.changed } else { found.created };
            if is_older(time, since) {
                pieces.older.push(found);
                continue;
            }
            match &found.mark {
                print::Mark::Whole(_) => pieces.whole.push(found),
                print::Mark::Part | print::Mark::Bound(_) => pieces.parts.push(found),
                print::Mark::With(place, first) => {
                    let (place, first) = (*place, first.clone());
                    pieces.with.entry(first).or_default().push((place, found));
                }
            }
        }
        pieces.whole.sort_by_key(|found| found.created);
        pieces.with.values_mut().for_each(|with| with.sort_by_key(|(place, _)| *place));
        pieces
    }

    /// The copies of which everything is there, the oldest first.
    fn copies(&self) -> Vec<(&Found, DestItemId)> {
        let copy = |first: &'_ Found| {
            let with = self.with.get(&first.id).into_iter().flatten().map(|(_, found)| &found.id);
            let ids: Vec<String> = std::iter::once(&first.id).chain(with).cloned().collect();
            (first.mark == print::Mark::Whole(ids.len())).then(|| copy_id::of(ids))
        };
        self.whole.iter().filter_map(|first| Some((first, copy(first)?))).collect()
    }

    /// What belongs to no copy, and to an item that was not finished; the first one behind those that hang on it.
    fn leftovers(&self) -> impl Iterator<Item = &Found> {
        self.parts.iter().flat_map(|first| {
            let with = self.with.get(&first.id).into_iter().flatten().map(|(_, found)| found);
            with.chain([first])
        })
    }
}

/// The copies that are nobody's yet. Copies that the user made of ours carry all that ours carry, and came later: they are
/// his, whether ours is known already or is looked for. Streams bring their keys along: items that were copied at the source
/// have one, and each of them is ours.
async fn originals(
    pieces: &Pieces,
    streams: &BTreeSet<Print>,
    owned: &dyn Owned,
) -> Result<Vec<(Print, DestItemId)>> {
    let copies = pieces.copies();
    let ids: Vec<DestItemId> = copies.iter().map(|(_, id)| id.clone()).collect();
    let taken = owned.owns(&ids).await?;
    let known = copies.iter().zip(&taken).filter(|(_, taken)| **taken);
    let known = known.map(|((found, _), _)| *found).chain(&pieces.older);
    let mut keys: HashSet<&[u8]> = known.filter_map(|found| found.search_key.as_deref()).collect();
    let free = copies.iter().zip(&taken).filter(|(_, taken)| !**taken).map(|(copy, _)| copy);
    let firsts = free.filter(|(found, _)| {
        streams.contains(&found.print) || found.search_key.as_deref().is_none_or(|key| keys.insert(key))
    });
    Ok(firsts.map(|(found, id)| (found.print.clone(), id.clone())).collect())
}

async fn unowned(found: Vec<(Print, DestItemId)>, owned: &dyn Owned) -> Result<Vec<(Print, DestItemId)>> {
    let ids: Vec<DestItemId> = found.iter().map(|(_, id)| id.clone()).collect();
    let taken = owned.owns(&ids).await?;
    Ok(found.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(found, _)| found).collect())
}

/// Deletes what was made for this folder in another one, and did not come here.
async fn clear_workshops(
    account: &Account,
    place: Place<'_>,
    since: Option<DateTime<Utc>>,
    probes: &[Probe],
) -> Result<()> {
    for kind in ItemKind::ALL {
        let Some(workshop) = place.workshop(account, kind) else { continue };
        let of_kind = probes.iter().filter(|probe| probe.kind == kind);
        let mut prints: Vec<Print> = of_kind.map(print_of).collect();
        prints.sort();
        prints.dedup();
        if prints.is_empty() {
            continue;
        }
        let found = search_prints(account, &account.root(workshop).await?, &prints).await?;
        let is_left = |found: &Found| {
            let is_bound = matches!(&found.mark, print::Mark::Bound(to) if to == place.folder.as_str());
            is_bound && !is_older(found.created, since) && !account.halves.hold(&found.id)
        };
        let left = found.iter().filter_map(Found::read).filter(is_left);
        clear(account, left.map(|found| copy_id::of([found.id])).collect()).await?;
    }
    Ok(())
}

/// Deletes what is left of items that were not finished.
async fn clear(account: &Account, left: Vec<DestItemId>) -> Result<()> {
    let doing = account.doing::<DeleteItem>("look for copies", Scope::Folder);
    for ids in left.chunks(BATCH) {
        let items = ids.iter().map(|id| item_ref(copy_id::main(id))).collect();
        for (id, answer) in ids.iter().zip(account.call(doing, &DeleteItem { items }).await?.each()) {
            match answer {
                Some(Err(failure)) if !failure.is_missing() => {
                    let error = account.failed(doing.of_item(), failure.into());
                    if error.reach() > Scope::Item || error.retry_advice() != Retry::Never {
                        let reach = error.reach().max(Scope::Folder);
                        return Err(error.scope(reach));
                    }
                    // It will never go, and is no item to anybody: what was to be is made all the same.
                    let left =
                        format!("half of an item of this program is left, and cannot be deleted: {error}");
                    account.losses.note(copy_id::main(id), &[left]);
                }
                Some(_) => {}
                None => return Err(account.failed(doing, Trouble::unanswered())),
            }
        }
    }
    Ok(())
}

fn print_of(probe: &Probe) -> Print {
    Print::new(probe.fingerprint.body, probe.stored_size)
}

async fn search_prints(account: &Account, folder: &FolderRef, prints: &[Print]) -> Result<Vec<Item>> {
    let term = |print: &Print| Restriction::IsEqualTo(OMM_DIGEST.into(), print.text());
    let fields = [
        FieldPath::Field("item:DateTimeCreated"),
        FieldPath::Field("item:LastModifiedTime"),
        OMM_DIGEST.into(),
        OMM_MARK.into(),
        SEARCH_KEY.into(),
    ];
    search(account, folder, prints.iter().map(term).collect(), &fields).await
}

/// Everything in a folder of which one of these terms is so, with these fields: as many terms at a time as the server takes.
pub(crate) async fn search(
    account: &Account,
    folder: &FolderRef,
    terms: Vec<Restriction>,
    fields: &[FieldPath],
) -> Result<Vec<Item>> {
    let portions = &account.portions.terms;
    let (mut items, mut rest) = (Vec::new(), terms.as_slice());
    while !rest.is_empty() {
        let (now, later) = rest.split_at(portions.size().min(rest.len()));
        match search_some(account, folder, now, fields).await {
            Ok(found) => items.extend(found),
            Err(error) if portions.is_too_much(now.len(), &error) => continue,
            Err(error) => return Err(error),
        }
        portions.went_well(now.len());
        rest = later;
    }
    Ok(items)
}

async fn search_some(
    account: &Account,
    folder: &FolderRef,
    terms: &[Restriction],
    fields: &[FieldPath],
) -> Result<Vec<Item>> {
    let mut operation = FindItem {
        shape: Shape::new(Base::IdOnly).with(fields.iter().copied()),
        restriction: Some(Restriction::Or(terms.to_vec())),
        ..FindItem::all(folder.clone(), Page::first(0))
    };
    let doing = account.doing::<FindItem>("look for copies", Scope::Folder);
    let (mut items, mut known) = (Vec::new(), HashSet::new());
    loop {
        let found = account.find_page(doing, &mut operation).await?;
        let before = known.len();
        known.extend(found.entries.iter().map(|item| item.id.id.clone()));
        items.extend(found.entries);
        match found.next {
            // Whoever gives what he gave before would do so for ever.
            Some(_) if known.len() == before => return Err(goes_round(account)),
            Some(offset) => operation.page.offset = offset,
            None => return Ok(items),
        }
    }
}

fn goes_round(account: &Account) -> Error {
    let message = "the server gives the same page of a list again and again, and comes to no end";
    let error = Error::new(ErrorKind::Protocol, account.side, "look for copies", message);
    error.scope(Scope::Folder).retry(Retry::Never)
}

fn read_mark(account: &Account, mark: &Mark) -> Result<Option<DateTime<Utc>>> {
    if mark.as_str() == NOTHING {
        return Ok(None);
    }
    let time = DateTime::parse_from_rfc3339(mark.as_str()).map_err(|_| {
        Error::new(ErrorKind::Protocol, account.side, "look for copies", "the mark is none of ours")
    })?;
    Ok(Some(time.to_utc()))
}
