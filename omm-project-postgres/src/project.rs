//! Rows of projects.

use crate::{
    audit,
    value::{from_json, get, json, micros, optional_json, signed, time, unsigned},
};
use chrono::{DateTime, Utc};
use omm_project::{
    project::{Options, PasswordHash, Project, ProjectId},
    store::{Act, By},
};
use omm_store_postgres::sql::{Fault, read as heard, stored};
use sqlx::{PgConnection, Row, postgres::PgRow};

/// The key of a project's row.
#[derive(Clone, Copy)]
pub(crate) struct ProjectKey(pub(crate) i64);

/// What [`read`] reads, each by its name: see the columns of migrations.
macro_rules! columns {
    () => {
        "id, name, contact, password, source, destination, options, held, created, changed, revision"
    };
}

/// The key of a project; nothing if it is not there.
pub(crate) async fn key(conn: &mut PgConnection, id: &ProjectId) -> Result<Option<ProjectKey>, Fault> {
    keyed(conn, "SELECT key FROM omm_projects.projects WHERE id = $1", id).await
}

/// The same, and nobody else changes it or anything of it before the end of the transaction.
pub(crate) async fn lock(conn: &mut PgConnection, id: &ProjectId) -> Result<Option<ProjectKey>, Fault> {
    keyed(conn, "SELECT key FROM omm_projects.projects WHERE id = $1 FOR UPDATE", id).await
}

/// The same, but nothing also where somebody else has it locked: nobody waits.
pub(crate) async fn try_lock(conn: &mut PgConnection, id: &ProjectId) -> Result<Option<ProjectKey>, Fault> {
    keyed(conn, "SELECT key FROM omm_projects.projects WHERE id = $1 FOR UPDATE SKIP LOCKED", id).await
}

async fn keyed(
    conn: &mut PgConnection,
    sql: &'static str,
    id: &ProjectId,
) -> Result<Option<ProjectKey>, Fault> {
    let row = sqlx::query(sql).bind(id.as_str()).fetch_optional(conn).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.map(ProjectKey))
}

pub(crate) async fn insert(conn: &mut PgConnection, project: &Project, by: &By) -> Result<(), Fault> {
    let sql = "INSERT INTO omm_projects.projects (id, name, contact, password, source, destination, options, held, \
                   created, changed, retention_days, erased_at, revision) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)";
    sqlx::query(sql)
        .bind(project.id.as_str())
        .bind(stored(&project.name))
        .bind(stored(&project.contact))
        .bind(project.password.as_str())
        .bind(project.source.as_ref().map(json).transpose()?)
        .bind(project.destination.as_ref().map(json).transpose()?)
        .bind(json(&project.options)?)
        .bind(project.held)
        .bind(micros(project.created))
        .bind(micros(project.changed))
        .bind(i64::from(project.options.retention_days))
        .bind(micros(project.erased_at()))
        .execute(&mut *conn)
        .await?;
    audit::append(conn, &project.id, by, &Act::ProjectCreated).await
}

/// Says whether the stored one was still of that revision.
pub(crate) async fn update(conn: &mut PgConnection, project: &Project, by: &By) -> Result<bool, Fault> {
    let sql = "UPDATE omm_projects.projects SET name = $3, contact = $4, password = $5, source = $6, destination = $7, \
                   options = $8, retention_days = $9, held = $10, revision = revision + 1 WHERE id = $1 AND revision = $2";
    let changed = sqlx::query(sql)
        .bind(project.id.as_str())
        .bind(signed(project.revision)?)
        .bind(stored(&project.name))
        .bind(stored(&project.contact))
        .bind(project.password.as_str())
        .bind(project.source.as_ref().map(json).transpose()?)
        .bind(project.destination.as_ref().map(json).transpose()?)
        .bind(json(&project.options)?)
        .bind(i64::from(project.options.retention_days))
        .bind(project.held)
        .execute(&mut *conn)
        .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    touch(conn, &project.id, by.when).await?;
    audit::append(conn, &project.id, by, &Act::ProjectChanged).await?;
    Ok(true)
}

/// In microseconds.
pub(crate) const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Something happened in it: its retention begins anew.
pub(crate) async fn touch(conn: &mut PgConnection, id: &ProjectId, now: DateTime<Utc>) -> Result<(), Fault> {
    let sql = "UPDATE omm_projects.projects SET changed = greatest(changed, $2), \
                   erased_at = greatest(changed, $2) + retention_days * $3 WHERE id = $1";
    sqlx::query(sql).bind(id.as_str()).bind(micros(now)).bind(DAY).execute(conn).await?;
    Ok(())
}

pub(crate) async fn delete(conn: &mut PgConnection, id: &ProjectId, by: &By) -> Result<bool, Fault> {
    let Some(ProjectKey(key)) = lock(conn, id).await? else { return Ok(false) };
    // A large one takes its time.
    sqlx::raw_sql("SET LOCAL statement_timeout = 0").execute(&mut *conn).await?;
    for sql in [
        "DELETE FROM omm_projects.sessions WHERE project = $1",
        "DELETE FROM omm_projects.migrations WHERE project = $1",
        "DELETE FROM omm_projects.counts WHERE project = $1",
        "DELETE FROM omm_projects.wanted WHERE project = $1",
        "DELETE FROM omm_projects.projects WHERE key = $1",
    ] {
        sqlx::query(sql).bind(key).execute(&mut *conn).await?;
    }
    audit::append(conn, id, by, &Act::ProjectErased).await?;
    Ok(true)
}

pub(crate) async fn get_one(conn: &mut PgConnection, id: &ProjectId) -> Result<Option<Project>, Fault> {
    let row = sqlx::query(concat!("SELECT ", columns!(), " FROM omm_projects.projects WHERE id = $1"))
        .bind(id.as_str());
    row.fetch_optional(conn).await?.as_ref().map(read).transpose()
}

/// How often it was changed; nothing if it is not there.
pub(crate) async fn revision(conn: &mut PgConnection, id: &ProjectId) -> Result<Option<u64>, Fault> {
    let query = sqlx::query("SELECT revision FROM omm_projects.projects WHERE id = $1").bind(id.as_str());
    let row = query.fetch_optional(conn).await?;
    row.map(|row| unsigned(get(&row, "revision")?)).transpose()
}

/// The options of a project, by the key of its row.
pub(crate) async fn options(conn: &mut PgConnection, key: i64) -> Result<Option<Options>, Fault> {
    let query = sqlx::query("SELECT options FROM omm_projects.projects WHERE key = $1").bind(key);
    let row = query.fetch_optional(conn).await?;
    row.map(|row| from_json(&get::<String>(&row, "options")?, "options")).transpose()
}

pub(crate) async fn list(
    conn: &mut PgConnection,
    after: Option<&ProjectId>,
    limit: u32,
) -> Result<Vec<Project>, Fault> {
    let after = after.map_or("", ProjectId::as_str);
    let query = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM omm_projects.projects WHERE id > $1 ORDER BY id LIMIT $2"
    ));
    query.bind(after).bind(i64::from(limit)).fetch_all(conn).await?.iter().map(read).collect()
}

/// The states are those of [`omm_project::store::State::code`]: 0 waits for its turn, 1 for a time, 2 and 4 are at work, and
/// what is paused (3) goes on by itself where it has a time.
macro_rules! overdue {
    () => {
        "erased_at <= $1 \
         AND NOT EXISTS (SELECT 1 FROM omm_projects.counts AS c WHERE c.project = p.key AND c.count > 0 \
                         AND (c.state IN (1, 2, 4) OR (c.state = 0 AND NOT p.held))) \
         AND NOT EXISTS (SELECT 1 FROM omm_projects.migrations AS m \
                         WHERE m.project = p.key AND m.state = 3 AND m.start IS NOT NULL)"
    };
}

pub(crate) async fn overdue(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<ProjectId>, Fault> {
    let query = sqlx::query(concat!(
        "SELECT id FROM omm_projects.projects AS p WHERE ",
        overdue!(),
        " ORDER BY erased_at LIMIT $2"
    ));
    query.bind(micros(now)).bind(i64::from(limit)).fetch_all(conn).await?.iter().map(named).collect()
}

/// In one step with the question: whoever changes anything of it locks it first.
pub(crate) async fn retire(
    conn: &mut PgConnection,
    id: &ProjectId,
    now: DateTime<Utc>,
    by: &By,
) -> Result<bool, Fault> {
    let Some(ProjectKey(key)) = lock(conn, id).await? else { return Ok(false) };
    let query = sqlx::query(concat!(
        "SELECT EXISTS (SELECT 1 FROM omm_projects.projects AS p WHERE ",
        overdue!(),
        " AND p.key = $2)"
    ));
    let is_overdue = query.bind(micros(now)).bind(key).fetch_one(&mut *conn).await?.try_get(0)?;
    if is_overdue { delete(conn, id, by).await } else { Ok(false) }
}

pub(crate) async fn orphans(conn: &mut PgConnection, after: &str, limit: u32) -> Result<Vec<String>, Fault> {
    // What was begun so long ago and is not named will not be: a turn names it at once, or ends.
    let sql = "SELECT journal FROM omm_projects.orphans WHERE journal > $1 UNION \
               SELECT journal FROM omm_projects.unnamed WHERE journal > $1 AND since < clock_timestamp() - interval '1 day' \
               ORDER BY journal LIMIT $2";
    let rows = sqlx::query(sql).bind(after).bind(i64::from(limit)).fetch_all(conn).await?;
    rows.iter().map(|row| get(row, "journal")).collect()
}

pub(crate) async fn buried(conn: &mut PgConnection, journal: &str) -> Result<(), Fault> {
    sqlx::query("DELETE FROM omm_projects.orphans WHERE journal = $1")
        .bind(journal)
        .execute(&mut *conn)
        .await?;
    named_now(conn, journal).await
}

/// A journal is about to be made that no migration names yet.
pub(crate) async fn unnamed(conn: &mut PgConnection, journal: &str) -> Result<(), Fault> {
    let sql = "INSERT INTO omm_projects.unnamed VALUES ($1, clock_timestamp())";
    sqlx::query(sql).bind(journal).execute(conn).await?;
    Ok(())
}

/// A migration names it now, or it is erased.
pub(crate) async fn named_now(conn: &mut PgConnection, journal: &str) -> Result<(), Fault> {
    sqlx::query("DELETE FROM omm_projects.unnamed WHERE journal = $1").bind(journal).execute(conn).await?;
    Ok(())
}

/// The name of a project, in the column `id`.
pub(crate) fn named(row: &PgRow) -> Result<ProjectId, Fault> {
    ProjectId::parse(&get::<String>(row, "id")?).ok_or(Fault::Unreadable("project id"))
}

pub(crate) fn read(row: &PgRow) -> Result<Project, Fault> {
    let password: String = get(row, "password")?;
    let password = PasswordHash::from_stored(&password).map_err(|_| Fault::Unreadable("password hash"))?;
    let mut project = Project::new(named(row)?, "", "", password, time(get(row, "created")?)?);
    project.name = heard(get(row, "name")?);
    project.contact = heard(get(row, "contact")?);
    project.source = optional_json(get(row, "source")?, "source")?;
    project.destination = optional_json(get(row, "destination")?, "destination")?;
    project.options = from_json(&get::<String>(row, "options")?, "options")?;
    project.held = get(row, "held")?;
    project.changed = time(get(row, "changed")?)?;
    project.revision = unsigned(get(row, "revision")?)?;
    Ok(project)
}
