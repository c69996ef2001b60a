//! The last gasp of a write: it was looked for, not found, sent again, and then it landed all the same. A worker that was paused
//! past its lease may hold a message back like that, and so may a server that is busy.

use super::{outcome::expected, pen::OwnedIn, recover::PAGE, run::Run, targets::is_nowhere};
use crate::{
    error::{ErrorKind, Result},
    journal::{DestFolderKey, Entry, EntryKey},
    model::{DestItemId, Mark},
    seam::{Deleted, Deletion, Locating, Probe},
};
use std::{collections::BTreeMap, sync::PoisonError};

/// So many are looked for again. Somebody whose connection breaks more often than that has other troubles.
const MOST: usize = 16 * PAGE;

/// A write that was looked for above a mark, and not found.
#[derive(Debug)]
pub(super) struct Unfound {
    key: EntryKey,
    folder: DestFolderKey,
    mark: Mark,
    probe: Probe,
}

impl Run<'_> {
    /// Remembers what was not found, and is sent again now.
    pub(super) fn was_not_found(
        &self,
        folder: DestFolderKey,
        mark: &Mark,
        writes: impl IntoIterator<Item = (EntryKey, Probe)>,
    ) {
        let mut unfound = self.unfound.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST.saturating_sub(unfound.len());
        let new = writes.into_iter().map(|(key, probe)| Unfound { key, folder, mark: mark.clone(), probe });
        unfound.extend(new.take(room));
    }

    /// Looks once more, at the end, for what was not found: what came late lies beside the copy that was sent instead, belongs
    /// to nobody, and is deleted unless somebody has touched it. Whatever hinders this costs the run nothing.
    pub(super) async fn take_back_what_came_late(&self) -> Result<()> {
        let unfound = std::mem::take(&mut *self.unfound.lock().unwrap_or_else(PoisonError::into_inner));
        if unfound.is_empty() || self.capacity.locating == Locating::Impossible {
            return Ok(());
        }
        let mut groups: BTreeMap<(u32, Mark), Vec<Unfound>> = BTreeMap::new();
        for one in unfound {
            groups.entry((one.folder.0, one.mark.clone())).or_default().push(one);
        }
        for ((folder, mark), group) in groups {
            for part in group.chunks(PAGE) {
                match self.take_back(DestFolderKey(folder), &mark, part).await {
                    Err(error) if error.kind() == ErrorKind::Stopped => return Err(error),
                    Err(error) => {
                        self.note(format!(
                            "it could not be seen whether something came twice, late: {error}"
                        ));
                    }
                    Ok(()) => {}
                }
            }
        }
        Ok(())
    }

    async fn take_back(&self, folder: DestFolderKey, mark: &Mark, unfound: &[Unfound]) -> Result<()> {
        let row = self.dest_folder(folder).await?;
        let keys: Vec<EntryKey> = unfound.iter().map(|one| one.key).collect();
        let entries = self.pen.journal().entries(&keys).await?;
        // Only beside a copy that is ours: what has none here is sent again, and what was late is found then.
        let has_copy = |entry: &Entry| entry.copy.as_ref().is_some_and(|copy| copy.folder == folder);
        let (probes, entries): (Vec<Probe>, Vec<Entry>) = unfound
            .iter()
            .zip(entries)
            .filter_map(|(one, entry)| Some((one.probe.clone(), entry.filter(has_copy)?)))
            .unzip();
        if probes.is_empty() || is_nowhere(&row.id) {
            return Ok(());
        }
        let owned = OwnedIn { journal: self.pen.journal(), folder };
        let found = self.dest.ask(|| self.m.destination.locate(&row.id, Some(mark), &probes, &owned)).await?;
        let late: Vec<Deletion> =
            entries.iter().zip(found).filter_map(|(entry, id)| deletion(entry, id?)).collect();
        if late.is_empty() {
            return Ok(());
        }
        let fates = self.dest.ask(|| self.m.destination.delete(&row.id, &late)).await?;
        let deleted =
            fates.iter().filter(|fate| matches!(fate, Ok(Deleted::Done | Deleted::Missing))).count();
        if deleted > 0 {
            self.note(format!(
                "{deleted} copies in {} came late, beside those that were sent instead, and were deleted",
                row.path
            ));
        }
        if deleted < late.len() {
            let left = late.len() - deleted;
            self.note(format!(
                "{left} copies in {} came late and are there twice: they could not be deleted",
                row.path
            ));
        }
        Ok(())
    }
}

/// As we wrote it; no state of it was ever seen.
fn deletion(entry: &Entry, id: DestItemId) -> Option<Deletion> {
    let mut expected = expected(entry.copy.as_ref()?);
    expected.revision = None;
    Some(Deletion { id, expected })
}
