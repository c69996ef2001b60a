//! Changing flags of copies that lie in many folders, with one request per folder.

use super::{run::Run, targets::is_nowhere};
use crate::{
    error::{Error, ErrorKind, Result, Scope},
    journal::{Copy, DestFolderKey},
    model::FlagDelta,
    seam::{FlagChange, Flagged},
};
use std::collections::BTreeMap;

impl Run<'_> {
    /// The results line up with `changes`. No copy may be named twice: the order within one request is not promised.
    pub(super) async fn set_flags(&self, changes: &[(Copy, FlagDelta)]) -> Result<Vec<Result<Flagged>>> {
        let mut groups: BTreeMap<DestFolderKey, Vec<usize>> = BTreeMap::new();
        for (at, (copy, _)) in changes.iter().enumerate() {
            groups.entry(copy.folder).or_default().push(at);
        }
        let mut outcomes: Vec<Result<Flagged>> = changes.iter().map(|_| Ok(Flagged::Missing)).collect();
        for (folder, places) in groups {
            let folder = self.dest_folder(folder).await?;
            if is_nowhere(&folder.id) {
                continue;
            }
            let asked: Vec<FlagChange> = places
                .iter()
                .map(|at| FlagChange { id: changes[*at].0.id.clone(), delta: changes[*at].1.clone() })
                .collect();
            match self.dest.ask(|| self.m.destination.set_flags(&folder.id, &asked)).await {
                // A folder that is gone holds no copies.
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
}

/// One refusal, told to each item it concerns.
fn the_same(error: &Error) -> Error {
    Error::new(error.kind(), error.side(), error.operation(), error.message()).scope(error.reach())
}
