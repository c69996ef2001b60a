//! An entry as a row of SQLite's columns, and back.
//!
//! 64-bit sizes keep their bits in SQLite's signed integers.

use crate::error::Fault;
use omm_core::journal::{
    Copy, Entry, EntryKey, Want,
    columns::{self, CopyColumns, EntryColumns},
};
use rusqlite::{Connection, Row, Statement, ToSql, params, types::FromSql};
use serde::{Serialize, de::DeserializeOwned};
use std::borrow::Cow;

/// The columns that [`read`] wants, in its order.
pub(crate) const COLUMNS: &str = "key, folder, source, kind, revision, listed_size, received, received_nanos, \
     received_offset, flags, fate, detail, decided, gone, flagging, lasting, copy_folder, copy_id, copy_sent, \
     copy_adopted, copy_replaced, copy_body, copy_header, copy_line_feeds, copy_size, copy_stored_size, copy_flags, \
     copy_verified, copy_revision";

/// The entry in a row of [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>) -> Result<Entry, Fault> {
    let mut at = Columns { row, next: 0 };
    let entry = EntryColumns {
        key: at.number()?,
        folder: at.get()?,
        source: at.text()?,
        kind: at.text()?,
        revision: at.some_text()?,
        listed_size: at.get::<Option<i64>>()?.map(|size| size as u64),
        received: received(at.get()?, at.get()?, at.get()?),
        flags: at.text()?,
        fate: at.text()?,
        detail: at.some_text()?,
        decided: at.get()?,
        gone: at.get()?,
        flagging: at.some_text()?,
        lasting: at.some_text()?,
    };
    let copy = copy(&mut at)?;
    Ok(entry.entry(copy)?)
}

/// An entry that is not there yet, but for its copy.
const INSERT: &str = "INSERT INTO entries (key, folder, source, kind, lasting, revision, listed_size, received, \
     received_nanos, received_offset, flags, fate, detail, decided, gone, flagging, in_doubt, owed, failed, skipped) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";
/// What changes in an entry's life, with the same parameters. The columns of the large indexes are not among it, so that
/// these are left alone.
const UPDATE: &str = "UPDATE entries SET revision = ?6, listed_size = ?7, received = ?8, received_nanos = ?9, \
     received_offset = ?10, flags = ?11, fate = ?12, detail = ?13, decided = ?14, gone = ?15, flagging = ?16, \
     in_doubt = ?17, owed = ?18, failed = ?19, skipped = ?20 WHERE key = ?1";

/// Both at once, as when a copy is confirmed: a row of so many columns costs most by being taken apart and put together.
const UPDATE_WITH_COPY: &str = "UPDATE entries SET revision = ?6, listed_size = ?7, received = ?8, received_nanos = ?9, \
     received_offset = ?10, flags = ?11, fate = ?12, detail = ?13, decided = ?14, gone = ?15, flagging = ?16, \
     in_doubt = ?17, owed = ?18, failed = ?19, skipped = ?20, copy_folder = ?21, copy_id = ?22, copy_sent = ?23, \
     copy_adopted = ?24, copy_replaced = ?25, copy_short = ?26, copy_body = ?27, copy_header = ?28, \
     copy_line_feeds = ?29, copy_size = ?30, copy_stored_size = ?31, copy_flags = ?32, copy_verified = ?33, sent = ?34, \
     copy_revision = ?35 WHERE key = ?1";

/// Writes an entry but for its copy.
pub(crate) fn put(conn: &Connection, entry: &Entry, is_new: bool) -> Result<(), Fault> {
    let sql = if is_new { INSERT } else { UPDATE };
    let mut statement = conn.prepare_cached(sql)?;
    bind_entry(&mut statement, entry)?;
    statement.raw_execute()?;
    Ok(())
}

/// Writes an entry that is there, and its copy.
pub(crate) fn put_with_copy(conn: &Connection, entry: &Entry) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached(UPDATE_WITH_COPY)?;
    bind_entry(&mut statement, entry)?;
    bind_copy(&mut statement, entry, 21)?;
    statement.raw_execute()?;
    Ok(())
}

/// The parameters of [`INSERT`] and [`UPDATE`].
fn bind_entry(statement: &mut Statement<'_>, entry: &Entry) -> Result<(), Fault> {
    let columns = EntryColumns::of(entry)?;
    let holds = |want: Want| want.holds(entry).then_some(1);
    let received = columns.received;
    bind(
        statement,
        1,
        &[
            &signed(entry.key)?,
            &columns.folder,
            &columns.source,
            &columns.kind,
            &columns.lasting,
            &columns.revision,
            &columns.listed_size.map(|size| size as i64),
            &received.map(|(seconds, ..)| seconds),
            &received.map(|(_, nanos, _)| nanos),
            &received.map(|(.., zone)| zone),
            &columns.flags,
            &columns.fate,
            &columns.detail,
            &columns.decided,
            &columns.gone,
            &columns.flagging,
            &holds(Want::InDoubt),
            &holds(Want::Owed),
            &holds(Want::Failed),
            &holds(Want::Skipped),
        ],
    )
}

/// Writes an entry's copy, or that it has none any more.
pub(crate) fn update_copy(conn: &Connection, entry: &Entry) -> Result<(), Fault> {
    let sql = "UPDATE entries SET copy_folder = ?2, copy_id = ?3, copy_sent = ?4, copy_adopted = ?5, \
               copy_replaced = ?6, copy_short = ?7, copy_body = ?8, copy_header = ?9, copy_line_feeds = ?10, \
               copy_size = ?11, copy_stored_size = ?12, copy_flags = ?13, copy_verified = ?14, sent = ?15, \
               copy_revision = ?16 \
               WHERE key = ?1";
    let mut statement = conn.prepare_cached(sql)?;
    bind(&mut statement, 1, &[&signed(entry.key)?])?;
    bind_copy(&mut statement, entry, 2)?;
    statement.raw_execute()?;
    Ok(())
}

/// The columns of the copy, as parameters from this one on; all of them NULL where there is none.
fn bind_copy(statement: &mut Statement<'_>, entry: &Entry, from: usize) -> Result<(), Fault> {
    let copy = entry.copy.as_ref();
    let columns = copy.map(CopyColumns::of);
    let columns = columns.as_ref();
    bind(
        statement,
        from,
        &[
            &columns.map(|copy| copy.folder),
            &columns.map(|copy| &copy.id),
            &columns.map(|copy| copy.sent),
            &columns.map(|copy| copy.adopted),
            &columns.and_then(|copy| copy.replaced),
            &copy.map(|copy| copy.content.fingerprint.body.short() as i64),
            &columns.map(|copy| &copy.body),
            &columns.map(|copy| &copy.header),
            &columns.map(|copy| copy.line_feeds as i64),
            &columns.map(|copy| copy.size as i64),
            &columns.map(|copy| copy.stored_size as i64),
            &columns.map(|copy| &copy.flags),
            &columns.map(|copy| &copy.verified),
            &copy.filter(|copy| Want::SentSince(copy.sent).holds(entry)).map(|copy| copy.sent.0),
            &columns.and_then(|copy| copy.revision.as_ref()),
        ],
    )
}

fn bind(statement: &mut Statement<'_>, from: usize, values: &[&dyn ToSql]) -> Result<(), Fault> {
    for (at, value) in (from..).zip(values) {
        statement.raw_bind_parameter(at, value)?;
    }
    Ok(())
}

/// Writes what was last seen of an entry's copy. No index is touched.
pub(crate) fn update_seen(conn: &Connection, key: EntryKey, copy: &Copy) -> Result<(), Fault> {
    let sql = "UPDATE entries SET copy_flags = ?2, copy_verified = ?3 WHERE key = ?1";
    conn.prepare_cached(sql)?.execute(params![signed(key)?, copy.flags.to_string(), copy.verified.name()])?;
    Ok(())
}

/// A key as SQLite stores it.
pub(crate) fn signed(key: EntryKey) -> Result<i64, Fault> {
    i64::try_from(key.0).map_err(|_| Fault::Refused(format!("the entry key {} is too large", key.0)))
}

/// A value as JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Fault> {
    Ok(columns::to_json(value, "value to be stored")?)
}

/// A value from JSON; `what` names it where it is none of ours.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, Fault> {
    Ok(columns::from_json(text, what)?)
}

/// The columns of a row from left to right.
struct Columns<'row, 'stmt> {
    row: &'row Row<'stmt>,
    next: usize,
}

impl Columns<'_, '_> {
    fn get<T: FromSql>(&mut self) -> Result<T, Fault> {
        self.next += 1;
        Ok(self.row.get(self.next - 1)?)
    }

    fn number(&mut self) -> Result<u64, Fault> {
        self.get::<i64>().map(|number| number as u64)
    }

    fn text(&mut self) -> Result<Cow<'static, str>, Fault> {
        self.get().map(Cow::Owned)
    }

    fn some_text(&mut self) -> Result<Option<Cow<'static, str>>, Fault> {
        Ok(self.get::<Option<String>>()?.map(Cow::Owned))
    }

    fn bytes(&mut self) -> Result<Cow<'static, [u8]>, Fault> {
        self.get().map(Cow::Owned)
    }
}

fn received(seconds: Option<i64>, nanos: Option<u32>, zone: Option<i32>) -> Option<(i64, u32, i32)> {
    Some((seconds?, nanos.unwrap_or(0), zone.unwrap_or(0)))
}

fn copy(at: &mut Columns<'_, '_>) -> Result<Option<CopyColumns<'static>>, Fault> {
    let Some(folder) = at.get()? else { return Ok(None) };
    Ok(Some(CopyColumns {
        folder,
        id: at.text()?,
        sent: at.get()?,
        adopted: at.get()?,
        replaced: at.get()?,
        body: at.bytes()?,
        header: at.bytes()?,
        line_feeds: at.number()?,
        size: at.number()?,
        stored_size: at.number()?,
        flags: at.text()?,
        verified: at.text()?,
        revision: at.some_text()?,
    }))
}
