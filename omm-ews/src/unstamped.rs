//! Finding what was made of streams before it was stamped: above the mark, by the key that the stream carried.
//!
//! Items that were copied at the source may have one key. Where that leaves a choice, what an item says in its interchange
//! form decides, as far as the server says the same of the copy; the rest is taken in order, if all of them are there.

use crate::{
    account::Account,
    copy_id,
    fetch::{self, LastChange},
    folders,
    locate::{self, is_older},
    native,
    ops::{FieldPath, Item, OMM_DIGEST, Restriction, SEARCH_KEY},
    print::Print,
    stamp::{self, Made},
};
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::{
    error::{Effect, Result, Scope},
    model::{DestFolderId, DestItemId, Intake, ItemKind},
    seam::{Owned, Probe},
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
};

/// Where more readings would be needed to tell items of one key apart, they are sent again.
const MOST_READINGS: usize = 1024;

/// What is looked for.
struct Sought {
    place: usize,
    kind: ItemKind,
    print: Print,
    changed: Option<String>,
}

/// What may be one of them.
struct Candidate {
    id: String,
    is_stamped: bool,
    changed: Option<DateTime<Utc>>,
}

/// What was changed so long after the first of its batch may be its user's, unless it says what was sent: large ones take longer.
const BATCH: TimeDelta = TimeDelta::seconds(30);

/// By their search keys.
type ByKey<'a> = BTreeMap<&'a str, Vec<Sought>>;

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
    let sought = sought(probes, found);
    let mut there = candidates(account, folder, since, &sought, found, owned).await?;
    let times = there.values().flatten().filter_map(|one| one.changed);
    let first = since.or(times.min());
    let is_late =
        |one: &Candidate| first.zip(one.changed).is_some_and(|(first, changed)| changed - first > BATCH);
    let late = there.values().flatten().filter(|one| is_late(one)).map(|one| one.id.clone());
    let late: HashSet<String> = late.collect();
    let (mut places, mut made) = (Vec::new(), Vec::new());
    for (key, sought) in sought {
        for (one, id) in paired(account, sought, there.remove(key).unwrap_or_default()).await? {
            // It lay there without a word of ours: who came first, its user or we?
            let is_touched = late.contains(&id) && !is_said(account, &one, &id).await?;
            places.push(one.place);
            made.push(Made { id, kind: one.kind, print: one.print, changed: one.changed, is_touched });
        }
    }
    let stamped = stamp::stamp(account, &made).await?;
    for ((place, made), stamped) in places.into_iter().zip(made).zip(stamped) {
        match (stamped, found.get_mut(place)) {
            (Ok(()), Some(found)) => *found = Some(copy_id::of([made.id])),
            (Err(error), _) if error.effect() == Effect::Unknown => {
                let reach = error.reach().max(Scope::Folder);
                return Err(error.scope(reach));
            }
            // It could not be stamped, and is gone again: it is sent otherwise.
            _ => {}
        }
    }
    Ok(())
}

fn sought<'a>(probes: &'a [Probe], found: &[Option<DestItemId>]) -> ByKey<'a> {
    let mut sought = ByKey::new();
    for (place, (probe, found)) in probes.iter().zip(found).enumerate() {
        if let (Some(key), None) = (&probe.native, found) {
            let (key, changed) = native::parts(key);
            let print = Print::new(probe.fingerprint.body, probe.stored_size);
            let changed = changed.map(str::to_owned);
            sought.entry(key).or_default().push(Sought { place, kind: probe.kind, print, changed });
        }
    }
    sought
}

/// By its key, what is above the mark and nobody's.
async fn candidates(
    account: &Account,
    folder: &DestFolderId,
    since: Option<DateTime<Utc>>,
    sought: &ByKey<'_>,
    given: &[Option<DestItemId>],
    owned: &dyn Owned,
) -> Result<BTreeMap<String, Vec<Candidate>>> {
    let keys: Vec<&str> = sought.keys().copied().collect();
    let given: HashSet<&DestItemId> = given.iter().flatten().collect();
    let (mut known, mut shown) = (HashSet::new(), Vec::new());
    let mut items = search(account, folder, &keys).await?;
    // The last one first: it is ours rather than what somebody else put there in the same second.
    items.sort_by_key(|item| Reverse(last_change(item)));
    for item in items {
        // A server may take two keys that differ in case only for one.
        let key = native::search_key(&item).filter(|key| sought.contains_key(key.as_str()));
        let Some(key) = key else { continue };
        let id = copy_id::of([item.id.id.clone()]);
        if !is_older(last_change(&item), since) && !given.contains(&id) && known.insert(id.clone()) {
            // A stream of what an earlier migration made brings its stamp along; a stamp may also be another item's of ours.
            shown.push((key, id, Print::read(&item).is_some(), last_change(&item)));
        }
    }
    let ids: Vec<DestItemId> = shown.iter().map(|(_, id, ..)| id.clone()).collect();
    let taken = owned.owns(&ids).await?;
    let mut there: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    for ((key, id, is_stamped, changed), _) in shown.into_iter().zip(taken).filter(|(_, taken)| !taken) {
        there.entry(key).or_default().push(Candidate {
            id: copy_id::main(&id).to_owned(),
            is_stamped,
            changed,
        });
    }
    Ok(there)
}

/// When it was made here: no property of a stream is changed later than that.
pub(crate) fn last_change(item: &Item) -> Option<DateTime<Utc>> {
    let times = ["DateTimeCreated", native::LAST_CHANGE].map(|name| item.moment(name));
    times.into_iter().flatten().map(|moment| moment.utc()).max()
}

async fn search(account: &Account, folder: &DestFolderId, keys: &[&str]) -> Result<Vec<Item>> {
    let term = |key: &&str| Restriction::IsEqualTo(SEARCH_KEY.into(), (*key).to_owned());
    let fields = [
        FieldPath::Field("item:DateTimeCreated"),
        FieldPath::Field("item:LastModifiedTime"),
        OMM_DIGEST.into(),
        SEARCH_KEY.into(),
    ];
    let folder = folders::by_id(folder.as_str());
    locate::search(account, &folder, keys.iter().map(term).collect(), &fields).await
}

/// Who is which, one-to-one: by what they say, and where that does not tell, in order if all are there. Of those that cannot
/// be told apart, none is given: what is sent again is there twice, what is taken for another is lost.
async fn paired(
    account: &Account,
    mut sought: Vec<Sought>,
    there: Vec<Candidate>,
) -> Result<Vec<(Sought, String)>> {
    let is_plain = !there.iter().any(|one| one.is_stamped);
    if is_plain && are_equal(&sought) && there.len() <= sought.len() {
        return Ok(sought.into_iter().zip(there.into_iter().map(|one| one.id)).collect());
    }
    if sought.len() * there.len() > MOST_READINGS {
        return Ok(Vec::new());
    }
    let (mut pairs, mut others) = (Vec::new(), Vec::new());
    for one in there {
        let mut same = None;
        for (place, sought) in sought.iter().enumerate() {
            if is_said(account, sought, &one.id).await? {
                same = Some(place);
                break;
            }
        }
        match same {
            Some(place) => pairs.push((sought.remove(place), one.id)),
            None if !one.is_stamped => others.push(one.id),
            None => {}
        }
    }
    if others.len() >= sought.len() || are_equal(&sought) {
        others.reverse();
        pairs.extend(sought.into_iter().zip(others));
    }
    Ok(pairs)
}

fn are_equal(sought: &[Sought]) -> bool {
    sought.first().is_none_or(|first| sought.iter().all(|one| one.print == first.print))
}

/// Whether an item says in its interchange form what was to be sent.
async fn is_said(account: &Account, sought: &Sought, id: &str) -> Result<bool> {
    let changed = sought.changed.as_deref().map_or(LastChange::Shown, LastChange::At);
    let measure = Intake::measuring(&account.env);
    match fetch::body(account, sought.kind, id, changed, &measure).await {
        Ok(body) => Ok(Print::of(&body) == sought.print),
        Err(error) if error.reach() == Scope::Item => Ok(false),
        Err(error) => Err(error),
    }
}
