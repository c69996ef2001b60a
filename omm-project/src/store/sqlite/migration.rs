//! Rows of migrations.

use super::{
    audit,
    project::{self, ProjectKey},
    value::{from_json, get, json, micros, optional_json, signed, time, unsigned},
};
use crate::{
    MailboxKey,
    import::SharedDestination,
    project::ProjectId,
    sealed::{Field, Sealed},
    store::{Act, Added, By, Counts, MigrationKey, MigrationRow, NewMigration, Page, Secrets, State},
};
use chrono::{DateTime, Utc};
use omm_store::sqlite::Fault;
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(super) fn reserve(conn: &Connection, count: u64) -> Result<MigrationKey, Fault> {
    let sql = "UPDATE next_migration SET key = key + ? RETURNING key - ?1";
    let first: i64 = conn.query_row(sql, [signed(count)?], |row| row.get(0))?;
    unsigned(first).map(MigrationKey)
}

pub(super) fn add(
    conn: &Connection,
    (id, key): (&ProjectId, ProjectKey),
    migrations: &[NewMigration],
    by: &By,
) -> Result<Vec<Added>, Fault> {
    let answers = migrations.iter().map(|migration| add_one(conn, key, migration, by.when));
    let answers: Vec<Added> = answers.collect::<Result<_, _>>()?;
    let mut added = answers.iter().zip(migrations).filter(|(answer, _)| **answer == Added::Added);
    if let Some((_, first)) = added.next() {
        let act = Act::MigrationsAdded { count: 1 + added.count() as u64, first: first.key };
        project::touch(conn, id, by.when)?;
        audit::append(conn, id, by, &act)?;
    }
    Ok(answers)
}

fn add_one(
    conn: &Connection,
    ProjectKey(project): ProjectKey,
    migration: &NewMigration,
    now: DateTime<Utc>,
) -> Result<Added, Fault> {
    let target = MailboxKey::of(&migration.destination);
    let pair = MailboxKey::pair(MailboxKey::of(&migration.source), target);
    let find = |sql: &str, key: MailboxKey| -> Result<Option<MigrationKey>, Fault> {
        let mut select = conn.prepare_cached(sql)?;
        let found: Option<i64> =
            select.query_row(params![project, key.bytes()], |row| row.get(0)).optional()?;
        found.map(|key| unsigned(key).map(MigrationKey)).transpose()
    };
    if let Some(key) = find("SELECT key FROM migrations WHERE project = ? AND pair = ?", pair)? {
        return Ok(Added::SamePair(key));
    }
    if migration.shared_destination == SharedDestination::Refused
        && let Some(key) =
            find("SELECT key FROM migrations WHERE project = ? AND target = ? LIMIT 1", target)?
    {
        return Ok(Added::SameDestination(key));
    }
    let state = if migration.start.is_some() { State::Scheduled } else { State::NotStarted };
    let sql =
        "INSERT INTO migrations (key, project, line, source, destination, pair, target, source_password,
               destination_password, state, priority, start, created, changed)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?13, ?13)";
    conn.prepare_cached(sql)?.execute(params![
        signed(migration.key.0)?,
        project,
        migration.line.map(signed).transpose()?,
        json(&migration.source)?,
        json(&migration.destination)?,
        pair.bytes(),
        target.bytes(),
        migration.source_password.as_ref().map(Sealed::as_bytes),
        migration.destination_password.as_ref().map(Sealed::as_bytes),
        state.code(),
        migration.priority,
        migration.start.map(micros),
        micros(now),
    ])?;
    Ok(Added::Added)
}

pub(super) fn one(
    conn: &Connection,
    ProjectKey(project): ProjectKey,
    key: MigrationKey,
) -> Result<Option<MigrationRow>, Fault> {
    // No key so large was ever given.
    let Ok(key) = signed(key.0) else { return Ok(None) };
    let mut select = conn.prepare_cached("SELECT * FROM migrations WHERE key = ? AND project = ?")?;
    let mut rows = select.query([key, project])?;
    rows.next()?.map(read).transpose()
}

pub(super) fn page(
    conn: &Connection,
    ProjectKey(project): ProjectKey,
    page: &Page,
) -> Result<Vec<MigrationRow>, Fault> {
    let nothing = if page.newest_first { i64::MAX } else { 0 };
    let after = page.after.map_or(Ok(nothing), |key| signed(key.0)).unwrap_or(i64::MAX);
    let mut migrations = Vec::new();
    // A question for each, so that each has its index.
    let sql = match (page.state, page.newest_first) {
        (None, false) => {
            "SELECT * FROM migrations INDEXED BY migrations_by_project WHERE project = ? AND key > ? ORDER BY key LIMIT ?"
        }
        (None, true) => {
            "SELECT * FROM migrations INDEXED BY migrations_by_project
             WHERE project = ? AND key < ? ORDER BY key DESC LIMIT ?"
        }
        (Some(_), false) => {
            "SELECT * FROM migrations INDEXED BY migrations_by_state
             WHERE project = ? AND key > ? AND state = ?4 ORDER BY key LIMIT ?3"
        }
        (Some(_), true) => {
            "SELECT * FROM migrations INDEXED BY migrations_by_state
             WHERE project = ? AND key < ? AND state = ?4 ORDER BY key DESC LIMIT ?3"
        }
    };
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = match page.state {
        None => select.query(params![project, after, page.limit])?,
        Some(state) => select.query(params![project, after, page.limit, state.code()])?,
    };
    while let Some(row) = rows.next()? {
        migrations.push(read(row)?);
    }
    Ok(migrations)
}

pub(super) fn counts(conn: &Connection, ProjectKey(project): ProjectKey) -> Result<Counts, Fault> {
    let mut select = conn.prepare_cached("SELECT state, count FROM counts WHERE project = ?")?;
    let mut rows = select.query([project])?;
    let mut counts = Counts::default();
    while let Some(row) = rows.next()? {
        counts.set(state(row)?, unsigned(get(row, "count")?)?);
    }
    Ok(counts)
}

pub(super) fn totals(conn: &Connection) -> Result<Counts, Fault> {
    let mut select = conn.prepare_cached("SELECT state, sum(count) AS count FROM counts GROUP BY state")?;
    let mut rows = select.query([])?;
    let mut counts = Counts::default();
    while let Some(row) = rows.next()? {
        counts.set(state(row)?, unsigned(get(row, "count")?)?);
    }
    Ok(counts)
}

pub(super) fn erase(
    conn: &Connection,
    (id, ProjectKey(project)): (&ProjectId, ProjectKey),
    keys: &[MigrationKey],
    by: &By,
) -> Result<u64, Fault> {
    let mut delete =
        conn.prepare_cached("DELETE FROM migrations WHERE key = ? AND project = ? AND state NOT IN (2, 4)")?;
    let (mut count, mut first) = (0, None);
    for key in keys {
        let Ok(number) = signed(key.0) else { continue };
        if delete.execute([number, project])? > 0 {
            count += 1;
            first = first.or(Some(*key));
        }
    }
    if let Some(first) = first {
        project::touch(conn, id, by.when)?;
        audit::append(conn, id, by, &Act::MigrationsErased { count, first })?;
    }
    Ok(count)
}

/// Whatever is over (5 to 8) and overdue; the project is none the younger for it.
pub(super) fn retire(
    conn: &Connection,
    now: DateTime<Utc>,
    limit: u32,
    by: &By,
) -> Result<Vec<MigrationKey>, Fault> {
    let sql = "SELECT migrations.key, id FROM projects JOIN migrations INDEXED BY migrations_by_end ON project = projects.key
               WHERE state IN (5, 6, 7, 8) AND migrations.changed <= ?1 - retention_days * ?2
               ORDER BY projects.key, migrations.key LIMIT ?3";
    let mut select = conn.prepare_cached(sql)?;
    let rows = select.query_map(params![micros(now), project::DAY, limit], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    let overdue: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
    let mut delete = conn.prepare_cached("DELETE FROM migrations WHERE key = ?")?;
    let mut retired = Vec::with_capacity(overdue.len());
    for of_one in overdue.chunk_by(|(_, one), (_, other)| one == other) {
        let from = retired.len();
        for (key, _) in of_one {
            delete.execute([key])?;
            retired.push(MigrationKey(unsigned(*key)?));
        }
        if let (Some((_, id)), Some(first)) = (of_one.first(), retired.get(from).copied()) {
            let act = Act::MigrationsErased { count: of_one.len() as u64, first };
            audit::append(conn, &project::id(id)?, by, &act)?;
        }
    }
    Ok(retired)
}

pub(super) fn secrets(
    conn: &Connection,
    after: Option<MigrationKey>,
    limit: u32,
) -> Result<Vec<Secrets>, Fault> {
    let after = after.map_or(Ok(0), |key| signed(key.0))?;
    let sql = "SELECT migrations.key, id, source_password, destination_password
               FROM migrations INDEXED BY migrations_with_passwords JOIN projects ON projects.key = project
               WHERE migrations.key > ? AND (source_password IS NOT NULL OR destination_password IS NOT NULL)
               ORDER BY migrations.key LIMIT ?";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query(params![after, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = [Field::SourcePassword, Field::DestinationPassword];
        let sealed = fields.into_iter().filter_map(|field| Some((field, sealed(row, field).transpose()?)));
        let sealed = sealed.map(|(field, sealed)| Ok((field, sealed?)));
        found.push(Secrets {
            project: project::id(&get::<String>(row, "id")?)?,
            key: MigrationKey(unsigned(get(row, "key")?)?),
            sealed: sealed.collect::<Result<_, Fault>>()?,
        });
    }
    Ok(found)
}

/// The column of a password; the secrets of a project have none.
pub(super) fn column(field: Field) -> Option<&'static str> {
    match field {
        Field::SourcePassword => Some("source_password"),
        Field::DestinationPassword => Some("destination_password"),
        Field::MailPassword | Field::WebhookSecret | Field::WebhookUrl => None,
    }
}

fn sealed(row: &Row<'_>, field: Field) -> Result<Option<Sealed>, Fault> {
    let Some(column) = column(field) else { return Ok(None) };
    let bytes: Option<Vec<u8>> = get(row, column)?;
    bytes.map(|bytes| Sealed::from_bytes(bytes).map_err(|_| Fault::Unreadable("sealed password"))).transpose()
}

pub(super) fn state(row: &Row<'_>) -> Result<State, Fault> {
    State::of_code(get(row, "state")?).ok_or(Fault::Unreadable("state"))
}

pub(super) fn read(row: &Row<'_>) -> Result<MigrationRow, Fault> {
    let line: Option<i64> = get(row, "line")?;
    let start: Option<i64> = get(row, "start")?;
    Ok(MigrationRow {
        key: MigrationKey(unsigned(get(row, "key")?)?),
        line: line.map(unsigned).transpose()?,
        source: from_json(&get::<String>(row, "source")?, "source")?,
        destination: from_json(&get::<String>(row, "destination")?, "destination")?,
        source_password: sealed(row, Field::SourcePassword)?,
        destination_password: sealed(row, Field::DestinationPassword)?,
        state: state(row)?,
        reason: get(row, "reason")?,
        priority: get(row, "priority")?,
        start: start.map(time).transpose()?,
        journal: get(row, "journal")?,
        task: optional_json(get(row, "task")?, "task")?.unwrap_or_default(),
        progress: optional_json(get(row, "progress")?, "progress")?,
        // One process alone works on a file.
        worker: None,
        failed_turns: get(row, "failed_turns")?,
        asked: unsigned(get(row, "asked")?)?,
        created: time(get(row, "created")?)?,
        changed: time(get(row, "changed")?)?,
    })
}
