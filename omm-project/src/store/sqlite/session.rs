//! Sessions, and attempts to have one.

use super::{
    audit, project,
    value::{get, micros, time},
};
use crate::{
    project::{Attempts, Rule, Session, TokenHash},
    store::{Act, By, Subject},
};
use chrono::{DateTime, TimeDelta, Utc};
use omm_store::sqlite::Fault;
use rusqlite::{Connection, Row, params};

pub(super) fn open(conn: &Connection, session: &Session, by: &By) -> Result<bool, Fault> {
    let Some(key) = project::key(conn, &session.project)? else { return Ok(false) };
    let (created, expires) = (micros(session.created), micros(session.expires));
    conn.execute(
        "INSERT INTO sessions VALUES (?, ?, ?, ?)",
        params![session.token.0, key.0, created, expires],
    )?;
    audit::append(conn, &session.project, by, &Act::LoggedIn)?;
    Ok(true)
}

pub(super) fn find(conn: &Connection, token: &TokenHash) -> Result<Option<Session>, Fault> {
    let sql = "SELECT id, sessions.created, expires FROM sessions JOIN projects ON projects.key = project WHERE token = ?";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([token.0])?;
    let read = |row: &Row<'_>| {
        let project = project::id(&get::<String>(row, "id")?)?;
        Ok(Session::new(*token, project, time(get(row, "created")?)?, time(get(row, "expires")?)?))
    };
    rows.next()?.map(read).transpose()
}

pub(super) fn end(conn: &Connection, token: &TokenHash, by: &By) -> Result<(), Fault> {
    let Some(session) = find(conn, token)? else { return Ok(()) };
    conn.execute("DELETE FROM sessions WHERE token = ?", [token.0])?;
    audit::append(conn, &session.project, by, &Act::LoggedOut)
}

pub(super) fn attempt(
    conn: &Connection,
    subject: &Subject,
    rule: &Rule,
    now: DateTime<Utc>,
) -> Result<Result<(), TimeDelta>, Fault> {
    match known(conn, subject)?.next(rule, now) {
        Ok(next) => store(conn, subject, next).map(Ok),
        Err(wait) => Ok(Err(wait)),
    }
}

pub(super) fn succeeded(conn: &Connection, address: &Subject, project: &Subject) -> Result<(), Fault> {
    conn.execute("DELETE FROM attempts WHERE subject = ?", [project.bytes()])?;
    store(conn, address, known(conn, address)?.given_back())
}

/// Longer than any rule remembers.
const FORGOTTEN: TimeDelta = TimeDelta::days(2);

pub(super) fn sweep(conn: &Connection, now: DateTime<Utc>) -> Result<(), Fault> {
    conn.execute("DELETE FROM sessions WHERE expires <= ?", [micros(now)])?;
    conn.execute("DELETE FROM attempts WHERE last <= ?", [micros(now - FORGOTTEN)])?;
    Ok(())
}

fn known(conn: &Connection, subject: &Subject) -> Result<Attempts, Fault> {
    let mut select = conn.prepare_cached("SELECT failed, last FROM attempts WHERE subject = ?")?;
    let mut rows = select.query([subject.bytes()])?;
    match rows.next()? {
        None => Ok(Attempts::default()),
        Some(row) => Ok(Attempts { failed: get(row, "failed")?, last: Some(time(get(row, "last")?)?) }),
    }
}

fn store(conn: &Connection, subject: &Subject, attempts: Attempts) -> Result<(), Fault> {
    let Attempts { failed, last: Some(last) } = attempts else { return Ok(()) };
    let sql = "INSERT INTO attempts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET failed = ?2, last = ?3";
    conn.prepare_cached(sql)?.execute(params![subject.bytes(), failed, micros(last)])?;
    Ok(())
}
