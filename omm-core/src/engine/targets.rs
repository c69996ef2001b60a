//! Which destination folder each source folder has, made where it is missing.

use super::{
    left_out::{left_out, with_more_than_skips},
    making::{Made, Making, Planned},
    patience::Visit,
    run::Run,
};
use crate::{
    error::{ErrorKind, Result},
    journal::{
        DestFolderKey, DestFolderRow, FolderFact, FolderKey, FolderRecord, FolderRow, RunRecord, SkipReason,
        StoredState, Tally,
    },
    mapping::{self, Known, Target},
    model::{DestFolderId, DestItemId, Folder, FolderPath},
    seam::{Capacity, DestFolder, Presence},
};
use futures::{FutureExt, future::try_join};
use std::{
    collections::{HashMap, HashSet},
    sync::PoisonError,
};

/// The folders of the source, by what is done about them.
pub(super) struct Targets {
    /// Carried.
    pub(super) carried: Vec<Carried>,
    /// Left out, and counted.
    pub(super) left_out: Vec<Carried>,
    /// To be carried, but to a folder that cannot be had today.
    pub(super) waiting: Vec<Carried>,
}

/// What both sides and the journal say about folders when a run begins.
pub(super) struct Listed {
    pub(super) folders: Vec<Folder>,
    /// For each folder the place of its row.
    pub(super) places: Vec<Option<usize>>,
    /// The destination's.
    pub(super) existing: Vec<DestFolder>,
    pub(super) rows: Vec<FolderRow>,
}

/// A source folder that this run carries, or only counts.
#[derive(Clone)]
pub(super) struct Carried {
    pub(super) folder: Folder,
    pub(super) row: FolderRow,
    /// Nowhere, if nothing is carried.
    pub(super) target: DestFolderRow,
    /// Why nothing of it is carried, if so: then its items are listed and skipped.
    pub(super) left_out: Option<SkipReason>,
    /// Whether nothing can be written to its target today: then its items are listed, and wait.
    pub(super) waits: bool,
    /// Whether the work goes on where its feed was left, and leaves a place to go on from.
    pub(super) keeps_place: bool,
    /// Its state is the one under which everything was settled.
    pub(super) unchanged: bool,
    /// Whether the journal had any entry when this run began: only then can anything have moved.
    pub(super) known_before: bool,
    /// Whether items that are not ours may be in the target.
    pub(super) foreign: bool,
}

impl Run<'_> {
    /// Chooses and makes the targets of all folders.
    pub(super) async fn targets(&self, listed: Listed, tallies: &[Tally]) -> Result<Targets> {
        let known_targets = self.known_targets().await?;
        let chosen = self.choose(&listed, &known_targets);
        let (planned, left_out) = self.sort(&listed, chosen, &with_more_than_skips(tallies))?;
        let Listed { existing, rows, .. } = listed;
        self.trouble_no_longer(&left_out).await?;
        let mut making = Making::new(self, &existing, known_targets);
        making.intend(&planned, &rows).await?;
        let ahead = self.look_ahead(&planned).map(Ok);
        let (made, ()) = try_join(making.make(&planned), ahead).await?;

        let owned = self.owned_counts().await?;
        let (mut carried, mut waiting) = (Vec::new(), Vec::new());
        for (Planned { folder, mut row, unchanged, .. }, made) in planned.into_iter().zip(made) {
            let Some(Made { row: target, items }) = made else {
                waiting.push(Carried::counted(folder, row, unchanged).that_waits());
                continue;
            };
            row.target = Some(target.key);
            // More or fewer items than ours: something of somebody else's may be in it.
            let ours = owned.get(&row.key).copied().unwrap_or(0);
            let foreign = self.m.options.adopt && items != Some(ours);
            let known_before = !tallies.is_empty();
            let counted = Carried::counted(folder, row, unchanged);
            carried.push(Carried { target, keeps_place: true, known_before, foreign, ..counted });
        }
        self.record_targets(carried.iter().chain(&left_out).chain(&waiting), &rows).await?;
        Ok(Targets { carried, left_out, waiting })
    }

    /// Which folders are to be carried, and which are left out.
    fn sort(
        &self,
        listed: &Listed,
        chosen: Vec<Target>,
        with_more_than_skips: &HashSet<FolderKey>,
    ) -> Result<(Vec<Planned>, Vec<Carried>)> {
        let filter = self.m.options.folder_filter()?;
        let (mut planned, mut aside) = (Vec::new(), Vec::new());
        for ((folder, target), place) in listed.folders.iter().cloned().zip(chosen).zip(&listed.places) {
            let row = self.row(&folder, place.and_then(|place| listed.rows.get(place)));
            let unchanged = self.is_unchanged(&folder, &row);
            if let Some(reason) = left_out(&folder, &filter, &self.m.options, &self.capacity) {
                self.note(format!("{} is not carried: {}", folder.path, reason.sentence()));
                let keeps_place = !with_more_than_skips.contains(&row.key);
                let counted = Carried::counted(folder, row, unchanged);
                aside.push(Carried { left_out: Some(reason), keeps_place, ..counted });
                continue;
            }
            if let Some(remark) = &target.remark {
                self.note(remark.clone());
            }
            planned.push(Planned { folder, target, row, unchanged });
        }
        Ok((planned, aside))
    }

    /// What troubled a folder that is left out now troubles no longer.
    async fn trouble_no_longer(&self, left_out: &[Carried]) -> Result<()> {
        let troubled = left_out.iter().filter(|one| one.row.trouble.is_some());
        let (point, fact) = (self.pen.point(), FolderFact::LeftOut);
        let records = troubled.map(|one| FolderRecord { folder: one.row.key, point, fact: fact.clone() });
        self.pen.folders(records.collect()).await
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
        folders: impl Iterator<Item = &Carried>,
        rows: &[FolderRow],
    ) -> Result<()> {
        let changed = folders.filter(|one| !rows.contains(&one.row));
        let records = changed.map(|one| RunRecord::SourceFolder(one.row.clone())).collect();
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
        Ok(row.unwrap_or_else(|| nowhere(key)))
    }
}

impl Carried {
    /// One that has no target, and keeps no place.
    fn counted(folder: Folder, row: FolderRow, unchanged: bool) -> Self {
        let target = nowhere(row.target.unwrap_or_default());
        let (left_out, waits, keeps_place, known_before, foreign) = Default::default();
        Self { folder, row, target, left_out, waits, keeps_place, unchanged, known_before, foreign }
    }

    /// The same, to be listed from the top, so that what could not be written is at least counted. No place is kept
    /// that the next run would go on from.
    pub(super) fn that_waits(mut self) -> Self {
        (self.waits, self.keeps_place) = (true, false);
        self
    }

    /// Whether its items are counted, and nothing is written.
    pub(super) fn is_counted(&self) -> bool {
        self.waits || self.left_out.is_some()
    }
}

/// The row of a folder that is not there.
fn nowhere(key: DestFolderKey) -> DestFolderRow {
    DestFolderRow { key, id: DestFolderId::new(""), path: FolderPath::default(), created: None }
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
        self.inspect_in(&mut Visit::default(), folder, ids).await
    }

    /// The same in the course of a visit.
    pub(super) async fn inspect_in(
        &self,
        visit: &mut Visit,
        folder: &DestFolderId,
        ids: &[DestItemId],
    ) -> Result<Vec<Option<Presence>>> {
        if is_nowhere(folder) {
            return Ok(vec![None; ids.len()]);
        }
        match self.dest.ask_in(visit, || self.m.destination.inspect(folder, ids)).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(vec![None; ids.len()]),
            answer => answer,
        }
    }
}
