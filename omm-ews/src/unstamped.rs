//! Finding what was made of streams before it was stamped: above the mark, by the key that the stream carried.
//!
//! Items that were copied at the source may have one key. Where that leaves a choice, what an item says in its interchange
//! form decides, as far as the server says the same of the copy; the rest is taken in order, since each of them is ours.

use crate::{
    account::Account,
    copy_id, fetch,
    locate::{TERMS, all, is_older},
    native,
    ops::{FieldPath, Item, Restriction, SEARCH_KEY},
    print::Print,
    stamp::{self, Made},
};
use chrono::{DateTime, Utc};
use omm_core::{
    error::{Effect, Error, Result, Scope},
    model::{DestFolderId, DestItemId, Intake, ItemKind, NativeKey},
    seam::{Owned, Probe},
};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What is looked for.
struct Sought {
    place: usize,
    kind: ItemKind,
    print: Print,
}

/// Stamps what is there of those that have no copy yet, and gives each its own.
///
/// # Errors
/// If the server cannot be asked now. Looking again is harmless.
pub(crate) async fn find(
    account: &Account,
    folder: &DestFolderId,
    since: Option<DateTime<Utc>>,
    probes: &[Probe],
    found: &mut [Option<DestItemId>],
    owned: &dyn Owned,
) -> Result<()> {
    let mut sought: BTreeMap<&NativeKey, Vec<Sought>> = BTreeMap::new();
    for (place, (probe, found)) in probes.iter().zip(&*found).enumerate() {
        if let (Some(key), None) = (&probe.native, found) {
            let print = Print::new(probe.fingerprint.body, probe.stored_size);
            sought.entry(key).or_default().push(Sought { place, kind: probe.kind, print });
        }
    }
    let mut there = candidates(account, folder, since, &sought, found, owned).await?;
    let (mut places, mut made) = (Vec::new(), Vec::new());
    for (key, sought) in sought {
        for (one, id) in paired(account, sought, there.remove(key).unwrap_or_default()).await? {
            places.push(one.place);
            made.push(Made { id, print: one.print });
        }
    }
    let stamped = stamp::stamp(account, &made).await?;
    for ((place, made), stamped) in places.into_iter().zip(made).zip(stamped) {
        match (stamped, found.get_mut(place)) {
            (Ok(()), Some(found)) => *found = Some(copy_id::of([made.id])),
            // It could not be stamped, and is gone again: it is sent otherwise.
            (Err(error), _) if error.effect() == Effect::Unknown => {
                let reach = error.reach().max(Scope::Folder);
                return Err(error.scope(reach));
            }
            _ => {}
        }
    }
    Ok(())
}

/// By its key, what is above the mark and nobody's.
async fn candidates(
    account: &Account,
    folder: &DestFolderId,
    since: Option<DateTime<Utc>>,
    sought: &BTreeMap<&NativeKey, Vec<Sought>>,
    given: &[Option<DestItemId>],
    owned: &dyn Owned,
) -> Result<BTreeMap<NativeKey, Vec<String>>> {
    let keys: Vec<&NativeKey> = sought.keys().copied().collect();
    let given: HashSet<&DestItemId> = given.iter().flatten().collect();
    let (mut known, mut shown) = (HashSet::new(), Vec::new());
    for keys in keys.chunks(TERMS) {
        for item in search(account, folder, keys).await? {
            // A server may take two keys that differ in case only for one.
            let Some(key) = native::key(&item).filter(|key| sought.contains_key(key)) else { continue };
            let id = copy_id::of([item.id.id.clone()]);
            if !is_older(last_change(&item), since) && !given.contains(&id) && known.insert(id.clone()) {
                shown.push((key, id));
            }
        }
    }
    let ids: Vec<DestItemId> = shown.iter().map(|(_, id)| id.clone()).collect();
    let taken = owned.owns(&ids).await?;
    let mut there: BTreeMap<NativeKey, Vec<String>> = BTreeMap::new();
    for ((key, id), _) in shown.into_iter().zip(taken).filter(|(_, taken)| !taken) {
        there.entry(key).or_default().push(copy_id::main(&id).to_owned());
    }
    Ok(there)
}

/// When it was made here: no property of a stream is changed later than that.
pub(crate) fn last_change(item: &Item) -> Option<DateTime<Utc>> {
    let times = ["DateTimeCreated", "LastModifiedTime"].map(|name| item.moment(name));
    times.into_iter().flatten().map(|moment| moment.utc()).max()
}

async fn search(account: &Account, folder: &DestFolderId, keys: &[&NativeKey]) -> Result<Vec<Item>> {
    let term = |key: &&NativeKey| Restriction::IsEqualTo(SEARCH_KEY.into(), key.to_string());
    let fields = [
        FieldPath::Field("item:DateTimeCreated"),
        FieldPath::Field("item:LastModifiedTime"),
        SEARCH_KEY.into(),
    ];
    all(account, folder, Restriction::Or(keys.iter().map(term).collect()), fields).await
}

/// Who is which, one-to-one.
async fn paired(
    account: &Account,
    mut sought: Vec<Sought>,
    mut there: Vec<String>,
) -> Result<Vec<(Sought, String)>> {
    let prints: BTreeSet<&Print> = sought.iter().map(|one| &one.print).collect();
    let leaves_a_choice = prints.len() > 1 || there.len() > sought.len();
    let mut pairs = Vec::new();
    if leaves_a_choice && !there.is_empty() {
        let mut others = Vec::new();
        for id in there {
            let same = match said(account, &sought, &id).await? {
                Some(print) => sought.iter().position(|one| one.print == print),
                None => None,
            };
            match same {
                Some(place) => pairs.push((sought.remove(place), id)),
                None => others.push(id),
            }
        }
        there = others;
    }
    pairs.extend(sought.into_iter().zip(there));
    Ok(pairs)
}

/// What the server says of an item in its interchange form.
async fn said(account: &Account, sought: &[Sought], id: &str) -> Result<Option<Print>> {
    let Some(one) = sought.first() else { return Ok(None) };
    let measure = Intake::measuring(&account.env);
    match fetch::body(account, one.kind, id, &measure).await {
        Ok(body) => Ok(Some(Print::of(&body))),
        Err(error) if is_of_item(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_of_item(error: &Error) -> bool {
    error.reach() == Scope::Item
}
