//! The records of a batch are folded into their entries, and each entry that changed is written once.

use crate::{
    error::Fault,
    query,
    row::{self, json},
};
use omm_core::journal::{Batch, EntryKey, Flagging, Folded, Folding, Tally, TallyKey};
use rusqlite::{Connection, OptionalExtension, params};

/// Folds and writes the records about items, with the tallies and the flag history that follow from them.
pub(crate) fn fold(tx: &Connection, batch: &Batch) -> Result<(), Fault> {
    let known = query::entries(tx, &batch.keys())?;
    let folding = Folding::of(batch, known)?;
    folding.entries().try_for_each(|entry| put(tx, entry))?;
    folding.tallies().try_for_each(|tally| add(tx, tally))?;
    // Last, because a row refers to its entry.
    folding.flagged().iter().try_for_each(|(key, done)| put_flag_change(tx, *key, done))
}

fn put(tx: &Connection, entry: &Folded) -> Result<(), Fault> {
    let Some(after) = entry.after() else { return Ok(()) };
    let Some(before) = entry.before() else {
        row::put(tx, after, true)?;
        return if after.copy.is_some() { row::update_copy(tx, after) } else { Ok(()) };
    };
    // What was only seen is there.
    match (before.copy == after.copy, entry.is_only_seen(), &after.copy) {
        (true, true, _) => Ok(()),
        (true, false, _) => row::put(tx, after, false),
        (false, true, Some(copy)) if before.copy.is_some() => row::update_seen(tx, after.key, copy),
        (false, true, _) => row::update_copy(tx, after),
        (false, false, _) => row::put_with_copy(tx, after),
    }
}

fn put_flag_change(tx: &Connection, key: EntryKey, done: &Flagging) -> Result<(), Fault> {
    let sql = "INSERT INTO flag_changes (key, point, delta) VALUES (?, ?, ?)";
    tx.prepare_cached(sql)?.execute(params![row::signed(key)?, done.point.0, json(&done.delta)?])?;
    Ok(())
}

fn add(tx: &Connection, Tally { key, items, bytes }: Tally) -> Result<(), Fault> {
    let (class, verified) = (key.class.name(), key.verified.name());
    let at = params![key.folder.0, class, key.point.0, verified, key.gone, key.has_copy];
    let sql = "SELECT items, bytes FROM tallies \
               WHERE folder = ? AND class = ? AND point = ? AND verified = ? AND gone = ? AND has_copy = ?";
    let mut known = tx.prepare_cached(sql)?;
    let known = known.query_row(at, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (known_items, known_bytes): (i64, i64) = known.unwrap_or_default();
    // Wrapping, as the difference is.
    put_tally(tx, &key, known_items.wrapping_add(items as i64), known_bytes.wrapping_add(bytes as i64))
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
