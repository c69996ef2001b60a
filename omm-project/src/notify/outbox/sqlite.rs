//! The outbox in SQLite: one file, and any number of processes on one machine.

use super::{Ask, Choice, Claim, MOST_IN_ONE, Outbox, Row, Settlement, State, choice, is_urgent};
use crate::notify::{Key, pace};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::{
    error::Result,
    host::{Runtime, blocking},
};
use omm_store::sqlite::{Database, Fault, Schema};
use rusqlite::{Connection, OptionalExtension, Params, TransactionBehavior, params};
use std::{fmt, path::Path, sync::Arc};

/// "OMMN". A step that was released is never edited; a new one is added below it.
static NOTICES: Schema = Schema { application_id: 0x4f4d_4d4e, steps: &[NOTICES_1] };

/// Times are microseconds since 1970. A row is kept whole as JSON; beside it stands what is searched for. The indexes of what
/// waits and of what somebody is at stay as small as their answers, however much was sent.
const NOTICES_1: &str = "
    CREATE TABLE notices (
        key TEXT PRIMARY KEY,
        migration TEXT,
        project TEXT,
        bundle TEXT,
        address TEXT NOT NULL,
        state TEXT NOT NULL,
        urgent INTEGER NOT NULL,
        filed INTEGER NOT NULL,
        due INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        claim INTEGER NOT NULL,
        lease INTEGER,
        left_at INTEGER,
        left_urgently INTEGER NOT NULL,
        untold INTEGER NOT NULL,
        row TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX notices_by_migration ON notices (migration) WHERE migration IS NOT NULL;
    CREATE INDEX notices_by_project ON notices (project, filed, key) WHERE project IS NOT NULL;
    CREATE INDEX notices_due ON notices (due) WHERE state = 'waiting' AND bundle IS NULL;
    CREATE INDEX notices_gathered ON notices (bundle, address, urgent, filed, attempts, due)
        WHERE state = 'waiting' AND bundle IS NOT NULL;
    CREATE INDEX notices_held ON notices (lease) WHERE state IN ('claimed', 'sending');
    CREATE INDEX notices_at_work ON notices (bundle, address) WHERE state IN ('claimed', 'sending');
    CREATE INDEX notices_by_claim ON notices (claim) WHERE claim > 0;
    CREATE INDEX notices_left ON notices (bundle, address, left_urgently, left_at) WHERE left_at IS NOT NULL;
    CREATE INDEX notices_untold ON notices (key) WHERE untold = 1;
    CREATE INDEX notices_closed ON notices (filed) WHERE state IN ('sent', 'gave-up', 'unknown');
    CREATE TABLE claims (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL);
    INSERT INTO claims VALUES (1, 0);
";

/// The outbox in `notices.db` of a state folder. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct SqliteOutbox {
    database: Arc<Database>,
    runtime: Arc<dyn Runtime>,
}

impl SqliteOutbox {
    /// Opens the file; makes it if it is not there, for its owner only.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Journal`], naming the file and the remedy, when it cannot be made, opened or written, is
    /// damaged, something else, or of a newer version.
    pub async fn open(state_dir: &Path, runtime: Arc<dyn Runtime>) -> Result<Self> {
        let path = state_dir.join("notices.db");
        let database = blocking(&runtime, move || {
            let database = Database::open_shared(&path, &NOTICES)?;
            // Names and addresses are personal: what is deleted is overwritten.
            database
                .with("open the outbox", |conn| Ok(conn.pragma_update(None, "secure_delete", true)?))?;
            Ok(Arc::new(database))
        });
        Ok(Self { database: database.await?, runtime })
    }

    async fn write<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let database = Arc::clone(&self.database);
        blocking(&self.runtime, move || {
            database.with(operation, |conn| {
                let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let answer = work(&tx)?;
                tx.commit()?;
                Ok(answer)
            })
        })
        .await
    }
}

#[async_trait]
impl Outbox for SqliteOutbox {
    async fn file(&self, rows: Vec<Row>) -> Result<usize> {
        self.write("file notices", move |conn| {
            rows.iter().try_fold(0, |filed, row| Ok(filed + insert(conn, row)?))
        })
        .await
    }

    async fn claim(&self, ask: Ask) -> Result<Choice<Claim>> {
        self.write("take a notice", move |conn| claim(conn, ask)).await
    }

    async fn begin(&self, claim: u64, now: DateTime<Utc>, lease: DateTime<Utc>) -> Result<bool> {
        self.write("send a notice", move |conn| {
            let mut rows = of_claim(conn, claim)?;
            let is_ours = |row: &Row| row.state == State::Claimed && !row.is_stale(now);
            if rows.is_empty() || !rows.iter().all(is_ours) {
                return Ok(false);
            }
            let urgently = is_urgent(&rows);
            for row in &mut rows {
                row.begin(now, lease, urgently).map_err(refused)?;
                update(conn, row)?;
            }
            Ok(true)
        })
        .await
    }

    async fn settle(&self, claim: u64, settlement: Settlement, now: DateTime<Utc>) -> Result<bool> {
        self.write("note what became of a notice", move |conn| {
            let mut settled = false;
            for mut row in of_claim(conn, claim)? {
                if row.settle(&settlement, now).is_ok() {
                    settled = true;
                    update(conn, &row)?;
                    tell_if_unknown(conn, &row)?;
                }
            }
            Ok(settled)
        })
        .await
    }

    async fn sweep(&self, now: DateTime<Utc>) -> Result<Vec<Row>> {
        self.write("sweep the outbox", move |conn| {
            expire(conn, now)?;
            let mut rows = rows(conn, "SELECT row FROM notices WHERE untold = 1", [])?;
            conn.execute("UPDATE notices SET untold = 0 WHERE untold = 1", [])?;
            rows.retain(|row| row.state == State::Unknown);
            Ok(rows)
        })
        .await
    }

    async fn row(&self, key: &Key) -> Result<Option<Row>> {
        let key = key.clone();
        let found = self.write("read a notice", move |conn| {
            rows(conn, "SELECT row FROM notices WHERE key = ?", [key.as_str()])
        });
        Ok(found.await?.pop())
    }

    async fn of_project(&self, project: &str, limit: u32) -> Result<Vec<Row>> {
        let project = project.to_owned();
        self.write("read notices", move |conn| {
            let sql = "SELECT row FROM notices WHERE project = ? ORDER BY filed DESC, key DESC LIMIT ?";
            rows(conn, sql, params![project, limit])
        })
        .await
    }

    async fn take_up(&self, now: DateTime<Utc>) -> Result<()> {
        self.write("take up notices", move |conn| {
            for mut row in rows(conn, "SELECT row FROM notices WHERE state IN ('claimed', 'sending')", [])? {
                row.put_back(now);
                update(conn, &row)?;
                tell_if_unknown(conn, &row)?;
            }
            Ok(())
        })
        .await
    }

    async fn forget_project(&self, project: &str) -> Result<usize> {
        let project = project.to_owned();
        self.write("forget notices", move |conn| {
            Ok(conn.execute("DELETE FROM notices WHERE project = ?", [project])?)
        })
        .await
    }

    async fn forget(&self, migration: &str) -> Result<usize> {
        let migration = migration.to_owned();
        self.write("forget notices", move |conn| {
            Ok(conn.execute("DELETE FROM notices WHERE migration = ?", [migration])?)
        })
        .await
    }

    async fn clear(&self, before: DateTime<Utc>) -> Result<usize> {
        self.write("clear the outbox", move |conn| {
            let sql = "DELETE FROM notices WHERE state IN ('sent', 'gave-up', 'unknown') AND filed < ?";
            Ok(conn.execute(sql, [micros(before)])?)
        })
        .await
    }
}

impl fmt::Debug for SqliteOutbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteOutbox").field("path", &self.database.path()).finish_non_exhaustive()
    }
}

/// What goes next, by the indexes; the rule is [`choose`](super::choose)'s.
enum Next {
    Alone(String),
    Together { project: String, address: String },
}

fn claim(conn: &Connection, ask: Ask) -> Result<Choice<Claim>, Fault> {
    expire(conn, ask.now)?;
    let mut first: Option<(DateTime<Utc>, Next)> = alone(conn)?;
    for (due, next) in together(conn, ask.interval)? {
        if first.as_ref().is_none_or(|(other, _)| due < *other) {
            first = Some((due, next));
        }
    }
    let mut rows = match first {
        Some((due, Next::Alone(key))) if due <= ask.now => {
            rows(conn, "SELECT row FROM notices WHERE key = ?", [key])?
        }
        Some((due, Next::Together { project, address })) if due <= ask.now => rows(
            conn,
            "SELECT row FROM notices WHERE state = 'waiting' AND bundle = ? AND address = ?
             ORDER BY urgent DESC, filed LIMIT ?",
            params![project, address, MOST_IN_ONE as i64],
        )?,
        first => {
            let sql = "SELECT min(lease) FROM notices WHERE state IN ('claimed', 'sending')";
            let lease: Option<i64> = conn.query_row(sql, [], |row| row.get(0))?;
            let lease = lease.map(time).transpose()?;
            return Ok(Choice::Not(first.map(|(due, _)| due).into_iter().chain(lease).min()));
        }
    };
    let number: i64 =
        conn.query_row("UPDATE claims SET last = last + 1 RETURNING last", [], |row| row.get(0))?;
    let number = u64::try_from(number).map_err(|_| Fault::Unreadable("number"))?;
    for row in &mut rows {
        row.take(number, ask.lease).map_err(refused)?;
        update(conn, row)?;
    }
    Ok(Choice::Now(Claim { number, rows }))
}

fn alone(conn: &Connection) -> Result<Option<(DateTime<Utc>, Next)>, Fault> {
    let sql = "SELECT due, key FROM notices WHERE state = 'waiting' AND bundle IS NULL ORDER BY due LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get(1)?));
    match conn.prepare_cached(sql)?.query_row([], read).optional()? {
        Some((due, key)) => Ok(Some((time(due)?, Next::Alone(key)))),
        None => Ok(None),
    }
}

/// The recipients for whom something waits, and when it goes. There are as many as projects at work, not as rows.
fn together(conn: &Connection, interval: TimeDelta) -> Result<Vec<(DateTime<Utc>, Next)>, Fault> {
    let sql = "SELECT bundle, address, min(filed), min(CASE WHEN urgent THEN filed END),
               max(CASE WHEN attempts > 0 THEN due END)
               FROM notices WHERE state = 'waiting' AND bundle IS NOT NULL GROUP BY bundle, address";
    let mut select = conn.prepare_cached(sql)?;
    let mut lanes = select.query([])?;
    let mut found = Vec::new();
    while let Some(lane) = lanes.next()? {
        let (project, address): (String, String) = (lane.get(0)?, lane.get(1)?);
        let moment = |column| -> Result<Option<DateTime<Utc>>, Fault> {
            lane.get::<_, Option<i64>>(column)?.map(time).transpose()
        };
        let waiting = pace::Waiting { oldest: moment(2)?, oldest_urgent: moment(3)? };
        if is_held(conn, &project, &address)? {
            continue;
        }
        let told = told(conn, &project, &address)?;
        if let Some(due) = choice::due(waiting, told, moment(4)?, interval) {
            found.push((due, Next::Together { project, address }));
        }
    }
    Ok(found)
}

fn is_held(conn: &Connection, project: &str, address: &str) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM notices WHERE state IN ('claimed', 'sending') AND bundle = ? AND address = ?";
    Ok(conn.prepare_cached(sql)?.exists([project, address])?)
}

fn told(conn: &Connection, project: &str, address: &str) -> Result<pace::Told, Fault> {
    let last = |urgently: bool| -> Result<Option<DateTime<Utc>>, Fault> {
        let sql = "SELECT max(left_at) FROM notices
                   WHERE left_at IS NOT NULL AND bundle = ? AND address = ? AND left_urgently = ?";
        let micros: Option<i64> =
            conn.prepare_cached(sql)?.query_row(params![project, address, urgently], |row| row.get(0))?;
        micros.map(time).transpose()
    };
    let last_urgent = last(true)?;
    Ok(pace::Told { last: last(false)?.max(last_urgent), last_urgent })
}

fn expire(conn: &Connection, now: DateTime<Utc>) -> Result<(), Fault> {
    let sql = "SELECT row FROM notices WHERE state IN ('claimed', 'sending') AND lease <= ?";
    for mut row in rows(conn, sql, [micros(now)])? {
        row.expire(now);
        update(conn, &row)?;
        tell_if_unknown(conn, &row)?;
    }
    Ok(())
}

fn tell_if_unknown(conn: &Connection, row: &Row) -> Result<(), Fault> {
    if row.state == State::Unknown {
        conn.prepare_cached("UPDATE notices SET untold = 1 WHERE key = ?")?.execute([row.key.as_str()])?;
    }
    Ok(())
}

fn of_claim(conn: &Connection, claim: u64) -> Result<Vec<Row>, Fault> {
    let claim = i64::try_from(claim).unwrap_or_default();
    rows(conn, "SELECT row FROM notices WHERE claim > 0 AND claim = ?", [claim])
}

fn rows(conn: &Connection, sql: &str, params: impl Params) -> Result<Vec<Row>, Fault> {
    let mut select = conn.prepare_cached(sql)?;
    let texts = select.query_map(params, |row| row.get::<_, String>(0))?;
    texts.map(|text| serde_json::from_str(&text?).map_err(|_| Fault::Unreadable("notice"))).collect()
}

fn insert(conn: &Connection, row: &Row) -> Result<usize, Fault> {
    let sql =
        "INSERT INTO notices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING";
    let address = json(&row.address)?;
    Ok(conn.prepare_cached(sql)?.execute(params![
        row.key.as_str(),
        row.about.migration,
        row.about.project,
        row.bundle(),
        address,
        row.state.name(),
        row.event.is_urgent(),
        micros(row.filed),
        micros(row.due),
        row.attempts,
        claim_number(row)?,
        row.lease.map(micros),
        row.left.map(micros),
        row.left_urgently,
        json(row)?,
    ])?)
}

/// What changes while it is on its way; the rest never does.
fn update(conn: &Connection, row: &Row) -> Result<(), Fault> {
    let sql = "UPDATE notices SET state = ?2, due = ?3, attempts = ?4, claim = ?5, lease = ?6, left_at = ?7,
               left_urgently = ?8, row = ?9 WHERE key = ?1";
    conn.prepare_cached(sql)?.execute(params![
        row.key.as_str(),
        row.state.name(),
        micros(row.due),
        row.attempts,
        claim_number(row)?,
        row.lease.map(micros),
        row.left.map(micros),
        row.left_urgently,
        json(row)?,
    ])?;
    Ok(())
}

fn claim_number(row: &Row) -> Result<i64, Fault> {
    i64::try_from(row.claim).map_err(|_| Fault::Unreadable("number"))
}

fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::Refused("a notice cannot be written as JSON".to_owned()))
}

fn refused(illegal: super::Illegal) -> Fault {
    Fault::Refused(illegal.to_string())
}

fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

fn time(micros: i64) -> Result<DateTime<Utc>, Fault> {
    DateTime::from_timestamp_micros(micros).ok_or(Fault::Unreadable("time"))
}
