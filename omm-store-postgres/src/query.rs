//! What the engine asks. Every answer costs what it is long, at any size of the ledger and any number of migrations, and one
//! round trip.

use crate::{
    error::Fault,
    row::{self, COLUMNS, Columns, signed},
    text,
};
use omm_core::{
    journal::{
        Class, DestFolderKey, DestFolderRow, Entry, EntryKey, FlagChangeRow, FolderKey, FolderRow, PointRow,
        PointState, Position, Tally, TallyKey, Verified, columns::from_json,
    },
    model::{
        Cursor, DestFolderId, DestItemId, Digest, FolderPath, ItemKind, LastingId, Role, SourceFolderId,
        SourceItemId, SyncPoint,
    },
};
use sqlx::{
    AssertSqlSafe, PgConnection, Postgres, Row,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The entries with these keys, in their order.
pub(crate) async fn entries(
    conn: &mut PgConnection,
    migration: i64,
    keys: &[EntryKey],
) -> Result<Vec<Option<Entry>>, Fault> {
    // No key that is too large was ever written.
    let known: Vec<i64> = keys.iter().filter_map(|key| signed(*key).ok()).collect();
    let query =
        entries_of("bigint", "migration = $1 AND key = asked.wanted LIMIT 1").bind(migration).bind(known);
    let found: HashMap<EntryKey, Entry> =
        all(conn, query, row::read).await?.into_iter().map(|entry| (entry.key, entry)).collect();
    Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
}

/// The entries of these items, in their order.
pub(crate) async fn find(
    conn: &mut PgConnection,
    migration: i64,
    folder: FolderKey,
    ids: &[SourceItemId],
) -> Result<Vec<Option<Entry>>, Fault> {
    let hashes: Vec<Vec<u8>> = ids.iter().map(|id| text::hash(id.as_str())).collect();
    let condition = "migration + 1 = $1 + 1 AND folder = $3 AND source_hash = asked.wanted LIMIT 1";
    let query = entries_of("bytea", condition).bind(migration).bind(hashes).bind(number(folder.0));
    let found: HashMap<SourceItemId, Entry> =
        all(conn, query, row::read).await?.into_iter().map(|entry| (entry.source.clone(), entry)).collect();
    Ok(ids.iter().map(|id| found.get(id).cloned()).collect())
}

/// The entries with a copy of one of these digests, each once, in key order.
pub(crate) async fn copies_of(
    conn: &mut PgConnection,
    migration: i64,
    digests: &[Digest],
) -> Result<Vec<Entry>, Fault> {
    let shorts: Vec<i64> = digests.iter().map(|digest| digest.short().cast_signed()).collect();
    let condition = "migration + 4 = $1 + 4 AND copy_short = asked.wanted OFFSET 0";
    let query = entries_of("bigint", condition).bind(migration).bind(shorts);
    let digests: HashSet<&Digest> = digests.iter().collect();
    // The index knows eight bytes of the digest only.
    let is_one = |entry: &Entry| {
        entry.copy.as_ref().is_some_and(|copy| digests.contains(&copy.content.fingerprint.body))
    };
    let found = all(conn, query, row::read).await?.into_iter().filter(is_one);
    Ok(found.map(|entry| (entry.key, entry)).collect::<BTreeMap<_, _>>().into_values().collect())
}

/// The entries with a copy, of items that are called so, each once, in key order. Of many with one name, which are no use to
/// anybody, the first ones.
pub(crate) async fn copies_called(
    conn: &mut PgConnection,
    migration: i64,
    ids: &[LastingId],
) -> Result<Vec<Entry>, Fault> {
    let shorts: HashSet<i64> = ids.iter().map(|id| text::short(id.as_str())).collect();
    let shorts: Vec<i64> = shorts.into_iter().collect();
    let condition = "migration + 3 = $1 + 3 AND lasting_short = asked.wanted AND copy_id IS NOT NULL \
                     ORDER BY key LIMIT 256";
    let query = entries_of("bigint", condition);
    let ids: HashSet<&LastingId> = ids.iter().collect();
    let found = all(conn, query.bind(migration).bind(shorts), row::read).await?.into_iter();
    let found = found.filter(|entry| entry.lasting.as_ref().is_some_and(|id| ids.contains(id)));
    Ok(found.map(|entry| (entry.key, entry)).collect::<BTreeMap<_, _>>().into_values().collect())
}

/// Whether each id is a copy of some entry.
pub(crate) async fn owned(
    conn: &mut PgConnection,
    migration: i64,
    folder: DestFolderKey,
    ids: &[DestItemId],
) -> Result<Vec<bool>, Fault> {
    let shorts: Vec<i64> = ids.iter().map(|id| text::short(id.as_str())).collect();
    let condition = "migration + 5 = $1 + 5 AND copy_folder = $3 AND copy_id_short = asked.wanted OFFSET 0";
    let query = each("copy_id", "bigint", condition).bind(migration).bind(shorts).bind(number(folder.0));
    let read = |row: &PgRow| Ok(DestItemId::new(Columns::of(row).text()?.into_owned()));
    let held: HashSet<DestItemId> = all(conn, query, read).await?.into_iter().collect();
    Ok(ids.iter().map(|id| held.contains(id)).collect())
}

/// All sync points, oldest first.
pub(crate) async fn points(conn: &mut PgConnection, migration: i64) -> Result<Vec<PointRow>, Fault> {
    let sql = "SELECT point, state FROM omm.points WHERE migration = $1 ORDER BY point";
    all(conn, sqlx::query(sql).bind(migration), |row| {
        let mut at = Columns::of(row);
        let point = SyncPoint(at.small()?);
        let state = PointState::from_name(&at.text()?).ok_or(Fault::Unreadable("sync point"))?;
        Ok(PointRow { point, state })
    })
    .await
}

/// All source folders, each with its newest position.
pub(crate) async fn folders(conn: &mut PgConnection, migration: i64) -> Result<Vec<FolderRow>, Fault> {
    let sql = "SELECT f.key, f.id, f.path, f.role, f.kind, f.target, f.state, f.gone, f.trouble, p.point, p.cursor \
               FROM omm.folders f LEFT JOIN LATERAL ( \
                   SELECT point, cursor FROM omm.positions WHERE migration = $1 AND folder = f.key \
                   ORDER BY point DESC LIMIT 1 \
               ) p ON true WHERE f.migration = $1 ORDER BY f.key";
    all(conn, sqlx::query(sql).bind(migration), folder).await
}

fn folder(row: &PgRow) -> Result<FolderRow, Fault> {
    let mut at = Columns::of(row);
    let unreadable = || Fault::Unreadable("folder");
    Ok(FolderRow {
        key: FolderKey(at.small()?),
        id: SourceFolderId::new(at.text()?.into_owned()),
        path: path(&at.text()?)?,
        role: at.some_text()?.map(|word| Role::from_name(&word).ok_or_else(unreadable)).transpose()?,
        kind: ItemKind::from_plural(&at.text()?).ok_or_else(unreadable)?,
        target: at.some_small()?.map(DestFolderKey),
        state: at.some_text()?.map(|text| from_json(&text, "state")).transpose()?,
        gone: at.some_small()?.map(SyncPoint),
        trouble: at.some_text()?.map(|text| text.into_owned()),
        position: match at.some_small()? {
            Some(point) => {
                Some(Position { point: SyncPoint(point), cursor: Cursor::new(at.text()?.into_owned()) })
            }
            None => None,
        },
    })
}

/// All destination folders.
pub(crate) async fn dest_folders(
    conn: &mut PgConnection,
    migration: i64,
) -> Result<Vec<DestFolderRow>, Fault> {
    let sql = "SELECT key, id, path, created FROM omm.dest_folders WHERE migration = $1 ORDER BY key";
    all(conn, sqlx::query(sql).bind(migration), |row| {
        let mut at = Columns::of(row);
        Ok(DestFolderRow {
            key: DestFolderKey(at.small()?),
            id: DestFolderId::new(at.text()?.into_owned()),
            path: path(&at.text()?)?,
            created: at.some_small()?.map(SyncPoint),
        })
    })
    .await
}

/// Flag changes at a point or later, newest first.
pub(crate) async fn flag_changes(
    conn: &mut PgConnection,
    migration: i64,
    from: SyncPoint,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<FlagChangeRow>, Fault> {
    // Runs follow one another, so the rows of `from` and later are the newest ones, and the oldest of them bounds
    // the walk.
    let sql = "SELECT number, key, point, delta FROM omm.flag_changes \
               WHERE migration = $1 AND point >= $2 AND number < $3 AND number >= ( \
                   SELECT min(number) FROM omm.flag_changes WHERE migration + 1 = $1 + 1 AND point >= $2 \
               ) ORDER BY number DESC LIMIT $4";
    let before = before.map_or(i64::MAX, |row| i64::try_from(row).unwrap_or(i64::MAX));
    let query = sqlx::query(sql).bind(migration).bind(number(from.0)).bind(before).bind(count(limit));
    all(conn, query, |row| {
        let mut at = Columns::of(row);
        Ok(FlagChangeRow {
            row: at.number()?,
            key: EntryKey(at.number()?),
            point: SyncPoint(at.small()?),
            delta: from_json(&at.text()?, "flag change")?,
        })
    })
    .await
}

/// How many entries there are of each class.
pub(crate) async fn tallies(conn: &mut PgConnection, migration: i64) -> Result<Vec<Tally>, Fault> {
    // What came down to nothing is swept away by the next claim.
    let sql = "SELECT folder, class, point, verified, gone, has_copy, items, bytes::text \
               FROM omm.tallies WHERE migration = $1 AND items <> 0";
    all(conn, sqlx::query(sql).bind(migration), |row| {
        let mut at = Columns::of(row);
        let unreadable = || Fault::Unreadable("tally");
        Ok(Tally {
            key: TallyKey {
                folder: FolderKey(at.small()?),
                class: Class::from_name(&at.text()?).ok_or_else(unreadable)?,
                point: SyncPoint(at.small()?),
                verified: Verified::from_name(&at.text()?).ok_or_else(unreadable)?,
                gone: at.get()?,
                has_copy: at.get()?,
            },
            items: at.number()?,
            bytes: at.text()?.parse().map_err(|_| unreadable())?,
        })
    })
    .await
}

/// The lines for the report of a run.
pub(crate) async fn remarks(
    conn: &mut PgConnection,
    migration: i64,
    point: SyncPoint,
) -> Result<Vec<String>, Fault> {
    let sql = "SELECT text FROM omm.remarks WHERE migration = $1 AND point = $2 ORDER BY number";
    let query = sqlx::query(sql).bind(migration).bind(number(point.0));
    all(conn, query, |row| Ok(Columns::of(row).text()?.into_owned())).await
}

/// Whether somebody asked to stop.
pub(crate) async fn stop_requested(conn: &mut PgConnection, migration: i64) -> Result<bool, Fault> {
    let sql = "SELECT stop_requested FROM omm.owners WHERE migration = $1";
    let row = sqlx::query(sql).bind(migration).fetch_optional(conn).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.unwrap_or(false))
}

/// Asks the owner to stop.
pub(crate) async fn request_stop(conn: &mut PgConnection, migration: i64) -> Result<(), Fault> {
    let sql = "UPDATE omm.owners SET stop_requested = true WHERE migration = $1";
    sqlx::query(sql).bind(migration).execute(conn).await?;
    Ok(())
}

/// All rows of a query.
pub(crate) async fn all<T>(
    conn: &mut PgConnection,
    query: Query<'_, Postgres, PgArguments>,
    read: impl Fn(&PgRow) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    query.fetch_all(conn).await?.iter().map(read).collect()
}

/// A limit as PostgreSQL wants it.
pub(crate) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A number to look for; one that is too large was never written.
pub(crate) fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The entries in a condition for each of the values in `$2`; `$1` is the migration, in the form that the right index has.
fn entries_of(values: &str, condition: &str) -> Query<'static, Postgres, PgArguments> {
    each(COLUMNS, values, condition)
}

/// Value by value, so that each is looked up in the index. Given all at once, PostgreSQL may think it cheaper to look through a
/// whole migration for them. A condition must end with a limit, which keeps it from turning the one into the other.
fn each(columns: &str, values: &str, condition: &str) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(AssertSqlSafe(format!(
        "SELECT {columns} FROM unnest($2::{values}[]) AS asked (wanted) \
         CROSS JOIN LATERAL (SELECT * FROM omm.entries WHERE {condition}) AS found"
    )))
}

fn path(text: &str) -> Result<FolderPath, Fault> {
    Ok(from_json(text, "folder path")?)
}
