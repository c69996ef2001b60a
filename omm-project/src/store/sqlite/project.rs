//! Rows of projects.

use super::{
    audit,
    value::{from_json, get, json, micros, optional_json, time, unsigned},
};
use crate::{
    project::{PasswordHash, Project, ProjectId},
    store::{Act, By},
};
use chrono::{DateTime, TimeDelta, Utc};
use omm_store::sqlite::Fault;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

/// The key of a project's row.
#[derive(Clone, Copy)]
pub(super) struct ProjectKey(pub(super) i64);

/// The key of a project; nothing if it is not there.
pub(super) fn key(conn: &Connection, id: &ProjectId) -> Result<Option<ProjectKey>, Fault> {
    let mut select = conn.prepare_cached("SELECT key FROM projects WHERE id = ?")?;
    Ok(select.query_row([id.as_str()], |row| row.get(0)).optional()?.map(ProjectKey))
}

pub(super) fn insert(conn: &Connection, project: &Project, by: &By) -> Result<(), Fault> {
    let sql =
        "INSERT INTO projects (id, name, contact, password, source, destination, options, held, created, changed,
               retention_days, erased_at, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";
    conn.execute(
        sql,
        params![
            project.id.as_str(),
            project.name,
            project.contact,
            project.password.as_str(),
            project.source.as_ref().map(json).transpose()?,
            project.destination.as_ref().map(json).transpose()?,
            json(&project.options)?,
            project.held,
            micros(project.created),
            micros(project.changed),
            project.options.retention_days,
            micros(project.erased_at()),
        ],
    )?;
    audit::append(conn, &project.id, by, &Act::ProjectCreated)
}

/// Says whether the stored one was still of that revision.
pub(super) fn update(conn: &Connection, project: &Project, by: &By) -> Result<bool, Fault> {
    let sql = "UPDATE projects SET name = ?3, contact = ?4, password = ?5, source = ?6, destination = ?7, options = ?8,
               retention_days = ?9, held = ?10, revision = revision + 1 WHERE id = ?1 AND revision = ?2";
    let changed = conn.execute(
        sql,
        params![
            project.id.as_str(),
            super::value::signed(project.revision)?,
            project.name,
            project.contact,
            project.password.as_str(),
            project.source.as_ref().map(json).transpose()?,
            project.destination.as_ref().map(json).transpose()?,
            json(&project.options)?,
            project.options.retention_days,
            project.held,
        ],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    touch(conn, &project.id, by.when)?;
    audit::append(conn, &project.id, by, &Act::ProjectChanged)?;
    Ok(true)
}

/// In microseconds.
pub(super) const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Something happened in it: its retention begins anew.
pub(super) fn touch(conn: &Connection, id: &ProjectId, now: DateTime<Utc>) -> Result<(), Fault> {
    let sql = "UPDATE projects SET changed = max(changed, ?2), erased_at = max(changed, ?2) + retention_days * ?3 WHERE id = ?1";
    conn.prepare_cached(sql)?.execute(params![id.as_str(), micros(now), DAY])?;
    Ok(())
}

pub(super) fn delete(conn: &Connection, id: &ProjectId, by: &By) -> Result<bool, Fault> {
    let Some(ProjectKey(key)) = self::key(conn, id)? else { return Ok(false) };
    for sql in [
        "DELETE FROM sessions WHERE project = ?",
        "DELETE FROM migrations WHERE project = ?",
        "DELETE FROM counts WHERE project = ?",
        "DELETE FROM projects WHERE key = ?",
    ] {
        conn.execute(sql, [key])?;
    }
    audit::append(conn, id, by, &Act::ProjectErased)?;
    Ok(true)
}

pub(super) fn get_one(conn: &Connection, id: &ProjectId) -> Result<Option<Project>, Fault> {
    Ok(all(conn, "SELECT * FROM projects WHERE id = ?", [id.as_str()])?.pop())
}

pub(super) fn list(conn: &Connection, after: Option<&ProjectId>, limit: u32) -> Result<Vec<Project>, Fault> {
    let after = after.map_or("", ProjectId::as_str);
    all(conn, "SELECT * FROM projects WHERE id > ? ORDER BY id LIMIT ?", params![after, limit])
}

pub(super) fn overdue(conn: &Connection, now: DateTime<Utc>, limit: u32) -> Result<Vec<ProjectId>, Fault> {
    let sql = format!("SELECT * FROM projects WHERE {OVERDUE} ORDER BY erased_at LIMIT ?2");
    Ok(all(conn, &sql, params![micros(now), limit])?.into_iter().map(|project| project.id).collect())
}

/// The states are those of [`crate::store::State::code`]: 0 and 9 wait for their turn, 1 for a time, 2 and 4 are at work, and what
/// is paused (3) goes on by itself where it has a time.
const OVERDUE: &str = "erased_at <= ?1
    AND NOT EXISTS (SELECT 1 FROM counts WHERE counts.project = projects.key AND count > 0
                    AND (state IN (1, 2, 4) OR (state IN (0, 9) AND held = 0)))
    AND NOT EXISTS (SELECT 1 FROM migrations INDEXED BY migrations_by_state
                    WHERE migrations.project = projects.key AND state = 3 AND start IS NOT NULL)";

pub(super) fn retire(conn: &Connection, id: &ProjectId, now: DateTime<Utc>, by: &By) -> Result<bool, Fault> {
    let sql = format!("SELECT 1 FROM projects WHERE {OVERDUE} AND id = ?2");
    let is_overdue = conn.prepare_cached(&sql)?.exists(params![micros(now), id.as_str()])?;
    if is_overdue { delete(conn, id, by) } else { Ok(false) }
}

/// What was begun so long ago and is not named will not be: a turn names it at once, or ends.
const UNNAMED: TimeDelta = TimeDelta::days(1);

pub(super) fn orphans(
    conn: &Connection,
    after: &str,
    limit: u32,
    now: DateTime<Utc>,
) -> Result<Vec<String>, Fault> {
    let sql = "SELECT journal FROM orphans WHERE journal > ?1
               UNION SELECT journal FROM unnamed WHERE journal > ?1 AND since < ?3 ORDER BY journal LIMIT ?2";
    let mut select = conn.prepare_cached(sql)?;
    let rows = select.query_map(params![after, limit, micros(now - UNNAMED)], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn buried(conn: &Connection, journal: &str) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM orphans WHERE journal = ?")?.execute([journal])?;
    named(conn, journal)
}

/// A journal is about to be made that no migration names yet.
pub(super) fn unnamed(conn: &Connection, journal: &str, now: DateTime<Utc>) -> Result<(), Fault> {
    conn.prepare_cached("INSERT INTO unnamed VALUES (?, ?)")?.execute(params![journal, micros(now)])?;
    Ok(())
}

/// A migration names it now, or it is erased.
pub(super) fn named(conn: &Connection, journal: &str) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM unnamed WHERE journal = ?")?.execute([journal])?;
    Ok(())
}

/// The name of a project, as it is stored.
pub(super) fn id(text: &str) -> Result<ProjectId, Fault> {
    ProjectId::parse(text).ok_or(Fault::Unreadable("project id"))
}

fn all(conn: &Connection, sql: &str, params: impl Params) -> Result<Vec<Project>, Fault> {
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query(params)?;
    let mut projects = Vec::new();
    while let Some(row) = rows.next()? {
        projects.push(read(row)?);
    }
    Ok(projects)
}

fn read(row: &Row<'_>) -> Result<Project, Fault> {
    let password: String = get(row, "password")?;
    let password = PasswordHash::from_stored(&password).map_err(|_| Fault::Unreadable("password hash"))?;
    let id = id(&get::<String>(row, "id")?)?;
    let mut project = Project::new(id, "", "", password, time(get(row, "created")?)?);
    project.name = get(row, "name")?;
    project.contact = get(row, "contact")?;
    project.source = optional_json(get(row, "source")?, "source")?;
    project.destination = optional_json(get(row, "destination")?, "destination")?;
    project.options = from_json(&get::<String>(row, "options")?, "options")?;
    project.held = get(row, "held")?;
    project.changed = time(get(row, "changed")?)?;
    project.revision = unsigned(get(row, "revision")?)?;
    Ok(project)
}
