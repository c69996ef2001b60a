//! Which destination folder each source folder has, made where it is missing.

use super::run::Run;
use crate::{
    error::{Error, ErrorKind, Result, Scope},
    journal::{
        DestFolderKey, DestFolderRow, FolderFact, FolderKey, FolderRecord, FolderRow, RunRecord, StoredState,
    },
    mapping::{self, Known, Target},
    model::{DestFolderId, DestItemId, Folder, FolderPath},
    seam::{Capacity, DestFolder, Presence},
};
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

        let mut making = Making::new(self, &existing, known_targets);
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
            planned.push((folder, target, row));
        }
        self.pen.folders(left_out).await?;
        making.intend(&planned, &rows).await?;

        let owned = self.owned_counts().await?;
        let (mut carried, mut unmade) = (Vec::new(), Vec::new());
        for (folder, target, mut row) in planned {
            let unchanged = self.is_unchanged(&folder, &row);
            let made = match making.make(&folder, &target, unchanged).await {
                Ok(made) => made,
                Err(error) if error.reach() <= Scope::Folder => {
                    self.trouble(row.key, &row.path, &error);
                    unmade.push(row);
                    continue;
                }
                Err(error) => return Err(error),
            };
            row.target = Some(made.row.key);
            // More or fewer items than ours: something of somebody else's may be in it.
            let ours = owned.get(&row.key).copied().unwrap_or(0);
            let foreign = self.m.options.adopt && made.items != Some(ours);
            carried.push(Carried { folder, row, target: made.row, unchanged, known_before, foreign });
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

/// Makes destination folders, and remembers durably, before the act, which ones are ours.
struct Making<'a, 'b> {
    run: &'a Run<'b>,
    existing: &'a [DestFolder],
    by_path: HashMap<FolderPath, DestFolderRow>,
}

struct Made {
    row: DestFolderRow,
    items: Option<u64>,
}

impl<'a, 'b> Making<'a, 'b> {
    fn new(
        run: &'a Run<'b>,
        existing: &'a [DestFolder],
        known: HashMap<DestFolderKey, DestFolderRow>,
    ) -> Self {
        let by_path = known.into_values().map(|row| (row.path.clone(), row)).collect();
        Self { run, existing, by_path }
    }

    /// Durable before any folder is made: which paths will be ours, parents included, and what every new source
    /// folder goes to. After a kill the next run finds a folder and still knows that it was not there before us, and
    /// a folder made a moment ago does not change the choice.
    async fn intend(&mut self, planned: &[(Folder, Target, FolderRow)], known: &[FolderRow]) -> Result<()> {
        let mut records = Vec::new();
        for (folder, target, row) in planned {
            let mut path = Some(target.path.clone());
            while let Some(here) = path.filter(|path| path.depth() > 0) {
                path = here.parent();
                let is_target = here == target.path;
                // What the user deleted stays deleted while nothing new goes there.
                let kept = is_target && self.run.is_unchanged(folder, row);
                if let Some(row) = self.intended(&here, is_target && !kept) {
                    records.push(RunRecord::DestFolder(row.clone()));
                    self.by_path.insert(here, row);
                }
            }
        }
        for (_, target, row) in planned {
            if !known.iter().any(|known| known.key == row.key) {
                let dest = self.by_path.get(&target.path);
                let row = FolderRow { target: dest.map(|dest| dest.key), ..row.clone() };
                records.push(RunRecord::SourceFolder(row));
            }
        }
        self.run.pen.runs(records).await
    }

    /// The row of a folder that is to be made and is not known as such yet.
    fn intended(&self, path: &FolderPath, again: bool) -> Option<DestFolderRow> {
        if self.there(path).is_some() {
            return None;
        }
        let key = match self.by_path.get(path) {
            None => self.run.pen.new_dest_folder(),
            // It is made anew, so it is ours, even if the one before it was not.
            Some(row) if again && (row.created.is_none() || !row.id.as_str().is_empty()) => row.key,
            Some(_) => return None,
        };
        let created = Some(self.run.pen.point());
        Some(DestFolderRow { key, id: DestFolderId::new(""), path: path.clone(), created })
    }

    async fn make(&mut self, folder: &Folder, target: &Target, unchanged: bool) -> Result<Made> {
        let path = &target.path;
        let known = self.by_path.get(path).cloned();
        let there = match (&known, self.there(path)) {
            (Some(row), Some(there)) if row.id == there.id => {
                return Ok(Made { row: row.clone(), items: there.items });
            }
            // The user deleted it, and nothing new is to go there: it stays deleted.
            (Some(row), None) if unchanged => return Ok(Made { row: row.clone(), items: None }),
            (_, Some(there)) if there.kind == folder.kind => there.clone(),
            _ => {
                let run = self.run;
                run.dest.stop.check()?;
                let ensure =
                    || run.m.destination.ensure_folder(path, target.role, folder.kind, folder.subscribed);
                run.dest.ask(ensure).await.map_err(named(path))?
            }
        };
        let items = if there.created { Some(0) } else { there.items };
        let row = self.row(known, path, &there);
        if self.by_path.get(path) != Some(&row) {
            // At once: an undo after a kill must know its id.
            self.run.pen.runs(vec![RunRecord::DestFolder(row.clone())]).await?;
            self.by_path.insert(path.clone(), row.clone());
        }
        Ok(Made { row, items })
    }

    fn row(&self, known: Option<DestFolderRow>, path: &FolderPath, there: &DestFolder) -> DestFolderRow {
        let now = there.created.then(|| self.run.pen.point());
        let created = match &known {
            // Made now, or intended by us in this or an earlier run and not there before.
            Some(row) if row.id.as_str().is_empty() || row.id == there.id => row.created.or(now),
            // Another one in its place: ours only if we made it.
            _ => now,
        };
        let key = known.map_or_else(|| self.run.pen.new_dest_folder(), |row| row.key);
        DestFolderRow { key, id: there.id.clone(), path: path.clone(), created }
    }

    fn there(&self, path: &FolderPath) -> Option<&'a DestFolder> {
        self.existing.iter().find(|folder| folder.path == *path)
    }
}

fn named(path: &FolderPath) -> impl Fn(Error) -> Error + '_ {
    move |error| {
        if error.context().any(|(key, _)| key == "folder") { error } else { error.with("folder", path) }
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
