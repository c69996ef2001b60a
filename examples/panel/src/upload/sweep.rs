//! What is not needed any more goes: files of migrations that are done, of projects that are erased, and what nobody went on
//! with.

use super::{Shelf, Upload, shelf};
use crate::{guard::failure::Failure, house::House};
use omm::project::{
    project::ProjectId,
    store::{MigrationKey, Projects, State},
};
use std::time::Duration;
use tokio::fs;

/// A file to which nothing was added for so long, and that nothing reads: somebody has left.
const LEFT: Duration = Duration::from_hours(7 * 24);
/// Between two rounds.
const BETWEEN: Duration = Duration::from_mins(5);

impl House {
    /// Erases uploaded files that are not needed any more. A panel that runs does so by itself.
    pub async fn sweep(&self) {
        if self.sweep_uploads().await.is_err() {
            tracing::warn!("files that are not needed any more could not be erased");
        }
    }

    /// Goes round until it is dropped.
    pub(crate) async fn keep_uploads(self) {
        loop {
            self.sweep().await;
            tokio::time::sleep(BETWEEN).await;
        }
    }

    /// Erases what is not needed any more.
    ///
    /// # Errors
    /// When the store or the folder cannot be read.
    pub(crate) async fn sweep_uploads(&self) -> Result<(), Failure> {
        let uploads = &self.uploads;
        for name in shelf::names(&uploads.root).await? {
            let Some(project) = ProjectId::parse(&name) else { continue };
            if self.stores.projects.project(&project).await?.is_none() {
                uploads.forget(&project).await?;
                continue;
            }
            for upload in uploads.of(&project).await? {
                if self.is_over(&project, &upload).await? {
                    uploads.remove(&upload).await?;
                }
            }
        }
        Ok(())
    }

    async fn is_over(&self, project: &ProjectId, upload: &Upload) -> Result<bool, Failure> {
        let Some(row) = upload.meta.row else { return Ok(Shelf::is_left(upload).await) };
        let row = self.stores.projects.migration(project, MigrationKey(row)).await?;
        Ok(match row.map(|row| row.state) {
            None | Some(State::Done) => true,
            // What failed can be tried again for a while.
            Some(State::DoneWithFailures | State::Failed | State::Stopped) => Shelf::is_left(upload).await,
            Some(_) => false,
        })
    }
}

impl Shelf {
    async fn is_left(upload: &Upload) -> bool {
        let Ok(known) = fs::metadata(upload.path()).await else { return true };
        known.modified().ok().and_then(|at| at.elapsed().ok()).is_some_and(|since| since > LEFT)
    }
}
