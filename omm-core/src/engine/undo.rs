//! Taking back what was done from a sync point on.
//!
//! Only our own, untouched copies are deleted, only flags that we set are taken back, only folders that we made and
//! that are empty are removed. Everything else is left and listed.

use super::{
    Migration,
    outcome::expected,
    recover::by_folder,
    run::{Run, attended},
    targets::is_nowhere,
};
use crate::{
    error::{Error, ErrorKind, Result, Scope, Side},
    host::Stop,
    journal::{
        Copy, DestFolderKey, DestFolderRow, Entry, Fact, Fate, FlagChangeRow, FolderKey, Query, RunRecord,
        Want,
    },
    model::{DestFolderId, DestItemId, FlagDelta, FolderPath, SyncPoint},
    seam::{Deleted, Deletion, Presence},
};
use serde::Serialize;
use std::collections::{HashMap, HashSet, VecDeque};

const PAGE: usize = 256;

/// How to undo.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UndoOptions {
    /// The first sync point to take back; everything later goes with it.
    pub from: SyncPoint,
    /// Leave copies that were read since.
    pub keep_read: bool,
    /// Only say what would be done.
    pub dry_run: bool,
}

impl UndoOptions {
    /// Everything from this point on.
    pub fn from(from: SyncPoint) -> Self {
        Self { from, keep_read: false, dry_run: false }
    }
}

/// What an undo did, or would do.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct UndoOutcome {
    /// Whether nothing was done in fact.
    pub dry_run: bool,
    /// Copies deleted.
    pub deleted: u64,
    /// Copies that were not there any more.
    pub missing: u64,
    /// Changes of flags taken back.
    pub flags_restored: u64,
    /// Folders removed.
    pub folders_removed: u64,
    /// What was left, and why; at most [`crate::report::PROBLEM_LIMIT`] lines.
    pub left: Vec<Undone>,
    /// How many were left in all.
    pub left_in_all: u64,
}

/// Something that could not be undone.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Undone {
    /// In which source folder; the destination folder for a folder that was left.
    pub folder: FolderPath,
    /// Which item, by its source id; empty for a folder.
    pub item: String,
    /// Why it was left.
    pub reason: String,
}

/// Takes back.
pub(super) async fn undo(m: &Migration, options: &UndoOptions) -> Result<UndoOutcome> {
    m.stop.check()?;
    let halt = Stop::new();
    let work = async {
        let run = Run::open(m, halt.clone(), false).await?;
        let result = async { Undo::new(&run, options).await?.work().await }.await;
        let remembered = if options.dry_run { Ok(()) } else { run.remember_findings().await };
        let outcome = result?;
        remembered.map(|()| outcome)
    };
    attended(m, &halt, work).await
}

struct Undo<'r, 'a> {
    run: &'r Run<'a>,
    options: &'r UndoOptions,
    folders: HashMap<FolderKey, FolderPath>,
    outcome: UndoOutcome,
}

impl<'r, 'a> Undo<'r, 'a> {
    async fn new(run: &'r Run<'a>, options: &'r UndoOptions) -> Result<Self> {
        let last = run.pen.journal().points().await?.last().map_or(SyncPoint(0), |row| row.point);
        if options.from == SyncPoint(0) || options.from > last {
            let message = match last {
                SyncPoint(0) => "nothing was migrated yet, so there is nothing to undo".to_owned(),
                last => format!("there is no sync point {}; they are numbered 1 to {last}", options.from),
            };
            return Err(Error::new(ErrorKind::Config, Side::Host, "undo", message));
        }
        let folders = run.pen.journal().folders().await?.into_iter().map(|row| (row.key, row.path)).collect();
        let outcome = UndoOutcome { dry_run: options.dry_run, ..UndoOutcome::default() };
        Ok(Self { run, options, folders, outcome })
    }

    async fn work(mut self) -> Result<UndoOutcome> {
        // What is in doubt may be ours: it must be found before anything is deleted, or it would be left behind.
        if !self.options.dry_run {
            self.run.recover().await?;
            // Durable before the act: a run after half an undo must look again where something was taken back.
            self.run.pen.runs(vec![RunRecord::SteppedBack(self.options.from)]).await?;
        }
        self.copies().await?;
        self.replaced().await?;
        self.flags().await?;
        self.made_folders().await?;
        if !self.options.dry_run {
            // Last: an undo that is interrupted is still to be done.
            self.run.pen.runs(vec![RunRecord::Undone(self.options.from)]).await?;
        }
        Ok(self.outcome)
    }

    async fn copies(&mut self) -> Result<()> {
        let query = Query { folder: None, want: Want::SentSince(self.options.from) };
        let mut after = None;
        loop {
            self.run.dest.stop.check()?;
            let page = self.run.pen.journal().page(query, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key);
            let (in_doubt, page): (Vec<Entry>, _) =
                page.into_iter().partition(|entry| entry.fate.in_doubt() && !self.options.dry_run);
            for entry in in_doubt {
                self.leave(&entry, "what became of its copy could not be found out yet".to_owned());
            }
            for (folder, entries) in by_folder(page) {
                let folder = self.run.dest_folder(folder).await?;
                if self.options.dry_run {
                    self.preview(&folder, entries).await?;
                } else {
                    self.delete(&folder, entries).await?;
                }
            }
        }
    }

    async fn preview(&mut self, folder: &DestFolderRow, entries: Vec<(Entry, Copy)>) -> Result<()> {
        let ids: Vec<DestItemId> = entries.iter().map(|(_, copy)| copy.id.clone()).collect();
        let run = self.run;
        let seen = match run.inspect(&folder.id, &ids).await {
            Err(error) if error.reach() <= Scope::Folder => {
                entries.iter().for_each(|(entry, _)| self.leave(entry, error.to_string()));
                return Ok(());
            }
            answer => answer?,
        };
        for ((entry, copy), presence) in entries.into_iter().zip(seen) {
            match presence {
                None => self.outcome.missing += 1,
                Some(presence) => match self.touched(&copy, &presence) {
                    Some(reason) => self.leave(&entry, reason),
                    None => self.outcome.deleted += 1,
                },
            }
        }
        Ok(())
    }

    /// What listing alone says about a touched copy; a deletion looks closer.
    fn touched(&self, copy: &Copy, presence: &Presence) -> Option<String> {
        let mut expected = expected(copy);
        expected.seen_counts = self.options.keep_read;
        if !expected.flags_match(&presence.flags) {
            return Some(format!("its flags are now: {}", presence.flags));
        }
        (presence.size != expected.stored_size).then(|| format!("its size is now {}", presence.size))
    }

    async fn delete(&mut self, folder: &DestFolderRow, entries: Vec<(Entry, Copy)>) -> Result<()> {
        let run = self.run;
        let removing = entries
            .iter()
            .map(|(entry, _)| run.pen.record(entry.key, Fact::Removing { successor: None }))
            .collect();
        // Durable before the act.
        run.pen.items(removing).await?;
        let deletions: Vec<Deletion> = entries
            .iter()
            .map(|(_, copy)| {
                let mut expected = expected(copy);
                expected.seen_counts = self.options.keep_read;
                Deletion { id: copy.id.clone(), expected }
            })
            .collect();
        let answer = match is_nowhere(&folder.id) {
            true => Ok(deletions.iter().map(|_| Ok(Deleted::Missing)).collect()),
            false => run.dest.ask(|| run.m.destination.delete(&folder.id, &deletions)).await,
        };
        let done = match answer {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                deletions.iter().map(|_| Ok(Deleted::Missing)).collect()
            }
            // This folder is left as it is; the others are not its hostages.
            Err(error) if error.reach() <= Scope::Folder => {
                entries.iter().for_each(|(entry, _)| self.leave(entry, error.to_string()));
                let left = entries.iter().map(|(entry, _)| run.pen.record(entry.key, Fact::NotRemoved));
                return run.pen.items(left.collect()).await;
            }
            answer => answer.map_err(|error| error.with("folder", &folder.path))?,
        };
        let mut records = Vec::new();
        for ((entry, _), outcome) in entries.iter().zip(done) {
            let fact = match outcome {
                Ok(Deleted::Done) => {
                    self.outcome.deleted += 1;
                    Fact::Removed
                }
                Ok(Deleted::Missing) => {
                    self.outcome.missing += 1;
                    Fact::Removed
                }
                Ok(Deleted::Touched(what)) => {
                    self.leave(entry, what);
                    Fact::NotRemoved
                }
                Err(error) => {
                    self.leave(entry, error.to_string());
                    Fact::NotRemoved
                }
            };
            records.push(run.pen.record(entry.key, fact));
        }
        run.pen.items(records).await
    }

    /// A newer body in the place of an older copy cannot be taken back: the older body is nowhere any more.
    async fn replaced(&mut self) -> Result<()> {
        let query = Query { folder: None, want: Want::ReplacedSince(self.options.from) };
        let mut after = None;
        loop {
            let page = self.run.pen.journal().page(query, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key);
            let older =
                |entry: &&Entry| entry.copy.as_ref().is_some_and(|copy| copy.sent < self.options.from);
            let older: Vec<Entry> = page.iter().filter(older).cloned().collect();
            for entry in older {
                self.leave(
                    &entry,
                    "it was edited at the source since; the earlier version is not kept".to_owned(),
                );
            }
        }
    }

    async fn flags(&mut self) -> Result<()> {
        let mut before = None;
        loop {
            self.run.dest.stop.check()?;
            let rows = self.run.pen.journal().flag_changes(self.options.from, before, PAGE).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            before = Some(last.row);
            let mut rows = VecDeque::from(rows);
            while !rows.is_empty() {
                // Newest first, and no item twice in one request: two changes of one item are taken back in order.
                let mut round: Vec<FlagChangeRow> = Vec::new();
                while let Some(row) = rows.pop_front() {
                    if round.iter().any(|other| other.key == row.key) {
                        rows.push_front(row);
                        break;
                    }
                    round.push(row);
                }
                self.restore_flags(round).await?;
            }
        }
    }

    async fn restore_flags(&mut self, round: Vec<FlagChangeRow>) -> Result<()> {
        let run = self.run;
        let keys: Vec<_> = round.iter().map(|row| row.key).collect();
        let entries = run.pen.journal().entries(&keys).await?;
        let mut ours: Vec<(Entry, FlagDelta)> = Vec::new();
        let mut changes: Vec<(Copy, FlagDelta)> = Vec::new();
        for (row, entry) in round.into_iter().zip(entries) {
            let Some((entry, copy)) = entry.and_then(|entry| entry.copy.clone().map(|copy| (entry, copy)))
            else {
                continue;
            };
            // A copy that the dry run only would have deleted has no flags to take back.
            if self.options.dry_run && copy.sent >= self.options.from && !copy.adopted {
                continue;
            }
            changes.push((copy, row.delta.inverse()));
            ours.push((entry, row.delta));
        }
        if self.options.dry_run {
            self.outcome.flags_restored += ours.len() as u64;
            return Ok(());
        }
        // Durable before the act: a run after half an undo sees at the source what was taken back here. The act may be
        // repeated without harm.
        let restored = |(entry, undone): &(Entry, FlagDelta)| {
            run.pen.record(entry.key, Fact::FlagsRestored { undone: undone.clone() })
        };
        run.pen.items(ours.iter().map(restored).collect()).await?;
        let outcomes = run.set_flags(&changes).await?;
        let mut stand = Vec::new();
        for ((entry, undone), outcome) in ours.into_iter().zip(outcomes) {
            match outcome {
                Ok(_) => self.outcome.flags_restored += 1,
                Err(error) => {
                    self.leave(&entry, format!("its flags could not be taken back: {error}"));
                    stand.push(run.pen.record(entry.key, Fact::FlagsRestored { undone: undone.inverse() }));
                }
            }
        }
        run.pen.items(stand).await
    }

    /// Folders that undone runs made, deepest first, if nothing is in them.
    async fn made_folders(&mut self) -> Result<()> {
        let mut rows = self.run.pen.journal().dest_folders().await?;
        rows.retain(|row| row.created.is_some_and(|point| point >= self.options.from));
        if rows.is_empty() {
            return Ok(());
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.path.depth()));
        let named = self.named_by_entries().await?;
        let there = self.run.dest.ask(|| self.run.m.destination.folders()).await?;
        for mut row in rows {
            // Intended and never confirmed: a parent, or a run that was killed in between.
            if is_nowhere(&row.id)
                && let Some(there) = there.iter().find(|there| there.path == row.path)
            {
                row.id = there.id.clone();
            }
            self.remove_folder(row, &named).await?;
        }
        Ok(())
    }

    async fn remove_folder(&mut self, row: DestFolderRow, named: &HashSet<DestFolderKey>) -> Result<()> {
        let run = self.run;
        if self.options.dry_run {
            self.outcome.folders_removed += u64::from(!is_nowhere(&row.id));
            return Ok(());
        }
        if !is_nowhere(&row.id) {
            let removed = match run.dest.ask(|| run.m.destination.remove_folder_if_empty(&row.id)).await {
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
                answer => answer,
            };
            match removed {
                Ok(true) => self.outcome.folders_removed += 1,
                Ok(false) => {
                    self.leave_folder(&row, "it is not empty".to_owned());
                    return Ok(());
                }
                Err(error) if error.reach() <= Scope::Folder => {
                    self.leave_folder(&row, error.to_string());
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        // Entries of earlier runs may name it still: then the row stays, as that of a folder that is not there.
        let record = match named.contains(&row.key) {
            true => RunRecord::DestFolder(DestFolderRow { id: DestFolderId::new(""), created: None, ..row }),
            false => RunRecord::DestFolderRemoved(row.key),
        };
        run.pen.runs(vec![record]).await
    }

    /// The destination folders that some entry has a copy in, or may have.
    async fn named_by_entries(&self) -> Result<HashSet<DestFolderKey>> {
        let mut named = HashSet::new();
        for want in [Want::Copies, Want::InDoubt] {
            let mut after = None;
            loop {
                let page = self.run.pen.journal().page(Query { folder: None, want }, after, PAGE).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.key);
                for entry in &page {
                    named.extend(entry.copy.as_ref().map(|copy| copy.folder));
                    if let Fate::Sending { folder, .. } = &entry.fate {
                        named.insert(*folder);
                    }
                }
            }
        }
        Ok(named)
    }

    fn leave(&mut self, entry: &Entry, reason: String) {
        let folder = self.folders.get(&entry.folder).cloned().unwrap_or_default();
        self.push(Undone { folder, item: entry.source.to_string(), reason });
    }

    fn leave_folder(&mut self, row: &DestFolderRow, reason: String) {
        self.push(Undone { folder: row.path.clone(), item: String::new(), reason });
    }

    fn push(&mut self, undone: Undone) {
        self.outcome.left_in_all += 1;
        if self.outcome.left.len() < crate::report::PROBLEM_LIMIT {
            self.outcome.left.push(undone);
        }
    }
}
