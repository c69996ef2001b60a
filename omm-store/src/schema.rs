//! The tables, and the numbered steps that lead to them.
//!
//! `user_version` counts the steps taken. A step that was released is never edited; a new one is added below it.

use crate::error::Fault;
use rusqlite::{Connection, TransactionBehavior};

/// What kind of database a file is.
#[derive(Debug)]
pub struct Schema {
    /// Marks our files, so that no database of another program is written to.
    pub application_id: i32,
    /// What was done from one version to the next.
    pub steps: &'static [&'static str],
}

/// Whether an old database may be brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrade {
    /// The caller is the owner.
    Allowed,
    /// Somebody else, perhaps an older program, may be at work.
    Refused,
}

/// A migration's journal. "OMMJ".
pub(crate) static JOURNAL: Schema =
    Schema { application_id: 0x4f4d_4d4a, steps: &[JOURNAL_1, JOURNAL_2, JOURNAL_3, JOURNAL_4] };

/// The catalogue. "OMMC".
pub(crate) static CATALOGUE: Schema = Schema { application_id: 0x4f4d_4d43, steps: &[CATALOGUE_1] };

/// `in_doubt`, `owed`, `failed` and `skipped` are 1 or NULL, `sent` a sync point or NULL: what
/// `Want::holds` says of the entry, so that core decides and the index answers. The partial indexes stay as small as
/// their answers, once over all and once by folder; SQLite appends the key to each, so pages come in key order.
const JOURNAL_1: &str = "
    CREATE TABLE owner (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        epoch INTEGER NOT NULL,
        stop_requested INTEGER NOT NULL
    );
    INSERT INTO owner VALUES (1, 0, 0);

    CREATE TABLE points (point INTEGER PRIMARY KEY, state TEXT NOT NULL);

    CREATE TABLE folders (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        path TEXT NOT NULL,
        role TEXT,
        kind TEXT NOT NULL,
        target INTEGER,
        state TEXT,
        gone INTEGER,
        trouble TEXT
    );
    CREATE TABLE positions (
        folder INTEGER NOT NULL REFERENCES folders (key),
        point INTEGER NOT NULL,
        cursor TEXT NOT NULL,
        PRIMARY KEY (folder, point)
    ) WITHOUT ROWID;

    -- AUTOINCREMENT: the key of a folder that was removed is never given out again.
    CREATE TABLE dest_folders (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL,
        path TEXT NOT NULL,
        created INTEGER
    );

    CREATE TABLE entries (
        key INTEGER PRIMARY KEY,
        folder INTEGER NOT NULL REFERENCES folders (key),
        source TEXT NOT NULL,
        kind TEXT NOT NULL,
        revision TEXT,
        listed_size INTEGER,
        received INTEGER,
        received_nanos INTEGER,
        received_offset INTEGER,
        flags TEXT NOT NULL DEFAULT '',
        fate TEXT NOT NULL DEFAULT 'absent',
        detail TEXT,
        decided INTEGER NOT NULL DEFAULT 0,
        gone INTEGER,
        flagging TEXT,
        copy_folder INTEGER,
        copy_id TEXT,
        copy_sent INTEGER,
        copy_adopted INTEGER,
        copy_replaced INTEGER,
        copy_short INTEGER,
        copy_body BLOB,
        copy_header BLOB,
        copy_line_feeds INTEGER,
        copy_size INTEGER,
        copy_stored_size INTEGER,
        copy_flags TEXT,
        copy_verified TEXT,
        in_doubt INTEGER,
        owed INTEGER,
        failed INTEGER,
        skipped INTEGER,
        sent INTEGER
    );
    CREATE UNIQUE INDEX by_source ON entries (folder, source);
    CREATE INDEX by_folder ON entries (folder);
    CREATE INDEX by_digest ON entries (copy_short) WHERE copy_short IS NOT NULL;
    CREATE INDEX by_copy ON entries (copy_folder, copy_id) WHERE copy_id IS NOT NULL;
    CREATE INDEX in_doubt ON entries (in_doubt) WHERE in_doubt = 1;
    CREATE INDEX in_doubt_by_folder ON entries (folder) WHERE in_doubt = 1;
    CREATE INDEX owed ON entries (owed) WHERE owed = 1;
    CREATE INDEX owed_by_folder ON entries (folder) WHERE owed = 1;
    CREATE INDEX failed ON entries (failed) WHERE failed = 1;
    CREATE INDEX failed_by_folder ON entries (folder) WHERE failed = 1;
    CREATE INDEX skipped ON entries (skipped) WHERE skipped = 1;
    CREATE INDEX skipped_by_folder ON entries (folder) WHERE skipped = 1;
    CREATE INDEX sent ON entries (sent) WHERE sent IS NOT NULL;
    CREATE INDEX sent_by_folder ON entries (folder, sent) WHERE sent IS NOT NULL;
    CREATE INDEX replaced ON entries (key) WHERE copy_replaced IS NOT NULL;
    CREATE INDEX replaced_by_folder ON entries (folder) WHERE copy_replaced IS NOT NULL;

    CREATE TABLE remarks (
        row INTEGER PRIMARY KEY,
        point INTEGER NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (point, text)
    );

    CREATE TABLE flag_changes (
        row INTEGER PRIMARY KEY,
        key INTEGER NOT NULL REFERENCES entries (key),
        point INTEGER NOT NULL,
        delta TEXT NOT NULL
    );
    CREATE INDEX flag_changes_by_point ON flag_changes (point);

    CREATE TABLE tallies (
        folder INTEGER NOT NULL,
        class TEXT NOT NULL,
        point INTEGER NOT NULL,
        verified TEXT NOT NULL,
        gone INTEGER NOT NULL,
        has_copy INTEGER NOT NULL,
        items INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        PRIMARY KEY (folder, class, point, verified, gone, has_copy)
    ) WITHOUT ROWID;
";

/// What tells whether somebody touched a copy, where the destination has a name for its state.
const JOURNAL_2: &str = "ALTER TABLE entries ADD COLUMN copy_revision TEXT";

/// What an item is called wherever it lies, where the source has such a name.
const JOURNAL_3: &str = "
    ALTER TABLE entries ADD COLUMN lasting TEXT;
    CREATE INDEX by_lasting ON entries (lasting) WHERE lasting IS NOT NULL;
";

/// Made when it is first asked for ([`crate::digests`]).
const JOURNAL_4: &str = "DROP INDEX by_digest";

const CATALOGUE_1: &str = "
    CREATE TABLE migrations (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        pair TEXT NOT NULL,
        source TEXT NOT NULL,
        destination TEXT NOT NULL,
        options TEXT NOT NULL,
        created TEXT NOT NULL
    );
    CREATE INDEX migrations_by_pair ON migrations (pair);
";

/// Makes sure that a database is ours and up to date, and writes nothing if it cannot become so.
pub(crate) fn prepare(conn: &mut Connection, schema: &Schema, upgrade: Upgrade) -> Result<(), Fault> {
    let known = schema.steps.len() as i64;
    let version = version(conn, schema)?;
    if version > known {
        return Err(Fault::Newer { found: version, known });
    }
    if version < known && version > 0 && upgrade == Upgrade::Refused {
        return Err(Fault::Older);
    }
    // Only now that the file is known to be ours: this writes to a file that is not in WAL mode yet.
    conn.pragma_update(None, "journal_mode", "WAL")?;
    if version < known { climb(conn, schema) } else { Ok(()) }
}

/// The version of a database that is ours, or that is empty and may become ours.
fn version(conn: &Connection, schema: &Schema) -> Result<i64, Fault> {
    let number = |pragma: &str| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let empty = application == 0 && version == 0 && tables == 0;
    if application == i64::from(schema.application_id) || empty { Ok(version) } else { Err(Fault::Foreign) }
}

fn climb(conn: &mut Connection, schema: &Schema) -> Result<(), Fault> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Somebody else may have been here while we waited for the transaction.
    let known = schema.steps.len();
    let found = version(&tx, schema)?;
    let taken = usize::try_from(found).ok().filter(|taken| *taken <= known);
    let taken = taken.ok_or(Fault::Newer { found, known: known as i64 })?;
    for step in schema.steps.iter().skip(taken) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", schema.application_id)?;
    tx.pragma_update(None, "user_version", known as i64)?;
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    static ONE: Schema = Schema { application_id: 7, steps: &["CREATE TABLE a (x)"] };
    static TWO: Schema =
        Schema { application_id: 7, steps: &["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y DEFAULT 5"] };
    static BROKEN: Schema =
        Schema { application_id: 7, steps: &["CREATE TABLE a (x)", "CREATE TABLE b (x)", "no SQL"] };

    fn version_of(conn: &Connection) -> i64 {
        conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    // Without this, a release that adds a step loses the state of everybody who has one, or takes a step twice.
    #[test]
    fn an_older_database_climbs_and_keeps_its_rows() {
        let mut conn = Connection::open_in_memory().unwrap();
        prepare(&mut conn, &ONE, Upgrade::Allowed).unwrap();
        conn.execute("INSERT INTO a VALUES (1)", []).unwrap();
        assert!(matches!(prepare(&mut conn, &TWO, Upgrade::Refused), Err(Fault::Older)));
        prepare(&mut conn, &TWO, Upgrade::Allowed).unwrap();
        prepare(&mut conn, &TWO, Upgrade::Refused).unwrap();
        let row: (i64, i64) =
            conn.query_row("SELECT x, y FROM a", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!((row, version_of(&conn)), ((1, 5), 2));
    }

    // A step that fails half way must leave the old version, not a mixture.
    #[test]
    fn steps_are_all_or_nothing() {
        let mut conn = Connection::open_in_memory().unwrap();
        prepare(&mut conn, &ONE, Upgrade::Allowed).unwrap();
        assert!(prepare(&mut conn, &BROKEN, Upgrade::Allowed).is_err());
        let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!((tables, version_of(&conn)), (1, 1));
    }

    #[test]
    fn newer_and_foreign_databases_are_refused() {
        let mut conn = Connection::open_in_memory().unwrap();
        prepare(&mut conn, &TWO, Upgrade::Allowed).unwrap();
        assert!(matches!(
            prepare(&mut conn, &ONE, Upgrade::Allowed),
            Err(Fault::Newer { found: 2, known: 1 })
        ));
        assert!(matches!(prepare(&mut conn, &JOURNAL, Upgrade::Allowed), Err(Fault::Foreign)));
        let mut other = Connection::open_in_memory().unwrap();
        other.execute_batch("CREATE TABLE theirs (x)").unwrap();
        assert!(matches!(prepare(&mut other, &JOURNAL, Upgrade::Allowed), Err(Fault::Foreign)));
    }
}
