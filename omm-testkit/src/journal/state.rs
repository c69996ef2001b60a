//! What the journal holds, with the indexes that answer its queries.

use omm_core::{
    journal::{
        DestFolderKey, DestFolderRow, Entry, EntryKey, FlagChangeRow, FolderKey, FolderRow, PointState,
        Position, Query, TallyKey, Want,
    },
    model::{Cursor, DestItemId, Digest, LastingId, SourceItemId, SyncPoint},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
};

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) epoch: u64,
    pub(super) stop_requested: bool,
    // The highest keys ever given out; a removed row's key is not used again.
    pub(super) last_entry: u64,
    pub(super) last_folder: u32,
    pub(super) last_dest_folder: u32,
    pub(super) points: BTreeMap<SyncPoint, PointState>,
    /// Without positions, which are kept per sync point in `positions`.
    pub(super) folders: BTreeMap<FolderKey, FolderRow>,
    pub(super) positions: BTreeMap<(FolderKey, SyncPoint), Cursor>,
    pub(super) dest_folders: BTreeMap<DestFolderKey, DestFolderRow>,
    pub(super) entries: BTreeMap<EntryKey, Entry>,
    pub(super) remarks: BTreeMap<SyncPoint, Vec<String>>,
    pub(super) flag_changes: Vec<FlagChangeRow>,
    /// Items and bytes. Invariant: the sum over all entries of [`Entry::tally`].
    pub(super) tallies: BTreeMap<TallyKey, (u64, u64)>,
    pub(super) by_source: BTreeMap<FolderKey, HashMap<SourceItemId, EntryKey>>,
    /// How many entries have this copy: two, while one takes it over from the other.
    pub(super) by_copy: BTreeMap<DestFolderKey, HashMap<DestItemId, usize>>,
    pub(super) by_digest: HashMap<Digest, BTreeSet<EntryKey>>,
    pub(super) by_lasting: HashMap<LastingId, BTreeSet<EntryKey>>,
    pub(super) in_doubt: BTreeSet<EntryKey>,
    pub(super) owed: BTreeSet<EntryKey>,
}

impl State {
    pub(super) fn with_position(&self, row: &FolderRow) -> FolderRow {
        let all = (row.key, SyncPoint(0))..=(row.key, SyncPoint(u32::MAX));
        let latest = self.positions.range(all).next_back();
        let position = latest.map(|((_, point), cursor)| Position { point: *point, cursor: cursor.clone() });
        FolderRow { position, ..row.clone() }
    }

    pub(super) fn find(&self, folder: FolderKey, id: &SourceItemId) -> Option<&Entry> {
        self.entries.get(self.by_source.get(&folder)?.get(id)?)
    }

    pub(super) fn page(&self, query: Query, after: Option<EntryKey>, limit: usize) -> Vec<Entry> {
        let range = (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        let indexed = match query.want {
            Want::InDoubt => Some(&self.in_doubt),
            Want::Owed => Some(&self.owed),
            _ => None,
        };
        let candidates: Box<dyn Iterator<Item = &Entry>> = match indexed {
            Some(keys) => Box::new(keys.range(range).filter_map(|key| self.entries.get(key))),
            None => Box::new(self.entries.range(range).map(|(_, entry)| entry)),
        };
        candidates
            .filter(|entry| query.folder.is_none_or(|folder| entry.folder == folder))
            .filter(|entry| query.want.holds(entry))
            .take(limit)
            .cloned()
            .collect()
    }

    pub(super) fn copies_of(&self, digests: &[Digest]) -> Vec<Entry> {
        let keys: BTreeSet<_> =
            digests.iter().filter_map(|digest| self.by_digest.get(digest)).flatten().copied().collect();
        keys.iter().filter_map(|key| self.entries.get(key)).cloned().collect()
    }

    pub(super) fn copies_called(&self, ids: &[LastingId]) -> Vec<Entry> {
        let keys: BTreeSet<_> =
            ids.iter().filter_map(|id| self.by_lasting.get(id)).flatten().copied().collect();
        let entries = keys.iter().filter_map(|key| self.entries.get(key));
        entries.filter(|entry| entry.copy.is_some()).cloned().collect()
    }

    /// Puts an entry in the place of its earlier form, with every index.
    pub(super) fn put(&mut self, entry: Entry) {
        if let Some(before) = self.entries.remove(&entry.key) {
            self.unlist(&before);
        }
        self.list(&entry);
        self.last_entry = self.last_entry.max(entry.key.0);
        self.entries.insert(entry.key, entry);
    }

    fn list(&mut self, entry: &Entry) {
        self.by_source.entry(entry.folder).or_default().insert(entry.source.clone(), entry.key);
        if let Some(lasting) = &entry.lasting {
            self.by_lasting.entry(lasting.clone()).or_default().insert(entry.key);
        }
        if let Some(copy) = &entry.copy {
            *self.by_copy.entry(copy.folder).or_default().entry(copy.id.clone()).or_default() += 1;
            self.by_digest.entry(copy.content.fingerprint.body).or_default().insert(entry.key);
        }
        if Want::InDoubt.holds(entry) {
            self.in_doubt.insert(entry.key);
        }
        if Want::Owed.holds(entry) {
            self.owed.insert(entry.key);
        }
        let tally = entry.tally();
        let count = self.tallies.entry(tally.key).or_default();
        *count = (count.0 + tally.items, count.1 + tally.bytes);
    }

    fn unlist(&mut self, entry: &Entry) {
        if let Some(copy) = &entry.copy {
            let copies = self.by_copy.entry(copy.folder).or_default();
            if let Some(count) = copies.get_mut(&copy.id) {
                *count -= 1;
                if *count == 0 {
                    copies.remove(&copy.id);
                }
            }
            if let Some(keys) = self.by_digest.get_mut(&copy.content.fingerprint.body) {
                keys.remove(&entry.key);
                if keys.is_empty() {
                    self.by_digest.remove(&copy.content.fingerprint.body);
                }
            }
        }
        self.in_doubt.remove(&entry.key);
        self.owed.remove(&entry.key);
        let tally = entry.tally();
        if let Some(count) = self.tallies.get_mut(&tally.key) {
            *count = (count.0 - tally.items, count.1 - tally.bytes);
            if count.0 == 0 {
                self.tallies.remove(&tally.key);
            }
        }
    }
}
