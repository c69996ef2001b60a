//! Folders: only those that we made and that are empty.

use super::{PAGE, Undo};
use crate::{
    engine::targets::is_nowhere,
    error::{ErrorKind, Result, Scope},
    journal::{DestFolderKey, DestFolderRow, Fate, Query, RunRecord, Want},
    model::DestFolderId,
};
use std::collections::HashSet;

impl Undo<'_, '_> {
    /// Folders that undone runs made, deepest first, if nothing is in them.
    pub(super) async fn made_folders(&mut self) -> Result<()> {
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
}
