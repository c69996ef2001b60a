//! Making destination folders, and remembering durably, before the act, which ones are ours.

use super::{
    retry::{Decision, Tries},
    run::Run,
};
use crate::{
    error::{Error, Result, Scope},
    journal::{DestFolderKey, DestFolderRow, FolderRow, RunRecord},
    mapping::Target,
    model::{DestFolderId, Folder, FolderPath},
    seam::{DestFolder, Wanted},
};
use std::collections::HashMap;

/// How many folders are asked for at once.
const AT_ONCE: usize = 100;

/// A source folder that is to be carried, and where to.
pub(super) struct Planned {
    pub(super) folder: Folder,
    pub(super) target: Target,
    pub(super) row: FolderRow,
    /// Its state is the one under which everything was settled.
    pub(super) unchanged: bool,
}

/// A destination folder, and how many items are in it where that is known.
pub(super) struct Made {
    pub(super) row: DestFolderRow,
    pub(super) items: Option<u64>,
}

/// What the journal and the destination know of folders while the missing ones are made.
pub(super) struct Making<'a, 'b> {
    run: &'a Run<'b>,
    existing: HashMap<&'a FolderPath, &'a DestFolder>,
    by_path: HashMap<FolderPath, DestFolderRow>,
}

/// What is to be done for one that is planned.
enum Place {
    /// Nothing.
    Known(Made),
    /// A folder of the destination's is taken.
    There(DestFolder),
    /// It is to be made.
    Missing,
}

impl<'a, 'b> Making<'a, 'b> {
    pub(super) fn new(
        run: &'a Run<'b>,
        existing: &'a [DestFolder],
        known: HashMap<DestFolderKey, DestFolderRow>,
    ) -> Self {
        let by_path = known.into_values().map(|row| (row.path.clone(), row)).collect();
        // Of two at one path the first one counts.
        let existing = existing.iter().rev().map(|folder| (&folder.path, folder)).collect();
        Self { run, existing, by_path }
    }

    /// Durable before any folder is made: which paths will be ours, parents included, and what every new source
    /// folder goes to. After a kill the next run finds a folder and still knows that it was not there before us, and
    /// a folder made a moment ago does not change the choice.
    pub(super) async fn intend(&mut self, planned: &[Planned], known: &[FolderRow]) -> Result<()> {
        let mut records = Vec::new();
        for one in planned {
            let mut path = Some(one.target.path.clone());
            while let Some(here) = path.filter(|path| path.depth() > 0) {
                path = here.parent();
                // What the user deleted stays deleted while nothing new goes there.
                let again = here == one.target.path && !one.unchanged;
                if let Some(row) = self.intended(&here, again) {
                    records.push(RunRecord::DestFolder(row.clone()));
                    self.by_path.insert(here, row);
                }
            }
        }
        for Planned { target, row, .. } in planned {
            if !known.iter().any(|known| known.key == row.key) {
                let dest = self.by_path.get(&target.path);
                let row = FolderRow { target: dest.map(|dest| dest.key), ..row.clone() };
                records.push(RunRecord::SourceFolder(row));
            }
        }
        self.run.pen.runs(records).await
    }

    /// The folder of each that is planned, lined up; none where it cannot be had, which is noted as its trouble.
    pub(super) async fn make(&mut self, planned: &[Planned]) -> Result<Vec<Option<Made>>> {
        let mut made = Vec::with_capacity(planned.len());
        let (mut there, mut missing) = (Vec::new(), Vec::new());
        for (at, one) in planned.iter().enumerate() {
            match self.place(one) {
                Place::Known(known) => made.push((at, Some(known))),
                Place::There(folder) => there.push((at, Ok(folder))),
                Place::Missing => missing.push((at, wanted(one))),
            }
        }
        made.extend(self.remember(planned, there).await?);
        // A folder comes after those above it.
        missing.sort_by_key(|(_, wanted)| wanted.path.depth());
        for chunk in missing.chunks(AT_ONCE) {
            self.run.dest.stop.check()?;
            let answers = self.ensure(chunk).await?;
            made.extend(self.remember(planned, answers).await?);
        }
        made.sort_by_key(|(at, _)| *at);
        Ok(made.into_iter().map(|(_, made)| made).collect())
    }

    /// The row of a folder that is to be made and is not known as such yet.
    fn intended(&self, path: &FolderPath, again: bool) -> Option<DestFolderRow> {
        if self.existing.contains_key(path) {
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

    fn place(&self, one: &Planned) -> Place {
        let path = &one.target.path;
        match (self.by_path.get(path), self.existing.get(path)) {
            (Some(row), Some(there)) if row.id == there.id => {
                Place::Known(Made { row: row.clone(), items: there.items })
            }
            // The user deleted it, and nothing new is to go there: it stays deleted.
            (Some(row), None) if one.unchanged => Place::Known(Made { row: row.clone(), items: None }),
            // Asking for what is there is harmless, and makes it subscribed.
            (_, Some(there)) if one.folder.subscribed && there.subscribed == Some(false) => Place::Missing,
            (_, Some(there)) if there.kind == one.folder.kind => Place::There((*there).clone()),
            _ => Place::Missing,
        }
    }

    /// Asks for folders, and again for those that may be had later.
    async fn ensure(&self, wanted: &[(usize, Wanted)]) -> Result<Vec<(usize, Result<DestFolder>)>> {
        let (dest, destination) = (&self.run.dest, &self.run.m.destination);
        let (mut open, mut answered) = (wanted.to_vec(), Vec::with_capacity(wanted.len()));
        let mut tries = Tries::default();
        loop {
            let asked: Vec<Wanted> = open.iter().map(|(_, wanted)| wanted.clone()).collect();
            let answers = dest.ask(|| destination.ensure_folders(&asked)).await?;
            if answers.len() != asked.len() {
                return Err(Wanted::out_of_line());
            }
            let (mut later, mut longest) = (Vec::new(), None);
            for (one, answer) in open.into_iter().zip(answers) {
                let answer = answer.map_err(named(&one.1.path));
                let decision = answer.as_ref().err().map(|error| error.decision(tries));
                match (answer, decision) {
                    (Err(error), Some(Decision::Again { wait, .. })) => {
                        later.push(one);
                        longest = longest.filter(|(_, longest)| *longest >= wait).or(Some((error, wait)));
                    }
                    (answer, _) => answered.push((one.0, answer)),
                }
            }
            let Some((error, wait)) = longest else { return Ok(answered) };
            tries.count(&error, wait);
            dest.pause(&error, wait).await?;
            open = later;
        }
    }

    /// Durable at once, for an undo after a kill must know their ids.
    async fn remember(
        &mut self,
        planned: &[Planned],
        answers: Vec<(usize, Result<DestFolder>)>,
    ) -> Result<Vec<(usize, Option<Made>)>> {
        let (mut made, mut records, mut wider) = (Vec::with_capacity(answers.len()), Vec::new(), None);
        for (at, answer) in answers {
            let there = match answer {
                Ok(there) => there,
                Err(error) if error.reach() > Scope::Folder => {
                    wider = Some(error);
                    continue;
                }
                Err(error) => {
                    let row = &planned[at].row;
                    self.run.trouble(row.key, &row.path, &error);
                    made.push((at, None));
                    continue;
                }
            };
            let path = &planned[at].target.path;
            let row = self.row(path, &there);
            if self.by_path.get(path) != Some(&row) {
                records.push(RunRecord::DestFolder(row.clone()));
                self.by_path.insert(path.clone(), row.clone());
            }
            made.push((at, Some(Made { row, items: if there.created { Some(0) } else { there.items } })));
        }
        self.run.pen.runs(records).await?;
        wider.map_or(Ok(made), Err)
    }

    fn row(&self, path: &FolderPath, there: &DestFolder) -> DestFolderRow {
        let known = self.by_path.get(path);
        let now = there.created.then(|| self.run.pen.point());
        let created = match known {
            // Made now, or intended by us in this or an earlier run and not there before.
            Some(row) if row.id.as_str().is_empty() || row.id == there.id => row.created.or(now),
            // Another one in its place: ours only if we made it.
            _ => now,
        };
        let key = known.map_or_else(|| self.run.pen.new_dest_folder(), |row| row.key);
        DestFolderRow { key, id: there.id.clone(), path: path.clone(), created }
    }
}

fn wanted(one: &Planned) -> Wanted {
    Wanted {
        role: one.target.role,
        subscribed: one.folder.subscribed,
        ..Wanted::new(one.target.path.clone(), one.folder.kind)
    }
}

fn named(path: &FolderPath) -> impl Fn(Error) -> Error + '_ {
    move |error| {
        if error.context().any(|(key, _)| key == "folder") { error } else { error.with("folder", path) }
    }
}
