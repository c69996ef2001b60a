//! What the records about one item fold into.

use super::{Class, DestFolderKey, Fact, Fate, FolderKey, Illegal, Noted, Record, Tally, TallyKey};
use crate::model::{
    Content, DestItemId, FlagDelta, Flags, ItemKind, ItemMeta, LastingId, Received, Revision, SourceItemId,
    SyncPoint,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The key of an entry: integers in append order, unique within a migration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryKey(pub u64);

pub(super) type KeySet = BTreeSet<EntryKey>;

/// Everything known about one item of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: EntryKey,
    /// Its folder.
    pub folder: FolderKey,
    /// Its id there.
    pub source: SourceItemId,
    /// What it is called wherever it lies, as it was first told.
    pub lasting: Option<LastingId>,
    /// Its kind.
    pub kind: ItemKind,
    /// The revision that was last dealt with.
    pub revision: Option<Revision>,
    /// Its size as last listed.
    pub listed_size: Option<u64>,
    /// Its date.
    pub received: Option<Received>,
    /// Its flags at the source as last dealt with: the base of the next three-way merge.
    pub flags: Flags,
    /// What has become of it.
    pub fate: Fate,
    /// The run that decided its fate.
    pub decided: SyncPoint,
    /// The run that found it gone at the source.
    pub gone: Option<SyncPoint>,
    /// Its copy. Present with the fates copied, adopted, replacing and removing; possibly with failed and skipped.
    pub copy: Option<Copy>,
    /// A change of flags that was begun and not confirmed.
    pub flagging: Option<Flagging>,
}

/// A copy at the destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The folder it is in.
    pub folder: DestFolderKey,
    /// Its id there.
    pub id: DestItemId,
    /// The run that sent (or adopted) it, even if a later one found it.
    pub sent: SyncPoint,
    /// It was there before us: never deleted, never replaced.
    pub adopted: bool,
    /// The run that last put a newer body in its place.
    pub replaced: Option<SyncPoint>,
    /// What it is.
    pub content: Content,
    /// The flags on it that are ours.
    pub flags: Flags,
    /// What was last seen of it.
    pub verified: Verified,
    /// The state in which it was seen after our last change of it.
    pub revision: Option<Revision>,
}

/// What was last seen of a copy. The two levels of certainty are never mixed in a grade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verified {
    /// Not looked at yet.
    #[default]
    No,
    /// Id, size, flags and date were read.
    Listed,
    /// The body was read and hashed.
    ReadBack,
    /// The destination changed the body.
    Altered,
    /// It is not there any more.
    Missing,
}

impl Verified {
    /// All verdicts.
    pub const ALL: [Self; 5] = [Self::No, Self::Listed, Self::ReadBack, Self::Altered, Self::Missing];

    /// The word used in stores and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Listed => "listed",
            Self::ReadBack => "read-back",
            Self::Altered => "altered",
            Self::Missing => "missing",
        }
    }

    /// The verdict with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// A change of flags under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flagging {
    /// In which run.
    pub point: SyncPoint,
    /// What changed at the source.
    pub seen: FlagDelta,
    /// What changes at the copy.
    pub delta: FlagDelta,
}

impl Entry {
    /// The entry after a record. Without an entry only [`Fact::Noted`] is legal.
    ///
    /// # Errors
    /// [`Illegal`] when the record cannot follow.
    pub fn apply(entry: Option<Self>, record: &Record) -> Result<Self, Illegal> {
        match (entry, &record.fact) {
            (Some(entry), _) => entry.after(record),
            (None, Fact::Noted(noted)) => Ok(Self::noted(record, noted)),
            (None, fact) => Err(Illegal { fate: "unknown", fact: fact.name(), has_copy: false }),
        }
    }

    /// Its content, as far as known.
    pub fn content(&self) -> Option<&Content> {
        match &self.fate {
            Fate::Sending { content, .. } | Fate::Replacing { content, .. } => Some(content),
            Fate::Absent { content: Some(content) } => Some(content),
            _ => self.copy.as_ref().map(|copy| &copy.content),
        }
    }

    /// Whether an item of the same name, which nobody edits, is this one: it came at the same time. What was sent and what
    /// came back of it may have one name.
    pub fn is_unedited(&self, meta: &ItemMeta) -> bool {
        let (came, now) = (self.received, meta.received);
        let is_fixed = self.revision.is_none() && meta.revision.is_none();
        self.is_called(meta) && is_fixed && came.is_some() && came == now
    }

    /// Whether an item of the same name is this one, which can be edited, and so has another body by now.
    pub fn is_edited(&self, meta: &ItemMeta) -> bool {
        self.is_called(meta) && self.revision.is_some()
    }

    fn is_called(&self, meta: &ItemMeta) -> bool {
        self.kind == meta.kind && self.lasting.is_some() && self.lasting == meta.lasting
    }

    /// What it counts for in the tallies.
    pub fn tally(&self) -> Tally {
        let class = match &self.fate {
            Fate::Absent { .. } => Class::Waiting,
            Fate::Sending { .. } | Fate::Replacing { .. } | Fate::Removing { .. } => Class::InDoubt,
            Fate::Copied => Class::Copied,
            Fate::Adopted => Class::Adopted,
            Fate::Failed(_) => Class::Failed,
            Fate::Skipped(reason) => Class::Skipped(*reason),
        };
        let key = TallyKey {
            folder: self.folder,
            class,
            point: self.copy.as_ref().map_or(self.decided, |copy| copy.sent),
            verified: self.copy.as_ref().map_or(Verified::No, |copy| copy.verified),
            gone: self.gone.is_some(),
            has_copy: self.copy.is_some(),
        };
        let bytes = self.content().map(|content| content.size).or(self.listed_size).unwrap_or(0);
        Tally { key, items: 1, bytes }
    }

    fn noted(record: &Record, noted: &Noted) -> Self {
        let Noted { folder, source, lasting, kind, revision, listed_size, received, flags } = noted.clone();
        Self {
            key: record.key,
            folder,
            source,
            lasting,
            kind,
            revision,
            listed_size,
            received,
            flags,
            fate: Fate::Absent { content: None },
            decided: record.point,
            gone: None,
            copy: None,
            flagging: None,
        }
    }

    fn after(mut self, record: &Record) -> Result<Self, Illegal> {
        let adopted = self.copy.as_ref().is_some_and(|copy| copy.adopted);
        let before = self.fate.clone();
        self.fate = self.fate.next(&record.fact, self.copy.is_some(), adopted)?;
        if decides(&record.fact) {
            self.decided = record.point;
        }
        self.take_in(before, record);
        Ok(self)
    }

    /// What a fact, found legal, changes beside the fate.
    fn take_in(&mut self, before: Fate, record: &Record) {
        match &record.fact {
            Fact::Noted(noted) => {
                self.revision = noted.revision.clone();
                self.listed_size = noted.listed_size;
                self.received = noted.received;
                self.flags = noted.flags.clone();
            }
            Fact::Sending { flags, .. } => self.flags = flags.clone(),
            Fact::Copied { id } => self.confirm(before, id),
            Fact::Adopted { folder, id, content, flags } => {
                self.copy = Some(Copy {
                    folder: *folder,
                    id: id.clone(),
                    sent: record.point,
                    adopted: true,
                    replaced: None,
                    content: content.clone().arrived(),
                    flags: flags.clone(),
                    verified: Verified::Listed,
                    revision: None,
                });
            }
            Fact::TookOver { copy } => {
                let content = copy.content.clone().arrived();
                self.copy = Some(Copy { content, ..copy.clone() });
            }
            Fact::HandedOver | Fact::Removed | Fact::Forgotten => {
                self.copy = None;
                self.flagging = None;
            }
            Fact::Revised { revision } => self.revision = revision.clone(),
            Fact::Gone => self.gone = Some(record.point),
            Fact::Back => self.gone = None,
            Fact::Verified { verdict, lost } => {
                if let Some(copy) = &mut self.copy {
                    copy.verified = *verdict;
                    copy.flags = copy.flags.minus(lost);
                }
            }
            Fact::Altered { stored_size } => {
                if let Some(copy) = &mut self.copy {
                    copy.verified = Verified::Altered;
                    copy.content.stored_size = *stored_size;
                }
            }
            Fact::Shown { revision } => {
                if let Some(copy) = &mut self.copy {
                    copy.revision = Some(revision.clone());
                }
            }
            Fact::Flagging { delta, effective } => {
                self.flags = delta.apply(&self.flags);
                let (point, seen, delta) = (record.point, delta.clone(), effective.clone());
                self.flagging = Some(Flagging { point, seen, delta });
            }
            Fact::FlagsRefused => {
                if let Some(flagging) = self.flagging.take() {
                    self.flags = flagging.seen.inverse().apply(&self.flags);
                }
            }
            Fact::Flagged => {
                if let (Some(copy), Some(flagging)) = (&mut self.copy, self.flagging.take()) {
                    copy.flags = flagging.delta.apply(&copy.flags);
                }
            }
            Fact::FlagsRestored { undone } => {
                self.flags = undone.inverse().apply(&self.flags);
                if let Some(copy) = &mut self.copy {
                    copy.flags = undone.inverse().apply(&copy.flags);
                }
            }
            Fact::Waiting { .. }
            | Fact::Offered
            | Fact::NotSent
            | Fact::Replacing { .. }
            | Fact::Removing { .. }
            | Fact::NotRemoved
            | Fact::Failed(_)
            | Fact::Skipped(_) => {}
        }
    }

    /// A write that was begun is known to have happened; it belongs to the run that sent it.
    fn confirm(&mut self, before: Fate, id: &DestItemId) {
        match before {
            Fate::Sending { folder, content, .. } => {
                self.copy = Some(Copy {
                    folder,
                    id: id.clone(),
                    sent: self.decided,
                    adopted: false,
                    replaced: None,
                    content: content.arrived(),
                    flags: self.flags.clone(),
                    verified: Verified::No,
                    revision: None,
                });
            }
            Fate::Replacing { content, revision, flags, sent, .. } => {
                self.revision = revision;
                self.flags = flags;
                if let Some(copy) = &mut self.copy {
                    copy.id = id.clone();
                    copy.replaced = Some(self.decided);
                    copy.content = content.arrived();
                    copy.flags = sent;
                    copy.verified = Verified::No;
                    copy.revision = None;
                }
            }
            _ => {}
        }
    }
}

/// Whether a fact begins something new, which then belongs to its run. What only confirms or denies an earlier
/// fact leaves the run that began it: a copy found later belongs to the sync point that sent it.
fn decides(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Noted(_)
            | Fact::Waiting { .. }
            | Fact::Offered
            | Fact::Forgotten
            | Fact::Sending { .. }
            | Fact::Adopted { .. }
            | Fact::TookOver { .. }
            | Fact::HandedOver
            | Fact::Replacing { .. }
            | Fact::Removing { .. }
            | Fact::Failed(_)
            | Fact::Skipped(_)
    )
}
