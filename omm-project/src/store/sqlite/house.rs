//! What all projects together may have.

use super::value::{from_json, json};
use crate::project::HouseLimits;
use omm_store::sqlite::Fault;
use rusqlite::{Connection, OptionalExtension};

pub(super) fn limits(conn: &Connection) -> Result<HouseLimits, Fault> {
    let mut select = conn.prepare_cached("SELECT limits FROM house")?;
    let known: Option<String> = select.query_row([], |row| row.get(0)).optional()?;
    known.map_or(Ok(HouseLimits::default()), |text| from_json(&text, "limits"))
}

pub(super) fn limit(conn: &Connection, limits: &HouseLimits) -> Result<(), Fault> {
    let sql = "INSERT INTO house VALUES (1, ?1) ON CONFLICT DO UPDATE SET limits = ?1";
    conn.prepare_cached(sql)?.execute([json(limits)?])?;
    Ok(())
}
