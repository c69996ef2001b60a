//! Taking back what was done from a sync point on.
//!
//! Only our own, untouched copies are deleted, only flags that we set are taken back, only folders that we made and
//! that are empty are removed. Everything else is left and listed.

mod copies;
mod flags;
mod folders;
mod outcome;

pub use outcome::{UndoOptions, UndoOutcome, Undone};

use super::{
    Migration,
    run::{Run, attended},
};
use crate::{
    error::{Error, ErrorKind, Result, Side},
    host::Stop,
    journal::{DestFolderRow, Entry, FolderKey, RunRecord},
    model::{FolderPath, SyncPoint},
};
use std::collections::HashMap;

/// How many records are read at once.
const PAGE: usize = 256;

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
