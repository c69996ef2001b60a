//! Finding copies whose answer was lost: every copy carries the digest of what was sent, which the server searches for.
//!
//! But for those that were made of a stream and not stamped any more: see [`crate::unstamped`]. Of a copy of a stream it says
//! nothing when it was created, for streams carry that: it is as new as its last change.

use crate::{
    account::Account,
    copy_id,
    error::Trouble,
    fetch::item_ref,
    folders,
    ops::{
        Base, CHANGED, DeleteItem, FieldPath, FindItem, GetFolder, Item, OMM_DIGEST, OMM_MARK, Page,
        Restriction, Shape, SortOrder, Traversal,
    },
    print::{self, Print},
    unstamped::{self, last_change},
};
use chrono::{DateTime, Utc};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{DestFolderId, DestItemId, Mark},
    seam::{Owned, Probe},
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Digests in one search: servers take some hundreds of terms.
pub(crate) const TERMS: usize = 40;
/// Items in one page.
const PAGE: u32 = 500;
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
    let changed = found.extended.iter().find(|property| property.path.name == CHANGED.name);
    let changed = changed.and_then(|property| property.as_moment()).map(|moment| moment.utc());
    let since = match changed {
        None if found.items != Some(0) => newest(account, folder).await?,
        changed => changed,
    };
    Ok(Mark::new(since.map_or(NOTHING.to_owned(), |since| since.to_rfc3339())))
}

async fn newest(account: &Account, folder: &DestFolderId) -> Result<Option<DateTime<Utc>>> {
    let created = FieldPath::Field("item:DateTimeCreated");
    let operation = FindItem {
        shape: Shape::new(Base::IdOnly).with([created.clone()]),
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
    folder: &DestFolderId,
    above: Option<&Mark>,
    probes: &[Probe],
    owned: &dyn Owned,
) -> Result<Vec<Option<DestItemId>>> {
    let since = above.map(|mark| read_mark(account, mark)).transpose()?.flatten();
    let mut prints: Vec<Print> = probes.iter().map(print_of).collect();
    prints.sort();
    prints.dedup();
    let mut found = Vec::new();
    for terms in prints.chunks(TERMS) {
        found.extend(search(account, folder, terms).await?.iter().filter_map(Found::read));
    }
    let streams = probes.iter().filter(|probe| probe.native.is_some()).map(print_of).collect();
    let pieces = Pieces::sorted(found, since, &streams);
    let copies = unowned(pieces.copies(), owned).await?;
    if above.is_some() {
        let left: Vec<_> =
            pieces.leftovers().map(|found| (found.print.clone(), copy_id::of([found.id.clone()]))).collect();
        let left = unowned(left, owned).await?;
        clear(account, left.into_iter().map(|(_, id)| id).collect()).await?;
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
}

impl Found {
    fn read(item: &Item) -> Option<Self> {
        let (print, mark) = (Print::read(item)?, print::Mark::read(item)?);
        let created = item.moment("DateTimeCreated").map(|moment| moment.utc());
        Some(Self { id: item.id.id.clone(), print, mark, created, changed: last_change(item) })
    }
}

/// What was found, by what it is.
struct Pieces {
    whole: Vec<Found>,
    parts: Vec<Found>,
    /// By the id of the first one: the others, with their places.
    with: HashMap<String, Vec<(usize, Found)>>,
}

impl Pieces {
    /// `streams` are those of which a copy may have been made from a stream.
    fn sorted(found: Vec<Found>, since: Option<DateTime<Utc>>, streams: &BTreeSet<Print>) -> Self {
        let mut pieces = Self { whole: Vec::new(), parts: Vec::new(), with: HashMap::new() };
        let mut known = HashSet::new();
        for found in found {
            // A list that moves while it is read may show one twice.
            let time = if streams.contains(&found.print) { found.changed } else { found.created };
            if is_older(time, since) || !known.insert(found.id.clone()) {
                continue;
            }
            match &found.mark {
                print::Mark::Whole(_) => pieces.whole.push(found),
                print::Mark::Part => pieces.parts.push(found),
                print::Mark::With(place, first) => {
                    let (place, first) = (*place, first.clone());
                    pieces.with.entry(first).or_default().push((place, found));
                }
            }
        }
        pieces.with.values_mut().for_each(|with| with.sort_by_key(|(place, _)| *place));
        pieces
    }

    /// The copies of which everything is there.
    fn copies(&self) -> Vec<(Print, DestItemId)> {
        let copy = |first: &Found| {
            let with = self.with.get(&first.id).into_iter().flatten().map(|(_, found)| &found.id);
            let ids: Vec<String> = std::iter::once(&first.id).chain(with).cloned().collect();
            let is_all = first.mark == print::Mark::Whole(ids.len());
            is_all.then(|| (first.print.clone(), copy_id::of(ids)))
        };
        self.whole.iter().filter_map(copy).collect()
    }

    /// What belongs to no copy, and to an item that was not finished; the first one behind those that hang on it.
    fn leftovers(&self) -> impl Iterator<Item = &Found> {
        self.parts.iter().flat_map(|first| {
            let with = self.with.get(&first.id).into_iter().flatten().map(|(_, found)| found);
            with.chain([first])
        })
    }
}

async fn unowned(found: Vec<(Print, DestItemId)>, owned: &dyn Owned) -> Result<Vec<(Print, DestItemId)>> {
    let ids: Vec<DestItemId> = found.iter().map(|(_, id)| id.clone()).collect();
    let taken = owned.owns(&ids).await?;
    Ok(found.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(found, _)| found).collect())
}

/// Deletes what is left of items that were not finished.
async fn clear(account: &Account, left: Vec<DestItemId>) -> Result<()> {
    let doing = account.doing::<DeleteItem>("look for copies", Scope::Folder);
    for ids in left.chunks(TERMS) {
        let items = ids.iter().map(|id| item_ref(copy_id::main(id))).collect();
        for answer in account.call(doing, &DeleteItem { items }).await?.each() {
            match answer {
                Some(Err(failure)) if !failure.is_missing() => {
                    return Err(account.failed(doing, failure.into()));
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

async fn search(account: &Account, folder: &DestFolderId, terms: &[Print]) -> Result<Vec<Item>> {
    let term = |print: &Print| Restriction::IsEqualTo(OMM_DIGEST.into(), print.text());
    let fields = [
        FieldPath::Field("item:DateTimeCreated"),
        FieldPath::Field("item:LastModifiedTime"),
        OMM_DIGEST.into(),
        OMM_MARK.into(),
    ];
    all(account, folder, Restriction::Or(terms.iter().map(term).collect()), fields).await
}

/// Everything in the folder of which this is so, with these fields.
pub(crate) async fn all(
    account: &Account,
    folder: &DestFolderId,
    restriction: Restriction,
    fields: impl IntoIterator<Item = FieldPath>,
) -> Result<Vec<Item>> {
    let mut operation = FindItem {
        folders: vec![folders::by_id(folder.as_str())],
        traversal: Traversal::Shallow,
        shape: Shape::new(Base::IdOnly).with(fields),
        page: Page::first(PAGE),
        restriction: Some(restriction),
        order: Vec::new(),
    };
    let doing = account.doing::<FindItem>("look for copies", Scope::Folder);
    let mut items = Vec::new();
    loop {
        let found = account.call(doing, &operation).await?.only();
        let found = found.map_err(|failure| account.failed(doing, failure.into()))?;
        items.extend(found.entries);
        match found.next {
            Some(offset) => operation.page.offset = offset,
            None => return Ok(items),
        }
    }
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
