//! Audit lines, each written in the transaction that it is about.

use super::value::{get, micros, signed, time, unsigned};
use crate::{
    project::ProjectId,
    store::{Act, AuditLine, By},
};
use omm_store::sqlite::Fault;
use rusqlite::{Connection, OptionalExtension, Row, params};

const COLUMNS: &str = "number, who, what, at, hash";

pub(super) fn append(conn: &Connection, project: &ProjectId, by: &By, act: &Act) -> Result<(), Fault> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE project = ? ORDER BY number DESC LIMIT 1");
    let last = conn
        .prepare_cached(&sql)?
        .query_row([project.as_str()], |row| Ok(read(row)))
        .optional()?
        .transpose()?;
    let line = AuditLine::after(last.as_ref(), project, by, act);
    conn.prepare_cached("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)")?.execute(params![
        project.as_str(),
        signed(line.number)?,
        line.who,
        line.what,
        micros(line.when),
        line.hash
    ])?;
    Ok(())
}

pub(super) fn lines(
    conn: &Connection,
    project: &ProjectId,
    after: u64,
    limit: u32,
) -> Result<Vec<AuditLine>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE project = ? AND number > ? ORDER BY number LIMIT ?");
    let mut select = conn.prepare_cached(&sql)?;
    let mut rows = select.query(params![project.as_str(), signed(after)?, limit])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(read(row)?);
    }
    Ok(lines)
}

fn read(row: &Row<'_>) -> Result<AuditLine, Fault> {
    Ok(AuditLine {
        number: unsigned(get(row, "number")?)?,
        who: get(row, "who")?,
        what: get(row, "what")?,
        when: time(get(row, "at")?)?,
        hash: get(row, "hash")?,
    })
}
