//! Whose turn it is, and who is not heard of any more.

use crate::{
    audit,
    house::{self, House, What},
    migration,
    project::{self, ProjectKey},
    take,
    value::{get, json, micros, signed, time, unsigned},
};
use chrono::{DateTime, Utc};
use omm_project::{
    project::ProjectId,
    store::{Act, By, MigrationKey, MigrationRow, State},
    work::{Progress, Wish},
};
use omm_store_postgres::{
    Terms,
    sql::{Database, Fault},
};
use sqlx::{PgConnection, Row};
use std::collections::{BTreeMap, VecDeque};

/// What nobody holds any more waits for its turn, and what waits for a time that is over. Whoever finds nothing of the kind
/// writes nothing.
pub(crate) async fn tidy(database: &Database, now: DateTime<Utc>, by: &By) -> Result<(), Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM omm_projects.migrations WHERE state IN (2, 4) AND free_at <= clock_timestamp()) \
                   OR EXISTS (SELECT 1 FROM omm_projects.migrations \
                              WHERE state IN (1, 3) AND start IS NOT NULL AND start <= $1)";
    let row = sqlx::query(sql).bind(micros(now)).fetch_one(&mut *database.connection().await?).await?;
    if !row.try_get::<bool, _>(0)? {
        return Ok(());
    }
    // Each by itself: what nobody holds any more does not wait for what is due.
    let (mut tx, _) = database.begin(take::ALONE).await?;
    match take_up(tx.conn(), by).await {
        Ok(()) => tx.commit().await?,
        Err(fault) => {
            tx.roll_back().await;
            return Err(fault);
        }
    }
    let (mut tx, _) = database.begin(take::ALONE).await?;
    match awake(tx.conn(), now).await {
        Ok(()) => Ok(tx.commit().await?),
        Err(fault) => {
            tx.roll_back().await;
            Err(fault)
        }
    }
}

/// A wish that nobody heard any more is heard now: what was to pause is paused, what was to stop is stopped.
async fn take_up(conn: &mut PgConnection, by: &By) -> Result<(), Fault> {
    // The projects first, as everybody locks them, and in one order. One that somebody is busy with (it is erased, or many
    // rows of it are changed) has its turn at a later look: nobody waits for it here, where all others would wait too.
    let sql = "SELECT key, id FROM omm_projects.projects WHERE key IN (SELECT project FROM omm_projects.migrations \
                   WHERE state IN (2, 4) AND free_at <= clock_timestamp()) ORDER BY key FOR UPDATE SKIP LOCKED";
    let mut projects: BTreeMap<i64, ProjectId> = BTreeMap::new();
    for row in sqlx::query(sql).fetch_all(&mut *conn).await? {
        projects.insert(get(&row, "key")?, project::named(&row)?);
    }
    for (key, id) in projects {
        let sql = "UPDATE omm_projects.migrations SET wish = NULL, changed = $2, holder = NULL, free_at = NULL, \
                       mailbox = NULL, each_server = NULL, in_all = NULL, \
                       state = CASE WHEN wish = $3 THEN $5::smallint WHEN wish = $4 THEN $6::smallint \
                                    ELSE $7::smallint END \
                   WHERE project = $1 AND state IN (2, 4) AND free_at <= clock_timestamp() RETURNING key";
        let code = |state: State| i16::from(state.code());
        let query = sqlx::query(sql).bind(key).bind(micros(by.when));
        let query = query.bind(i16::from(Wish::Pause.code())).bind(i16::from(Wish::Stop.code()));
        let query = query.bind(code(State::Paused)).bind(code(State::Stopped)).bind(code(State::NotStarted));
        let rows = query.fetch_all(&mut *conn).await?;
        let keys = rows.iter().map(|row| unsigned(get(row, "key")?).map(MigrationKey));
        let keys: Vec<MigrationKey> = keys.collect::<Result<_, Fault>>()?;
        if !keys.is_empty() {
            project::touch(conn, &id, by.when).await?;
            audit::append(conn, &id, by, &Act::left_behind(keys)).await?;
        }
    }
    Ok(())
}

/// Its time has come. Whether the project is held is asked when its turn is. Those that are due the longest come first, so
/// many at a look: the others at the next one.
async fn awake(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Fault> {
    const AT_ONCE: i64 = 2000;
    let sql = "SELECT key FROM omm_projects.projects WHERE key IN ( \
                   SELECT project FROM omm_projects.migrations \
                   WHERE state IN (1, 3) AND start IS NOT NULL AND start <= $1 ORDER BY start LIMIT $2 \
               ) ORDER BY key FOR UPDATE SKIP LOCKED";
    let rows = sqlx::query(sql).bind(micros(now)).bind(AT_ONCE).fetch_all(&mut *conn).await?;
    let projects: Vec<i64> = rows.iter().map(|row| get(row, "key")).collect::<Result<_, _>>()?;
    let sql = "UPDATE omm_projects.migrations SET state = 0, start = NULL, reason = NULL WHERE key IN ( \
                   SELECT key FROM omm_projects.migrations \
                   WHERE state IN (1, 3) AND start IS NOT NULL AND start <= $1 AND project = ANY($2) \
                   ORDER BY start LIMIT $3)";
    sqlx::query(sql).bind(micros(now)).bind(projects).bind(AT_ONCE).execute(conn).await?;
    Ok(())
}

/// By the clock of the database, which is everybody's.
pub(crate) async fn now(conn: &mut PgConnection) -> Result<DateTime<Utc>, Fault> {
    let sql = "SELECT (1000000 * extract(epoch FROM clock_timestamp()))::bigint AS now";
    time(get(&sqlx::query(sql).fetch_one(conn).await?, "now")?)
}

/// Projects that are not held and have something whose turn it is: from one to the next by the index of what waits, whatever
/// else there is, and however much waits.
pub(crate) async fn due(conn: &mut PgConnection) -> Result<Vec<ProjectId>, Fault> {
    let sql = "WITH RECURSIVE waiting (project) AS ( \
                   (SELECT project FROM omm_projects.migrations WHERE state = 0 ORDER BY project LIMIT 1) \
                   UNION ALL \
                   SELECT (SELECT m.project FROM omm_projects.migrations AS m \
                           WHERE m.state = 0 AND m.project > waiting.project ORDER BY m.project LIMIT 1) \
                   FROM waiting WHERE waiting.project IS NOT NULL \
               ) \
               SELECT p.id FROM waiting JOIN omm_projects.projects AS p ON p.key = waiting.project WHERE NOT p.held";
    sqlx::query(sql).fetch_all(conn).await?.iter().map(project::named).collect()
}

/// So far is looked for something behind what leads to a full server: no farther than a worker looks behind what he cannot open.
const FARTHEST: usize = 20_000;

/// Not what goes into a mailbox that somebody else writes into just now, by its address or by what was found out: whoever asks
/// would try it again and again. Nor what leads to a server at which the project has as much as it may: what is behind it may
/// lead to another one. Fewer than asked for are all that there are, or all so far.
pub(crate) async fn first(
    conn: &mut PgConnection,
    key @ ProjectKey(project): ProjectKey,
    limit: usize,
) -> Result<VecDeque<MigrationRow>, Fault> {
    macro_rules! rows {
        ($from:literal) => {
            sqlx::query(concat!(
                "SELECT ",
                migration::columns!(),
                " FROM ",
                $from,
                " AND NOT EXISTS ( \
                      SELECT 1 FROM omm_projects.migrations AS w \
                      WHERE w.mailbox IN (m.target, m.leads_to) AND w.state IN (2, 4)) \
                  ORDER BY priority DESC, key LIMIT $2"
            ))
        };
    }
    let full = full(&mut *conn, key).await?;
    let count = |limit: usize| i64::try_from(limit).unwrap_or(i64::MAX);
    let query = match full.is_empty() {
        true => rows!("omm_projects.migrations AS m WHERE project = $1 AND state = 0"),
        false => rows!(
            "(SELECT * FROM omm_projects.migrations WHERE project = $1 AND state = 0 \
              ORDER BY priority DESC, key LIMIT $4) AS m \
             WHERE m.source_server <> ALL($3) AND m.destination_server <> ALL($3)"
        ),
    };
    let query = query.bind(project).bind(count(limit));
    let query = match full.is_empty() {
        true => query,
        false => query.bind(full).bind(count(limit.max(FARTHEST))),
    };
    let rows = query.fetch_all(conn).await?;
    // One that this version cannot read keeps none of the others waiting: whoever asks for it is told.
    let read = rows.iter().filter_map(|row| match migration::read(row) {
        Err(Fault::Unreadable(_)) => None,
        read => Some(read),
    });
    read.collect()
}

/// Servers at which a project has as much as it allows, or as is its part of what all projects may have; of those it wants some.
async fn full(conn: &mut PgConnection, ProjectKey(project): ProjectKey) -> Result<Vec<String>, Fault> {
    let Some(options) = project::options(conn, project).await? else { return Ok(Vec::new()) };
    let sql = "SELECT server FROM ( \
                   SELECT source_server AS server, each_server FROM omm_projects.migrations \
                   WHERE project = $1 AND state IN (2, 4) \
                   UNION ALL \
                   SELECT destination_server, each_server FROM omm_projects.migrations \
                   WHERE project = $1 AND state IN (2, 4) AND destination_server <> source_server \
               ) AS there GROUP BY server HAVING sum(each_server) >= $2";
    let query = sqlx::query(sql).bind(project).bind(i64::from(options.requests_per_server));
    let own = query.fetch_all(&mut *conn).await?;
    let mut full: Vec<String> = own.iter().map(|row| get(row, "server")).collect::<Result<_, _>>()?;
    let Some(house) = House::see(&mut *conn).await? else { return Ok(full) };
    let mut of_all = house.full(project, &options);
    of_all.retain(|server| !full.contains(server));
    if !of_all.is_empty() {
        let led_to = led_to(&mut *conn, project, &of_all).await?;
        let lacking: Vec<What<'_>> = led_to.iter().map(|server| What::At(server)).collect();
        house::wants(conn, project, &lacking).await?;
    }
    full.append(&mut of_all);
    Ok(full)
}

/// Which of these servers anything leads to that waits for its turn.
async fn led_to(conn: &mut PgConnection, project: i64, servers: &[String]) -> Result<Vec<String>, Fault> {
    let sql = "SELECT DISTINCT server FROM ( \
                   SELECT unnest(ARRAY[source_server, destination_server]) AS server FROM ( \
                       SELECT source_server, destination_server FROM omm_projects.migrations \
                       WHERE project = $1 AND state = 0 ORDER BY priority DESC, key LIMIT $3) AS line \
               ) AS there WHERE server = ANY($2)";
    let query = sqlx::query(sql).bind(project).bind(servers).bind(FARTHEST as i64);
    query.fetch_all(conn).await?.iter().map(|row| get(row, "server")).collect()
}

/// What another worker has at work counts as well: he may die.
pub(crate) async fn is_waiting(conn: &mut PgConnection) -> Result<bool, Fault> {
    if !due(conn).await?.is_empty() {
        return Ok(true);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM omm_projects.migrations WHERE state IN (2, 4)) OR EXISTS ( \
                   SELECT 1 FROM omm_projects.migrations AS m JOIN omm_projects.projects AS p ON p.key = m.project \
                   WHERE m.state IN (1, 3) AND m.start IS NOT NULL AND NOT p.held)";
    Ok(sqlx::query(sql).fetch_one(conn).await?.try_get(0)?)
}

pub(crate) async fn wishes(
    conn: &mut PgConnection,
    of: &[MigrationKey],
) -> Result<Vec<(MigrationKey, Wish)>, Fault> {
    let keys: Vec<i64> = of.iter().filter_map(|key| signed(key.0).ok()).collect();
    let sql = "SELECT k.key, m.wish, m.key IS NULL AS gone FROM unnest($1::bigint[]) AS k (key) \
               LEFT JOIN omm_projects.migrations AS m ON m.key = k.key WHERE m.key IS NULL OR m.wish IS NOT NULL";
    let rows = sqlx::query(sql).bind(keys).fetch_all(conn).await?;
    rows.iter()
        .map(|row| {
            let wish = match get(row, "gone")? {
                // It was erased with its project while it is worked on.
                true => Wish::Stop,
                // A wish of a later version, which this one cannot grant.
                false => match Wish::of_code(get::<i16>(row, "wish")?.into()) {
                    Some(wish) => wish,
                    None => return Ok(None),
                },
            };
            Ok(Some((MigrationKey(unsigned(get(row, "key")?)?), wish)))
        })
        .filter_map(Result::transpose)
        .collect()
}

/// What somebody else is changing just now is noted the next time: nobody waits for one of them.
pub(crate) async fn note(
    conn: &mut PgConnection,
    notes: &[(MigrationKey, Progress)],
    worker: &str,
) -> Result<(), Fault> {
    let keys: Vec<i64> = notes.iter().map(|(key, _)| signed(key.0)).collect::<Result<_, _>>()?;
    let texts: Vec<String> = notes.iter().map(|(_, progress)| json(progress)).collect::<Result<_, _>>()?;
    let sql = "WITH ours AS ( \
                   SELECT m.key, n.progress FROM unnest($1::bigint[], $2::text[]) AS n (key, progress) \
                   JOIN omm_projects.migrations AS m ON m.key = n.key WHERE m.holder = $3 FOR UPDATE OF m SKIP LOCKED \
               ) \
               UPDATE omm_projects.migrations AS m SET progress = ours.progress FROM ours WHERE m.key = ours.key";
    sqlx::query(sql).bind(keys).bind(texts).bind(worker).execute(conn).await?;
    Ok(())
}

/// Gives those that are not held any more. What somebody else is changing just now is not lost by that; it is held again the
/// next time, and the whole term is longer than a few of these.
pub(crate) async fn hold(
    conn: &mut PgConnection,
    keys: &[MigrationKey],
    worker: &str,
    terms: Terms,
) -> Result<Vec<MigrationKey>, Fault> {
    let numbers: Vec<i64> = keys.iter().map(|key| signed(key.0)).collect::<Result<_, _>>()?;
    let sql = "WITH ours AS ( \
                   SELECT key FROM omm_projects.migrations WHERE key = ANY($1) AND holder = $2 FOR UPDATE SKIP LOCKED \
               ), held AS ( \
                   UPDATE omm_projects.migrations AS m SET free_at = clock_timestamp() + $3 * interval '1 microsecond' \
                   FROM ours WHERE m.key = ours.key \
               ) \
               SELECT asked.key FROM unnest($1::bigint[]) AS asked (key) WHERE NOT EXISTS ( \
                   SELECT 1 FROM omm_projects.migrations AS m WHERE m.key = asked.key AND m.holder = $2)";
    let query = sqlx::query(sql).bind(numbers).bind(worker).bind(take::until_free(terms));
    let rows = query.fetch_all(conn).await?;
    rows.iter().map(|row| Ok(MigrationKey(unsigned(get(row, "key")?)?))).collect()
}
