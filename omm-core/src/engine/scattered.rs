//! Copies that lie in many folders: one request per folder.

use super::{patience::Visit, run::Run, targets::is_nowhere};
use crate::{
    error::{Error, ErrorKind, Result, Scope},
    journal::{Copy, DestFolderKey},
    model::{DestItemId, FlagDelta},
    seam::{FlagChange, Flagged, Presence},
};
use std::collections::BTreeMap;

impl Run<'_> {
    /// Changes flags. The results line up with `changes`. No copy may be named twice: the order within one request
    /// is not promised. A folder that is gone holds no copies.
    pub(super) async fn set_flags(
        &self,
        visit: &mut Visit,
        changes: &[(Copy, FlagDelta)],
    ) -> Result<Vec<Result<Flagged>>> {
        let mut outcomes: Vec<Result<Flagged>> = changes.iter().map(|_| Ok(Flagged::Missing)).collect();
        for (folder, places) in by_folder(changes.iter().map(|(copy, _)| copy)) {
            let folder = self.dest_folder(folder).await?;
            if is_nowhere(&folder.id) {
                continue;
            }
            let change = |at: &usize| {
                let (copy, delta) = &changes[*at];
                FlagChange::new(copy.id.clone(), delta.clone()).expecting(copy.revision.clone())
            };
            let asked: Vec<FlagChange> = places.iter().map(change).collect();
            match self.dest.ask_in(visit, || self.m.destination.set_flags(&folder.id, &asked)).await {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                // The copies of other folders are not its hostages.
                Err(error) if error.reach() <= Scope::Folder => {
                    for at in places {
                        outcomes[at] = Err(the_same(&error).with("folder", &folder.path));
                    }
                }
                Err(error) => return Err(error.with("folder", &folder.path)),
                Ok(done) => places.into_iter().zip(done).for_each(|(at, outcome)| outcomes[at] = outcome),
            }
        }
        Ok(outcomes)
    }

    /// Looks at copies. The results line up with `copies`.
    pub(super) async fn inspect_scattered(
        &self,
        visit: &mut Visit,
        copies: &[Copy],
    ) -> Result<Vec<Option<Presence>>> {
        let mut seen: Vec<Option<Presence>> = vec![None; copies.len()];
        for (folder, places) in by_folder(copies) {
            let folder = self.dest_folder(folder).await?;
            let ids: Vec<DestItemId> = places.iter().map(|at| copies[*at].id.clone()).collect();
            let here = self.inspect_in(visit, &folder.id, &ids).await;
            let here = here.map_err(|error| error.with("folder", &folder.path))?;
            places.into_iter().zip(here).for_each(|(at, presence)| seen[at] = presence);
        }
        Ok(seen)
    }
}

/// One refusal, told to each item it concerns.
fn the_same(error: &Error) -> Error {
    Error::new(error.kind(), error.side(), error.operation(), error.message()).scope(error.reach())
}

/// The places of copies, by the folder they lie in.
fn by_folder<'a>(copies: impl IntoIterator<Item = &'a Copy>) -> BTreeMap<DestFolderKey, Vec<usize>> {
    let mut groups: BTreeMap<DestFolderKey, Vec<usize>> = BTreeMap::new();
    for (at, copy) in copies.into_iter().enumerate() {
        groups.entry(copy.folder).or_default().push(at);
    }
    groups
}
