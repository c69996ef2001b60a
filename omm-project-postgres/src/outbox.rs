//! What is to be told, in the same database: told once over all workers.
//!
//! The rule of what goes next is [`omm_project::notify::outbox::choose`]'s, answered by indexes. Whoever takes a notice does so
//! alone. Until when it is his is by the hosts' clocks, as [`Outbox`] has it: a lease is long enough that theirs may differ by
//! minutes.

use crate::value::{from_json, get, json, micros, signed, time, unsigned};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::Result;
use omm_project::notify::{
    Key,
    outbox::{Ask, Choice, Claim, Illegal, MOST_IN_ONE, Outbox, Row, Settlement, State, due, is_urgent},
    pace,
};
use omm_store_postgres::{
    PostgresStore,
    sql::{Database, Fault},
};
use sqlx::{PgConnection, Postgres, postgres::PgArguments, query::Query};
use std::{fmt, sync::Arc};

/// Whoever takes notices, or puts back what is stale, does so alone. "OMM" and 2.
const ALONE: &str = "SELECT pg_advisory_xact_lock(5197645, 2)";

/// The outbox of the projects in a database. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct PostgresOutbox {
    database: Arc<Database>,
}

impl PostgresOutbox {
    /// Opens it; makes its tables, or brings them up to date.
    ///
    /// # Errors
    /// As for [`PostgresStore::connect`].
    pub async fn open(store: &PostgresStore) -> Result<Self> {
        let database = Arc::clone(store.database());
        let prepared = database.lend(database.prepare(&crate::schema::PROJECTS)).await;
        prepared.map_err(|fault| fault.at("open the outbox"))?;
        Ok(Self { database })
    }
}

/// All of it, or nothing. `$first` begins the transaction.
macro_rules! write {
    ($this:ident, $operation:expr, $first:expr, |$conn:ident| $work:expr) => {{
        let work = async {
            let (mut tx, _) = $this.database.begin($first).await?;
            let worked = {
                let $conn = tx.conn();
                $work.await
            };
            match worked {
                Ok(answer) => tx.commit().await.map(|()| answer).map_err(Fault::of_commit),
                Err(fault) => {
                    tx.roll_back().await;
                    Err(fault)
                }
            }
        };
        $this.database.lend(work).await.map_err(|fault: Fault| fault.at($operation))
    }};
}

#[async_trait]
impl Outbox for PostgresOutbox {
    async fn file(&self, mut rows: Vec<Row>) -> Result<usize> {
        // In one order: of two that file the same, one waits for the other, and neither for both.
        rows.sort_by(|one, other| one.key.as_str().cmp(other.key.as_str()));
        write!(self, "file notices", "SELECT 1", |conn| async {
            let mut filed = 0;
            for row in &rows {
                filed += insert(conn, row).await?;
            }
            Ok(filed)
        })
    }

    async fn claim(&self, ask: Ask) -> Result<Choice<Claim>> {
        // Mostly nothing is due, and who only asks when something will be keeps nobody waiting.
        let looking = async {
            let mut conn = self.database.connection().await?;
            let next = next(&mut conn, ask).await?;
            Ok((next, lease(&mut conn).await?))
        };
        let looked = self.database.lend(looking).await.map_err(|fault: Fault| fault.at("take a notice"))?;
        let (next, lease) = (looked.0.map(|(due, _)| due), looked.1);
        let first = next.into_iter().chain(lease).min();
        if first.is_none_or(|first| first > ask.now) {
            return Ok(Choice::Not(first));
        }
        write!(self, "take a notice", ALONE, |conn| claim(conn, ask))
    }

    async fn begin(&self, claim: u64, now: DateTime<Utc>, lease: DateTime<Utc>) -> Result<bool> {
        write!(self, "send a notice", "SELECT 1", |conn| begin(conn, claim, now, lease))
    }

    async fn settle(&self, claim: u64, settlement: Settlement, now: DateTime<Utc>) -> Result<bool> {
        write!(self, "note what became of a notice", "SELECT 1", |conn| async {
            let mut settled = false;
            for mut row in of_claim(conn, claim).await? {
                if row.settle(&settlement, now).is_ok() {
                    settled = true;
                    update(conn, &row).await?;
                }
            }
            Ok(settled)
        })
    }

    async fn sweep(&self, now: DateTime<Utc>) -> Result<Vec<Row>> {
        write!(self, "sweep the outbox", ALONE, |conn| async {
            expire(conn, now).await?;
            let sql = "UPDATE omm_projects.notices SET untold = false WHERE untold RETURNING row";
            let mut rows = rows(conn, sqlx::query(sql)).await?;
            rows.retain(|row| row.state == State::Unknown);
            Ok(rows)
        })
    }

    async fn row(&self, key: &Key) -> Result<Option<Row>> {
        let found = write!(self, "read a notice", "SELECT 1", |conn| rows(
            conn,
            sqlx::query("SELECT row FROM omm_projects.notices WHERE key = $1").bind(key.as_str())
        ));
        Ok(found?.pop())
    }

    async fn of_project(&self, project: &str, limit: u32) -> Result<Vec<Row>> {
        let sql =
            "SELECT row FROM omm_projects.notices WHERE project = $1 ORDER BY filed DESC, key DESC LIMIT $2";
        write!(self, "read notices", "SELECT 1", |conn| rows(
            conn,
            sqlx::query(sql).bind(project).bind(i64::from(limit))
        ))
    }

    async fn take_up(&self, now: DateTime<Utc>) -> Result<()> {
        write!(self, "take up notices", ALONE, |conn| async {
            let sql = "SELECT row FROM omm_projects.notices WHERE state IN ('claimed', 'sending') ORDER BY key FOR UPDATE";
            for mut row in rows(conn, sqlx::query(sql)).await? {
                row.put_back(now);
                update(conn, &row).await?;
            }
            Ok(())
        })
    }

    async fn forget_project(&self, project: &str) -> Result<usize> {
        let sql = "DELETE FROM omm_projects.notices WHERE project = $1";
        write!(self, "forget notices", "SELECT 1", |conn| deleted(conn, sqlx::query(sql).bind(project)))
    }

    async fn forget(&self, migration: &str) -> Result<usize> {
        let sql = "DELETE FROM omm_projects.notices WHERE migration = $1";
        write!(self, "forget notices", "SELECT 1", |conn| deleted(conn, sqlx::query(sql).bind(migration)))
    }

    async fn clear(&self, before: DateTime<Utc>) -> Result<usize> {
        let sql =
            "DELETE FROM omm_projects.notices WHERE state IN ('sent', 'gave-up', 'unknown') AND filed < $1";
        write!(self, "clear the outbox", "SELECT 1", |conn| deleted(
            conn,
            sqlx::query(sql).bind(micros(before))
        ))
    }
}

impl fmt::Debug for PostgresOutbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOutbox").finish_non_exhaustive()
    }
}

/// What goes next.
enum Next {
    Alone(String),
    Together { project: String, address: String },
}

async fn claim(conn: &mut PgConnection, ask: Ask) -> Result<Choice<Claim>, Fault> {
    expire(conn, ask.now).await?;
    let mut rows = match next(conn, ask).await? {
        Some((due, next)) if due <= ask.now => chosen(conn, next).await?,
        first => {
            return Ok(Choice::Not(first.map(|(due, _)| due).into_iter().chain(lease(conn).await?).min()));
        }
    };
    let sql = "UPDATE omm_projects.claims SET last = last + 1 RETURNING last";
    let number = unsigned(get(&sqlx::query(sql).fetch_one(&mut *conn).await?, "last")?)?;
    for row in &mut rows {
        row.take(number, ask.lease).map_err(refused)?;
        update(conn, row).await?;
    }
    Ok(Choice::Now(Claim { number, rows }))
}

/// What goes next, and when.
async fn next(conn: &mut PgConnection, ask: Ask) -> Result<Option<(DateTime<Utc>, Next)>, Fault> {
    let mut first = alone(conn).await?;
    for (due, next) in together(conn, ask.interval).await? {
        if first.as_ref().is_none_or(|(other, _)| due < *other) {
            first = Some((due, next));
        }
    }
    Ok(first)
}

async fn chosen(conn: &mut PgConnection, next: Next) -> Result<Vec<Row>, Fault> {
    match next {
        Next::Alone(key) => {
            rows(conn, sqlx::query("SELECT row FROM omm_projects.notices WHERE key = $1").bind(key)).await
        }
        Next::Together { project, address } => {
            let sql = "SELECT row FROM omm_projects.notices WHERE state = 'waiting' AND bundle = $1 AND address = $2 \
                       ORDER BY urgent DESC, filed LIMIT $3";
            let most = i64::try_from(MOST_IN_ONE).unwrap_or(i64::MAX);
            rows(conn, sqlx::query(sql).bind(project).bind(address).bind(most)).await
        }
    }
}

/// When the first lease is over.
async fn lease(conn: &mut PgConnection) -> Result<Option<DateTime<Utc>>, Fault> {
    let sql = "SELECT min(lease) AS lease FROM omm_projects.notices WHERE state IN ('claimed', 'sending')";
    let row = sqlx::query(sql).fetch_one(conn).await?;
    get::<Option<i64>>(&row, "lease")?.map(time).transpose()
}

async fn alone(conn: &mut PgConnection) -> Result<Option<(DateTime<Utc>, Next)>, Fault> {
    let sql = "SELECT due, key FROM omm_projects.notices WHERE state = 'waiting' AND bundle IS NULL \
               ORDER BY due, key LIMIT 1";
    let row = sqlx::query(sql).fetch_optional(conn).await?;
    row.map(|row| Ok((time(get(&row, "due")?)?, Next::Alone(get(&row, "key")?)))).transpose()
}

/// The recipients for whom something waits, and when it goes: from one to the next by the index of what is gathered, so that
/// it costs as much as there are of them, however much waits for each.
async fn together(conn: &mut PgConnection, interval: TimeDelta) -> Result<Vec<(DateTime<Utc>, Next)>, Fault> {
    let sql = "WITH RECURSIVE lanes (bundle, address) AS ( \
                   (SELECT bundle, address FROM omm_projects.notices WHERE state = 'waiting' AND bundle IS NOT NULL \
                    ORDER BY bundle, address LIMIT 1) \
                   UNION ALL \
                   SELECT n.bundle, n.address FROM lanes, LATERAL ( \
                       SELECT bundle, address FROM omm_projects.notices \
                       WHERE state = 'waiting' AND bundle IS NOT NULL AND (bundle, address) > (lanes.bundle, lanes.address) \
                       ORDER BY bundle, address LIMIT 1) AS n \
               ) \
               SELECT w.bundle, w.address, \
                   (SELECT min(filed) FROM omm_projects.notices AS n WHERE n.state = 'waiting' AND n.bundle IS NOT NULL \
                        AND n.bundle = w.bundle AND n.address = w.address AND n.urgent = false) AS calm, \
                   (SELECT min(filed) FROM omm_projects.notices AS n WHERE n.state = 'waiting' AND n.bundle IS NOT NULL \
                        AND n.bundle = w.bundle AND n.address = w.address AND n.urgent = true) AS urgent, \
                   (SELECT max(due) FROM omm_projects.notices AS n WHERE n.state = 'waiting' AND n.bundle IS NOT NULL \
                        AND n.bundle = w.bundle AND n.address = w.address AND n.attempts > 0) AS not_before, \
                   EXISTS (SELECT 1 FROM omm_projects.notices AS n WHERE n.state IN ('claimed', 'sending') \
                           AND n.bundle = w.bundle AND n.address = w.address) AS is_held, \
                   (SELECT max(left_at) FROM omm_projects.notices AS n WHERE n.left_at IS NOT NULL \
                        AND n.bundle = w.bundle AND n.address = w.address AND n.left_urgently) AS told_urgently, \
                   (SELECT max(left_at) FROM omm_projects.notices AS n WHERE n.left_at IS NOT NULL \
                        AND n.bundle = w.bundle AND n.address = w.address AND NOT n.left_urgently) AS told \
               FROM lanes AS w";
    let mut found = Vec::new();
    for lane in sqlx::query(sql).fetch_all(conn).await? {
        let moment = |column| get::<Option<i64>>(&lane, column)?.map(time).transpose();
        if get(&lane, "is_held")? {
            continue;
        }
        let (calm, oldest_urgent) = (moment("calm")?, moment("urgent")?);
        let oldest = calm.into_iter().chain(oldest_urgent).min();
        let waiting = pace::Waiting { oldest, oldest_urgent };
        let last_urgent = moment("told_urgently")?;
        let told = pace::Told { last: moment("told")?.max(last_urgent), last_urgent };
        if let Some(due) = due(waiting, told, moment("not_before")?, interval) {
            let next = Next::Together { project: get(&lane, "bundle")?, address: get(&lane, "address")? };
            found.push((due, next));
        }
    }
    Ok(found)
}

async fn begin(
    conn: &mut PgConnection,
    claim: u64,
    now: DateTime<Utc>,
    lease: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut rows = of_claim(conn, claim).await?;
    let is_ours = |row: &Row| row.state == State::Claimed && !row.is_stale(now);
    if rows.is_empty() || !rows.iter().all(is_ours) {
        return Ok(false);
    }
    let urgently = is_urgent(&rows);
    for row in &mut rows {
        row.begin(now, lease, urgently).map_err(refused)?;
        update(conn, row).await?;
    }
    Ok(true)
}

async fn expire(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Fault> {
    let sql = "SELECT row FROM omm_projects.notices WHERE state IN ('claimed', 'sending') AND lease <= $1 \
               ORDER BY key FOR UPDATE";
    for mut row in rows(conn, sqlx::query(sql).bind(micros(now))).await? {
        row.expire(now);
        update(conn, &row).await?;
    }
    Ok(())
}

/// Nobody else changes them before the end of the transaction; everybody locks them in this order.
async fn of_claim(conn: &mut PgConnection, claim: u64) -> Result<Vec<Row>, Fault> {
    let sql = "SELECT row FROM omm_projects.notices WHERE claim > 0 AND claim = $1 ORDER BY key FOR UPDATE";
    rows(conn, sqlx::query(sql).bind(i64::try_from(claim).unwrap_or_default())).await
}

async fn rows(conn: &mut PgConnection, query: Query<'_, Postgres, PgArguments>) -> Result<Vec<Row>, Fault> {
    let rows = query.fetch_all(conn).await?;
    rows.iter().map(|row| from_json(&get::<String>(row, "row")?, "notice")).collect()
}

async fn deleted(conn: &mut PgConnection, query: Query<'_, Postgres, PgArguments>) -> Result<usize, Fault> {
    Ok(usize::try_from(query.execute(conn).await?.rows_affected()).unwrap_or(usize::MAX))
}

async fn insert(conn: &mut PgConnection, row: &Row) -> Result<usize, Fault> {
    let sql = "INSERT INTO omm_projects.notices (key, migration, project, bundle, address, state, urgent, filed, due, \
                   attempts, claim, lease, left_at, left_urgently, row) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING";
    let query = sqlx::query(sql)
        .bind(row.key.as_str())
        .bind(&row.about.migration)
        .bind(&row.about.project)
        .bind(row.bundle())
        .bind(json(&row.address)?)
        .bind(row.state.name())
        .bind(row.event.is_urgent())
        .bind(micros(row.filed))
        .bind(micros(row.due))
        .bind(i64::from(row.attempts))
        .bind(signed(row.claim)?)
        .bind(row.lease.map(micros))
        .bind(row.left.map(micros))
        .bind(row.left_urgently)
        .bind(json(row)?);
    deleted(conn, query).await
}

/// What changes while it is on its way; the rest never does. What became unknown is told once.
async fn update(conn: &mut PgConnection, row: &Row) -> Result<(), Fault> {
    let sql = "UPDATE omm_projects.notices SET state = $2, due = $3, attempts = $4, claim = $5, lease = $6, left_at = $7, \
                   left_urgently = $8, row = $9, untold = untold OR $2 = 'unknown' WHERE key = $1";
    sqlx::query(sql)
        .bind(row.key.as_str())
        .bind(row.state.name())
        .bind(micros(row.due))
        .bind(i64::from(row.attempts))
        .bind(signed(row.claim)?)
        .bind(row.lease.map(micros))
        .bind(row.left.map(micros))
        .bind(row.left_urgently)
        .bind(json(row)?)
        .execute(conn)
        .await?;
    Ok(())
}

fn refused(illegal: Illegal) -> Fault {
    Fault::Refused(illegal.to_string())
}
