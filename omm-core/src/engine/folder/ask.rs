//! What the destination is asked about one folder, without writing anything.

use super::FolderRun;
use crate::{
    engine::{pen::OwnedIn, run::Run, targets::Carried},
    error::{Error, Result, Scope},
    model::{DestItemId, Mark},
    seam::{Locating, Presence, Probe},
};

impl FolderRun<'_, '_> {
    /// The folder's position before the first append of this run.
    pub(super) async fn mark(&mut self) -> Result<Mark> {
        if let Some(mark) = &self.mark {
            return Ok(mark.clone());
        }
        let (run, folder) = (self.run, &self.one.target.id);
        let mark =
            run.dest.ask(|| run.m.destination.mark(folder)).await.map_err(|error| self.of_folder(error))?;
        self.mark = Some(mark.clone());
        Ok(mark)
    }

    /// Looks for copies; never gives one that the journal owns, so what is pending becomes durable first.
    pub(super) async fn locate(
        &mut self,
        above: Option<&Mark>,
        probes: &[Probe],
    ) -> Result<Vec<Option<DestItemId>>> {
        self.flush().await?;
        let (run, folder) = (self.run, &self.one.target.id);
        if run.capacity.locating == Locating::Impossible {
            return Ok(vec![None; probes.len()]);
        }
        let owned = OwnedIn { journal: run.pen.journal(), folder: self.one.target.key };
        let found = run.dest.ask(|| run.m.destination.locate(folder, above, probes, &owned)).await;
        found.map_err(|error| self.of_folder(error))
    }

    pub(super) async fn inspect(&self, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        inspect(self.run, self.one, ids).await
    }

    pub(super) fn of_folder(&self, error: Error) -> Error {
        self.one.of_folder(error)
    }
}

/// What can be seen of copies.
pub(super) async fn inspect(
    run: &Run<'_>,
    one: &Carried,
    ids: &[DestItemId],
) -> Result<Vec<Option<Presence>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let seen = run.dest.ask(|| run.m.destination.inspect(&one.target.id, ids)).await;
    seen.map_err(|error| one.of_folder(error))
}

impl Carried {
    /// An error about one item, met where a folder was asked, is the folder's.
    pub(super) fn of_folder(&self, error: Error) -> Error {
        let error = if error.reach() == Scope::Item { error.scope(Scope::Folder) } else { error };
        error.with("folder", &self.target.path)
    }
}
