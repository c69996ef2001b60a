//! A batch becomes durable: first everything is checked, then everything is done.

use super::{refused, state::State};
use omm_core::{
    Result,
    journal::{
        Batch, Entry, EntryKey, Fact, FlagChangeRow, FolderFact, FolderRecord, FolderRow, PointState, Record,
        RunRecord,
    },
    model::SyncPoint,
};
use std::collections::{BTreeMap, HashMap};

/// Writes a batch, or nothing of it.
pub(super) fn commit(state: &mut State, batch: Batch) -> Result<()> {
    check_runs(state, &batch.runs)?;
    check_folders(state, &batch)?;
    let (entries, flag_changes) = fold(state, &batch.items)?;

    batch.runs.into_iter().for_each(|record| apply_run(state, record));
    entries.into_values().for_each(|entry| state.put(entry));
    for (key, point, delta) in flag_changes {
        let row = state.flag_changes.last().map_or(1, |last| last.row + 1);
        state.flag_changes.push(FlagChangeRow { row, key, point, delta });
    }
    batch.folders.into_iter().for_each(|record| apply_folder(state, record));
    Ok(())
}

fn check_runs(state: &State, runs: &[RunRecord]) -> Result<()> {
    for record in runs {
        if let RunRecord::Started(point) | RunRecord::Finished(point) = record
            && state.points.get(point) == Some(&PointState::Undone)
        {
            return Err(refused(format!("sync point {point} was undone and is never continued")));
        }
    }
    Ok(())
}

fn check_folders(state: &State, batch: &Batch) -> Result<()> {
    for FolderRecord { folder, .. } in &batch.folders {
        let comes = |record: &RunRecord| matches!(record, RunRecord::SourceFolder(row) if row.key == *folder);
        if !state.folders.contains_key(folder) && !batch.runs.iter().any(comes) {
            return Err(refused(format!("folder {} is not known", folder.0)));
        }
    }
    Ok(())
}

type Folded = (BTreeMap<EntryKey, Entry>, Vec<(EntryKey, SyncPoint, omm_core::model::FlagDelta)>);

/// The entries after the records, without touching the state.
fn fold(state: &State, records: &[Record]) -> Result<Folded> {
    let mut entries: BTreeMap<EntryKey, Entry> = BTreeMap::new();
    let mut new_ids = HashMap::new();
    let mut flag_changes = Vec::new();
    for record in records {
        let before = entries.remove(&record.key).or_else(|| state.entries.get(&record.key).cloned());
        if let (None, Fact::Noted(noted)) = (&before, &record.fact) {
            let known = state.find(noted.folder, &noted.source).is_some();
            if known || new_ids.insert((noted.folder, noted.source.clone()), record.key).is_some() {
                return Err(refused("an item was noted under a second key").with("item", &noted.source));
            }
        }
        let flagging = before.as_ref().and_then(|entry| entry.flagging.clone());
        if let (Fact::Flagged, Some(flagging)) = (&record.fact, flagging) {
            flag_changes.push((record.key, flagging.point, flagging.delta));
        }
        entries.insert(record.key, Entry::apply(before, record)?);
    }
    Ok((entries, flag_changes))
}

fn apply_run(state: &mut State, record: RunRecord) {
    match record {
        RunRecord::SourceFolder(row) => {
            state.last_folder = state.last_folder.max(row.key.0);
            // State and positions are kept.
            let kept = state.folders.get(&row.key).and_then(|known| known.state.clone());
            state.folders.insert(row.key, FolderRow { state: kept, position: None, ..row });
        }
        RunRecord::DestFolder(row) => {
            state.last_dest_folder = state.last_dest_folder.max(row.key.0);
            state.dest_folders.insert(row.key, row);
        }
        RunRecord::Started(point) => {
            state.points.insert(point, PointState::Open);
        }
        RunRecord::Finished(point) => {
            state.points.insert(point, PointState::Complete);
        }
        RunRecord::Undone(from) => {
            state.points.range_mut(from..).for_each(|(_, kept)| *kept = PointState::Undone);
            state.flag_changes.retain(|row| row.point < from);
            step_back(state, from);
        }
        RunRecord::SteppedBack(from) => step_back(state, from),
        RunRecord::Remarked(point, text) => {
            let remarks = state.remarks.entry(point).or_default();
            if !remarks.contains(&text) {
                remarks.push(text);
            }
        }
        RunRecord::DestFolderRemoved(key) => {
            state.dest_folders.remove(&key);
        }
        _ => {}
    }
}

fn apply_folder(state: &mut State, record: FolderRecord) {
    let FolderRecord { folder, point, fact } = record;
    let Some(row) = state.folders.get_mut(&folder) else { return };
    match fact {
        FolderFact::Reached(cursor) => {
            state.positions.insert((folder, point), cursor);
            row.trouble = None;
        }
        FolderFact::Troubled(why) => {
            row.state = None;
            row.trouble = Some(why);
        }
        FolderFact::Settled(settled) => row.state = Some(settled),
        FolderFact::Unsettled => row.state = None,
        FolderFact::LeftOut => {
            row.state = None;
            row.trouble = None;
        }
        FolderFact::Gone => {
            row.gone = Some(point);
            row.trouble = None;
            row.state = None;
            state.positions.retain(|(of, _), _| *of != folder);
        }
        _ => {}
    }
}

/// Cursors are kept per sync point, so that each folder steps back to where it was.
fn step_back(state: &mut State, from: SyncPoint) {
    state.positions.retain(|(_, point), _| *point < from);
    state.folders.values_mut().for_each(|row| row.state = None);
}
