//! Rows of projects.

use super::{
    audit,
    value::{from_json, get, json, micros, optional_json, time, unsigned},
};
use crate::{
    project::{PasswordHash, Project, ProjectId},
    store::{Act, By},
};
use chrono::{DateTime, Utc};
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

/// Something happened in it: its retention begins anew.
pub(super) fn touch(conn: &Connection, id: &ProjectId, now: DateTime<Utc>) -> Result<(), Fault> {
    const DAY: i64 = 24 * 60 * 60 * 1_000_000;
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
    let sql = "SELECT * FROM projects WHERE erased_at <= ? ORDER BY erased_at LIMIT ?";
    Ok(all(conn, sql, params![micros(now), limit])?.into_iter().map(|project| project.id).collect())
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
