//! One run of a migration: the first, a later one, or the rest of an interrupted one.

use super::{
    Migration,
    begin::Begun,
    late::Unfound,
    left_out::digest,
    listing::{Listing, open_and_list},
    native::Natives,
    patience::Manners,
    pen::Pen,
    targets::{Carried, Targets},
};
use crate::{
    error::{Error, ErrorKind, Result, Scope, Side},
    event::Event,
    host::Stop,
    journal::{
        Batch, Class, DestFolderKey, DestFolderRow, EntryKey, FolderFact, FolderKey, FolderRecord,
        PointState, RunRecord, StoredState,
    },
    model::{FolderPath, SyncPoint},
    report::{self, Report},
    seam::{Capacity, ChangePage},
};
use futures::{
    FutureExt,
    future::{Either, select},
    stream::{FuturesUnordered, StreamExt},
};
use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How often the row is read by which another process asks to stop.
const STOP_ROW: Duration = Duration::from_secs(1);

/// What came of working on folders.
#[derive(Default)]
struct Worked<'c> {
    /// Those that came to their end.
    done: HashSet<FolderKey>,
    /// Those that the destination did not let finish.
    refused: Vec<&'c Carried>,
}

/// What all parts of a run share.
pub(super) struct Run<'a> {
    pub(super) m: &'a Migration,
    pub(super) pen: Pen,
    pub(super) source: Manners,
    pub(super) dest: Manners,
    pub(super) capacity: Capacity,
    /// When nothing that an earlier run sent can appear any more, in monotonic time.
    pub(super) settled_at: Duration,
    pub(super) options_digest: Box<str>,
    /// Failed items are offered again at once, whatever run they failed in.
    pub(super) retry: bool,
    pub(super) natives: Natives,
    notes: Mutex<Vec<String>>,
    troubles: Mutex<Vec<FolderRecord>>,
    failed_now: Mutex<HashSet<EntryKey>>,
    pub(super) dest_folders: Mutex<HashMap<DestFolderKey, DestFolderRow>>,
    /// Writes that were looked for, not found, and sent again.
    pub(super) unfound: Mutex<Vec<Unfound>>,
    /// What came of reading pages while folders were made.
    pub(super) ahead: Mutex<HashMap<FolderKey, Result<ChangePage>>>,
}

/// Drives `work`, and meanwhile listens for a wish to stop from here or from another process. The work gets a
/// handle of its own, so that an error in one folder can end the others tidily without touching the host's.
pub(super) async fn attended<T>(
    m: &Migration,
    halt: &Stop,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let watch = async {
        let asked_elsewhere = async {
            loop {
                m.env.runtime.sleep(STOP_ROW).await;
                if m.journal.stop_requested().await.unwrap_or(false) {
                    return;
                }
            }
        };
        select(pin!(m.stop.wait()), pin!(asked_elsewhere)).await;
        halt.request();
        std::future::pending::<()>().await;
    };
    match select(pin!(work), pin!(watch)).await {
        Either::Left((result, _)) => result,
        Either::Right(((), _)) => Err(Error::stopped()),
    }
}

/// A whole run.
pub(super) async fn run(m: &Migration, retry: bool) -> Result<Report> {
    m.stop.check()?;
    let halt = Stop::new();
    let work = async {
        let source = Manners::of(m, m.source.lane(), &halt);
        let opening = Run::open(m, halt.clone(), retry);
        let (run, listing) = open_and_list(m, opening, Listing::of(&source, m)).await?;
        let result = run.work(listing).await;
        // Also when the run could not go on: the report shows what it met.
        let remarked = run.pen.commit(run.findings()).await;
        result.and(remarked)?;
        report::report(run.pen.journal()).await
    };
    attended(m, &halt, work).await
}

impl<'a> Run<'a> {
    /// Claims the journal and asks the destination what it can take.
    pub(super) async fn open(m: &'a Migration, halt: Stop, retry: bool) -> Result<Self> {
        let source = Manners::of(m, m.source.lane(), &halt);
        let dest = Manners::of(m, m.destination.lane(), &halt);
        let pen = Pen::claim(&m.journal).await?;
        let capacity = dest.ask(|| m.destination.capacity()).await?;
        let settled_at = m.env.runtime.monotonic() + capacity.settling;
        let options_digest = digest(&m.options, &capacity);
        let (natives, notes, troubles, failed_now, dest_folders, unfound, ahead) = Default::default();
        Ok(Self {
            m,
            pen,
            source,
            dest,
            capacity,
            settled_at,
            options_digest,
            retry,
            natives,
            notes,
            troubles,
            failed_now,
            dest_folders,
            unfound,
            ahead,
        })
    }

    /// The sentence: recover, plan, copy, verify, folder by folder; then what is owed; then the end.
    async fn work(&self, listing: Listing) -> Result<()> {
        // Before anything is done, and also when the source cannot be listed: what an earlier run left in doubt.
        self.recover().await?;
        let folders = listing.still_good(&self.source, self.m).await?;
        let Begun { targets, vanished, with_history } = self.begin(folders).await?;
        for row in &vanished {
            self.folder_gone(row).await?;
        }
        let Targets { carried, left_out, mut waiting } = targets;
        let Worked { mut done, refused } = self.each_folder(&carried, &with_history).await?;
        self.owed(&carried, &done, &with_history).await?;
        // Last: nothing that is carried waits for what is only counted.
        done.extend(self.each_folder(&left_out, &with_history).await?.done);
        // What the destination does not take today is at the source all the same.
        waiting.extend(refused.into_iter().map(|one| one.clone().that_waits()));
        self.each_folder(&waiting, &with_history).await?;
        self.take_back_what_came_late().await?;
        self.finish(carried.iter().chain(&left_out), &done).await
    }

    /// Works on several folders at once. A folder that fails costs only itself; an account that fails ends the
    /// run, after the others have come to a tidy place.
    async fn each_folder<'c>(
        &self,
        folders: &'c [Carried],
        with_history: &HashSet<FolderKey>,
    ) -> Result<Worked<'c>> {
        let mut waiting = folders.iter();
        let mut open = FuturesUnordered::new();
        let mut worked = Worked::default();
        let mut fatal: Option<Error> = None;
        loop {
            while fatal.is_none() && open.len() < self.m.options.folders_at_once.max(1) {
                let Some(one) = waiting.next() else { break };
                let history = with_history.contains(&one.row.key);
                open.push(self.folder(one, history).map(move |result| (one, result)).boxed());
            }
            let Some((one, result)) = open.next().await else { break };
            match result {
                Ok(()) => {
                    worked.done.insert(one.row.key);
                }
                Err(error) if error.reach() <= Scope::Folder => {
                    self.folder_failed(one, &error);
                    worked.refused.extend((error.side() == Side::Destination).then_some(one));
                }
                Err(error) => {
                    self.source.stop.request();
                    // The first error says what happened; the later ones are its echo.
                    fatal = fatal.or(Some(error));
                }
            }
        }
        fatal.map_or(Ok(worked), Err)
    }

    /// Stores the states under which everything is settled, and completes the sync point.
    async fn finish(&self, folders: impl Iterator<Item = &Carried>, done: &HashSet<FolderKey>) -> Result<()> {
        let unsettled: HashSet<FolderKey> = self
            .pen
            .journal()
            .tallies()
            .await?
            .into_iter()
            .filter(|tally| matches!(tally.key.class, Class::Waiting | Class::InDoubt | Class::Failed))
            .filter(|tally| !tally.key.gone)
            .map(|tally| tally.key.folder)
            .collect();
        let changed: Vec<&Carried> = folders.filter(|one| !one.unchanged).collect();
        let settled =
            changed.iter().filter(|one| done.contains(&one.row.key) && !unsettled.contains(&one.row.key));
        let facts = settled.filter_map(|one| {
            let state =
                StoredState { token: one.folder.state.clone()?, options: self.options_digest.clone() };
            Some(FolderRecord {
                folder: one.row.key,
                point: self.pen.point(),
                fact: FolderFact::Settled(state),
            })
        });
        self.natives.lines().into_iter().for_each(|line| self.note(line));
        if !changed.is_empty() {
            let (source, destination) = (self.m.source.learned(), self.m.destination.learned());
            source.remarks.into_iter().chain(destination.remarks).for_each(|remark| self.note(remark));
        }
        let mut batch = self.findings();
        // Troubles after states: a folder that could not be finished has none.
        batch.folders.splice(..0, facts);
        // A sync point is complete even if a folder is not: that folder's cursor has not moved.
        batch.runs.push(RunRecord::Finished(self.pen.point()));
        self.pen.commit(batch).await?;
        self.tell(Event::RunFinished { sync_point: self.pen.point() });
        Ok(())
    }

    pub(super) fn folder_failed(&self, one: &Carried, error: &Error) {
        if error.kind() == ErrorKind::Stopped {
            return;
        }
        // Nothing of it was to be written: that is no trouble, or one that is told already.
        if one.is_counted() {
            return self.note(format!("the items of {} could not be counted: {error}", one.folder.path));
        }
        self.trouble(one.row.key, &one.folder.path, error);
    }

    /// A folder could not be finished; the report keeps saying so until it is.
    pub(super) fn trouble(&self, folder: FolderKey, path: &FolderPath, error: &Error) {
        let message = error.to_string();
        let fact = FolderFact::Troubled(message.clone());
        let record = FolderRecord { folder, point: self.pen.point(), fact };
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).push(record);
        self.tell(Event::FolderFailed { folder: path.clone(), message });
    }

    pub(super) fn tell(&self, event: Event) {
        self.m.listener.tell(&event);
    }

    /// A line for the report.
    pub(super) fn note(&self, line: String) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// Whether this run could not finish a folder.
    pub(super) fn is_troubled(&self, folder: FolderKey) -> bool {
        let troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        troubles.iter().any(|record| record.folder == folder)
    }

    /// Makes durable what a verification or an undo met, as words about the last run that stands: that is the one a
    /// report is about.
    pub(super) async fn remember_findings(&self) -> Result<()> {
        let points = self.pen.journal().points().await?;
        let last = points.iter().rfind(|row| row.state != PointState::Undone);
        let last = last.map_or(SyncPoint(0), |row| row.point);
        let mut batch = self.findings();
        for record in &mut batch.runs {
            if let RunRecord::Remarked(point, _) = record {
                *point = last;
            }
        }
        self.pen.commit(batch).await
    }

    /// What the report should say and is not durable yet.
    fn findings(&self) -> Batch {
        let lines = std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner));
        let folders = std::mem::take(&mut *self.troubles.lock().unwrap_or_else(PoisonError::into_inner));
        let runs = lines.into_iter().map(|line| RunRecord::Remarked(self.pen.point(), line)).collect();
        Batch { runs, folders, ..Batch::default() }
    }

    /// Remembers that an item failed in this very run, so that it is not offered again within it.
    pub(super) fn failed_now(&self, key: EntryKey) {
        self.failed_now.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
    }

    pub(super) fn has_failed_now(&self, key: EntryKey) -> bool {
        self.failed_now.lock().unwrap_or_else(PoisonError::into_inner).contains(&key)
    }
}

/// How many live entries each folder has, and which folders have entries of earlier runs.
pub(super) type LiveCounts = HashMap<FolderKey, u64>;
