//! Files as a source: what the seam asks, each in blocking steps. Nothing here writes.

use crate::{dropped::Dropped, files::Files};
use async_trait::async_trait;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    Error, Result,
    host::{LaneKey, Runtime, blocking},
    model::{Cursor, Folder, Intake, SourceFolderId, SourceItemId},
    seam::{ChangePage, Fetched, Learned, Source},
};
use std::{num::NonZero, ops::RangeInclusive, sync::Arc, thread};

/// Threads that read for one request at once: reading is mostly converting, which several can do beside each other. As
/// many as there are processors, within these bounds: with one alone, another waits for the disk meanwhile; and each
/// needs memory.
const AT_ONCE: RangeInclusive<usize> = 2..=8;
/// The most items that a thread reads before it gives them away.
const IN_A_ROW: usize = 32;

/// A path as an account.
pub(crate) struct FileSource {
    runtime: Arc<dyn Runtime>,
    lane: LaneKey,
    files: Arc<Files>,
    /// How many threads read for one request.
    at_once: usize,
}

impl FileSource {
    pub(crate) fn new(files: Files, runtime: Arc<dyn Runtime>) -> Self {
        let lane = LaneKey(format!("files:{}", files.root.display()).into());
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let at_once = processors.clamp(*AT_ONCE.start(), *AT_ONCE.end());
        Self { runtime, lane, files: Arc::new(files), at_once }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Files) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let files = Arc::clone(&self.files);
        blocking(&self.runtime, move || work(&files)).await
    }

    /// Some items, read by one thread one after the other, and not handed to and fro for each.
    async fn fetch_some(
        &self,
        folder: &SourceFolderId,
        ids: &[SourceItemId],
        intake: &Intake,
    ) -> Vec<Fetched> {
        let (folder, asked, intake) = (folder.clone(), ids.to_vec(), intake.clone());
        let dropped = Dropped::default();
        let nobody_waits = dropped.flag();
        let read = move |files: &Files| {
            let fetch = |id| {
                let item = files.fetch(&folder, &id, &intake, &nobody_waits);
                Fetched { id, item }
            };
            Ok(asked.into_iter().map(fetch).collect())
        };
        match self.blocking(read).await {
            Ok(fetched) => fetched,
            // The runtime gave the work up.
            Err(error) => {
                let lost = |id: &SourceItemId| {
                    let item = Err(Error::new(error.kind(), error.side(), error.operation(), LOST));
                    Fetched { id: id.clone(), item }
                };
                ids.iter().map(lost).collect()
            }
        }
    }
}

const LOST: &str = "the runtime gave it up";

#[async_trait]
impl Source for FileSource {
    fn lane(&self) -> LaneKey {
        self.lane.clone()
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        self.blocking(Files::folders).await
    }

    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        let (folder, since) = (folder.clone(), since.cloned());
        self.blocking(move |files| files.page(&folder, since.as_ref())).await
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        let each = ids.len().div_ceil(self.at_once).clamp(1, IN_A_ROW);
        let some = move |ids: &'a [SourceItemId]| self.fetch_some(folder, ids, intake);
        stream::iter(ids.chunks(each)).map(some).buffered(self.at_once).flat_map(stream::iter).boxed()
    }

    fn learned(&self) -> Learned {
        let mut learned = Learned::default();
        learned.remarks = self.files.remarks();
        learned
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}
