//! Finding copies whose answer was lost: every copy carries the digest of what was sent, which the server searches for.

use crate::{
    account::Account,
    copy_id,
    error::Trouble,
    folders,
    ops::{
        Base, CHANGED, FieldPath, FindItem, GetFolder, Item, OMM_DIGEST, OMM_MARK, Page, Restriction, Shape,
        Traversal,
    },
    print::{self, Print},
};
use chrono::{DateTime, Utc};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{DestFolderId, DestItemId, Mark},
    seam::{Owned, Probe},
};
use std::collections::HashSet;

/// Digests in one search: servers take some hundreds of terms.
const TERMS: usize = 40;
/// Items in one page.
const PAGE: u32 = 500;
/// A mark of a folder in which nothing was ever changed: everything lies above it.
const NOTHING: &str = "-";

/// When something in the folder was changed last, by the server's clock: what comes later is not older.
pub(crate) async fn mark(account: &Account, folder: &DestFolderId) -> Result<Mark> {
    let operation = GetFolder { folders: vec![folders::by_id(folder.as_str())] };
    let doing = account.doing::<GetFolder>("take a mark", Scope::Folder);
    let found = match account.call(doing, &operation).await?.into_iter().next() {
        Some(Ok(found)) => found,
        Some(Err(refusal)) => return Err(doing.refused(&refusal)),
        None => return Err(account.failed(doing, Trouble::unanswered())),
    };
    let changed = found.extended.iter().find(|property| property.path.name == CHANGED.name);
    let changed = changed.and_then(|property| property.as_moment());
    Ok(Mark::new(changed.map_or(NOTHING.to_owned(), |moment| moment.utc().to_rfc3339())))
}

/// One-to-one: each probe gets a copy that carries its digest, is whole, not older than the mark, and nobody's yet.
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
    let mut found: Vec<(Print, DestItemId)> = Vec::new();
    for terms in prints.chunks(TERMS) {
        for item in search(account, folder, terms).await? {
            if let Some(print) =
                Print::read(&item).filter(|_| print::is_whole(&item) && !is_older(&item, since))
            {
                found.push((print, copy_id::of([item.id.id])));
            }
        }
    }
    let ids: Vec<DestItemId> = found.iter().map(|(_, id)| id.clone()).collect();
    let taken = owned.owns(&ids).await?;
    let mut given: HashSet<DestItemId> =
        ids.into_iter().zip(taken).filter(|(_, taken)| *taken).map(|(id, _)| id).collect();
    let mut give = |probe: &Probe| {
        let print = print_of(probe);
        let free = found.iter().find(|(known, id)| *known == print && !given.contains(id));
        let id = free.map(|(_, id)| id.clone())?;
        given.insert(id.clone());
        Some(id)
    };
    Ok(probes.iter().map(&mut give).collect())
}

fn print_of(probe: &Probe) -> Print {
    Print::new(probe.fingerprint.body, probe.stored_size)
}

async fn search(account: &Account, folder: &DestFolderId, terms: &[Print]) -> Result<Vec<Item>> {
    let term = |print: &Print| Restriction::IsEqualTo(OMM_DIGEST.into(), print.text());
    let fields = [FieldPath::Field("item:DateTimeCreated"), OMM_DIGEST.into(), OMM_MARK.into()];
    let mut operation = FindItem {
        folders: vec![folders::by_id(folder.as_str())],
        traversal: Traversal::Shallow,
        shape: Shape::new(Base::IdOnly).with(fields),
        page: Page::first(PAGE),
        restriction: Some(Restriction::Or(terms.iter().map(term).collect())),
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

fn is_older(item: &Item, since: Option<DateTime<Utc>>) -> bool {
    let created = item.moment("DateTimeCreated").map(|moment| moment.utc());
    // Times of creation are told to the second.
    since.zip(created).is_some_and(|(since, created)| created.timestamp() < since.timestamp())
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
