//! The account as a destination.

use super::{
    MemoryAccount, Rewrites,
    habits::{Habits, dropped},
    source::contains,
    state::{FolderState, State, Stored, item_id, uid_of},
};
use async_trait::async_trait;
use bytes::Bytes;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Retry, Scope, Side},
    host::LaneKey,
    model::{Body, DestFolderId, DestItemId, FolderPath, Intake, Item, ItemKind, Mark, Revision},
    seam::{
        self, Capacity, Deleted, Deletion, DestFolder, Destination, Expected, FlagChange, Flagged, LineEnds,
        Owned, Presence, Probe, Replaced, Wanted,
    },
};
use std::collections::HashSet;

/// The header that a server adds which changes what it stores.
const TRACE: &[u8] = b"X-Memory-Trace: changed on arrival\r\n";

#[async_trait]
impl Destination for MemoryAccount {
    fn lane(&self) -> LaneKey {
        LaneKey(self.lock().settings.lane.as_str().into())
    }

    async fn capacity(&self) -> Result<Capacity> {
        self.0.moods.before(Side::Destination, "ask for the capacity").await?;
        let declared = self.0.moods.habits().rewrites == Rewrites::Declared;
        let state = self.lock();
        Ok(state.settings.capacity(declared, state.used_bytes()))
    }

    async fn folders(&self) -> Result<Vec<DestFolder>> {
        self.0.moods.before(Side::Destination, "list folders").await?;
        Ok(self.lock().folders.iter().map(|(id, folder)| shown(*id, folder, false)).collect())
    }

    async fn ensure_folders(&self, wanted: &[Wanted]) -> Result<Vec<Result<DestFolder>>> {
        self.0.moods.before(Side::Destination, "make folders").await?;
        let folders = {
            let mut state = self.lock();
            let mut ensure = |wanted: &Wanted| match state.find(&wanted.path) {
                Some(id) => Ok(shown(id, &state.folders[&id], false)),
                None => {
                    let path = make_parents(&mut state, &wanted.path);
                    let id = state.make_folder(path, wanted.role, wanted.kind);
                    Ok(shown(id, &state.folders[&id], true))
                }
            };
            wanted.iter().map(&mut ensure).collect()
        };
        match self.0.moods.after_write("make folders") {
            Ok(()) => Ok(folders),
            Err(error) if error.reach() > Scope::Folder => Err(error),
            Err(error) => {
                let (scope, retry) = (error.reach(), error.retry_advice());
                let lost = || dropped(Side::Destination, "make folders").effect_unknown();
                Ok(wanted.iter().map(|_| Err(lost().scope(scope).retry(retry))).collect())
            }
        }
    }

    async fn mark(&self, folder: &DestFolderId) -> Result<Mark> {
        self.0.moods.before(Side::Destination, "take a mark").await?;
        let state = self.lock();
        Ok(Mark::new(find(&state, folder)?.1.next_uid.to_string()))
    }

    async fn append(&self, folder: &DestFolderId, batch: &[Item]) -> Result<Vec<Result<seam::Stored>>> {
        self.0.moods.before(Side::Destination, "append").await?;
        let habits = self.0.moods.habits();
        let mut bodies = Vec::with_capacity(batch.len());
        for item in batch {
            bodies.push(item.body.to_bytes(u64::MAX).await?);
        }
        let breaks;
        let fates = {
            let mut state = self.lock();
            let id = find(&state, folder)?.0;
            let poison = |bytes: &Bytes| habits.breaks_on.as_ref().is_some_and(|text| contains(bytes, text));
            breaks = bodies.iter().any(poison);
            let good = bodies.iter().position(poison).unwrap_or(bodies.len());
            let items = batch.iter().zip(bodies).take(good);
            let append =
                |(item, bytes)| self.append_one(&mut state, &habits, id, item, bytes).map(seam::Stored::new);
            items.map(append).collect()
        };
        if breaks {
            return Err(dropped(Side::Destination, "append").effect_unknown());
        }
        self.0.moods.after_write("append")?;
        Ok(fates)
    }

    async fn locate(
        &self,
        folder: &DestFolderId,
        above: Option<&Mark>,
        probes: &[Probe],
        owned: &dyn Owned,
    ) -> Result<Vec<Option<DestItemId>>> {
        self.0.moods.before(Side::Destination, "locate").await?;
        let candidates = {
            let state = self.lock();
            if !state.settings.searchable {
                return Err(failed(ErrorKind::Config, "locate", "this account cannot search"));
            }
            let (id, held) = find(&state, folder)?;
            let from = above.map_or(Ok(0), |mark| mark.as_str().parse());
            let from: u64 = from.map_err(|_| failed(ErrorKind::Protocol, "locate", "not a mark"))?;
            let alike = |stored: &Stored| probes.iter().any(|probe| matches(stored, probe));
            let alike = held.items.range(from..).filter(|(_, stored)| alike(stored));
            alike
                .map(|(uid, stored)| (DestItemId::new(item_id(id, *uid)), stored.clone()))
                .collect::<Vec<_>>()
        };
        let ids: Vec<_> = candidates.iter().map(|(id, _)| id.clone()).collect();
        let owned = owned.owns(&ids).await?;
        let mut given: HashSet<DestItemId> =
            ids.into_iter().zip(owned).filter(|(_, owned)| *owned).map(|(id, _)| id).collect();
        let mut find = |probe: &Probe| {
            let free = |(id, stored): &&(DestItemId, Stored)| !given.contains(id) && matches(stored, probe);
            let found = candidates.iter().find(free).map(|(id, _)| id.clone());
            given.extend(found.clone());
            found
        };
        Ok(probes.iter().map(&mut find).collect())
    }

    async fn replace(
        &self,
        folder: &DestFolderId,
        id: &DestItemId,
        item: &Item,
        expected: &Expected,
    ) -> Result<Replaced> {
        self.0.moods.before(Side::Destination, "replace").await?;
        let habits = self.0.moods.habits();
        let bytes = item.body.to_bytes(u64::MAX).await?;
        let replaced = self.replace_one(&habits, folder, id, item, bytes, expected)?;
        self.0.moods.after_write("replace")?;
        Ok(replaced)
    }

    async fn set_flags(&self, folder: &DestFolderId, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
        self.0.moods.before(Side::Destination, "set flags").await?;
        let fates = {
            let mut state = self.lock();
            let at = find(&state, folder)?.0;
            let mut set = |change: &FlagChange| {
                let uid = uid_of(at, change.id.as_str()).unwrap_or_default();
                let is_ours =
                    state.folders[&at].items.get(&uid).is_some_and(|stored| is_ours(stored, change));
                let there = state.change(at, uid, |stored| stored.flags = change.delta.apply(&stored.flags));
                let upon = change.expected.clone().filter(|_| is_ours);
                let own = state.folders.get_mut(&at).and_then(|folder| folder.items.get_mut(&uid));
                own.into_iter()
                    .for_each(|stored| stored.flagged = upon.clone().map(|upon| (upon, stored.changed)));
                let stored = state.folders[&at].items.get(&uid).filter(|_| is_ours);
                let shown = stored.and_then(|stored| Some((revision(&state, stored)?, stored.flags.clone())));
                Ok(match shown {
                    _ if !there => Flagged::Missing,
                    Some((revision, flags)) => Flagged::Revised { revision, flags },
                    None => Flagged::Done,
                })
            };
            changes.iter().map(&mut set).collect()
        };
        self.0.moods.after_write("set flags")?;
        Ok(fates)
    }

    async fn inspect(&self, folder: &DestFolderId, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        self.0.moods.before(Side::Destination, "inspect").await?;
        let state = self.lock();
        let (at, held) = find(&state, folder)?;
        let look = |id: &DestItemId| {
            let stored = held.items.get(&uid_of(at, id.as_str())?)?;
            let mut presence = Presence::new(stored.size(), stored.flags.clone());
            presence.received = stored.received;
            presence.digest = state.settings.digests.then_some(stored.fingerprint.body);
            presence.revision = revision(&state, stored);
            Some(presence)
        };
        Ok(ids.iter().map(look).collect())
    }

    async fn read_back(&self, folder: &DestFolderId, id: &DestItemId, intake: &Intake) -> Result<Body> {
        self.0.moods.before(Side::Destination, "read back").await?;
        let bytes = {
            let state = self.lock();
            let (at, held) = find(&state, folder)?;
            let stored = uid_of(at, id.as_str()).and_then(|uid| held.items.get(&uid));
            stored.map(|stored| stored.bytes.clone())
        };
        match bytes {
            Some(bytes) => intake.whole(&bytes).await,
            None => Err(failed(ErrorKind::NotFound, "read back", "the item is not there").with("item", id)),
        }
    }

    async fn delete(&self, folder: &DestFolderId, deletions: &[Deletion]) -> Result<Vec<Result<Deleted>>> {
        self.0.moods.before(Side::Destination, "delete").await?;
        let fates = {
            let mut state = self.lock();
            let at = find(&state, folder)?.0;
            let mut delete = |deletion: &Deletion| {
                let uid = uid_of(at, deletion.id.as_str()).unwrap_or_default();
                let Some(stored) = state.folders[&at].items.get(&uid) else { return Ok(Deleted::Missing) };
                if let Some(difference) = touched(stored, &deletion.expected) {
                    return Ok(Deleted::Touched(difference));
                }
                state.take(at, uid);
                Ok(Deleted::Done)
            };
            deletions.iter().map(&mut delete).collect()
        };
        self.0.moods.after_write("delete")?;
        Ok(fates)
    }

    async fn remove_folder_if_empty(&self, folder: &DestFolderId) -> Result<bool> {
        self.0.moods.before(Side::Destination, "remove a folder").await?;
        let removed = {
            let mut state = self.lock();
            let (at, held) = match find(&state, folder) {
                Ok(found) => found,
                // It is gone already; asking again is harmless.
                Err(_) => return Ok(true),
            };
            let path = held.path.clone();
            let has_child = state.folders.values().any(|other| other.path.parent().as_ref() == Some(&path));
            let empty = state.folders[&at].items.is_empty() && !has_child;
            if empty {
                state.folders.remove(&at);
            }
            empty
        };
        self.0.moods.after_write("remove a folder")?;
        Ok(removed)
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}

impl MemoryAccount {
    fn append_one(
        &self,
        state: &mut State,
        habits: &Habits,
        folder: u64,
        item: &Item,
        bytes: Bytes,
    ) -> Result<DestItemId> {
        refuse(state, habits, item.kind, &bytes)?;
        if self.0.moods.item_fails() {
            return Err(failed(ErrorKind::Unreachable, "append", "this one item did not go through")
                .scope(Scope::Item)
                .retry(Retry::Backoff));
        }
        let stored = arrived(state, habits, item, bytes);
        let uid = state.put(folder, stored).unwrap_or_default();
        Ok(DestItemId::new(item_id(folder, uid)))
    }

    fn replace_one(
        &self,
        habits: &Habits,
        folder: &DestFolderId,
        id: &DestItemId,
        item: &Item,
        bytes: Bytes,
        expected: &Expected,
    ) -> Result<Replaced> {
        let mut state = self.lock();
        let (at, held) = find(&state, folder)?;
        let uid = uid_of(at, id.as_str()).unwrap_or_default();
        let Some(stored) = held.items.get(&uid) else { return Ok(Replaced::Missing) };
        if let Some(difference) = touched(stored, expected) {
            return Ok(Replaced::Conflict(difference));
        }
        refuse(&state, habits, item.kind, &bytes)?;
        let new = arrived(&state, habits, item, bytes);
        if item.kind != ItemKind::Mail {
            state.change(at, uid, |stored| {
                let (came, edited) = (stored.came, stored.edited);
                *stored = Stored { came, edited, ..new };
            });
            return Ok(Replaced::Done(id.clone()));
        }
        // A message never changes: the new one comes before the old one goes.
        let uid_of_new = state.put(at, new).unwrap_or_default();
        state.take(at, uid);
        Ok(Replaced::Done(DestItemId::new(item_id(at, uid_of_new))))
    }
}

fn refuse(state: &State, habits: &Habits, kind: ItemKind, bytes: &[u8]) -> Result<()> {
    let settings = &state.settings;
    if !settings.kinds.contains(&kind) || habits.rejects.as_ref().is_some_and(|text| contains(bytes, text)) {
        return Err(failed(ErrorKind::Rejected, "append", "the server refuses this item"));
    }
    let size = bytes.len() as u64;
    if settings.largest_item.is_some_and(|largest| size > largest) {
        return Err(failed(ErrorKind::TooLarge, "append", "larger than the server takes"));
    }
    if settings.quota_bytes.is_some_and(|quota| state.used_bytes() + size > quota) {
        return Err(failed(ErrorKind::Quota, "append", "the destination is full"));
    }
    Ok(())
}

/// What is kept of an item that arrives.
fn arrived(state: &State, habits: &Habits, item: &Item, bytes: Bytes) -> Stored {
    let kept = match state.settings.line_ends {
        LineEnds::AsTheyAre => bytes,
        LineEnds::Crlf => with_crlf(&bytes),
    };
    if habits.rewrites == Rewrites::No || item.kind != ItemKind::Mail {
        return Stored::new(item.kind, kept, item.flags.clone(), item.received);
    }
    let rewritten = Bytes::from([TRACE, &kept].concat());
    let mut stored = Stored::new(item.kind, rewritten, item.flags.clone(), item.received);
    stored.sent = Some(item.body.fingerprint());
    stored
}

fn with_crlf(bytes: &[u8]) -> Bytes {
    let mut kept = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' && (at == 0 || bytes[at - 1] != b'\r') {
            kept.push(b'\r');
        }
        kept.push(*byte);
    }
    kept.into()
}

/// Whether a copy is what a probe describes. Where bodies are changed, what is left is the header as it was sent
/// (a server finds it by its fields) and the date.
fn matches(stored: &Stored, probe: &Probe) -> bool {
    let same = match &stored.sent {
        None => stored.size() == probe.stored_size && stored.fingerprint.body == probe.fingerprint.body,
        Some(sent) => sent.header == probe.fingerprint.header && stored.received == probe.received,
    };
    stored.kind == probe.kind && same
}

/// The name of the state that an item is in.
fn revision(state: &State, stored: &Stored) -> Option<Revision> {
    state.settings.revisions.then(|| Revision::new(stored.changed.to_string()))
}

/// Whether a copy is in the state that is expected, or in that which an earlier try of the change made of it.
fn is_ours(stored: &Stored, change: &FlagChange) -> bool {
    let Some(expected) = &change.expected else { return false };
    let earlier = stored.flagged.as_ref();
    expected.as_str() == stored.changed.to_string()
        || earlier.is_some_and(|(upon, made)| upon == expected && *made == stored.changed)
}

/// What differs from what we wrote, if anything. Of what can be edited in place, the change key decides; a message that was
/// read is still as we wrote it.
fn touched(stored: &Stored, expected: &Expected) -> Option<String> {
    if let Some(revision) = expected.revision.as_ref().filter(|_| stored.kind != ItemKind::Mail) {
        let same = revision.as_str() == stored.changed.to_string();
        return (!same).then(|| "its change key is another".to_owned());
    }
    if expected.digest.is_some_and(|digest| digest != stored.fingerprint.body) {
        return Some("its body was changed".to_owned());
    }
    if expected.digest.is_some() && expected.stored_size != stored.size() {
        return Some("its size was changed".to_owned());
    }
    (!expected.flags_match(&stored.flags)).then(|| "its flags were changed".to_owned())
}

/// Makes the folders above a path; the answer is the path under the names that are there.
fn make_parents(state: &mut State, path: &FolderPath) -> FolderPath {
    let Some(parent) = path.parent().filter(|parent| parent.depth() > 0) else { return path.clone() };
    let known = match state.find(&parent) {
        Some(id) => state.folders[&id].path.clone(),
        None => {
            let above = make_parents(state, &parent);
            state.make_folder(above.clone(), None, ItemKind::Mail);
            above
        }
    };
    known.child(path.name())
}

fn shown(id: u64, folder: &FolderState, created: bool) -> DestFolder {
    let mut shown = DestFolder::new(DestFolderId::new(id.to_string()), folder.path.clone(), folder.kind);
    shown.role = folder.role;
    shown.items = Some(folder.items.len() as u64);
    shown.created = created;
    shown
}

fn find<'a>(state: &'a State, folder: &DestFolderId) -> Result<(u64, &'a FolderState)> {
    let id = folder.as_str().parse().unwrap_or_default();
    let held = state.folders.get(&id).ok_or_else(|| {
        failed(ErrorKind::NotFound, "open a folder", "the folder is not there").scope(Scope::Folder)
    })?;
    Ok((id, held))
}

fn failed(kind: ErrorKind, operation: &'static str, message: &'static str) -> Error {
    Error::new(kind, Side::Destination, operation, message)
}
