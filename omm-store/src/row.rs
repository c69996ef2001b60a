//! An entry as columns, and back.
//!
//! What an index needs is a column; the details of a fate that nobody searches for are JSON. 64-bit sizes keep
//! their bits in SQLite's signed integers.

use crate::error::Fault;
use chrono::{DateTime, FixedOffset};
use omm_core::{
    journal::{Copy, DestFolderKey, Entry, EntryKey, Fate, Flagging, FolderKey, SkipReason, Verified, Want},
    model::{
        Content, DestItemId, Digest, Fingerprint, Flags, ItemKind, LastingId, Mark, Received, Revision,
        SourceItemId, SyncPoint,
    },
};
use rusqlite::{Connection, Row, params, types::FromSql};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The columns that [`read`] wants, in its order.
pub(crate) const COLUMNS: &str = "key, folder, source, kind, revision, listed_size, received, received_nanos, \
     received_offset, flags, fate, detail, decided, gone, flagging, lasting, copy_folder, copy_id, copy_sent, \
     copy_adopted, copy_replaced, copy_body, copy_header, copy_line_feeds, copy_size, copy_stored_size, copy_flags, \
     copy_verified, copy_revision";

/// What a fate holds beside its name.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<DestFolderKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<Mark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<Revision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    successor: Option<EntryKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<Flags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<Flags>,
}

/// The entry in a row of [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>) -> Result<Entry, Fault> {
    let mut at = Columns { row, next: 0 };
    Ok(Entry {
        key: EntryKey(at.number()?),
        folder: FolderKey(at.small()?),
        source: SourceItemId::new(at.get::<Box<str>>()?),
        kind: at.word(ItemKind::from_plural, "kind")?,
        revision: at.get::<Option<Box<str>>>()?.map(Revision::new),
        listed_size: at.get::<Option<i64>>()?.map(|size| size as u64),
        received: received(at.get()?, at.get()?, at.get()?)?,
        flags: at.flags()?,
        fate: fate(&at.get::<Box<str>>()?, at.get()?)?,
        decided: SyncPoint(at.small()?),
        gone: at.point()?,
        flagging: at
            .get::<Option<String>>()?
            .map(|text| from_json::<Flagging>(&text, "flagging"))
            .transpose()?,
        lasting: at.get::<Option<Box<str>>>()?.map(LastingId::new),
        copy: copy(&mut at)?,
    })
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

/// Writes an entry but for its copy.
pub(crate) fn put(conn: &Connection, entry: &Entry, is_new: bool) -> Result<(), Fault> {
    let sql = if is_new { INSERT } else { UPDATE };
    let flagging = entry.flagging.as_ref().map(json).transpose()?;
    let holds = |want: Want| want.holds(entry).then_some(1);
    conn.prepare_cached(sql)?.execute(params![
        signed(entry.key)?,
        entry.folder.0,
        entry.source.as_str(),
        entry.kind.plural(),
        entry.lasting.as_ref().map(LastingId::as_str),
        entry.revision.as_ref().map(Revision::as_str),
        entry.listed_size.map(|size| size as i64),
        entry.received.map(|at| at.timestamp()),
        entry.received.map(|at| at.timestamp_subsec_nanos()),
        entry.received.map(|at| at.offset().local_minus_utc()),
        entry.flags.to_string(),
        entry.fate.name(),
        detail(&entry.fate)?,
        entry.decided.0,
        entry.gone.map(|point| point.0),
        flagging,
        holds(Want::InDoubt),
        holds(Want::Owed),
        holds(Want::Failed),
        holds(Want::Skipped),
    ])?;
    Ok(())
}

/// Writes an entry's copy, or that it has none any more.
pub(crate) fn update_copy(conn: &Connection, entry: &Entry) -> Result<(), Fault> {
    let sql = "UPDATE entries SET copy_folder = ?2, copy_id = ?3, copy_sent = ?4, copy_adopted = ?5, \
               copy_replaced = ?6, copy_short = ?7, copy_body = ?8, copy_header = ?9, copy_line_feeds = ?10, \
               copy_size = ?11, copy_stored_size = ?12, copy_flags = ?13, copy_verified = ?14, sent = ?15, \
               copy_revision = ?16 \
               WHERE key = ?1";
    let copy = entry.copy.as_ref();
    let content = copy.map(|copy| &copy.content);
    let print = content.map(|content| content.fingerprint);
    conn.prepare_cached(sql)?.execute(params![
        signed(entry.key)?,
        copy.map(|copy| copy.folder.0),
        copy.map(|copy| copy.id.as_str()),
        copy.map(|copy| copy.sent.0),
        copy.map(|copy| copy.adopted),
        copy.and_then(|copy| copy.replaced).map(|point| point.0),
        print.map(|print| print.body.short() as i64),
        print.map(|print| print.body.to_bytes()),
        print.map(|print| print.header.to_bytes()),
        print.map(|print| print.bare_line_feeds as i64),
        content.map(|content| content.size as i64),
        content.map(|content| content.stored_size as i64),
        copy.map(|copy| copy.flags.to_string()),
        copy.map(|copy| copy.verified.name()),
        copy.filter(|copy| Want::SentSince(copy.sent).holds(entry)).map(|copy| copy.sent.0),
        copy.and_then(|copy| copy.revision.as_ref()).map(Revision::as_str),
    ])?;
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
    serde_json::to_string(value).map_err(|error| Fault::Refused(format!("cannot be stored: {error}")))
}

/// A value from JSON; `what` names it where it is none of ours.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|_| Fault::Unreadable(what))
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

    fn small(&mut self) -> Result<u32, Fault> {
        self.get()
    }

    fn point(&mut self) -> Result<Option<SyncPoint>, Fault> {
        Ok(self.get::<Option<u32>>()?.map(SyncPoint))
    }

    fn flags(&mut self) -> Result<Flags, Fault> {
        Ok(Flags::parse(&self.get::<Box<str>>()?))
    }

    fn digest(&mut self) -> Result<Digest, Fault> {
        Digest::from_bytes(&self.get::<Vec<u8>>()?).ok_or(Fault::Unreadable("digest"))
    }

    fn word<T>(&mut self, from: impl FnOnce(&str) -> Option<T>, what: &'static str) -> Result<T, Fault> {
        from(&self.get::<Box<str>>()?).ok_or(Fault::Unreadable(what))
    }
}

fn received(
    seconds: Option<i64>,
    nanos: Option<u32>,
    offset: Option<i32>,
) -> Result<Option<Received>, Fault> {
    let Some(seconds) = seconds else { return Ok(None) };
    let zone = FixedOffset::east_opt(offset.unwrap_or(0));
    let at = DateTime::from_timestamp(seconds, nanos.unwrap_or(0)).zip(zone);
    at.map(|(at, zone)| Some(at.with_timezone(&zone))).ok_or(Fault::Unreadable("received"))
}

fn copy(at: &mut Columns<'_, '_>) -> Result<Option<Copy>, Fault> {
    let Some(folder) = at.get::<Option<u32>>()? else { return Ok(None) };
    Ok(Some(Copy {
        folder: DestFolderKey(folder),
        id: DestItemId::new(at.get::<Box<str>>()?),
        sent: SyncPoint(at.small()?),
        adopted: at.get()?,
        replaced: at.point()?,
        content: Content {
            fingerprint: Fingerprint {
                body: at.digest()?,
                header: at.digest()?,
                bare_line_feeds: at.number()?,
            },
            size: at.number()?,
            stored_size: at.number()?,
            native: None,
        },
        flags: at.flags()?,
        verified: at.word(Verified::from_name, "verified")?,
        revision: at.get::<Option<Box<str>>>()?.map(Revision::new),
    }))
}

fn detail(fate: &Fate) -> Result<Option<String>, Fault> {
    let detail = match fate.clone() {
        Fate::Copied | Fate::Adopted | Fate::Absent { content: None } => return Ok(None),
        Fate::Failed(why) => return json(&why).map(Some),
        Fate::Skipped(why) => return Ok(Some(why.name().to_owned())),
        Fate::Absent { content } => Detail { content, ..Detail::default() },
        Fate::Sending { folder, mark, content } => {
            Detail { folder: Some(folder), mark: Some(mark), content: Some(content), ..Detail::default() }
        }
        Fate::Replacing { mark, content, revision, flags, sent } => Detail {
            mark: Some(mark),
            content: Some(content),
            revision,
            flags: Some(flags),
            sent: Some(sent),
            ..Detail::default()
        },
        Fate::Removing { successor } => Detail { successor, ..Detail::default() },
    };
    json(&detail).map(Some)
}

fn fate(name: &str, detail: Option<String>) -> Result<Fate, Fault> {
    let unreadable = || Fault::Unreadable("fate");
    let text = detail.as_deref().unwrap_or("{}");
    match name {
        "copied" => return Ok(Fate::Copied),
        "adopted" => return Ok(Fate::Adopted),
        "failed" => return Ok(Fate::Failed(from_json(text, "failure")?)),
        "skipped" => return SkipReason::from_name(text).map(Fate::Skipped).ok_or_else(unreadable),
        _ => {}
    }
    let detail: Detail = from_json(text, "fate")?;
    match (name, detail) {
        ("absent", Detail { content, .. }) => Ok(Fate::Absent { content }),
        ("sending", Detail { folder: Some(folder), mark: Some(mark), content: Some(content), .. }) => {
            Ok(Fate::Sending { folder, mark, content })
        }
        ("replacing", Detail { mark: Some(mark), content: Some(content), revision, flags, sent, .. }) => {
            let (flags, sent) = (flags.unwrap_or_default(), sent.unwrap_or_default());
            Ok(Fate::Replacing { mark, content, revision, flags, sent })
        }
        ("removing", Detail { successor, .. }) => Ok(Fate::Removing { successor }),
        _ => Err(unreadable()),
    }
}
