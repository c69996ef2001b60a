//! The records of a batch folded into their entries: what a store has to write then, whatever it is made of.

use super::{Batch, Entry, EntryKey, Fact, Flagging, Illegal, Record, Tally, TallyKey};
use std::collections::{BTreeMap, HashMap};

/// The items of a batch, folded.
#[derive(Debug)]
pub struct Folding {
    entries: BTreeMap<EntryKey, Folded>,
    flagged: Vec<(EntryKey, Flagging)>,
}

/// An entry before a batch and after it.
#[derive(Debug)]
pub struct Folded {
    before: Option<Entry>,
    after: Option<Entry>,
    only_seen: bool,
}

impl Folding {
    /// Folds the items of a batch into the entries that are stored, which line up with [`Batch::keys`].
    ///
    /// # Errors
    /// [`Illegal`] when a record cannot follow.
    pub fn of(batch: &Batch, known: Vec<Option<Entry>>) -> Result<Self, Illegal> {
        let folded = |before: Option<Entry>| Folded { after: before.clone(), before, only_seen: true };
        let mut entries: BTreeMap<_, _> =
            batch.keys().into_iter().zip(known.into_iter().map(folded)).collect();
        let mut flagged = Vec::new();
        for record in &batch.items {
            // Every key of the batch was asked for, so there always is one.
            if let Some(entry) = entries.get_mut(&record.key) {
                flagged.extend(entry.take(record)?.map(|done| (record.key, done)));
            }
        }
        Ok(Self { entries, flagged })
    }

    /// The entries of the batch, in key order.
    pub fn entries(&self) -> impl Iterator<Item = &Folded> {
        self.entries.values()
    }

    /// The changes of flags that were completed, in the order in which they were.
    pub fn flagged(&self) -> &[(EntryKey, Flagging)] {
        &self.flagged
    }

    /// How the batch changes the tallies: items and bytes to add. Wrapping, because sizes as listed are the source's
    /// word and may be nonsense: what is added is taken away again exactly.
    pub fn tallies(&self) -> impl Iterator<Item = Tally> {
        let mut tallies: HashMap<TallyKey, (u64, u64)> = HashMap::new();
        for entry in self.entries.values() {
            if let Some(Tally { key, items, bytes }) = entry.before.as_ref().map(Entry::tally) {
                let count = tallies.entry(key).or_default();
                *count = (count.0.wrapping_sub(items), count.1.wrapping_sub(bytes));
            }
            if let Some(Tally { key, items, bytes }) = entry.after.as_ref().map(Entry::tally) {
                let count = tallies.entry(key).or_default();
                *count = (count.0.wrapping_add(items), count.1.wrapping_add(bytes));
            }
        }
        let changed = tallies.into_iter().filter(|(_, count)| *count != (0, 0));
        changed.map(|(key, (items, bytes))| Tally { key, items, bytes })
    }
}

impl Folded {
    /// The entry as it is stored, if it is.
    pub fn before(&self) -> Option<&Entry> {
        self.before.as_ref()
    }

    /// The entry as it is to be stored.
    pub fn after(&self) -> Option<&Entry> {
        self.after.as_ref()
    }

    /// Whether nothing happened to it but looks at its copy.
    pub fn is_only_seen(&self) -> bool {
        self.only_seen
    }

    /// Takes the next record, and says which change of flags it completed.
    fn take(&mut self, record: &Record) -> Result<Option<Flagging>, Illegal> {
        let before = self.after.take();
        let flagging = before.as_ref().and_then(|entry| entry.flagging.clone());
        self.only_seen &= matches!(record.fact, Fact::Verified { .. });
        self.after = Some(Entry::apply(before, record)?);
        Ok(flagging.filter(|_| matches!(record.fact, Fact::Flagged)))
    }
}
