//! Pages of entries in key order, each question with the index that answers it.
//!
//! Each question is put so that one index can answer it, and no other, so that a plan can never quietly become a walk over
//! the ledger.

use crate::{
    error::Fault,
    query::{all, count, number},
    row::{self, COLUMNS},
};
use omm_core::{
    journal::{Entry, EntryKey, Query, Want},
    model::SyncPoint,
};
use sqlx::{AssertSqlSafe, PgConnection};

/// Entries that a query names, in key order, after a key.
pub(crate) async fn page(
    conn: &mut PgConnection,
    migration: i64,
    query: Query,
    after: Option<EntryKey>,
    limit: usize,
) -> Result<Vec<Entry>, Fault> {
    // Keys begin at 0 or above; a key beyond PostgreSQL's integers has nothing after it.
    let after = after.map_or(-1, |key| i64::try_from(key.0).unwrap_or(i64::MAX));
    let sql = AssertSqlSafe(sql(query)?);
    let mut asked = sqlx::query(sql).bind(migration).bind(after).bind(count(limit));
    if let Some(folder) = query.folder {
        asked = asked.bind(number(folder.0));
    }
    if let Some(point) = since(query.want) {
        asked = asked.bind(number(point.0));
    }
    all(conn, asked, row::read).await
}

fn since(want: Want) -> Option<SyncPoint> {
    match want {
        Want::SentSince(point) | Want::ReplacedSince(point) => Some(point),
        _ => None,
    }
}

/// `$1` is the migration, `$2` the key after which, `$3` the limit; then the folder and the point, where there are any. What is
/// added to the migration names the index, see the schema.
pub(crate) fn sql(query: Query) -> Result<String, Fault> {
    let (folder, point) = match query.folder {
        Some(_) => (" AND folder = $4", "$5"),
        None => ("", "$4"),
    };
    let by_folder = i32::from(query.folder.is_some());
    let (index, condition) = match query.want {
        Want::Any => (2 * by_folder, String::new()),
        Want::Copies => (2 * by_folder, " AND copy_id IS NOT NULL".to_owned()),
        Want::InDoubt => (6 + by_folder, " AND in_doubt".to_owned()),
        Want::Owed => (8 + by_folder, " AND owed".to_owned()),
        Want::Failed => (10 + by_folder, " AND failed".to_owned()),
        Want::Skipped => (12 + by_folder, " AND skipped".to_owned()),
        Want::ReplacedSince(_) => (14 + by_folder, format!(" AND copy_replaced >= {point}")),
        Want::SentSince(_) => return Ok(sent_since(&of(16 + by_folder), folder, point)),
        _ => return Err(Fault::Refused("a query that this store does not know".to_owned())),
    };
    let migration = of(index);
    Ok(format!(
        "SELECT {COLUMNS} FROM omm.entries WHERE {migration}{folder}{condition} AND key > $2 ORDER BY key LIMIT $3"
    ))
}

/// The migration, in the form that one index has.
fn of(index: i32) -> String {
    match index {
        0 => "migration = $1".to_owned(),
        index => format!("migration + {index} = $1 + {index}"),
    }
}

/// The index has the keys of one point in order; those of several points are merged, a page of each.
fn sent_since(migration: &str, folder: &str, point: &str) -> String {
    format!(
        "WITH RECURSIVE points (at) AS (
            (SELECT sent FROM omm.entries WHERE {migration}{folder} AND sent >= {point} ORDER BY sent LIMIT 1)
            UNION ALL
            SELECT (
                SELECT sent FROM omm.entries WHERE {migration}{folder} AND sent > points.at ORDER BY sent LIMIT 1
            ) FROM points WHERE points.at IS NOT NULL
        )
        SELECT {COLUMNS} FROM points CROSS JOIN LATERAL (
            SELECT * FROM omm.entries WHERE {migration}{folder} AND sent = points.at AND key > $2
            ORDER BY key LIMIT $3
        ) AS found ORDER BY key LIMIT $3"
    )
}
