//! The records of a batch are folded into their entries, and each entry that changed is written once.

use crate::{
    error::Fault,
    query,
    row::{self, json},
};
use omm_core::{
    journal::{Batch, Entry, EntryKey, Fact, Flagging, Record, Tally, TallyKey},
    model::FlagDelta,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};

/// Folds and writes the records about items, with the tallies and the flag history that follow from them.
pub(crate) fn fold(tx: &Connection, batch: &Batch) -> Result<(), Fault> {
    let mut entries = load(tx, &batch.keys())?;
    let mut flag_changes = Vec::new();
    for record in &batch.items {
        // Every key of the batch was loaded, so there always is one.
        if let Some(entry) = entries.get_mut(&record.key) {
            flag_changes.extend(entry.take(record)?.map(|done| (record.key, done)));
        }
    }
    let mut tallies = Difference::default();
    for entry in entries.values() {
        entry.write(tx)?;
        tallies.add(entry);
    }
    tallies.write(tx)?;
    // Last, because a row refers to its entry.
    flag_changes.into_iter().try_for_each(|(key, done)| put_flag_change(tx, key, &done))
}

/// An entry before the batch and after it.
struct Folded {
    before: Option<Entry>,
    after: Option<Entry>,
    /// Nothing happened to it but looks at its copy.
    only_seen: bool,
}

fn load(tx: &Connection, keys: &[EntryKey]) -> Result<BTreeMap<EntryKey, Folded>, Fault> {
    let known = query::entries(tx, keys)?;
    let folded = |before: Option<Entry>| Folded { after: before.clone(), before, only_seen: true };
    Ok(keys.iter().copied().zip(known.into_iter().map(folded)).collect())
}

impl Folded {
    /// Takes the next record, and says which change of flags it completed.
    fn take(&mut self, record: &Record) -> Result<Option<Flagging>, Fault> {
        let before = self.after.take();
        let flagging = before.as_ref().and_then(|entry| entry.flagging.clone());
        self.only_seen &= matches!(record.fact, Fact::Verified { .. });
        self.after = Some(Entry::apply(before, record)?);
        Ok(flagging.filter(|_| matches!(record.fact, Fact::Flagged)))
    }

    fn write(&self, tx: &Connection) -> Result<(), Fault> {
        let Some(after) = &self.after else { return Ok(()) };
        let before = self.before.as_ref();
        // What was only seen is there.
        if !self.only_seen {
            row::put(tx, after, before.is_none())?;
        }
        match (before.and_then(|before| before.copy.as_ref()), &after.copy) {
            (before, copy) if before == copy.as_ref() => Ok(()),
            (Some(_), Some(copy)) if self.only_seen => row::update_seen(tx, after.key, copy),
            _ => row::update_copy(tx, after),
        }
    }
}

fn put_flag_change(tx: &Connection, key: EntryKey, done: &Flagging) -> Result<(), Fault> {
    let delta: &FlagDelta = &done.delta;
    let sql = "INSERT INTO flag_changes (key, point, delta) VALUES (?, ?, ?)";
    tx.prepare_cached(sql)?.execute(params![row::signed(key)?, done.point.0, json(delta)?])?;
    Ok(())
}

/// How a batch changes the tallies. Wrapping, because sizes as listed are the source's word and may be nonsense:
/// what is added is taken away again exactly.
#[derive(Default)]
struct Difference(HashMap<TallyKey, (u64, u64)>);

impl Difference {
    fn add(&mut self, entry: &Folded) {
        if let Some(Tally { key, items, bytes }) = entry.before.as_ref().map(Entry::tally) {
            let count = self.0.entry(key).or_default();
            *count = (count.0.wrapping_sub(items), count.1.wrapping_sub(bytes));
        }
        if let Some(Tally { key, items, bytes }) = entry.after.as_ref().map(Entry::tally) {
            let count = self.0.entry(key).or_default();
            *count = (count.0.wrapping_add(items), count.1.wrapping_add(bytes));
        }
    }

    fn write(self, tx: &Connection) -> Result<(), Fault> {
        self.0.into_iter().filter(|(_, count)| *count != (0, 0)).try_for_each(|(key, count)| {
            let (class, verified) = (key.class.name(), key.verified.name());
            let at = params![key.folder.0, class, key.point.0, verified, key.gone, key.has_copy];
            let sql = "SELECT items, bytes FROM tallies \
                       WHERE folder = ? AND class = ? AND point = ? AND verified = ? AND gone = ? AND has_copy = ?";
            let mut known = tx.prepare_cached(sql)?;
            let known = known.query_row(at, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let (items, bytes): (i64, i64) = known.unwrap_or_default();
            let items = items.wrapping_add(count.0 as i64);
            put_tally(tx, &key, items, bytes.wrapping_add(count.1 as i64))
        })
    }
}

fn put_tally(tx: &Connection, key: &TallyKey, items: i64, bytes: i64) -> Result<(), Fault> {
    let (class, verified) = (key.class.name(), key.verified.name());
    if items == 0 {
        let sql = "DELETE FROM tallies \
                   WHERE folder = ? AND class = ? AND point = ? AND verified = ? AND gone = ? AND has_copy = ?";
        let at = params![key.folder.0, class, key.point.0, verified, key.gone, key.has_copy];
        tx.prepare_cached(sql)?.execute(at)?;
    } else {
        let sql = "INSERT OR REPLACE INTO tallies VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        let row = params![key.folder.0, class, key.point.0, verified, key.gone, key.has_copy, items, bytes];
        tx.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}
