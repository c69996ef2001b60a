//! Rows of migrations.

use crate::{
    audit,
    project::{self, ProjectKey},
    value::{from_json, get, json, micros, optional_json, signed, time, unsigned},
};
use chrono::{DateTime, Utc};
use omm_project::{
    MailboxKey,
    import::SharedDestination,
    project::ProjectId,
    sealed::{Field, Sealed},
    store::{Act, Added, By, Counts, MigrationKey, MigrationRow, NewMigration, Page, Secrets, State},
};
use omm_store_postgres::sql::{Fault, read as heard, stored};
use sqlx::{PgConnection, Row, postgres::PgRow};

/// What [`read`] reads. Each by its name: a column that the next version adds must not make a plan stale that this one has.
macro_rules! columns {
    () => {
        "m.key, m.line, m.source, m.destination, m.source_password, m.destination_password, m.state, m.reason, m.priority, \
         m.start, m.journal, m.task, m.wish, m.progress, m.failed_turns, m.asked, m.created, m.changed, m.holder"
    };
}
pub(crate) use columns;

pub(crate) async fn reserve(conn: &mut PgConnection, count: u64) -> Result<MigrationKey, Fault> {
    let sql = "UPDATE omm_projects.next_migration SET key = key + $1 RETURNING key - $1 AS first";
    let row = sqlx::query(sql).bind(signed(count)?).fetch_one(conn).await?;
    unsigned(get(&row, "first")?).map(MigrationKey)
}

pub(crate) async fn add(
    conn: &mut PgConnection,
    (id, key): (&ProjectId, ProjectKey),
    migrations: &[NewMigration],
    by: &By,
) -> Result<Vec<Added>, Fault> {
    let mut answers = Vec::with_capacity(migrations.len());
    for migration in migrations {
        answers.push(add_one(conn, key, migration, by.when).await?);
    }
    let mut added = answers.iter().zip(migrations).filter(|(answer, _)| **answer == Added::Added);
    if let Some((_, first)) = added.next() {
        let act = Act::MigrationsAdded { count: 1 + added.count() as u64, first: first.key };
        project::touch(conn, id, by.when).await?;
        audit::append(conn, id, by, &act).await?;
    }
    Ok(answers)
}

async fn add_one(
    conn: &mut PgConnection,
    ProjectKey(project): ProjectKey,
    migration: &NewMigration,
    now: DateTime<Utc>,
) -> Result<Added, Fault> {
    let target = MailboxKey::of(&migration.destination);
    let pair = MailboxKey::pair(MailboxKey::of(&migration.source), target);
    let sql = "SELECT key FROM omm_projects.migrations WHERE project = $1 AND pair = $2";
    if let Some(key) = find(conn, sql, project, pair).await? {
        return Ok(Added::SamePair(key));
    }
    let sql = "SELECT key FROM omm_projects.migrations WHERE project = $1 AND target = $2 LIMIT 1";
    if migration.shared_destination == SharedDestination::Refused
        && let Some(key) = find(conn, sql, project, target).await?
    {
        return Ok(Added::SameDestination(key));
    }
    let state = if migration.start.is_some() { State::Scheduled } else { State::NotStarted };
    let sql = "INSERT INTO omm_projects.migrations (key, project, line, source, destination, pair, target, \
                   source_server, destination_server, source_password, destination_password, state, priority, start, \
                   created, changed) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)";
    sqlx::query(sql)
        .bind(signed(migration.key.0)?)
        .bind(project)
        .bind(migration.line.map(signed).transpose()?)
        .bind(json(&migration.source)?)
        .bind(json(&migration.destination)?)
        .bind(&pair.bytes()[..])
        .bind(&target.bytes()[..])
        .bind(stored(&MailboxKey::server(&migration.source)))
        .bind(stored(&MailboxKey::server(&migration.destination)))
        .bind(migration.source_password.as_ref().map(Sealed::as_bytes))
        .bind(migration.destination_password.as_ref().map(Sealed::as_bytes))
        .bind(i16::from(state.code()))
        .bind(migration.priority)
        .bind(migration.start.map(micros))
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(Added::Added)
}

async fn find(
    conn: &mut PgConnection,
    sql: &'static str,
    project: i64,
    key: MailboxKey,
) -> Result<Option<MigrationKey>, Fault> {
    let found = sqlx::query(sql).bind(project).bind(&key.bytes()[..]).fetch_optional(conn).await?;
    found.map(|row| unsigned(row.try_get(0)?).map(MigrationKey)).transpose()
}

pub(crate) async fn one(
    conn: &mut PgConnection,
    ProjectKey(project): ProjectKey,
    key: MigrationKey,
) -> Result<Option<MigrationRow>, Fault> {
    // No key so large was ever given.
    let Ok(key) = signed(key.0) else { return Ok(None) };
    let sql =
        concat!("SELECT ", columns!(), " FROM omm_projects.migrations AS m WHERE key = $1 AND project = $2");
    let query = sqlx::query(sql);
    query.bind(key).bind(project).fetch_optional(conn).await?.as_ref().map(read).transpose()
}

pub(crate) async fn page(
    conn: &mut PgConnection,
    ProjectKey(project): ProjectKey,
    page: &Page,
) -> Result<Vec<MigrationRow>, Fault> {
    let nothing = if page.newest_first { i64::MAX } else { 0 };
    let after = page.after.map_or(Ok(nothing), |key| signed(key.0)).unwrap_or(i64::MAX);
    macro_rules! rows {
        ($which:literal) => {
            sqlx::query(concat!(
                "SELECT ",
                columns!(),
                " FROM omm_projects.migrations AS m WHERE project = $1 AND ",
                $which,
                " LIMIT $3"
            ))
        };
    }
    // A question for each, so that each has its index.
    let query = match (page.state, page.newest_first) {
        (None, false) => rows!("key > $2 ORDER BY key"),
        (None, true) => rows!("key < $2 ORDER BY key DESC"),
        (Some(State::NotStarted), false) => rows!("key > $2 AND state = $4 AND journal IS NULL ORDER BY key"),
        (Some(State::NotStarted), true) => {
            rows!("key < $2 AND state = $4 AND journal IS NULL ORDER BY key DESC")
        }
        (Some(State::Waiting), false) => {
            rows!("key > $2 AND state = 0 AND journal IS NOT NULL AND state = $4 ORDER BY key")
        }
        (Some(State::Waiting), true) => {
            rows!("key < $2 AND state = 0 AND journal IS NOT NULL AND state = $4 ORDER BY key DESC")
        }
        (Some(_), false) => rows!("key > $2 AND state = $4 ORDER BY key"),
        (Some(_), true) => rows!("key < $2 AND state = $4 ORDER BY key DESC"),
    };
    let mut query = query.bind(project).bind(after).bind(i64::from(page.limit));
    if let Some(state) = page.state {
        query = query.bind(code(state));
    }
    query.fetch_all(conn).await?.iter().map(read).collect()
}

pub(crate) async fn counts(
    conn: &mut PgConnection,
    ProjectKey(project): ProjectKey,
) -> Result<Counts, Fault> {
    let sql = "SELECT state, count FROM omm_projects.counts WHERE project = $1 UNION ALL \
               SELECT 9::smallint, count(*) FROM omm_projects.migrations \
               WHERE project = $1 AND state = 0 AND journal IS NOT NULL";
    counted(&sqlx::query(sql).bind(project).fetch_all(conn).await?)
}

pub(crate) async fn totals(conn: &mut PgConnection) -> Result<Counts, Fault> {
    let sql = "SELECT state, sum(count)::bigint AS count FROM omm_projects.counts GROUP BY state UNION ALL \
               SELECT 9::smallint, count(*) FROM omm_projects.migrations WHERE state = 0 AND journal IS NOT NULL";
    counted(&sqlx::query(sql).fetch_all(conn).await?)
}

/// What was begun and waits is counted when somebody asks (9), and is among those in line (0).
fn counted(rows: &[PgRow]) -> Result<Counts, Fault> {
    let mut counts = Counts::default();
    for row in rows {
        counts.set(state(row)?, unsigned(get(row, "count")?)?);
    }
    let never_begun = counts.of(State::NotStarted).saturating_sub(counts.of(State::Waiting));
    counts.set(State::NotStarted, never_begun);
    Ok(counts)
}

/// How many of a project wait for their turn; it costs the same however many do.
pub(crate) async fn in_line(conn: &mut PgConnection, ProjectKey(project): ProjectKey) -> Result<u64, Fault> {
    let sql = "SELECT coalesce(sum(count), 0)::bigint AS count FROM omm_projects.counts WHERE project = $1 AND state = 0";
    unsigned(get(&sqlx::query(sql).bind(project).fetch_one(conn).await?, "count")?)
}

/// Those that somebody works on are left.
pub(crate) async fn erase(
    conn: &mut PgConnection,
    (id, ProjectKey(project)): (&ProjectId, ProjectKey),
    keys: &[MigrationKey],
    by: &By,
) -> Result<u64, Fault> {
    let (mut count, mut first) = (0, None);
    for key in keys {
        let Ok(number) = signed(key.0) else { continue };
        let sql =
            "DELETE FROM omm_projects.migrations WHERE key = $1 AND project = $2 AND state NOT IN (2, 4)";
        let query = sqlx::query(sql);
        if query.bind(number).bind(project).execute(&mut *conn).await?.rows_affected() > 0 {
            count += 1;
            first = first.or(Some(*key));
        }
    }
    if let Some(first) = first {
        project::touch(conn, id, by.when).await?;
        audit::append(conn, id, by, &Act::MigrationsErased { count, first }).await?;
    }
    Ok(count)
}

/// Whatever is over (5 to 8) and overdue; the project is none the younger for it.
pub(crate) async fn retire(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: u32,
    by: &By,
) -> Result<Vec<MigrationKey>, Fault> {
    let sql = "SELECT m.key, p.id FROM omm_projects.projects AS p JOIN omm_projects.migrations AS m ON m.project = p.key \
               WHERE m.state IN (5, 6, 7, 8) AND m.changed <= $1 - p.retention_days * $2 ORDER BY p.key, m.key LIMIT $3";
    let query = sqlx::query(sql).bind(micros(now)).bind(project::DAY).bind(i64::from(limit));
    let mut overdue: Vec<(ProjectId, Vec<i64>)> = Vec::new();
    for row in &query.fetch_all(&mut *conn).await? {
        let (id, key) = (project::named(row)?, get(row, "key")?);
        match overdue.last_mut().filter(|(last, _)| *last == id) {
            Some((_, keys)) => keys.push(key),
            None => overdue.push((id, vec![key])),
        }
    }
    let mut retired = Vec::new();
    for (id, keys) in overdue {
        // Whoever changes anything of it locks it first: what was asked to go on meanwhile is not overdue any more.
        let Some(ProjectKey(key)) = project::lock(conn, &id).await? else { continue };
        let sql = "DELETE FROM omm_projects.migrations AS m USING omm_projects.projects AS p \
                   WHERE p.key = $1 AND m.project = p.key AND m.key = ANY($2) AND m.state IN (5, 6, 7, 8) \
                   AND m.changed <= $3 - p.retention_days * $4 RETURNING m.key";
        let query = sqlx::query(sql).bind(key).bind(&keys).bind(micros(now)).bind(project::DAY);
        let mut gone = Vec::with_capacity(keys.len());
        for row in &query.fetch_all(&mut *conn).await? {
            gone.push(MigrationKey(unsigned(get(row, "key")?)?));
        }
        gone.sort_unstable();
        if let Some(first) = gone.first().copied() {
            let act = Act::MigrationsErased { count: gone.len() as u64, first };
            audit::append(conn, &id, by, &act).await?;
        }
        retired.append(&mut gone);
    }
    Ok(retired)
}

pub(crate) async fn secrets(
    conn: &mut PgConnection,
    after: Option<MigrationKey>,
    limit: u32,
) -> Result<Vec<Secrets>, Fault> {
    let after = after.map_or(Ok(0), |key| signed(key.0))?;
    let sql = "SELECT m.key, p.id, m.source_password, m.destination_password FROM omm_projects.migrations AS m \
               JOIN omm_projects.projects AS p ON p.key = m.project \
               WHERE m.key > $1 AND (m.source_password IS NOT NULL OR m.destination_password IS NOT NULL) \
               ORDER BY m.key LIMIT $2";
    let rows = sqlx::query(sql).bind(after).bind(i64::from(limit)).fetch_all(conn).await?;
    let mut found = Vec::new();
    for row in &rows {
        let fields = [Field::SourcePassword, Field::DestinationPassword];
        let sealed = fields.into_iter().filter_map(|field| Some((field, sealed(row, field).transpose()?)));
        let sealed = sealed.map(|(field, sealed)| Ok((field, sealed?))).collect::<Result<_, Fault>>()?;
        found.push(Secrets::new(project::named(row)?, MigrationKey(unsigned(get(row, "key")?)?), sealed));
    }
    Ok(found)
}

fn sealed(row: &PgRow, field: Field) -> Result<Option<Sealed>, Fault> {
    let column = match field {
        Field::SourcePassword => "source_password",
        Field::DestinationPassword => "destination_password",
        _ => return Ok(None),
    };
    let bytes: Option<Vec<u8>> = get(row, column)?;
    bytes.map(|bytes| Sealed::from_bytes(bytes).map_err(|_| Fault::Unreadable("sealed password"))).transpose()
}

/// As it is stored: what was begun is told by its journal, and needs no state of its own.
pub(crate) fn code(state: State) -> i16 {
    let state = if state.is_in_line() { State::NotStarted } else { state };
    i16::from(state.code())
}

pub(crate) fn state(row: &PgRow) -> Result<State, Fault> {
    State::of_code(get::<i16>(row, "state")?.into()).ok_or(Fault::Unreadable("state"))
}

pub(crate) fn read(row: &PgRow) -> Result<MigrationRow, Fault> {
    let key = MigrationKey(unsigned(get(row, "key")?)?);
    let (source, destination): (String, String) = (get(row, "source")?, get(row, "destination")?);
    let mut new =
        NewMigration::new(key, from_json(&source, "source")?, from_json(&destination, "destination")?);
    new.line = get::<Option<i64>>(row, "line")?.map(unsigned).transpose()?;
    new.source_password = sealed(row, Field::SourcePassword)?;
    new.destination_password = sealed(row, Field::DestinationPassword)?;
    new.priority = get(row, "priority")?;
    new.start = get::<Option<i64>>(row, "start")?.map(time).transpose()?;
    let mut read = MigrationRow::of(new, time(get(row, "created")?)?);
    read.reason = get::<Option<String>>(row, "reason")?.map(heard);
    read.journal = get(row, "journal")?;
    read.state = state(row)?.knowing(read.journal.is_some());
    read.task = optional_json(get(row, "task")?, "task")?.unwrap_or_default();
    read.progress = optional_json(get(row, "progress")?, "progress")?;
    read.worker = get::<Option<String>>(row, "holder")?.map(heard);
    read.failed_turns =
        u32::try_from(get::<i64>(row, "failed_turns")?).map_err(|_| Fault::Unreadable("turns"))?;
    read.asked = unsigned(get(row, "asked")?)?;
    read.changed = time(get(row, "changed")?)?;
    Ok(read)
}
