//! Changes of migrations.

use super::{
    audit,
    migration::{column, state},
    project::{self, ProjectKey},
    value::{get, json, micros, signed},
};
use crate::{
    project::ProjectId,
    sealed::Sealed,
    store::{Act, By, Change, Changed, MigrationKey, State},
    work::{Task, Wish},
};
use omm_store::sqlite::Fault;
use rusqlite::{Connection, ToSql, params};

pub(super) fn change(
    conn: &Connection,
    (id, key): (&ProjectId, ProjectKey),
    changes: &[(MigrationKey, Change)],
    by: &By,
) -> Result<Vec<Changed>, Fault> {
    let answers = changes.iter().map(|(migration, change)| change_one(conn, key, *migration, change, by));
    let answers: Vec<Changed> = answers.collect::<Result<_, _>>()?;
    let changed = answers.iter().zip(changes).filter(|(answer, _)| **answer == Changed::Changed);
    let acts = Act::of_changes(changed.map(|(_, change)| change));
    if !acts.is_empty() {
        project::touch(conn, id, by.when)?;
    }
    for act in acts {
        audit::append(conn, id, by, &act)?;
    }
    Ok(answers)
}

fn change_one(
    conn: &Connection,
    ProjectKey(project): ProjectKey,
    key: MigrationKey,
    change: &Change,
    by: &By,
) -> Result<Changed, Fault> {
    let Ok(key) = signed(key.0) else { return Ok(Changed::Missing) };
    let sql = "SELECT state, journal IS NOT NULL AS begun FROM migrations WHERE key = ? AND project = ?";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([key, project])?;
    let Some(row) = rows.next()? else { return Ok(Changed::Missing) };
    let (known, is_begun) = (state(row)?, get(row, "begun")?);
    drop(rows);
    let set = |assignments: &str, value: &dyn ToSql| {
        let sql = format!("UPDATE migrations SET {assignments}, changed = ?3 WHERE key = ?1");
        conn.prepare_cached(&sql)?.execute(params![key, value, micros(by.when)])
    };
    match change {
        Change::State(next, reason) => {
            let next = next.knowing(is_begun);
            // Whoever works on it is asked by a wish; and what somebody lets rest is taken by nobody.
            let is_at_work = matches!(known, State::Running | State::Stopping);
            let is_taken = next == State::Running && !known.is_in_line();
            if is_at_work || is_taken || !known.may_become(next) {
                return Ok(Changed::Refused(known));
            }
            set("state = ?2", &next.code())?;
            if known.is_final() {
                // What was over begins anew.
                set("asked = asked + ?2", &1)?;
            }
            if next == State::Paused {
                // By somebody: it goes on when he says so, and not when the time comes that it had.
                set("start = ?2", &rusqlite::types::Null)?;
            }
            set("reason = ?2", reason)?
        }
        Change::Task(task) => {
            if matches!(known, State::Running | State::Stopping) {
                return Ok(Changed::Refused(known));
            }
            let sql = "state = ?2, reason = NULL, start = NULL, failed_turns = 0, asked = asked + 1";
            set(sql, &State::in_line(is_begun).code())?;
            set("task = ?2", &json(task)?)?
        }
        Change::Wish(wish) => {
            let is_waiting = known.is_in_line() || matches!(known, State::Scheduled | State::Paused);
            match (known, *wish) {
                (State::Running | State::Stopping, Wish::Stop) => {
                    set("wish = ?2", &wish.code())?;
                    set("state = ?2", &State::Stopping.code())?
                }
                (State::Running | State::Stopping, Wish::Pause) => set("wish = ?2", &wish.code())?,
                // Nobody works on it: it is done at once.
                (State::Paused, Wish::Pause) if !waits_for_a_time(conn, key)? => {
                    return Ok(Changed::Refused(known));
                }
                _ if is_waiting => {
                    set("state = ?2, start = NULL", &wish.state().code())?;
                    set("reason = ?2", &wish.reason())?
                }
                _ => return Ok(Changed::Refused(known)),
            }
        }
        Change::Ended(ending) => {
            if !matches!(known, State::Running | State::Stopping) || !known.may_become(ending.state) {
                return Ok(Changed::Refused(known));
            }
            // What somebody wished, and the turn did not come to hear, is done now.
            let wish = if ending.state.is_final() { None } else { wish(conn, key)? };
            let state = wish.map_or(ending.state.knowing(is_begun), Wish::state);
            let reason = wish.map_or(ending.reason.as_deref(), |wish| wish.reason());
            let again = if wish.is_some() { None } else { ending.again };
            set("state = ?2, wish = NULL", &state.code())?;
            set("reason = ?2", &reason)?;
            set("start = ?2", &again.map(micros))?;
            if ending.is_over {
                set("task = ?2", &json(&Task::default())?)?;
            }
            if ending.erases_passwords {
                set("source_password = ?2, destination_password = ?2", &rusqlite::types::Null)?;
            }
            set("failed_turns = ?2", &ending.failed_turns)?
        }
        Change::Priority(priority) => set("priority = ?2", priority)?,
        Change::Start(start) => {
            set("start = ?2", &start.map(micros))?;
            let next = if start.is_some() { State::Scheduled } else { State::in_line(is_begun) };
            match known.is_in_line() || known == State::Scheduled {
                // What waits, waits for the time now, or for its turn.
                true => set("state = ?2", &next.code())?,
                false => 1,
            }
        }
        Change::Journal(journal) => {
            project::named(conn, journal)?;
            set("journal = ?2", journal)?
        }
        Change::ErasePasswords if matches!(known, State::Running | State::Stopping) => {
            return Ok(Changed::Refused(known));
        }
        Change::ErasePasswords => {
            set("source_password = ?2, destination_password = ?2", &rusqlite::types::Null)?
        }
        Change::Password { field, from, to } => {
            let Some(column) = column(*field) else { return Ok(Changed::Refused(known)) };
            if let Some(from) = from
                && !holds(conn, key, column, from)?
            {
                return Ok(Changed::Refused(known));
            }
            set(&format!("{column} = ?2"), &to.as_bytes())?
        }
    };
    Ok(Changed::Changed)
}

fn wish(conn: &Connection, key: i64) -> Result<Option<Wish>, Fault> {
    let mut select = conn.prepare_cached("SELECT wish FROM migrations WHERE key = ?")?;
    let code: Option<i64> = select.query_row([key], |row| row.get(0))?;
    code.map(|code| Wish::of_code(code).ok_or(Fault::Unreadable("wish"))).transpose()
}

fn waits_for_a_time(conn: &Connection, key: i64) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM migrations WHERE key = ? AND start IS NOT NULL";
    Ok(conn.prepare_cached(sql)?.exists([key])?)
}

fn holds(conn: &Connection, key: i64, column: &str, expected: &Sealed) -> Result<bool, Fault> {
    let mut select =
        conn.prepare_cached(&format!("SELECT {column} AS password FROM migrations WHERE key = ?"))?;
    let mut rows = select.query([key])?;
    let stored: Option<Vec<u8>> = match rows.next()? {
        Some(row) => get(row, "password")?,
        None => None,
    };
    Ok(stored.as_deref() == Some(expected.as_bytes()))
}
