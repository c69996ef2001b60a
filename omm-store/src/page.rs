//! Pages of entries in key order, each question with the index that answers it.
//!
//! The index is named in the SQL (`INDEXED BY`), so that a plan can never quietly become a walk over the ledger.

use crate::{
    error::Fault,
    query::{all, count, entries},
    row::{self, COLUMNS},
};
use omm_core::{
    journal::{Entry, EntryKey, FolderKey, Query, Want},
    model::SyncPoint,
};
use rusqlite::{Connection, params};

/// Entries that a query names, in key order, after a key.
pub(crate) fn page(
    conn: &Connection,
    query: Query,
    after: Option<EntryKey>,
    limit: usize,
) -> Result<Vec<Entry>, Fault> {
    // Keys begin at 0 or above; a key beyond SQLite's integers has nothing after it.
    let after = after.map_or(-1, |key| i64::try_from(key.0).unwrap_or(i64::MAX));
    if let Want::SentSince(point) = query.want {
        return sent_since(conn, query.folder, point, after, limit);
    }
    let folder = query.folder.map_or(0, |folder| folder.0);
    let point = if let Want::ReplacedSince(point) = query.want { point.0 } else { 0 };
    all(conn, &sql(query)?, params![after, count(limit), folder, point], row::read)
}

/// `?1` is the key after which, `?2` the limit, `?3` the folder, `?4` the point.
fn sql(query: Query) -> Result<String, Fault> {
    let (index, condition) = match query.want {
        Want::Any => ("", "?4 IS NOT NULL"),
        Want::Copies => ("", "copy_id IS NOT NULL AND ?4 IS NOT NULL"),
        Want::InDoubt => ("in_doubt", "in_doubt = 1 AND ?4 IS NOT NULL"),
        Want::Owed => ("owed", "owed = 1 AND ?4 IS NOT NULL"),
        Want::Failed => ("failed", "failed = 1 AND ?4 IS NOT NULL"),
        Want::Skipped => ("skipped", "skipped = 1 AND ?4 IS NOT NULL"),
        Want::ReplacedSince(_) => ("replaced", "copy_replaced >= ?4"),
        _ => return Err(Fault::Refused("a query that this store does not know".to_owned())),
    };
    let (by, folder) = match (index, query.folder) {
        ("", None) => ("NOT INDEXED".to_owned(), "?3 IS NOT NULL"),
        ("", Some(_)) => ("INDEXED BY by_folder".to_owned(), "folder = ?3"),
        (index, None) => (format!("INDEXED BY {index}"), "?3 IS NOT NULL"),
        (index, Some(_)) => (format!("INDEXED BY {index}_by_folder"), "folder = ?3"),
    };
    Ok(format!(
        "SELECT {COLUMNS} FROM entries {by} WHERE {condition} AND {folder} AND key > ?1 ORDER BY key LIMIT ?2"
    ))
}

/// The index has the keys of one point in order; those of several points are merged, a page of each.
fn sent_since(
    conn: &Connection,
    folder: Option<FolderKey>,
    from: SyncPoint,
    after: i64,
    limit: usize,
) -> Result<Vec<Entry>, Fault> {
    let mut keys = Vec::new();
    let mut below = i64::from(from.0) - 1;
    while let Some(point) = next_point(conn, folder, below)? {
        let (by, and) = sent_index(folder);
        let sql = format!(
            "SELECT key FROM entries INDEXED BY {by} WHERE sent = ?1 AND {and} AND key > ?3 ORDER BY key LIMIT ?4"
        );
        let params = params![point, folder.map_or(0, |folder| folder.0), after, count(limit)];
        keys.extend(all(conn, &sql, params, |row| Ok(EntryKey(row.get::<_, i64>(0)? as u64)))?);
        keys.sort_unstable();
        keys.truncate(limit);
        below = point;
    }
    Ok(entries(conn, &keys)?.into_iter().flatten().collect())
}

/// The next point at which something was sent.
fn next_point(conn: &Connection, folder: Option<FolderKey>, below: i64) -> Result<Option<i64>, Fault> {
    let (by, and) = sent_index(folder);
    let sql = format!("SELECT min(sent) FROM entries INDEXED BY {by} WHERE sent > ?1 AND {and}");
    let params = params![below, folder.map_or(0, |folder| folder.0)];
    Ok(conn.prepare_cached(&sql)?.query_row(params, |row| row.get(0))?)
}

fn sent_index(folder: Option<FolderKey>) -> (&'static str, &'static str) {
    match folder {
        None => ("sent", "?2 IS NOT NULL"),
        Some(_) => ("sent_by_folder", "folder = ?2"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{JOURNAL, Upgrade, prepare};

    // A plan that sorts, or walks the table, makes a run over a million entries without changes cost minutes.
    #[test]
    fn no_page_is_sorted_and_no_want_walks_the_ledger() {
        let mut conn = Connection::open_in_memory().unwrap();
        prepare(&mut conn, &JOURNAL, Upgrade::Allowed).unwrap();
        let point = SyncPoint(3);
        for folder in [None, Some(FolderKey(1))] {
            for want in [
                Want::Any,
                Want::Copies,
                Want::InDoubt,
                Want::Owed,
                Want::Failed,
                Want::Skipped,
                Want::ReplacedSince(point),
            ] {
                let sql = format!("EXPLAIN QUERY PLAN {}", sql(Query { folder, want }).unwrap());
                let plan = all(&conn, &sql, params![0, 1, 1, 3], |row| Ok(row.get::<_, String>(3)?)).unwrap();
                assert_eq!(plan.len(), 1, "{want:?} {folder:?}: {plan:?}");
                assert!(plan[0].starts_with("SEARCH entries USING"), "{want:?} {folder:?}: {plan:?}");
            }
        }
    }
}
