//! Files as a source: what the seam asks, each in blocking steps. Nothing here writes.

use crate::{
    files::Files,
    listing::{Bytes, Opened},
    options::Options,
};
use async_trait::async_trait;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Retry, Side},
    host::{LaneKey, Runtime, blocking},
    model::{Body, Cursor, Folder, Intake, Item, SourceFolderId, SourceItemId},
    seam::{ChangePage, Fetched, Learned, Source},
};
use std::{
    io::{self, Read},
    path::PathBuf,
    sync::Arc,
};

/// How much of a body is read in one blocking step.
const STEP: usize = 128 * 1024;

/// A path as an account.
pub(crate) struct FileSource {
    runtime: Arc<dyn Runtime>,
    lane: LaneKey,
    files: Arc<Files>,
}

impl FileSource {
    pub(crate) fn new(root: PathBuf, own: bool, options: Options, runtime: Arc<dyn Runtime>) -> Self {
        let lane = LaneKey(format!("files:{}", root.display()).into());
        let files = Arc::new(Files::new(root, own, options));
        Self { runtime, lane, files }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Files) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let files = Arc::clone(&self.files);
        blocking(&self.runtime, move || work(&files)).await
    }

    async fn fetch_one(&self, folder: &SourceFolderId, id: &SourceItemId, intake: &Intake) -> Result<Item> {
        match self.fetch_whole(folder, id, intake, false).await {
            Err(error) if error.kind() == ErrorKind::Malformed => {
                self.fetch_whole(folder, id, intake, true).await
            }
            fetched => fetched,
        }
    }

    async fn fetch_whole(
        &self,
        folder: &SourceFolderId,
        id: &SourceItemId,
        intake: &Intake,
        without_damaged: bool,
    ) -> Result<Item> {
        let (in_folder, asked, held) = (folder.clone(), id.clone(), intake.clone());
        let opened =
            self.blocking(move |files| files.open(&in_folder, &asked, &held, without_damaged)).await?;
        let Opened { bytes, kind, flags, received, losses } = opened;
        let body = match bytes {
            Bytes::Here(bytes) => intake.whole(&bytes).await?,
            Bytes::InPlace(body) => body,
            Bytes::Stream(stream, size) => {
                self.streamed(stream, size, intake).await.map_err(|error| error.with("item", id))?
            }
        };
        self.files.remarks.losses(id, &losses);
        let mut item = Item::new(kind, body);
        (item.flags, item.received) = (flags, received);
        Ok(item)
    }

    /// A body step by step, so that memory does not grow with it.
    async fn streamed(
        &self,
        stream: Box<dyn Read + Send>,
        size: Option<u64>,
        intake: &Intake,
    ) -> Result<Body> {
        let mut inbound = intake.begin(size);
        let mut stream = Some(stream);
        while let Some(mut held) = stream.take() {
            let step = move || {
                let mut chunk = Vec::new();
                held.by_ref().take(STEP as u64).read_to_end(&mut chunk).map_err(unreadable)?;
                Ok((held, chunk))
            };
            let (held, chunk) = blocking(&self.runtime, step).await?;
            inbound.write(&chunk).await?;
            stream = (!chunk.is_empty()).then_some(held);
        }
        inbound.finish().await
    }
}

/// What a format found wrong on the way is malformed; the rest is the file system's.
fn unreadable(cause: io::Error) -> Error {
    let (kind, retry, message) = match cause.kind() {
        io::ErrorKind::InvalidData => (ErrorKind::Malformed, Retry::Never, cause.to_string()),
        io::ErrorKind::UnexpectedEof => {
            (ErrorKind::Unreachable, Retry::Backoff, "the file has become shorter".to_owned())
        }
        _ => (ErrorKind::Unreachable, Retry::Never, "the file system failed".to_owned()),
    };
    Error::new(kind, Side::Source, "read an item", message).retry(retry).caused_by(cause)
}

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
        let one = move |id: &'a SourceItemId| async move {
            Fetched { id: id.clone(), item: self.fetch_one(folder, id, intake).await }
        };
        stream::iter(ids).then(one).boxed()
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
