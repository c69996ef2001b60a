//! An entry as flat columns, and back: what a store of tables keeps, whatever its tables are made of.
//!
//! What an index needs is a column; the details of a fate that nobody searches for are JSON.

use super::{Copy, DestFolderKey, Entry, EntryKey, Fate, Flagging, FolderKey, SkipReason, Verified};
use crate::model::{
    Content, DestItemId, Digest, Fingerprint, Flags, ItemKind, LastingId, Mark, Received, Revision,
    SourceItemId, SyncPoint,
};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{borrow::Cow, fmt};

/// An entry but for its copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryColumns<'a> {
    /// Its key.
    pub key: u64,
    /// Its folder.
    pub folder: u32,
    /// Its id there.
    pub source: Cow<'a, str>,
    /// Its kind.
    pub kind: Cow<'a, str>,
    /// What it is called wherever it lies.
    pub lasting: Option<Cow<'a, str>>,
    /// Its revision.
    pub revision: Option<Cow<'a, str>>,
    /// Its size as listed.
    pub listed_size: Option<u64>,
    /// Its date: seconds since 1970, nanoseconds, and the zone in seconds east of Greenwich.
    pub received: Option<(i64, u32, i32)>,
    /// Its flags.
    pub flags: Cow<'a, str>,
    /// The word of its fate.
    pub fate: Cow<'a, str>,
    /// What its fate holds beside the word.
    pub detail: Option<Cow<'a, str>>,
    /// The run that decided its fate.
    pub decided: u32,
    /// The run that found it gone.
    pub gone: Option<u32>,
    /// A change of flags under way.
    pub flagging: Option<Cow<'a, str>>,
}

/// An entry's copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyColumns<'a> {
    /// The folder it is in.
    pub folder: u32,
    /// Its id there.
    pub id: Cow<'a, str>,
    /// The run that sent it.
    pub sent: u32,
    /// Whether it was there before us.
    pub adopted: bool,
    /// The run that last put a newer body in its place.
    pub replaced: Option<u32>,
    /// The digest of its body.
    pub body: Cow<'a, [u8]>,
    /// The digest of its header.
    pub header: Cow<'a, [u8]>,
    /// How many line ends had to become CRLF.
    pub line_feeds: u64,
    /// Its size at the source.
    pub size: u64,
    /// Its size at the destination.
    pub stored_size: u64,
    /// Its flags.
    pub flags: Cow<'a, str>,
    /// What was last seen of it.
    pub verified: Cow<'a, str>,
    /// The state in which it was seen.
    pub revision: Option<Cow<'a, str>>,
}

/// A value that cannot be written, or that was read and is none that we write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadColumn(pub &'static str);

impl fmt::Display for BadColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unreadable: {}", self.0)
    }
}

impl std::error::Error for BadColumn {}

impl<'a> EntryColumns<'a> {
    /// The columns of an entry.
    ///
    /// # Errors
    /// [`BadColumn`] for a value that has no JSON.
    pub fn of(entry: &'a Entry) -> Result<Self, BadColumn> {
        let flagging = entry.flagging.as_ref().map(|flagging| to_json(flagging, "flagging")).transpose()?;
        let received = entry
            .received
            .map(|at| (at.timestamp(), at.timestamp_subsec_nanos(), at.offset().local_minus_utc()));
        Ok(Self {
            key: entry.key.0,
            folder: entry.folder.0,
            source: entry.source.as_str().into(),
            kind: entry.kind.plural().into(),
            lasting: entry.lasting.as_ref().map(|id| id.as_str().into()),
            revision: entry.revision.as_ref().map(|revision| revision.as_str().into()),
            listed_size: entry.listed_size,
            received,
            flags: entry.flags.to_string().into(),
            fate: entry.fate.name().into(),
            detail: detail(&entry.fate)?,
            decided: entry.decided.0,
            gone: entry.gone.map(|point| point.0),
            flagging: flagging.map(Cow::Owned),
        })
    }

    /// The entry of these columns.
    ///
    /// # Errors
    /// [`BadColumn`], naming the first value that is none of ours.
    pub fn entry(self, copy: Option<CopyColumns<'_>>) -> Result<Entry, BadColumn> {
        let flagging = self.flagging.map(|text| from_json::<Flagging>(&text, "flagging")).transpose()?;
        Ok(Entry {
            key: EntryKey(self.key),
            folder: FolderKey(self.folder),
            source: SourceItemId::new(self.source.into_owned()),
            kind: ItemKind::from_plural(&self.kind).ok_or(BadColumn("kind"))?,
            revision: self.revision.map(|text| Revision::new(text.into_owned())),
            listed_size: self.listed_size,
            received: self.received.map(received).transpose()?,
            flags: Flags::parse(&self.flags),
            fate: fate(&self.fate, self.detail.as_deref())?,
            decided: SyncPoint(self.decided),
            gone: self.gone.map(SyncPoint),
            flagging,
            lasting: self.lasting.map(|text| LastingId::new(text.into_owned())),
            copy: copy.map(CopyColumns::copy).transpose()?,
        })
    }
}

impl<'a> CopyColumns<'a> {
    /// The columns of a copy.
    pub fn of(copy: &'a Copy) -> Self {
        let Content { fingerprint, size, stored_size, .. } = copy.content;
        Self {
            folder: copy.folder.0,
            id: copy.id.as_str().into(),
            sent: copy.sent.0,
            adopted: copy.adopted,
            replaced: copy.replaced.map(|point| point.0),
            body: fingerprint.body.to_bytes().to_vec().into(),
            header: fingerprint.header.to_bytes().to_vec().into(),
            line_feeds: fingerprint.bare_line_feeds,
            size,
            stored_size,
            flags: copy.flags.to_string().into(),
            verified: copy.verified.name().into(),
            revision: copy.revision.as_ref().map(|revision| revision.as_str().into()),
        }
    }

    fn copy(self) -> Result<Copy, BadColumn> {
        let digest = |bytes: &[u8]| Digest::from_bytes(bytes).ok_or(BadColumn("digest"));
        Ok(Copy {
            folder: DestFolderKey(self.folder),
            id: DestItemId::new(self.id.into_owned()),
            sent: SyncPoint(self.sent),
            adopted: self.adopted,
            replaced: self.replaced.map(SyncPoint),
            content: Content {
                fingerprint: Fingerprint {
                    body: digest(&self.body)?,
                    header: digest(&self.header)?,
                    bare_line_feeds: self.line_feeds,
                },
                size: self.size,
                stored_size: self.stored_size,
                native: None,
            },
            flags: Flags::parse(&self.flags),
            verified: Verified::from_name(&self.verified).ok_or(BadColumn("verified"))?,
            revision: self.revision.map(|text| Revision::new(text.into_owned())),
        })
    }
}

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

fn received((seconds, nanos, zone): (i64, u32, i32)) -> Result<Received, BadColumn> {
    let at = DateTime::from_timestamp(seconds, nanos).zip(FixedOffset::east_opt(zone));
    at.map(|(at, zone)| at.with_timezone(&zone)).ok_or(BadColumn("received"))
}

fn detail(fate: &Fate) -> Result<Option<Cow<'static, str>>, BadColumn> {
    let detail = match fate.clone() {
        Fate::Copied | Fate::Adopted | Fate::Absent { content: None } => return Ok(None),
        Fate::Failed(why) => return Ok(Some(to_json(&why, "failure")?.into())),
        Fate::Skipped(why) => return Ok(Some(why.name().into())),
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
    Ok(Some(to_json(&detail, "fate")?.into()))
}

fn fate(name: &str, detail: Option<&str>) -> Result<Fate, BadColumn> {
    let text = detail.unwrap_or("{}");
    match name {
        "copied" => return Ok(Fate::Copied),
        "adopted" => return Ok(Fate::Adopted),
        "failed" => return Ok(Fate::Failed(from_json(text, "failure")?)),
        "skipped" => return SkipReason::from_name(text).map(Fate::Skipped).ok_or(BadColumn("fate")),
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
        _ => Err(BadColumn("fate")),
    }
}

/// A value as the JSON of a column; `what` names it where that cannot be.
///
/// # Errors
/// [`BadColumn`].
pub fn to_json(value: &impl Serialize, what: &'static str) -> Result<String, BadColumn> {
    serde_json::to_string(value).map_err(|_| BadColumn(what))
}

/// A value from the JSON of a column; `what` names it where it is none of ours.
///
/// # Errors
/// [`BadColumn`].
pub fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, BadColumn> {
    serde_json::from_str(text).map_err(|_| BadColumn(what))
}
