//! The beginning of a run: both sides' folders, the guard against an emptied source, and targets.

use super::{
    identity::known_rows,
    run::{LiveCounts, Run},
    targets::{Carried, Listed, Targets},
};
use crate::{
    error::{Error, ErrorKind, Result, Side},
    event::Event,
    journal::{Class, FolderKey, FolderRow, PointState, RunRecord, Tally},
    model::Folder,
};
use std::collections::{HashMap, HashSet};

/// What a run starts from.
pub(super) struct Begun {
    /// The folders to work on, and those to count.
    pub(super) targets: Targets,
    /// Folders that earlier runs knew and the source no longer has.
    pub(super) vanished: Vec<FolderRow>,
    /// Folders with entries of earlier runs.
    pub(super) with_history: HashSet<FolderKey>,
}

impl Run<'_> {
    pub(super) async fn begin(&self, folders: Vec<Folder>) -> Result<Begun> {
        let existing = self.dest.ask(|| self.m.destination.folders()).await?;
        let rows = self.pen.journal().folders().await?;
        let tallies = self.pen.journal().tallies().await?;
        let (mut live, mut wanted) = (LiveCounts::new(), LiveCounts::new());
        for tally in tallies.iter().filter(|tally| !tally.key.gone) {
            *live.entry(tally.key.folder).or_default() += tally.items;
            let left_out = matches!(tally.key.class, Class::Skipped(reason) if reason.is_left_out());
            *wanted.entry(tally.key.folder).or_default() += if left_out { 0 } else { tally.items };
        }
        let places = known_rows(&folders, &rows);
        let here: HashMap<FolderKey, &Folder> = folders
            .iter()
            .zip(&places)
            .filter_map(|(folder, place)| Some((rows.get((*place)?)?.key, folder)))
            .collect();
        self.guard_emptied(&here, &rows, &wanted).await?;

        let point = self.pen.point();
        self.pen.runs(vec![RunRecord::Started(point)]).await?;
        self.tell(Event::RunStarted { sync_point: point, resumed: self.pen.resumed() });

        // What an undo decided bears the number of the run that follows it, as does what this run did before it was
        // interrupted. Only where no undo was is the number enough to tell the two apart.
        let undone = self.pen.journal().points().await?.iter().any(|row| row.state == PointState::Undone);
        let all = undone || !self.pen.resumed();
        let earlier = tallies.iter().filter(|tally| all || tally.key.point < point);
        let with_history = earlier.map(|tally| tally.key.folder).collect();
        let vanished = rows
            .iter()
            .filter(|row| row.gone.is_none() || live.contains_key(&row.key))
            .filter(|row| !here.contains_key(&row.key))
            .cloned()
            .collect();
        let listed = Listed { folders, places, existing, rows };
        let targets = self.targets(listed, &tallies).await?;
        self.tell(Event::Planned { items: to_come(&targets.carried, &tallies) });
        Ok(Begun { targets, vanished, with_history })
    }

    /// A source in which every folder that had items has emptied at once is broken, not empty: stop. What is left out
    /// does not count, be it there or not.
    async fn guard_emptied(
        &self,
        here: &HashMap<FolderKey, &Folder>,
        rows: &[FolderRow],
        wanted: &LiveCounts,
    ) -> Result<()> {
        if self.m.options.allow_emptied_source {
            return Ok(());
        }
        let filled = || rows.iter().filter(|row| wanted.get(&row.key).is_some_and(|items| *items > 0));
        let mut emptied = Vec::new();
        for row in filled() {
            if self.is_empty(here.get(&row.key).copied(), row).await? {
                emptied.push(row.path.to_string());
            }
        }
        if !emptied.is_empty() && emptied.len() == filled().count() {
            return Err(Error::new(
                ErrorKind::SourceEmptied,
                Side::Source,
                "look at the source",
                "every folder that had items is empty now; nothing was changed. If that is right, allow it explicitly",
            )
            .with("folders", emptied.len()));
        }
        for path in emptied {
            let message = format!("{path} has emptied at the source; its copies stay");
            self.note(message.clone());
            self.tell(Event::Warning { message });
        }
        Ok(())
    }

    /// Whether a folder has nothing in it now. Without a count, an unchanged state says no, else a page is read.
    async fn is_empty(&self, folder: Option<&Folder>, row: &FolderRow) -> Result<bool> {
        let Some(folder) = folder else { return Ok(true) };
        if let Some(items) = folder.items {
            return Ok(items == 0);
        }
        if folder.state.is_some() && folder.state == row.state.as_ref().map(|state| state.token.clone()) {
            return Ok(false);
        }
        match self.source.ask(|| self.m.source.changes(&folder.id, None)).await {
            Ok(page) => Ok(page.changes.is_empty() && !page.more),
            // A folder that cannot be read is not an empty one.
            Err(error) if error.reach() <= crate::error::Scope::Folder => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// How many items of these folders are still to be dealt with, if each says how many it has.
fn to_come(carried: &[Carried], tallies: &[Tally]) -> Option<u64> {
    let mut settled = LiveCounts::new();
    let is_open = |class| matches!(class, Class::Waiting | Class::InDoubt | Class::Failed);
    for tally in tallies.iter().filter(|tally| !tally.key.gone && !is_open(tally.key.class)) {
        *settled.entry(tally.key.folder).or_default() += tally.items;
    }
    let changed = carried.iter().filter(|one| !one.unchanged);
    changed
        .map(|one| {
            // From the top all of them are listed again, and told as there.
            let goes_on = one.keeps_place && one.row.position.is_some();
            let settled = settled.get(&one.row.key).filter(|_| goes_on).copied().unwrap_or_default();
            Some(one.folder.items?.saturating_sub(settled))
        })
        .sum()
}
