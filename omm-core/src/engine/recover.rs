//! Settling what an earlier run left in doubt. Before anything else, and before an undo deletes anything.

use super::{
    outcome::{after_flags, expected},
    owed::{inherit, is_proven},
    patience::Visit,
    pen::OwnedIn,
    run::Run,
    targets::is_nowhere,
};
use crate::{
    error::{Error, ErrorKind, Result, Scope, Side},
    event::Event,
    journal::{
        Copy, DestFolderKey, DestFolderRow, Entry, EntryKey, Fact, Fate, FolderKey, Query, Record, Want,
    },
    model::{Content, DestFolderId, DestItemId, Flags, Intake, Mark},
    seam::{Deleted, Deletion, Locating, Probe},
};
use std::collections::BTreeMap;

/// How many records are read at once.
pub(super) const PAGE: usize = 256;

/// What recovery came to know.
#[derive(Default)]
struct Found {
    found: u64,
    not_found: u64,
    unknowable: u64,
    /// Source folders with entries that stay in doubt, and why.
    unsettled: BTreeMap<FolderKey, Error>,
}

impl Found {
    /// What one unwilling folder or item says leaves only its own entries in doubt, until the next run.
    fn or_leave(&mut self, result: Result<()>, folders: impl IntoIterator<Item = FolderKey>) -> Result<()> {
        match result {
            Err(error) if error.reach() <= Scope::Folder => {
                for folder in folders {
                    let why = Error::new(error.kind(), error.side(), "recover", error.to_string());
                    self.unsettled.entry(folder).or_insert(why);
                }
                Ok(())
            }
            result => result,
        }
    }
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
        self.look_at_the_rest().await?;
        let Found { found, not_found, unknowable, unsettled } = sum;
        self.stay_in_doubt(unsettled).await?;
        if found + not_found + unknowable > 0 {
            self.tell(Event::Recovered { found, not_found, unknowable });
        }
        if unknowable > 0 {
            self.note(format!("{unknowable} items may be there twice: a write was interrupted, and this destination cannot be searched"));
        }
        Ok(())
    }

    async fn stay_in_doubt(&self, unsettled: BTreeMap<FolderKey, Error>) -> Result<()> {
        if unsettled.is_empty() {
            return Ok(());
        }
        for row in self.pen.journal().folders().await? {
            if let Some(error) = unsettled.get(&row.key) {
                let path = &row.path;
                self.note(format!("what became of some items of {path} is still not known: {error}"));
                self.trouble(row.key, path, error);
            }
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
            let folder = self.dest_folder(DestFolderKey(folder)).await?;
            let of: Vec<FolderKey> = lost.iter().map(|lost| lost.of).collect();
            let settled = self.settle_sending(&folder, &mark, lost, sum).await;
            sum.or_leave(settled, of)?;
        }
        for entry in page {
            let settled = match &entry.fate {
                Fate::Replacing { .. } => self.settle_replacing(entry.key).await.map(|done| {
                    *(if done { &mut sum.found } else { &mut sum.not_found }) += 1;
                }),
                Fate::Removing { successor } => self.settle_removing(&entry, *successor, sum).await,
                _ => Ok(()),
            };
            sum.or_leave(settled, [entry.folder])?;
        }
        self.settle_flagging(&flagging, sum).await
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
        let (mut there, mut records, mut unfound) = (Vec::new(), Vec::new(), Vec::new());
        for (lost, id) in lost.into_iter().zip(found) {
            // The record keeps the sync point that sent it: only the intent decides that.
            match id {
                Some(id) => there.push((lost, id)),
                None => {
                    records.push(self.pen.record(lost.key, Fact::NotSent));
                    unfound.push((lost.key, lost.probe));
                }
            }
        }
        let (found, nowhere) = (there.len() as u64, unfound.len() as u64);
        self.was_not_found(folder.key, mark, unfound);
        records.extend(self.confirm_found(folder, there).await?);
        self.pen.items(records).await?;
        sum.found += found;
        match self.capacity.locating {
            Locating::Impossible => sum.unknowable += nowhere,
            _ => sum.not_found += nowhere,
        }
        Ok(())
    }

    /// Copies that were found are noted together with a look at them, as those whose answer came. A body that cannot
    /// be read leaves its copy unverified, not in doubt.
    async fn confirm_found(
        &self,
        folder: &DestFolderRow,
        found: Vec<(Lost, DestItemId)>,
    ) -> Result<Vec<Record>> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let copied =
            |(lost, id): &(Lost, DestItemId)| self.pen.record(lost.key, Fact::Copied { id: id.clone() });
        let mut records: Vec<Record> = found.iter().map(copied).collect();
        records.extend(self.verdicts(folder, found).await?);
        Ok(records)
    }

    /// What is above the mark and not owned. A folder that is gone holds nothing.
    async fn find(
        &self,
        folder: &DestFolderRow,
        mark: &Mark,
        probes: &[Probe],
    ) -> Result<Vec<Option<DestItemId>>> {
        if self.capacity.locating == Locating::Impossible || is_nowhere(&folder.id) {
            return Ok(vec![None; probes.len()]);
        }
        let owned = OwnedIn { journal: self.pen.journal(), folder: folder.key };
        loop {
            let looked =
                self.dest.ask(|| self.m.destination.locate(&folder.id, Some(mark), probes, &owned)).await;
            let found = match looked {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(vec![None; probes.len()]),
                answer => answer.map_err(|error| error.with("folder", &folder.path))?,
            };
            // Whoever sent them may have been killed a moment ago, and the server be busy storing what it had received.
            if found.iter().all(Option::is_some) || !self.dest.may_still_appear(self.settled_at).await? {
                return Ok(found);
            }
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
            Some(id) => self.confirm_found(&folder, vec![(Lost::of(&entry, content), id)]).await?,
            None => vec![self.pen.record(key, Fact::NotSent)],
        };
        self.pen.items(records).await?;
        Ok(found)
    }

    /// The second half of a move is finished once the first half is there; any other removal is only looked at.
    async fn settle_removing(
        &self,
        entry: &Entry,
        successor: Option<EntryKey>,
        sum: &mut Found,
    ) -> Result<()> {
        let Some(copy) = &entry.copy else { return Ok(()) };
        let folder = self.dest_folder(copy.folder).await?;
        let mut records = Vec::new();
        let removed = match successor {
            Some(successor) => {
                // The successor may be in doubt itself, and in a later page: it is looked for first.
                self.settle_successor(successor, sum).await?;
                let there = self.pen.journal().entries(&[successor]).await?.pop().flatten();
                let waits = |there: &Entry| {
                    matches!(there.fate, Fate::Absent { .. }) && there.revision == entry.revision
                };
                if there.as_ref().is_some_and(waits) {
                    // It was not sent: it waits again, or it would be taken for an item of its own. One that was edited
                    // is read first: its body is another one.
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

    async fn settle_successor(&self, key: EntryKey, sum: &mut Found) -> Result<()> {
        let Some(entry) = self.pen.journal().entries(&[key]).await?.pop().flatten() else { return Ok(()) };
        let Fate::Sending { folder, mark, content } = &entry.fate else { return Ok(()) };
        let folder = self.dest_folder(*folder).await?;
        let lost = vec![Lost::of(&entry, content)];
        self.settle_sending(&folder, mark, lost, sum).await
    }

    async fn is_missing(&self, folder: &DestFolderId, id: &DestItemId) -> Result<bool> {
        let seen = self.inspect(folder, std::slice::from_ref(id)).await?.pop().flatten();
        Ok(seen.is_none())
    }

    /// Sets the flags again: doing it twice is harmless.
    async fn settle_flagging(&self, entries: &[(Entry, Copy)], sum: &mut Found) -> Result<()> {
        let changes: Vec<_> = entries
            .iter()
            .filter_map(|(entry, copy)| Some((copy.clone(), entry.flagging.as_ref()?.delta.clone())))
            .collect();
        let outcomes = self.set_flags(&mut Visit::default(), &changes).await?;
        let mut records = Vec::new();
        for (((entry, copy), (_, delta)), outcome) in entries.iter().zip(&changes).zip(outcomes) {
            let facts = match outcome {
                // Of the folder, not of the item: it is asked again.
                Err(error) if error.reach() == Scope::Folder => {
                    sum.or_leave(Err(error), [entry.folder])?;
                    continue;
                }
                Err(_) => vec![Fact::FlagsRefused],
                Ok(outcome) => after_flags(copy, delta, outcome),
            };
            records.extend(facts.into_iter().map(|fact| self.pen.record(entry.key, fact)));
        }
        self.pen.items(records).await
    }

    /// Deletes one copy, if it is still as we wrote it.
    pub(super) async fn delete_copy(&self, folder: &DestFolderId, copy: &Copy) -> Result<Removal> {
        if is_nowhere(folder) {
            return Ok(Removal::Missing);
        }
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
        if is_nowhere(folder) {
            let message = "the folder is not there";
            return Err(Error::new(ErrorKind::NotFound, Side::Destination, "read back", message));
        }
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
pub(super) struct Lost {
    pub(super) key: EntryKey,
    of: FolderKey,
    probe: Probe,
    pub(super) content: Content,
    pub(super) flags: Flags,
}

impl Lost {
    pub(super) fn of(entry: &Entry, content: &Content) -> Self {
        let probe = Probe::of(entry.kind, content, entry.received);
        Self { key: entry.key, of: entry.folder, probe, content: content.clone(), flags: entry.flags.clone() }
    }
}

/// Entries by the destination folder of their copy.
pub(super) fn by_folder(page: Vec<Entry>) -> BTreeMap<crate::journal::DestFolderKey, Vec<(Entry, Copy)>> {
    let mut groups: BTreeMap<_, Vec<(Entry, Copy)>> = BTreeMap::new();
    for entry in page {
        if let Some(copy) = entry.copy.clone() {
            groups.entry(copy.folder).or_default().push((entry, copy));
        }
    }
    groups
}
