//! What the engine asks. Every answer costs what it is long, at any size of the ledger.

use crate::{
    error::Fault,
    row::{self, COLUMNS, from_json},
};
use omm_core::{
    journal::{
        Class, DestFolderKey, DestFolderRow, Entry, EntryKey, FlagChangeRow, FolderKey, FolderRow, PointRow,
        PointState, Position, Tally, TallyKey, Verified,
    },
    model::{
        Cursor, DestFolderId, DestItemId, FolderPath, ItemKind, LastingId, Role, SourceFolderId,
        SourceItemId, SyncPoint,
    },
};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use std::collections::BTreeMap;

/// The entries with these keys, in their order.
pub(crate) fn entries(conn: &Connection, keys: &[EntryKey]) -> Result<Vec<Option<Entry>>, Fault> {
    let mut select = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM entries WHERE key = ?"))?;
    keys.iter()
        .map(|key| match row::signed(*key) {
            Ok(key) => first(select.query([key])?, row::read),
            // No key so large was ever written.
            Err(_) => Ok(None),
        })
        .collect()
}

/// The entries of these items, in their order.
pub(crate) fn find(
    conn: &Connection,
    folder: FolderKey,
    ids: &[SourceItemId],
) -> Result<Vec<Option<Entry>>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM entries INDEXED BY by_source WHERE folder = ? AND source = ?");
    let mut select = conn.prepare_cached(&sql)?;
    ids.iter().map(|id| first(select.query(params![folder.0, id.as_str()])?, row::read)).collect()
}

/// The entries with a copy, of items that are called so, each once, in key order. Of many with one name, which are no use to
/// anybody, the first ones.
pub(crate) fn copies_called(conn: &Connection, ids: &[LastingId]) -> Result<Vec<Entry>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM entries INDEXED BY by_lasting WHERE lasting = ? AND copy_id IS NOT NULL \
         ORDER BY key LIMIT 256"
    );
    let mut select = conn.prepare_cached(&sql)?;
    let mut found = BTreeMap::new();
    for id in ids {
        let entries = collect(select.query([id.as_str()])?, row::read)?;
        found.extend(entries.into_iter().map(|entry| (entry.key, entry)));
    }
    Ok(found.into_values().collect())
}

/// Whether each id is a copy of some entry.
pub(crate) fn owned(
    conn: &Connection,
    folder: DestFolderKey,
    ids: &[DestItemId],
) -> Result<Vec<bool>, Fault> {
    let sql = "SELECT 1 FROM entries INDEXED BY by_copy WHERE copy_folder = ? AND copy_id = ?";
    let mut select = conn.prepare_cached(sql)?;
    ids.iter().map(|id| Ok(select.exists(params![folder.0, id.as_str()])?)).collect()
}

/// All sync points, oldest first.
pub(crate) fn points(conn: &Connection) -> Result<Vec<PointRow>, Fault> {
    all(conn, "SELECT point, state FROM points ORDER BY point", [], |row| {
        let word: String = row.get(1)?;
        let state = PointState::from_name(&word).ok_or(Fault::Unreadable("sync point"))?;
        Ok(PointRow { point: SyncPoint(row.get(0)?), state })
    })
}

/// All source folders, each with its newest position.
pub(crate) fn folders(conn: &Connection) -> Result<Vec<FolderRow>, Fault> {
    let sql = "SELECT f.key, f.id, f.path, f.role, f.kind, f.target, f.state, f.gone, p.point, p.cursor, f.trouble \
               FROM folders f LEFT JOIN positions p ON p.folder = f.key \
               AND p.point = (SELECT max(point) FROM positions WHERE folder = f.key) ORDER BY f.key";
    all(conn, sql, [], |row| {
        let role: Option<String> = row.get(3)?;
        let kind: String = row.get(4)?;
        let position: Option<u32> = row.get(8)?;
        let unreadable = || Fault::Unreadable("folder");
        Ok(FolderRow {
            key: FolderKey(row.get(0)?),
            id: SourceFolderId::new(row.get::<_, Box<str>>(1)?),
            path: path(row, 2)?,
            role: role.map(|word| Role::from_name(&word).ok_or_else(unreadable)).transpose()?,
            kind: ItemKind::from_plural(&kind).ok_or_else(unreadable)?,
            target: row.get::<_, Option<u32>>(5)?.map(DestFolderKey),
            state: row.get::<_, Option<String>>(6)?.map(|text| from_json(&text, "state")).transpose()?,
            gone: row.get::<_, Option<u32>>(7)?.map(SyncPoint),
            trouble: row.get(10)?,
            position: match position {
                Some(point) => Some(Position {
                    point: SyncPoint(point),
                    cursor: Cursor::new(row.get::<_, Box<str>>(9)?),
                }),
                None => None,
            },
        })
    })
}

/// All destination folders.
pub(crate) fn dest_folders(conn: &Connection) -> Result<Vec<DestFolderRow>, Fault> {
    all(conn, "SELECT key, id, path, created FROM dest_folders ORDER BY key", [], |row| {
        Ok(DestFolderRow {
            key: DestFolderKey(row.get(0)?),
            id: DestFolderId::new(row.get::<_, Box<str>>(1)?),
            path: path(row, 2)?,
            created: row.get::<_, Option<u32>>(3)?.map(SyncPoint),
        })
    })
}

/// Flag changes at a point or later, newest first.
pub(crate) fn flag_changes(
    conn: &Connection,
    from: SyncPoint,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<FlagChangeRow>, Fault> {
    // Runs follow one another, so the rows of `from` and later are the newest ones, and the oldest of them bounds
    // the walk.
    let sql = "SELECT row, key, point, delta FROM flag_changes NOT INDEXED WHERE point >= ?1 AND row < ?2 \
               AND row >= (SELECT min(row) FROM flag_changes WHERE point >= ?1) ORDER BY row DESC LIMIT ?3";
    let before = before.map_or(i64::MAX, |row| i64::try_from(row).unwrap_or(i64::MAX));
    all(conn, sql, params![from.0, before, count(limit)], |row| {
        Ok(FlagChangeRow {
            row: row.get::<_, i64>(0)? as u64,
            key: EntryKey(row.get::<_, i64>(1)? as u64),
            point: SyncPoint(row.get(2)?),
            delta: from_json(&row.get::<_, String>(3)?, "flag change")?,
        })
    })
}

/// How many entries there are of each class.
pub(crate) fn tallies(conn: &Connection) -> Result<Vec<Tally>, Fault> {
    let sql = "SELECT folder, class, point, verified, gone, has_copy, items, bytes FROM tallies";
    all(conn, sql, [], |row| {
        let class: String = row.get(1)?;
        let verified: String = row.get(3)?;
        Ok(Tally {
            key: TallyKey {
                folder: FolderKey(row.get(0)?),
                class: Class::from_name(&class).ok_or(Fault::Unreadable("tally"))?,
                point: SyncPoint(row.get(2)?),
                verified: Verified::from_name(&verified).ok_or(Fault::Unreadable("tally"))?,
                gone: row.get(4)?,
                has_copy: row.get(5)?,
            },
            items: row.get::<_, i64>(6)? as u64,
            bytes: row.get::<_, i64>(7)? as u64,
        })
    })
}

/// The lines for the report of a run.
pub(crate) fn remarks(conn: &Connection, point: SyncPoint) -> Result<Vec<String>, Fault> {
    let sql = "SELECT text FROM remarks WHERE point = ? ORDER BY row";
    all(conn, sql, [point.0], |row| Ok(row.get(0)?))
}

/// Whether somebody asked to stop.
pub(crate) fn stop_requested(conn: &Connection) -> Result<bool, Fault> {
    let mut select = conn.prepare_cached("SELECT stop_requested FROM owner")?;
    Ok(select.query_row([], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// All rows of a query.
pub(crate) fn all<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    collect(conn.prepare_cached(sql)?.query(params)?, read)
}

/// A limit as SQLite wants it.
pub(crate) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// What a question answers, row by row.
pub(crate) fn collect<T>(
    mut rows: rusqlite::Rows<'_>,
    mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

fn first<T>(
    mut rows: rusqlite::Rows<'_>,
    read: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    rows.next()?.map(read).transpose()
}

fn path(row: &Row<'_>, column: usize) -> Result<FolderPath, Fault> {
    from_json(&row.get::<_, String>(column)?, "folder path")
}
