//! Copies that lie in many folders: one request per folder.

use super::run::Run;
use crate::{
    error::{ErrorKind, Result},
    journal::{Copy, DestFolderKey},
    model::{DestItemId, FlagDelta},
    seam::{FlagChange, Flagged, Presence},
};
use std::collections::BTreeMap;

impl Run<'_> {
    /// Changes flags. The results line up with `changes`. No copy may be named twice: the order within one request
    /// is not promised. A folder that is gone holds no copies.
    pub(super) async fn set_flags(&self, changes: &[(Copy, FlagDelta)]) -> Result<Vec<Result<Flagged>>> {
        let mut outcomes: Vec<Result<Flagged>> = changes.iter().map(|_| Ok(Flagged::Missing)).collect();
        for (folder, places) in by_folder(changes.iter().map(|(copy, _)| copy)) {
            let folder = self.dest_folder(folder).await?;
            let change =
                |at: &usize| FlagChange { id: changes[*at].0.id.clone(), delta: changes[*at].1.clone() };
            let asked: Vec<FlagChange> = places.iter().map(change).collect();
            match self.dest.ask(|| self.m.destination.set_flags(&folder.id, &asked)).await {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error.with("folder", &folder.path)),
                Ok(done) => places.into_iter().zip(done).for_each(|(at, outcome)| outcomes[at] = outcome),
            }
        }
        Ok(outcomes)
    }

    /// Looks at copies. The results line up with `copies`.
    pub(super) async fn inspect_scattered(&self, copies: &[Copy]) -> Result<Vec<Option<Presence>>> {
        let mut seen: Vec<Option<Presence>> = vec![None; copies.len()];
        for (folder, places) in by_folder(copies) {
            let folder = self.dest_folder(folder).await?;
            let ids: Vec<DestItemId> = places.iter().map(|at| copies[*at].id.clone()).collect();
            match self.dest.ask(|| self.m.destination.inspect(&folder.id, &ids)).await {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error.with("folder", &folder.path)),
                Ok(here) => places.into_iter().zip(here).for_each(|(at, presence)| seen[at] = presence),
            }
        }
        Ok(seen)
    }
}

/// The places of copies, by the folder they lie in.
fn by_folder<'a>(copies: impl IntoIterator<Item = &'a Copy>) -> BTreeMap<DestFolderKey, Vec<usize>> {
    let mut groups: BTreeMap<DestFolderKey, Vec<usize>> = BTreeMap::new();
    for (at, copy) in copies.into_iter().enumerate() {
        groups.entry(copy.folder).or_default().push(at);
    }
    groups
}
