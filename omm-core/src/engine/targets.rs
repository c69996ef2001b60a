//! Which destination folder each source folder has, made where it is missing.

use super::{
    making::{Made, Making, Planned},
    run::Run,
};
use crate::{
    error::{ErrorKind, Result},
    journal::{
        DestFolderKey, DestFolderRow, FolderFact, FolderKey, FolderRecord, FolderRow, RunRecord, StoredState,
    },
    mapping::{self, Known, Target},
    model::{DestFolderId, DestItemId, Folder, FolderPath},
    seam::{Capacity, DestFolder, Presence},
};
use futures::{FutureExt, future::try_join};
use std::{collections::HashMap, sync::PoisonError};

/// What both sides and the journal say about folders when a run begins.
pub(super) struct Listed {
    pub(super) folders: Vec<Folder>,
    /// For each folder the place of its row.
    pub(super) places: Vec<Option<usize>>,
    /// The destination's.
    pub(super) existing: Vec<DestFolder>,
    pub(super) rows: Vec<FolderRow>,
}

/// A source folder that this run carries.
pub(super) struct Carried {
    pub(super) folder: Folder,
    pub(super) row: FolderRow,
    pub(super) target: DestFolderRow,
    /// Its state is the one under which everything was settled.
    pub(super) unchanged: bool,
    /// Whether the journal had any entry when this run began: only then can anything have moved.
    pub(super) known_before: bool,
    /// Whether items that are not ours may be in the target.
    pub(super) foreign: bool,
}

impl Run<'_> {
    /// Chooses and makes the targets of all folders, and says which folders are not carried.
    pub(super) async fn targets(&self, listed: Listed, known_before: bool) -> Result<Vec<Carried>> {
        let known_targets = self.known_targets().await?;
        let chosen = self.choose(&listed, &known_targets);
        let Listed { folders, places, existing, rows } = listed;
        let filter = self.m.options.folder_filter()?;

        let (mut planned, mut left_out) = (Vec::new(), Vec::new());
        for ((folder, target), place) in folders.into_iter().zip(chosen).zip(places) {
            let known = place.and_then(|place| rows.get(place));
            if let Some(reason) = self.not_carried(&folder, filter.carries(&folder.path)) {
                self.note(format!("{} is not carried: {reason}", folder.path));
                let troubled = known.filter(|row| row.trouble.is_some()).map(|row| row.key);
                left_out.extend(troubled.map(|folder| FolderRecord {
                    folder,
                    point: self.pen.point(),
                    fact: FolderFact::LeftOut,
                }));
                continue;
            }
            if let Some(remark) = &target.remark {
                self.note(remark.clone());
            }
            let row = self.row(&folder, known);
            let unchanged = self.is_unchanged(&folder, &row);
            planned.push(Planned { folder, target, row, unchanged });
        }
        self.pen.folders(left_out).await?;
        let mut making = Making::new(self, &existing, known_targets);
        making.intend(&planned, &rows).await?;
        let ahead = self.look_ahead(&planned).map(Ok);
        let (made, ()) = try_join(making.make(&planned), ahead).await?;

        let owned = self.owned_counts().await?;
        let (mut carried, mut unmade) = (Vec::new(), Vec::new());
        for (Planned { folder, mut row, unchanged, .. }, made) in planned.into_iter().zip(made) {
            let Some(Made { row: target, items }) = made else {
                unmade.push(row);
                continue;
            };
            row.target = Some(target.key);
            // More or fewer items than ours: something of somebody else's may be in it.
            let ours = owned.get(&row.key).copied().unwrap_or(0);
            let foreign = self.m.options.adopt && items != Some(ours);
            carried.push(Carried { folder, row, target, unchanged, known_before, foreign });
        }
        self.record_targets(&carried, unmade, &rows).await?;
        Ok(carried)
    }

    /// Whether a folder's state is the one under which everything was settled.
    fn is_unchanged(&self, folder: &Folder, row: &FolderRow) -> bool {
        let state =
            folder.state.clone().map(|token| StoredState { token, options: self.options_digest.clone() });
        state.is_some() && row.state == state
    }

    /// How many copies each source folder has, by the journal.
    async fn owned_counts(&self) -> Result<HashMap<FolderKey, u64>> {
        let mut counts = HashMap::new();
        for tally in self.pen.journal().tallies().await? {
            if tally.key.has_copy {
                *counts.entry(tally.key.folder).or_default() += tally.items;
            }
        }
        Ok(counts)
    }

    fn choose(&self, listed: &Listed, known: &HashMap<DestFolderKey, DestFolderRow>) -> Vec<Target> {
        let Listed { folders, places, existing, rows } = listed;
        let target = |place: &Option<usize>| Some(known.get(&rows.get((*place)?)?.target?)?.path.clone());
        let earlier = places.iter().map(target).collect();
        let rename = Some(&self.m.options.rename);
        let Capacity { folds_case, names, .. } = self.capacity.clone();
        mapping::map(folders, &Known { earlier, existing, folds_case, names, rename })
    }

    async fn known_targets(&self) -> Result<HashMap<DestFolderKey, DestFolderRow>> {
        Ok(self.pen.journal().dest_folders().await?.into_iter().map(|row| (row.key, row)).collect())
    }

    /// Why a folder is not carried at all.
    fn not_carried(&self, folder: &Folder, wanted: bool) -> Option<&'static str> {
        if !wanted {
            Some("left out by the folder options")
        } else if !self.m.options.wants_kind(folder.kind) {
            Some("of a kind that was not asked for")
        } else if !self.capacity.kinds.contains(&folder.kind) {
            Some("of a kind that the destination cannot hold")
        } else {
            None
        }
    }

    fn row(&self, folder: &Folder, known: Option<&FolderRow>) -> FolderRow {
        FolderRow {
            key: known.map_or_else(|| self.pen.new_folder(), |row| row.key),
            id: folder.id.clone(),
            path: folder.path.clone(),
            role: folder.role,
            kind: folder.kind,
            target: known.and_then(|row| row.target),
            // A folder that was gone for a while is listed from the beginning.
            state: known.filter(|row| row.gone.is_none()).and_then(|row| row.state.clone()),
            position: known.filter(|row| row.gone.is_none()).and_then(|row| row.position.clone()),
            gone: None,
            trouble: known.and_then(|row| row.trouble.clone()),
        }
    }

    /// One transaction for every source folder that is new or has changed; nothing when nothing has.
    async fn record_targets(
        &self,
        carried: &[Carried],
        unmade: Vec<FolderRow>,
        rows: &[FolderRow],
    ) -> Result<()> {
        let changed = carried.iter().filter(|one| !rows.contains(&one.row));
        let mut records: Vec<_> = changed.map(|one| RunRecord::SourceFolder(one.row.clone())).collect();
        records.extend(unmade.into_iter().map(RunRecord::SourceFolder));
        self.dest_folders.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.pen.runs(records).await
    }
}

impl Run<'_> {
    /// The row of a destination folder by its key; without an id when it is not there. Rows of earlier runs do not
    /// change within one.
    pub(super) async fn dest_folder(&self, key: DestFolderKey) -> Result<DestFolderRow> {
        if let Some(row) = self.dest_folders.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(row.clone());
        }
        let rows = self.known_targets().await?;
        let row = rows.get(&key).cloned();
        *self.dest_folders.lock().unwrap_or_else(PoisonError::into_inner) = rows;
        // A folder that no record names any more holds nothing: its copies are missing, and nobody else's trouble.
        Ok(row.unwrap_or_else(|| DestFolderRow {
            key,
            id: DestFolderId::new(""),
            path: FolderPath::default(),
            created: None,
        }))
    }
}

/// Nothing was ever asked of a folder that has no id: the same answer as of one that is gone.
pub(super) fn is_nowhere(folder: &DestFolderId) -> bool {
    folder.as_str().is_empty()
}

impl Run<'_> {
    /// What can be seen of copies; nothing of those in a folder that is not there.
    pub(super) async fn inspect(
        &self,
        folder: &DestFolderId,
        ids: &[DestItemId],
    ) -> Result<Vec<Option<Presence>>> {
        if is_nowhere(folder) {
            return Ok(vec![None; ids.len()]);
        }
        match self.dest.ask(|| self.m.destination.inspect(folder, ids)).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(vec![None; ids.len()]),
            answer => answer,
        }
    }
}
