//! Whose turn it is.

use super::{
    audit, migration,
    project::{self, ProjectKey},
    value::{get, json, micros, signed, unsigned},
};
use crate::{
    project::ProjectId,
    store::{Act, By, MigrationKey, MigrationRow, State},
    work::{Progress, Wish},
};
use chrono::{DateTime, Utc};
use omm_store::sqlite::Fault;
use rusqlite::{Connection, Row, params};
use std::collections::VecDeque;

/// A wish that nobody heard any more is heard now: what was to pause is paused, what was to stop is stopped.
pub(super) fn take_up(conn: &Connection, by: &By) -> Result<(), Fault> {
    let sql = "UPDATE migrations SET wish = NULL, changed = ?,
               state = CASE WHEN wish = ?2 THEN ?4 WHEN wish = ?3 THEN ?5 WHEN journal IS NULL THEN ?6 ELSE ?7 END
               WHERE state IN (2, 4) RETURNING key, project";
    let left: Vec<(i64, i64)> = {
        let mut update = conn.prepare_cached(sql)?;
        let rows = update.query_map(
            params![
                micros(by.when),
                Wish::Pause.code(),
                Wish::Stop.code(),
                State::Paused.code(),
                State::Stopped.code(),
                State::NotStarted.code(),
                State::Waiting.code()
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        rows.collect::<Result<_, _>>()?
    };
    let mut projects: Vec<i64> = left.iter().map(|(_, project)| *project).collect();
    projects.sort_unstable();
    projects.dedup();
    for key in projects {
        let mine = left.iter().filter(|(_, project)| *project == key);
        let keys = mine.map(|(migration, _)| unsigned(*migration).map(MigrationKey));
        let act = Act::left_behind(keys.collect::<Result<_, _>>()?);
        let id = name(conn, key)?;
        project::touch(conn, &id, by.when)?;
        audit::append(conn, &id, by, &act)?;
    }
    Ok(())
}

pub(super) fn due(conn: &Connection, now: DateTime<Utc>) -> Result<Vec<ProjectId>, Fault> {
    // Its time has come. The project is asked below whether it is held.
    let sql = "UPDATE migrations INDEXED BY migrations_by_time
               SET state = CASE WHEN journal IS NULL THEN 0 ELSE 9 END, start = NULL, reason = NULL
               WHERE state IN (1, 3) AND start IS NOT NULL AND start <= ?";
    conn.prepare_cached(sql)?.execute([micros(now)])?;
    waiting(conn)
}

pub(super) fn first(
    conn: &Connection,
    ProjectKey(project): ProjectKey,
    limit: usize,
) -> Result<VecDeque<MigrationRow>, Fault> {
    let sql = "SELECT * FROM migrations INDEXED BY migrations_by_turn
               WHERE project = ? AND state IN (0, 9) ORDER BY priority DESC, key LIMIT ?";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([project, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut migrations = VecDeque::new();
    while let Some(row) = rows.next()? {
        migrations.push_back(migration::read(row)?);
    }
    Ok(migrations)
}

/// Projects that are not held and have something whose turn it is: from one to the next by the index of what waits, whatever
/// else there is, and however much waits.
fn waiting(conn: &Connection) -> Result<Vec<ProjectId>, Fault> {
    let sql = "WITH RECURSIVE waiting (project) AS (
                   SELECT min(project) FROM migrations INDEXED BY migrations_by_turn WHERE state IN (0, 9)
                   UNION ALL
                   SELECT (SELECT project FROM migrations INDEXED BY migrations_by_turn
                           WHERE state IN (0, 9) AND project > waiting.project ORDER BY project LIMIT 1)
                   FROM waiting WHERE waiting.project IS NOT NULL
               )
               SELECT id FROM waiting JOIN projects ON projects.key = waiting.project WHERE held = 0";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(id(row)?);
    }
    Ok(found)
}

pub(super) fn is_waiting(conn: &Connection) -> Result<bool, Fault> {
    if !waiting(conn)?.is_empty() {
        return Ok(true);
    }
    let sql = "SELECT 1 FROM migrations INDEXED BY migrations_by_time JOIN projects ON projects.key = project
               WHERE state IN (1, 3) AND start IS NOT NULL AND held = 0";
    Ok(conn.prepare_cached(sql)?.exists([])?)
}

pub(super) fn wishes(conn: &Connection, of: &[MigrationKey]) -> Result<Vec<(MigrationKey, Wish)>, Fault> {
    let mut select = conn.prepare_cached("SELECT wish FROM migrations WHERE key = ?")?;
    let mut found = Vec::new();
    for key in of {
        let mut rows = select.query([signed(key.0)?])?;
        let wish = match rows.next()? {
            Some(row) => get::<Option<i64>>(row, "wish")?
                .map(|code| Wish::of_code(code).ok_or(Fault::Unreadable("wish")))
                .transpose()?,
            // It was erased with its project while it is worked on.
            None => Some(Wish::Stop),
        };
        found.extend(wish.map(|wish| (*key, wish)));
    }
    Ok(found)
}

pub(super) fn note(conn: &Connection, notes: &[(MigrationKey, Progress)]) -> Result<(), Fault> {
    let mut update = conn.prepare_cached("UPDATE migrations SET progress = ?2 WHERE key = ?1")?;
    for (key, progress) in notes {
        update.execute(params![signed(key.0)?, json(progress)?])?;
    }
    Ok(())
}

fn name(conn: &Connection, key: i64) -> Result<ProjectId, Fault> {
    let mut select = conn.prepare_cached("SELECT id FROM projects WHERE key = ?")?;
    let mut rows = select.query([key])?;
    let row = rows.next()?.ok_or(Fault::Unreadable("project"))?;
    id(row)
}

fn id(row: &Row<'_>) -> Result<ProjectId, Fault> {
    project::id(&get::<String>(row, "id")?)
}
