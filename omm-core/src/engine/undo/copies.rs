//! Copies: only ours, and only untouched ones.

use super::{PAGE, Undo};
use crate::{
    engine::{
        outcome::{expected, is_changed},
        recover::by_folder,
        targets::is_nowhere,
    },
    error::{ErrorKind, Result, Scope},
    journal::{Copy, DestFolderRow, Entry, Fact, Query, Want},
    model::DestItemId,
    seam::{Deleted, Deletion, Presence},
};

impl Undo<'_, '_> {
    pub(super) async fn copies(&mut self) -> Result<()> {
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
        if is_changed(copy, presence) {
            return Some("somebody changed it".to_owned());
        }
        let is_told = expected.revision.is_some() && presence.revision.is_some();
        (!is_told && presence.size != expected.stored_size)
            .then(|| format!("its size is now {}", presence.size))
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
    pub(super) async fn replaced(&mut self) -> Result<()> {
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
}
