//! Settling what an earlier run left in doubt. Before anything else, and before an undo deletes anything.

use super::{
    outcome::{Look, compare, expected, look},
    owed::{inherit, is_proven},
    pen::OwnedIn,
    run::Run,
};
use crate::{
    error::{ErrorKind, Result},
    event::Event,
    journal::{Copy, DestFolderRow, Entry, EntryKey, Fact, Fate, Query, Record, Verified, Want},
    model::{Content, DestFolderId, DestItemId, Flags, Intake, Mark},
    seam::{Deleted, Deletion, Flagged, Locating, Probe},
};
use std::collections::{BTreeMap, HashMap};

const PAGE: usize = 256;

#[derive(Default)]
struct Found {
    found: u64,
    not_found: u64,
    unknowable: u64,
}

impl Run<'_> {
    /// Looks for every write of unknown fate.
    pub(super) async fn recover(&self) -> Result<()> {
        let mut sum = Found::default();
        let mut after = None;
        loop {
            let query = Query { folder: None, want: Want::InDoubt };
            let page = self.pen.journal().page(query, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.key);
            self.recover_page(page, &mut sum).await?;
        }
        let Found { found, not_found, unknowable } = sum;
        if found + not_found + unknowable > 0 {
            self.tell(Event::Recovered { found, not_found, unknowable });
        }
        if unknowable > 0 {
            self.note(format!("{unknowable} items may be there twice: a write was interrupted, and this destination cannot be searched"));
        }
        Ok(())
    }

    async fn recover_page(&self, page: Vec<Entry>, sum: &mut Found) -> Result<()> {
        // Those of one folder and one mark are looked for together, so that two equal items are two.
        let mut sending: BTreeMap<(u32, Mark), Vec<Lost>> = BTreeMap::new();
        let flagging: Vec<(Entry, Copy)> = page
            .iter()
            .filter(|entry| entry.flagging.is_some() && !entry.fate.in_doubt())
            .filter_map(|entry| Some((entry.clone(), entry.copy.clone()?)))
            .collect();
        for entry in &page {
            if let Fate::Sending { folder, mark, content } = &entry.fate {
                sending.entry((folder.0, mark.clone())).or_default().push(Lost::of(entry, content));
            }
        }
        // First: the second half of a move asks what became of the first.
        for ((folder, mark), lost) in sending {
            let folder = self.dest_folder(crate::journal::DestFolderKey(folder)).await?;
            self.settle_sending(&folder, &mark, lost, sum).await?;
        }
        for entry in page {
            match &entry.fate {
                Fate::Replacing { .. } => {
                    let done = self.settle_replacing(entry.key).await?;
                    *(if done { &mut sum.found } else { &mut sum.not_found }) += 1;
                }
                Fate::Removing { successor } => self.settle_removing(&entry, *successor).await?,
                _ => {}
            }
        }
        self.settle_flagging(&flagging).await?;
        Ok(())
    }

    async fn settle_sending(
        &self,
        folder: &DestFolderRow,
        mark: &Mark,
        lost: Vec<Lost>,
        sum: &mut Found,
    ) -> Result<()> {
        let probes: Vec<Probe> = lost.iter().map(|lost| lost.probe.clone()).collect();
        let found = self.find(folder, mark, &probes).await?;
        let mut records = Vec::new();
        for (lost, id) in lost.into_iter().zip(found) {
            match (&id, self.capacity.locating) {
                (Some(_), _) => sum.found += 1,
                (None, Locating::Impossible) => sum.unknowable += 1,
                (None, _) => sum.not_found += 1,
            }
            // The record keeps the sync point that sent it: only the intent decides that.
            match id {
                Some(id) => records.extend(self.confirm_found(folder, lost, id).await?),
                None => records.push(self.pen.record(lost.key, Fact::NotSent)),
            }
        }
        self.pen.items(records).await
    }

    /// A copy that was found is noted together with a look at it, as one whose answer came.
    async fn confirm_found(&self, folder: &DestFolderRow, lost: Lost, id: DestItemId) -> Result<Vec<Record>> {
        let ids = [id.clone()];
        let seen = self.dest.ask(|| self.m.destination.inspect(&folder.id, &ids)).await?.pop().flatten();
        let verdict = |verdict, lost| Fact::Verified { verdict, lost };
        let fact = match look(&lost.content, &lost.flags, seen.as_ref()) {
            Look::Missing => verdict(Verified::Missing, Default::default()),
            Look::Good(flags) if !self.m.options.read_back => verdict(Verified::Listed, flags),
            _ => {
                let flags = seen.map(|seen| lost.flags.minus(&seen.flags)).unwrap_or_default();
                compare(&lost.content, &self.read_back(&folder.id, &id).await?, flags)
            }
        };
        Ok(vec![self.pen.record(lost.key, Fact::Copied { id }), self.pen.record(lost.key, fact)])
    }

    /// What is above the mark and not owned. A folder that is gone holds nothing.
    async fn find(
        &self,
        folder: &DestFolderRow,
        mark: &Mark,
        probes: &[Probe],
    ) -> Result<Vec<Option<DestItemId>>> {
        if self.capacity.locating == Locating::Impossible {
            return Ok(vec![None; probes.len()]);
        }
        let owned = OwnedIn { journal: self.pen.journal(), folder: folder.key };
        match self.dest.ask(|| self.m.destination.locate(&folder.id, Some(mark), probes, &owned)).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(vec![None; probes.len()]),
            answer => answer.map_err(|error| error.with("folder", &folder.path)),
        }
    }

    /// Whether the newer body is there. The old copy goes then, if it is still as we wrote it; else it stands.
    pub(super) async fn settle_replacing(&self, key: EntryKey) -> Result<bool> {
        let Some(entry) = self.pen.journal().entries(&[key]).await?.pop().flatten() else { return Ok(false) };
        let (Fate::Replacing { mark, content, .. }, Some(copy)) = (&entry.fate, &entry.copy) else {
            return Ok(false);
        };
        let folder = self.dest_folder(copy.folder).await?;
        let old = match self.read_back(&folder.id, &copy.id).await {
            Ok(body) => Some(body.fingerprint().body),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let new = if old == Some(content.fingerprint.body) {
            Some(copy.id.clone())
        } else {
            self.find(&folder, mark, &[Lost::of(&entry, content).probe]).await?.pop().flatten()
        };
        match &new {
            Some(id) if old.is_some() && *id != copy.id => {
                self.delete_copy(&folder.id, copy).await?;
            }
            _ => {}
        }
        let found = new.is_some();
        let records = match new {
            Some(id) => self.confirm_found(&folder, Lost::of(&entry, content), id).await?,
            None => vec![self.pen.record(key, Fact::NotSent)],
        };
        self.pen.items(records).await?;
        Ok(found)
    }

    /// The second half of a move is finished once the first half is there; any other removal is only looked at.
    async fn settle_removing(&self, entry: &Entry, successor: Option<EntryKey>) -> Result<()> {
        let Some(copy) = &entry.copy else { return Ok(()) };
        let folder = self.dest_folder(copy.folder).await?;
        let mut records = Vec::new();
        let removed = match successor {
            Some(successor) => {
                // The successor may be in doubt itself, and in a later page: it is looked for first.
                self.settle_successor(successor).await?;
                let there = self.pen.journal().entries(&[successor]).await?.pop().flatten();
                if there.as_ref().is_some_and(|entry| matches!(entry.fate, Fate::Absent { .. })) {
                    // It was not sent: it waits again, or it would be taken for an item of its own.
                    records.push(self.pen.record(successor, Fact::Waiting { content: copy.content.clone() }));
                }
                let new = there.and_then(|entry| entry.copy);
                match new.filter(|new| is_proven(new, self.capacity.rewrites_bodies)) {
                    Some(new) if self.delete_copy(&folder.id, copy).await? != Removal::Left => {
                        records.extend(inherit(&new, copy).map(|fact| self.pen.record(successor, fact)));
                        true
                    }
                    _ => false,
                }
            }
            None => self.is_missing(&folder.id, &copy.id).await?,
        };
        let fact = if removed { Fact::Removed } else { Fact::NotRemoved };
        records.push(self.pen.record(entry.key, fact));
        self.pen.items(records).await
    }

    async fn settle_successor(&self, key: EntryKey) -> Result<()> {
        let Some(entry) = self.pen.journal().entries(&[key]).await?.pop().flatten() else { return Ok(()) };
        let Fate::Sending { folder, mark, content } = &entry.fate else { return Ok(()) };
        let folder = self.dest_folder(*folder).await?;
        let lost = vec![Lost::of(&entry, content)];
        self.settle_sending(&folder, mark, lost, &mut Found::default()).await
    }

    async fn is_missing(&self, folder: &DestFolderId, id: &DestItemId) -> Result<bool> {
        let ids = [id.clone()];
        match self.dest.ask(|| self.m.destination.inspect(folder, &ids)).await {
            Ok(mut seen) => Ok(seen.pop().flatten().is_none()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Sets the flags again: doing it twice is harmless.
    async fn settle_flagging(&self, entries: &[(Entry, Copy)]) -> Result<()> {
        let changes: Vec<_> = entries
            .iter()
            .filter_map(|(entry, copy)| Some((copy.clone(), entry.flagging.as_ref()?.delta.clone())))
            .collect();
        let outcomes = self.set_flags(&changes).await?;
        let mut records = Vec::new();
        for ((entry, _), outcome) in entries.iter().zip(outcomes) {
            records.push(self.pen.record(entry.key, Fact::Flagged));
            if matches!(outcome, Ok(Flagged::Missing)) {
                let verdict = Fact::Verified { verdict: Verified::Missing, lost: Default::default() };
                records.push(self.pen.record(entry.key, verdict));
            }
        }
        self.pen.items(records).await
    }

    /// Deletes one copy, if it is still as we wrote it.
    pub(super) async fn delete_copy(&self, folder: &DestFolderId, copy: &Copy) -> Result<Removal> {
        let deletions = [Deletion { id: copy.id.clone(), expected: expected(copy) }];
        match self.dest.ask(|| self.m.destination.delete(folder, &deletions)).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Removal::Missing),
            Err(error) => Err(error),
            Ok(mut outcome) => match outcome.pop() {
                Some(Ok(Deleted::Done)) => Ok(Removal::Done),
                Some(Ok(Deleted::Missing)) => Ok(Removal::Missing),
                Some(Ok(Deleted::Touched(_)) | Err(_)) | None => Ok(Removal::Left),
            },
        }
    }

    /// Reads a copy only to hash it; takes no memory.
    pub(super) async fn read_back(
        &self,
        folder: &DestFolderId,
        id: &DestItemId,
    ) -> Result<crate::model::Body> {
        let intake = Intake::measuring(&self.m.env);
        self.dest.ask(|| self.m.destination.read_back(folder, id, &intake)).await
    }
}

/// What became of one deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Removal {
    Done,
    Missing,
    Left,
}

/// A write whose fate is unknown.
struct Lost {
    key: EntryKey,
    probe: Probe,
    content: Content,
    flags: Flags,
}

impl Lost {
    fn of(entry: &Entry, content: &Content) -> Self {
        let probe = Probe::new(entry.kind, content.fingerprint, content.stored_size, entry.received);
        Self { key: entry.key, probe, content: content.clone(), flags: entry.flags.clone() }
    }
}

/// Entries by the destination folder of their copy.
pub(super) fn by_folder(page: Vec<Entry>) -> HashMap<crate::journal::DestFolderKey, Vec<(Entry, Copy)>> {
    let mut groups: HashMap<_, Vec<(Entry, Copy)>> = HashMap::new();
    for entry in page {
        if let Some(copy) = entry.copy.clone() {
            groups.entry(copy.folder).or_default().push((entry, copy));
        }
    }
    groups
}
