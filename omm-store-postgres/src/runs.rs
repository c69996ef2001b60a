//! What a batch says about the runs and about folders, on both sides.

use crate::{database::Transaction, error::Fault, row::small, text};
use omm_core::{
    journal::{
        DestFolderKey, DestFolderRow, FolderFact, FolderRecord, FolderRow, PointState, RunRecord,
        columns::to_json,
    },
    model::SyncPoint,
};
use sqlx::{Postgres, postgres::PgArguments, query::Query};
use std::collections::BTreeMap;

/// Applies the records about the runs, in order. Folders that follow one another are written together: an account may have
/// thousands.
pub(crate) async fn apply_runs(
    tx: &mut Transaction,
    migration: i64,
    records: &[RunRecord],
) -> Result<(), Fault> {
    let mut at = Pending::default();
    for record in records {
        match record {
            RunRecord::SourceFolder(row) => drop(at.sources.insert(row.key, row)),
            RunRecord::DestFolder(row) => drop(at.destinations.insert(row.key, row)),
            other => {
                at.write(tx, migration).await?;
                apply_run(tx, migration, other).await?;
            }
        }
    }
    at.write(tx, migration).await
}

/// Folders that are not written yet; what was said of one last counts.
#[derive(Default)]
struct Pending<'a> {
    sources: BTreeMap<omm_core::journal::FolderKey, &'a FolderRow>,
    destinations: BTreeMap<DestFolderKey, &'a DestFolderRow>,
}

impl Pending<'_> {
    async fn write(&mut self, tx: &mut Transaction, migration: i64) -> Result<(), Fault> {
        let sources: Vec<_> = std::mem::take(&mut self.sources).into_values().collect();
        let destinations: Vec<_> = std::mem::take(&mut self.destinations).into_values().collect();
        if !sources.is_empty() {
            put_folders(tx, migration, &sources).await?;
        }
        if !destinations.is_empty() {
            put_dest_folders(tx, migration, &destinations).await?;
        }
        Ok(())
    }
}

async fn apply_run(tx: &mut Transaction, migration: i64, record: &RunRecord) -> Result<(), Fault> {
    match record {
        RunRecord::Started(point) => set_point(tx, migration, *point, PointState::Open).await,
        RunRecord::Finished(point) => set_point(tx, migration, *point, PointState::Complete).await,
        RunRecord::Undone(from) => undo(tx, migration, *from).await,
        RunRecord::SteppedBack(from) => step_back(tx, migration, *from).await,
        RunRecord::DestFolderRemoved(key) => {
            let sql = "DELETE FROM omm.dest_folders WHERE migration = $1 AND key = $2";
            run(tx, sqlx::query(sql).bind(migration).bind(small(key.0)?)).await.map(drop)
        }
        RunRecord::Remarked(point, line) => {
            let sql = "INSERT INTO omm.remarks (migration, point, text, text_hash) VALUES ($1, $2, $3, $4) \
                       ON CONFLICT DO NOTHING";
            let query = sqlx::query(sql).bind(migration).bind(small(point.0)?);
            run(tx, query.bind(text::stored(line)).bind(text::hash(line))).await.map(drop)
        }
        // A record that this version cannot keep must not look kept.
        _ => Err(Fault::Refused("a record about runs that this store does not know".to_owned())),
    }
}

/// State and positions are kept; the folder is there (again).
async fn put_folders(tx: &mut Transaction, migration: i64, rows: &[&FolderRow]) -> Result<(), Fault> {
    let sql = "INSERT INTO omm.folders (migration, key, id, path, role, kind, target) \
               SELECT $1, u.* FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], \
                   $7::integer[]) AS u \
               ON CONFLICT (migration, key) DO UPDATE SET id = excluded.id, path = excluded.path, \
                   role = excluded.role, kind = excluded.kind, target = excluded.target, gone = NULL";
    let keys: Vec<i32> = rows.iter().map(|row| small(row.key.0)).collect::<Result<_, _>>()?;
    let ids: Vec<String> = rows.iter().map(|row| text::stored(row.id.as_str()).into_owned()).collect();
    let paths: Vec<String> =
        rows.iter().map(|row| to_json(&row.path, "folder path")).collect::<Result<_, _>>()?;
    let roles: Vec<Option<&str>> = rows.iter().map(|row| row.role.map(|role| role.name())).collect();
    let kinds: Vec<&str> = rows.iter().map(|row| row.kind.plural()).collect();
    let targets: Vec<Option<i32>> =
        rows.iter().map(|row| row.target.map(|key| small(key.0)).transpose()).collect::<Result<_, _>>()?;
    let query = sqlx::query(sql).bind(migration).bind(keys).bind(ids).bind(paths);
    run(tx, query.bind(roles).bind(kinds).bind(targets)).await.map(drop)
}

/// The key of a folder that was removed is never given out again, so the highest one is kept with the owner.
async fn put_dest_folders(
    tx: &mut Transaction,
    migration: i64,
    rows: &[&DestFolderRow],
) -> Result<(), Fault> {
    let sql = "WITH kept AS ( \
                   UPDATE omm.owners SET last_dest_folder = $6 WHERE migration = $1 AND last_dest_folder < $6 \
               ) \
               INSERT INTO omm.dest_folders (migration, key, id, path, created) \
               SELECT $1, u.* FROM unnest($2::integer[], $3::text[], $4::text[], $5::integer[]) AS u \
               ON CONFLICT (migration, key) DO UPDATE \
               SET id = excluded.id, path = excluded.path, created = excluded.created";
    let keys: Vec<i32> = rows.iter().map(|row| small(row.key.0)).collect::<Result<_, _>>()?;
    let highest = keys.iter().copied().max();
    let ids: Vec<String> = rows.iter().map(|row| text::stored(row.id.as_str()).into_owned()).collect();
    let paths: Vec<String> =
        rows.iter().map(|row| to_json(&row.path, "folder path")).collect::<Result<_, _>>()?;
    let created: Vec<Option<i32>> = rows
        .iter()
        .map(|row| row.created.map(|point| small(point.0)).transpose())
        .collect::<Result<_, _>>()?;
    let query = sqlx::query(sql).bind(migration).bind(keys).bind(ids).bind(paths);
    run(tx, query.bind(created).bind(highest)).await.map(drop)
}

async fn set_point(
    tx: &mut Transaction,
    migration: i64,
    point: SyncPoint,
    state: PointState,
) -> Result<(), Fault> {
    let sql = "INSERT INTO omm.points AS known (migration, point, state) VALUES ($1, $2, $3) \
               ON CONFLICT (migration, point) DO UPDATE SET state = excluded.state WHERE known.state <> $4";
    let query = sqlx::query(sql).bind(migration).bind(small(point.0)?);
    match run(tx, query.bind(state.name()).bind(PointState::Undone.name())).await? {
        0 => Err(Fault::Refused(format!("sync point {point} was undone and is never continued"))),
        _ => Ok(()),
    }
}

async fn undo(tx: &mut Transaction, migration: i64, from: SyncPoint) -> Result<(), Fault> {
    let sql = "WITH dropped AS (DELETE FROM omm.flag_changes WHERE migration + 1 = $1 + 1 AND point >= $2) \
               UPDATE omm.points SET state = $3 WHERE migration = $1 AND point >= $2";
    let query = sqlx::query(sql).bind(migration).bind(small(from.0)?).bind(PointState::Undone.name());
    run(tx, query).await?;
    step_back(tx, migration, from).await
}

/// Cursors are kept per sync point, so that each folder steps back to where it was.
async fn step_back(tx: &mut Transaction, migration: i64, from: SyncPoint) -> Result<(), Fault> {
    let sql = "WITH dropped AS (DELETE FROM omm.positions WHERE migration = $1 AND point >= $2) \
               UPDATE omm.folders SET state = NULL WHERE migration = $1 AND state IS NOT NULL";
    run(tx, sqlx::query(sql).bind(migration).bind(small(from.0)?)).await.map(drop)
}

/// Applies a record about a folder's progress.
pub(crate) async fn apply_folder(
    tx: &mut Transaction,
    migration: i64,
    record: &FolderRecord,
) -> Result<(), Fault> {
    let FolderRecord { folder, point, fact } = record;
    let key = small(folder.0)?;
    let sql = match fact {
        FolderFact::Reached(_) => {
            "WITH known AS (SELECT 1 FROM omm.folders WHERE migration = $1 AND key = $2), calm AS ( \
                 UPDATE omm.folders SET trouble = NULL WHERE migration = $1 AND key = $2 AND trouble IS NOT NULL \
             ) \
             INSERT INTO omm.positions (migration, folder, point, cursor) SELECT $1, $2, $3, $4 FROM known \
             ON CONFLICT (migration, folder, point) DO UPDATE SET cursor = excluded.cursor"
        }
        FolderFact::Settled(_) => "UPDATE omm.folders SET state = $3 WHERE migration = $1 AND key = $2",
        FolderFact::Unsettled => "UPDATE omm.folders SET state = NULL WHERE migration = $1 AND key = $2",
        FolderFact::LeftOut => {
            "UPDATE omm.folders SET state = NULL, trouble = NULL WHERE migration = $1 AND key = $2"
        }
        FolderFact::Troubled(_) => {
            "UPDATE omm.folders SET trouble = $3, state = NULL WHERE migration = $1 AND key = $2"
        }
        FolderFact::Gone => {
            "WITH dropped AS (DELETE FROM omm.positions WHERE migration = $1 AND folder = $2) \
             UPDATE omm.folders SET gone = $3, trouble = NULL, state = NULL WHERE migration = $1 AND key = $2"
        }
        _ => return Err(Fault::Refused("a record about a folder that this store does not know".to_owned())),
    };
    let query = sqlx::query(sql).bind(migration).bind(key);
    let query = match fact {
        FolderFact::Reached(cursor) => query.bind(small(point.0)?).bind(text::stored(cursor.as_str())),
        FolderFact::Settled(state) => query.bind(to_json(state, "state")?),
        FolderFact::Troubled(why) => query.bind(text::stored(why)),
        FolderFact::Gone => query.bind(small(point.0)?),
        _ => query,
    };
    match run(tx, query).await? {
        0 => Err(Fault::Refused(format!("folder {key} is not known"))),
        _ => Ok(()),
    }
}

/// How many rows a statement changed.
async fn run(tx: &mut Transaction, query: Query<'_, Postgres, PgArguments>) -> Result<u64, Fault> {
    Ok(query.execute(tx.conn()).await?.rows_affected())
}
