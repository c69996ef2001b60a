//! What a batch says about the runs and about folders, on both sides.

use crate::{error::Fault, row::json};
use omm_core::{
    journal::{DestFolderRow, FolderFact, FolderRecord, FolderRow, PointState, RunRecord},
    model::SyncPoint,
};
use rusqlite::{Connection, OptionalExtension, params};

/// Applies a record about the runs.
pub(crate) fn apply_run(tx: &Connection, record: &RunRecord) -> Result<(), Fault> {
    match record {
        RunRecord::SourceFolder(row) => put_folder(tx, row),
        RunRecord::DestFolder(row) => put_dest_folder(tx, row),
        RunRecord::Started(point) => set_point(tx, *point, PointState::Open),
        RunRecord::Finished(point) => set_point(tx, *point, PointState::Complete),
        RunRecord::Undone(from) => undo(tx, *from),
        RunRecord::SteppedBack(from) => step_back(tx, *from),
        RunRecord::DestFolderRemoved(key) => run(tx, "DELETE FROM dest_folders WHERE key = ?", [key.0]),
        RunRecord::Remarked(point, text) => {
            let sql = "INSERT INTO remarks (point, text) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            run(tx, sql, params![point.0, text])
        }
        // A record that this version cannot keep must not look kept.
        _ => Err(Fault::Refused("a record about runs that this store does not know".to_owned())),
    }
}

/// State and positions are kept; the folder is there (again).
fn put_folder(tx: &Connection, row: &FolderRow) -> Result<(), Fault> {
    let sql = "INSERT INTO folders (key, id, path, role, kind, target) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
               ON CONFLICT (key) DO UPDATE SET id = ?2, path = ?3, role = ?4, kind = ?5, target = ?6, gone = NULL";
    tx.prepare_cached(sql)?.execute(params![
        row.key.0,
        row.id.as_str(),
        json(&row.path)?,
        row.role.map(|role| role.name()),
        row.kind.plural(),
        row.target.map(|target| target.0),
    ])?;
    Ok(())
}

fn put_dest_folder(tx: &Connection, row: &DestFolderRow) -> Result<(), Fault> {
    let sql = "INSERT INTO dest_folders (key, id, path, created) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (key) DO UPDATE SET id = ?2, path = ?3, created = ?4";
    let created = row.created.map(|point| point.0);
    tx.prepare_cached(sql)?.execute(params![row.key.0, row.id.as_str(), json(&row.path)?, created])?;
    Ok(())
}

fn set_point(tx: &Connection, point: SyncPoint, state: PointState) -> Result<(), Fault> {
    let sql = "SELECT 1 FROM points WHERE point = ? AND state = ?";
    let undone = params![point.0, PointState::Undone.name()];
    if tx.query_row(sql, undone, |_| Ok(())).optional()?.is_some() {
        return Err(Fault::Refused(format!("sync point {point} was undone and is never continued")));
    }
    let sql = "INSERT INTO points VALUES (?1, ?2) ON CONFLICT (point) DO UPDATE SET state = ?2";
    run(tx, sql, params![point.0, state.name()])
}

fn undo(tx: &Connection, from: SyncPoint) -> Result<(), Fault> {
    let undone = PointState::Undone.name();
    run(tx, "UPDATE points SET state = ?2 WHERE point >= ?1", params![from.0, undone])?;
    run(tx, "DELETE FROM flag_changes WHERE point >= ?", [from.0])?;
    step_back(tx, from)
}

/// Cursors are kept per sync point, so that each folder steps back to where it was.
fn step_back(tx: &Connection, from: SyncPoint) -> Result<(), Fault> {
    run(tx, "DELETE FROM positions WHERE point >= ?", [from.0])?;
    run(tx, "UPDATE folders SET state = NULL", [])
}

/// Applies a record about a folder's progress.
pub(crate) fn apply_folder(tx: &Connection, record: &FolderRecord) -> Result<(), Fault> {
    let FolderRecord { folder, point, fact } = record;
    let key = folder.0;
    let changed = match fact {
        FolderFact::Reached(cursor) => {
            let known = tx.prepare_cached("SELECT 1 FROM folders WHERE key = ?")?.exists([key])?;
            if known {
                let sql = "INSERT INTO positions VALUES (?1, ?2, ?3) \
                           ON CONFLICT (folder, point) DO UPDATE SET cursor = ?3";
                tx.prepare_cached(sql)?.execute(params![key, point.0, cursor.as_str()])?;
                tx.prepare_cached("UPDATE folders SET trouble = NULL WHERE key = ?")?.execute([key])?;
            }
            usize::from(known)
        }
        FolderFact::Settled(state) => {
            let sql = "UPDATE folders SET state = ?2 WHERE key = ?1";
            tx.prepare_cached(sql)?.execute(params![key, json(state)?])?
        }
        FolderFact::Unsettled => {
            tx.prepare_cached("UPDATE folders SET state = NULL WHERE key = ?")?.execute([key])?
        }
        FolderFact::LeftOut => {
            let sql = "UPDATE folders SET state = NULL, trouble = NULL WHERE key = ?1";
            tx.prepare_cached(sql)?.execute([key])?
        }
        FolderFact::Troubled(why) => {
            let sql = "UPDATE folders SET trouble = ?2, state = NULL WHERE key = ?1";
            tx.prepare_cached(sql)?.execute(params![key, why])?
        }
        FolderFact::Gone => {
            tx.prepare_cached("DELETE FROM positions WHERE folder = ?")?.execute([key])?;
            let sql = "UPDATE folders SET gone = ?2, trouble = NULL, state = NULL WHERE key = ?1";
            tx.prepare_cached(sql)?.execute([key, point.0])?
        }
        _ => return Err(Fault::Refused("a record about a folder that this store does not know".to_owned())),
    };
    if changed == 0 { Err(Fault::Refused(format!("folder {key} is not known"))) } else { Ok(()) }
}

fn run(tx: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<(), Fault> {
    tx.prepare_cached(sql)?.execute(params)?;
    Ok(())
}
