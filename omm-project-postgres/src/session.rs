//! Sessions, and attempts to have one.

use crate::{
    audit, project,
    value::{get, micros, time},
};
use chrono::{DateTime, TimeDelta, Utc};
use omm_project::{
    project::{Attempts, Rule, Session, TokenHash},
    store::{Act, By, Subject},
};
use omm_store_postgres::sql::Fault;
use sqlx::PgConnection;

pub(crate) async fn open(conn: &mut PgConnection, session: &Session, by: &By) -> Result<bool, Fault> {
    let Some(key) = project::lock(conn, &session.project).await? else { return Ok(false) };
    sqlx::query("INSERT INTO omm_projects.sessions VALUES ($1, $2, $3, $4)")
        .bind(&session.token.0[..])
        .bind(key.0)
        .bind(micros(session.created))
        .bind(micros(session.expires))
        .execute(&mut *conn)
        .await?;
    audit::append(conn, &session.project, by, &Act::LoggedIn).await?;
    Ok(true)
}

pub(crate) async fn find(conn: &mut PgConnection, token: &TokenHash) -> Result<Option<Session>, Fault> {
    let sql = "SELECT p.id, s.created, s.expires FROM omm_projects.sessions AS s \
               JOIN omm_projects.projects AS p ON p.key = s.project WHERE s.token = $1";
    let Some(row) = sqlx::query(sql).bind(&token.0[..]).fetch_optional(conn).await? else { return Ok(None) };
    let (created, expires) = (time(get(&row, "created")?)?, time(get(&row, "expires")?)?);
    Ok(Some(Session::new(*token, project::named(&row)?, created, expires)))
}

pub(crate) async fn end(conn: &mut PgConnection, token: &TokenHash, by: &By) -> Result<(), Fault> {
    let Some(session) = find(conn, token).await? else { return Ok(()) };
    project::lock(conn, &session.project).await?;
    let deleted = sqlx::query("DELETE FROM omm_projects.sessions WHERE token = $1").bind(&token.0[..]);
    match deleted.execute(&mut *conn).await?.rows_affected() {
        // Somebody else ended it at this moment.
        0 => Ok(()),
        _ => audit::append(conn, &session.project, by, &Act::LoggedOut).await,
    }
}

pub(crate) async fn attempt(
    conn: &mut PgConnection,
    subject: &Subject,
    rule: &Rule,
    now: DateTime<Utc>,
) -> Result<Result<(), TimeDelta>, Fault> {
    alone(conn, subject).await?;
    match known(conn, subject).await?.next(rule, now) {
        Ok(next) => store(conn, subject, next).await.map(Ok),
        Err(wait) => Ok(Err(wait)),
    }
}

pub(crate) async fn succeeded(
    conn: &mut PgConnection,
    address: &Subject,
    project: &Subject,
) -> Result<(), Fault> {
    alone(conn, address).await?;
    let sql = "DELETE FROM omm_projects.attempts WHERE subject = $1";
    sqlx::query(sql).bind(&project.bytes()[..]).execute(&mut *conn).await?;
    let given_back = known(conn, address).await?.given_back();
    store(conn, address, given_back).await
}

/// Longer than any rule remembers.
const FORGOTTEN: TimeDelta = TimeDelta::days(2);

pub(crate) async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Fault> {
    let sql = "DELETE FROM omm_projects.sessions WHERE expires <= $1";
    sqlx::query(sql).bind(micros(now)).execute(&mut *conn).await?;
    let sql = "DELETE FROM omm_projects.attempts WHERE last <= $1";
    sqlx::query(sql).bind(micros(now - FORGOTTEN)).execute(conn).await?;
    Ok(())
}

/// Of several attempts at once, each counts: there may be no row yet that could be locked.
async fn alone(conn: &mut PgConnection, subject: &Subject) -> Result<(), Fault> {
    let [a, b, c, d, e, f, g, h, ..] = *subject.bytes();
    let number = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(number).execute(conn).await?;
    Ok(())
}

async fn known(conn: &mut PgConnection, subject: &Subject) -> Result<Attempts, Fault> {
    let sql = "SELECT failed, last FROM omm_projects.attempts WHERE subject = $1";
    let row = sqlx::query(sql).bind(&subject.bytes()[..]).fetch_optional(conn).await?;
    let Some(row) = row else { return Ok(Attempts::default()) };
    let failed = u32::try_from(get::<i64>(&row, "failed")?).map_err(|_| Fault::Unreadable("attempts"))?;
    Ok(Attempts { failed, last: Some(time(get(&row, "last")?)?) })
}

async fn store(conn: &mut PgConnection, subject: &Subject, attempts: Attempts) -> Result<(), Fault> {
    let Attempts { failed, last: Some(last) } = attempts else { return Ok(()) };
    let sql = "INSERT INTO omm_projects.attempts VALUES ($1, $2, $3) \
               ON CONFLICT (subject) DO UPDATE SET failed = $2, last = $3";
    let query = sqlx::query(sql).bind(&subject.bytes()[..]).bind(i64::from(failed)).bind(micros(last));
    query.execute(conn).await?;
    Ok(())
}
