//! The tables, and the numbered steps that lead to them.
//!
//! `version` counts the steps taken. A step that was released is never edited; a new one is added below it, and leaves
//! a program that knows the step before it able to work: workers are replaced one after the other.

use crate::error::Fault;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

/// Tables that belong together, and the steps that lead to them.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Of the schema in the database: a word of small letters.
    pub name: &'static str,
    /// Whoever brings the tables up to date holds this advisory lock.
    pub lock: i64,
    /// What was done from one version to the next.
    pub steps: &'static [&'static str],
}

/// "OMM".
pub(crate) static JOURNALS: Schema = Schema { name: "omm", lock: 0x4f4d_4d00, steps: &[STEP_1] };

/// Every table that holds rows of a migration. Whoever erases them has locked the one in `owners`.
pub(crate) const TABLES: [&str; 9] = [
    "entries",
    "tallies",
    "flag_changes",
    "remarks",
    "positions",
    "folders",
    "dest_folders",
    "points",
    "owners",
];

/// `in_doubt`, `owed`, `failed` and `skipped` are what `Want::holds` says of the entry, `sent` a sync point or NULL: core
/// decides, and the index answers. Texts of any length are found by a digest: an index takes no more than a third of a page.
///
/// PostgreSQL cannot be told which index to use, and guesses by averages: among many small migrations it would look for the
/// one item in doubt by walking a large one. So each index of `entries` has the migration in a form of its own,
/// `migration + n`, and a question that is put in that form can be answered by that index and by no other.
///
/// Who owns a migration is a narrow table of its own, because it is written at every heartbeat. Of one destination only one
/// migration can be held at a time.
const STEP_1: &str = "
    CREATE TABLE omm.migrations (
        key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text NOT NULL UNIQUE,
        pair_hash bytea NOT NULL,
        source text NOT NULL,
        destination text NOT NULL,
        options text NOT NULL,
        created timestamptz NOT NULL
    );
    CREATE INDEX migrations_by_pair ON omm.migrations (pair_hash, key);

    CREATE TABLE omm.owners (
        migration bigint PRIMARY KEY,
        epoch bigint NOT NULL DEFAULT 0,
        stop_requested boolean NOT NULL DEFAULT false,
        last_dest_folder integer NOT NULL DEFAULT 0,
        destination bytea NOT NULL,
        lease bigint NOT NULL DEFAULT 0,
        holder text,
        leased_until timestamptz,
        free_at timestamptz
    ) WITH (fillfactor = 50);
    CREATE UNIQUE INDEX held_destinations ON omm.owners (destination) WHERE holder IS NOT NULL;

    CREATE TABLE omm.points (
        migration bigint,
        point integer,
        state text NOT NULL,
        PRIMARY KEY (migration, point)
    );

    CREATE TABLE omm.folders (
        migration bigint,
        key integer,
        id text NOT NULL,
        path text NOT NULL,
        role text,
        kind text NOT NULL,
        target integer,
        state text,
        gone integer,
        trouble text,
        PRIMARY KEY (migration, key)
    );
    CREATE TABLE omm.positions (
        migration bigint,
        folder integer,
        point integer,
        cursor text NOT NULL,
        PRIMARY KEY (migration, folder, point)
    );
    CREATE TABLE omm.dest_folders (
        migration bigint,
        key integer,
        id text NOT NULL,
        path text NOT NULL,
        created integer,
        PRIMARY KEY (migration, key)
    );

    CREATE TABLE omm.entries (
        migration bigint,
        key bigint,
        folder integer NOT NULL,
        source text NOT NULL,
        source_hash bytea NOT NULL,
        kind text NOT NULL,
        lasting text,
        lasting_short bigint,
        revision text,
        listed_size bigint,
        received bigint,
        received_nanos integer,
        received_offset integer,
        flags text NOT NULL,
        fate text NOT NULL,
        detail text,
        decided integer NOT NULL,
        gone integer,
        flagging text,
        in_doubt boolean NOT NULL,
        owed boolean NOT NULL,
        failed boolean NOT NULL,
        skipped boolean NOT NULL,
        sent integer,
        copy_folder integer,
        copy_id text,
        copy_id_short bigint,
        copy_sent integer,
        copy_adopted boolean,
        copy_replaced integer,
        copy_short bigint,
        copy_body bytea,
        copy_header bytea,
        copy_line_feeds bigint,
        copy_size bigint,
        copy_stored_size bigint,
        copy_flags text,
        copy_verified text,
        copy_revision text,
        PRIMARY KEY (migration, key)
    ) WITH (fillfactor = 80);
    CREATE UNIQUE INDEX by_source ON omm.entries ((migration + 1), folder, source_hash);
    CREATE INDEX by_folder ON omm.entries ((migration + 2), folder, key);
    CREATE INDEX by_lasting ON omm.entries ((migration + 3), lasting_short, key) WHERE lasting_short IS NOT NULL;
    CREATE INDEX by_digest ON omm.entries ((migration + 4), copy_short) WHERE copy_short IS NOT NULL;
    CREATE INDEX by_copy ON omm.entries ((migration + 5), copy_folder, copy_id_short) WHERE copy_id_short IS NOT NULL;
    CREATE INDEX in_doubt ON omm.entries ((migration + 6), key) WHERE in_doubt;
    CREATE INDEX in_doubt_by_folder ON omm.entries ((migration + 7), folder, key) WHERE in_doubt;
    CREATE INDEX owed ON omm.entries ((migration + 8), key) WHERE owed;
    CREATE INDEX owed_by_folder ON omm.entries ((migration + 9), folder, key) WHERE owed;
    CREATE INDEX failed ON omm.entries ((migration + 10), key) WHERE failed;
    CREATE INDEX failed_by_folder ON omm.entries ((migration + 11), folder, key) WHERE failed;
    CREATE INDEX skipped ON omm.entries ((migration + 12), key) WHERE skipped;
    CREATE INDEX skipped_by_folder ON omm.entries ((migration + 13), folder, key) WHERE skipped;
    CREATE INDEX replaced ON omm.entries ((migration + 14), key) WHERE copy_replaced IS NOT NULL;
    CREATE INDEX replaced_by_folder ON omm.entries ((migration + 15), folder, key) WHERE copy_replaced IS NOT NULL;
    CREATE INDEX sent ON omm.entries ((migration + 16), sent, key) WHERE sent IS NOT NULL;
    CREATE INDEX sent_by_folder ON omm.entries ((migration + 17), folder, sent, key) WHERE sent IS NOT NULL;

    CREATE TABLE omm.remarks (
        migration bigint,
        number bigint GENERATED ALWAYS AS IDENTITY,
        point integer NOT NULL,
        text text NOT NULL,
        text_hash bytea NOT NULL,
        PRIMARY KEY (migration, point, text_hash)
    );

    CREATE TABLE omm.flag_changes (
        migration bigint,
        number bigint GENERATED ALWAYS AS IDENTITY,
        key bigint NOT NULL,
        point integer NOT NULL,
        delta text NOT NULL,
        PRIMARY KEY (migration, number)
    );
    CREATE INDEX flag_changes_by_point ON omm.flag_changes ((migration + 1), point, number);

    -- Sizes are the source's word and may be nonsense: bytes are counted modulo 2^64, as numbers that hold that.
    CREATE TABLE omm.tallies (
        migration bigint,
        folder integer,
        class text,
        point integer,
        verified text,
        gone boolean,
        has_copy boolean,
        items bigint NOT NULL,
        bytes numeric(20) NOT NULL,
        PRIMARY KEY (migration, folder, class, point, verified, gone, has_copy)
    ) WITH (fillfactor = 70);
";

/// Makes sure that the tables are ours and up to date, and writes nothing if they cannot become so. Of several that come at
/// once, one does it and the others wait.
pub(crate) async fn prepare(conn: &mut PgConnection, schema: &Schema) -> Result<(), Fault> {
    let known = i32::try_from(schema.steps.len()).unwrap_or(i32::MAX);
    // Whoever may not make tables can still work where they are.
    if version(conn, schema).await? == known { Ok(()) } else { climb(conn, schema, known).await }
}

async fn climb(conn: &mut PgConnection, schema: &Schema, known: i32) -> Result<(), Fault> {
    let name = schema.name;
    let mut tx = conn.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(schema.lock).execute(&mut *tx).await?;
    // A step that looks through a large table takes as long as that takes.
    sqlx::raw_sql("SET LOCAL statement_timeout = 0").execute(&mut *tx).await?;
    // Somebody else may have been here while we waited.
    let found = version(&mut tx, schema).await?;
    if found > known {
        return Err(Fault::Newer { found, known });
    }
    if found == 0 {
        let begin = format!(
            "CREATE SCHEMA IF NOT EXISTS {name};
             CREATE TABLE {name}.version (one boolean PRIMARY KEY DEFAULT true CHECK (one), number integer NOT NULL);
             INSERT INTO {name}.version (number) VALUES (0)"
        );
        sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut *tx).await?;
    }
    for step in schema.steps.iter().skip(usize::try_from(found).unwrap_or(0)) {
        sqlx::raw_sql(*step).execute(&mut *tx).await?;
    }
    let counted = AssertSqlSafe(format!("UPDATE {name}.version SET number = $1"));
    sqlx::query(counted).bind(known).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// The version of tables that are ours; 0 where there is nothing yet.
async fn version(conn: &mut PgConnection, schema: &Schema) -> Result<i32, Fault> {
    let name = schema.name;
    let sql = "SELECT to_regclass($1 || '.version') IS NOT NULL, \
               EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1)";
    let row = sqlx::query(sql).bind(name).fetch_one(&mut *conn).await?;
    match (row.try_get(0)?, row.try_get(1)?) {
        (true, _) => {
            let sql = AssertSqlSafe(format!("SELECT number FROM {name}.version"));
            Ok(sqlx::query(sql).fetch_one(conn).await?.try_get(0)?)
        }
        (false, true) => Err(Fault::Foreign(name)),
        (false, false) => Ok(0),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]
mod tests {
    use super::*;
    use omm_testkit::servers::postgres;

    static ONE: &[&str] = &["CREATE TABLE omm.a (x integer)"];
    static TWO: &[&str] =
        &["CREATE TABLE omm.a (x integer)", "ALTER TABLE omm.a ADD COLUMN y integer DEFAULT 5"];
    fn of(steps: &'static [&'static str]) -> Schema {
        Schema { steps, ..JOURNALS }
    }

    static BROKEN: &[&str] = &["CREATE TABLE omm.a (x integer)", "CREATE TABLE omm.b (x integer)", "no SQL"];

    // Would catch: a release that adds a step and loses the state of everybody who has one, or takes a step twice; a step that
    // fails half way and leaves a mixture; and a newer database that is written to.
    #[test]
    fn steps_are_taken_once_and_whole() {
        let server = match postgres() {
            Ok(server) => server,
            Err(why) => return println!("skipped: {why}"),
        };
        let address = server.fresh_database().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut conn = PgConnection::connect(&address).await.unwrap();
            prepare(&mut conn, &of(ONE)).await.unwrap();
            sqlx::raw_sql("INSERT INTO omm.a VALUES (1)").execute(&mut conn).await.unwrap();
            assert!(prepare(&mut conn, &of(BROKEN)).await.is_err());
            assert_eq!(version(&mut conn, &JOURNALS).await.unwrap(), 1);
            for _ in 0..2 {
                prepare(&mut conn, &of(TWO)).await.unwrap();
            }
            let row = sqlx::query("SELECT x, y, to_regclass('omm.b') IS NULL FROM omm.a")
                .fetch_one(&mut conn)
                .await;
            let row = row.unwrap();
            let found: (i32, i32, bool) = (row.get(0), row.get(1), row.get(2));
            assert_eq!(found, (1, 5, true));
            assert!(matches!(prepare(&mut conn, &of(ONE)).await, Err(Fault::Newer { found: 2, known: 1 })));
        });
    }
}
