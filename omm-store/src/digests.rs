//! Which entries have a copy of a body.
//!
//! Digests come in no order, so that every copy of a batch lies on another page of their index: it is two thirds of all that a
//! large first run would write. Nobody asks in a first run. So the index is made when somebody does, in one go and in order,
//! and kept from then on.

use crate::{
    error::Fault,
    query::collect,
    row::{self, COLUMNS},
};
use omm_core::{journal::Entry, model::Digest};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Makes the index, if it is not there. For the owner.
pub(crate) fn make_index(conn: &Connection) -> Result<(), Fault> {
    if !has_index(conn)? {
        let sql = "CREATE INDEX IF NOT EXISTS by_digest ON entries (copy_short) WHERE copy_short IS NOT NULL";
        conn.execute_batch(sql)?;
    }
    Ok(())
}

/// The entries with a copy of one of these digests, each once, in key order. Who may not write, and finds no index, walks.
pub(crate) fn copies_of(conn: &Connection, digests: &[Digest]) -> Result<Vec<Entry>, Fault> {
    let by = if has_index(conn)? { "INDEXED BY by_digest" } else { "NOT INDEXED" };
    let sql = format!("SELECT {COLUMNS} FROM entries {by} WHERE copy_short = ?");
    let mut select = conn.prepare_cached(&sql)?;
    let mut found = BTreeMap::new();
    for digest in digests {
        for entry in collect(select.query([digest.short() as i64])?, row::read)? {
            // The index knows eight bytes of the digest only.
            if entry.copy.as_ref().is_some_and(|copy| copy.content.fingerprint.body == *digest) {
                found.insert(entry.key, entry);
            }
        }
    }
    Ok(found.into_values().collect())
}

fn has_index(conn: &Connection) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'by_digest'";
    Ok(conn.prepare_cached(sql)?.exists([])?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{JOURNAL, Upgrade, prepare};
    use rusqlite::params;

    // Would catch: an index that is made and not used, one that is made over and over, entries that it misses because they
    // were there before it or came after it, and an observer for whom nothing is found.
    #[test]
    fn what_has_a_copy_is_found_before_and_behind_the_index() {
        let mut conn = Connection::open_in_memory().unwrap();
        prepare(&mut conn, &JOURNAL, Upgrade::Allowed).unwrap();
        let folder = "INSERT INTO folders (key, id, path, kind) VALUES (1, 'f', '[]', 'mail')";
        conn.execute(folder, []).unwrap();
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        let put = |key: i64, digest: Digest| {
            let sql = "INSERT INTO entries (key, folder, source, kind, fate, copy_folder, copy_id, copy_sent, \
                       copy_adopted, copy_short, copy_body, copy_header, copy_line_feeds, copy_size, copy_stored_size, \
                       copy_flags, copy_verified, sent) \
                       VALUES (?1, 1, ?1, 'mail', 'copied', 1, ?1, 1, 0, ?2, ?3, ?3, 0, 1, 1, '', 'no', 1)";
            let row = params![key, digest.short() as i64, digest.to_bytes()];
            conn.execute(sql, row).unwrap();
        };
        let found = |digests: &[Digest]| -> Vec<u64> {
            copies_of(&conn, digests).unwrap().iter().map(|entry| entry.key.0).collect()
        };
        put(1, one);
        put(2, other);
        assert!(!has_index(&conn).unwrap());
        assert_eq!((found(&[one]), found(&[other, one])), (vec![1], vec![1, 2]));
        make_index(&conn).unwrap();
        make_index(&conn).unwrap();
        assert!(has_index(&conn).unwrap());
        put(3, one);
        assert_eq!((found(&[one, one]), found(&[Digest::of(b"none")])), (vec![1, 3], vec![]));
        let plan = "EXPLAIN QUERY PLAN SELECT key FROM entries INDEXED BY by_digest WHERE copy_short = 7";
        let plan: String = conn.query_row(plan, [], |row| row.get(3)).unwrap();
        assert!(plan.starts_with("SEARCH entries USING"), "{plan}");
    }
}
