//! A source that could not be opened, for work that looks at the copies only.

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};
use omm_core::{
    error::{Error, Result},
    host::LaneKey,
    model::{Cursor, Folder, Intake, SourceFolderId, SourceItemId},
    seam::{ChangePage, Fetched, Source},
};

/// Answers every request with the reason why it is not there.
///
/// An old account is often gone when its copies are verified or undone; that must not keep anybody from doing it.
pub(super) struct AbsentSource {
    why: Error,
}

impl AbsentSource {
    pub(super) fn new(why: Error) -> Self {
        Self { why }
    }

    fn error(&self) -> Error {
        let why = &self.why;
        let copy = Error::new(why.kind(), why.side(), why.operation(), why.message());
        why.context().fold(copy.scope(why.reach()), |error, (key, value)| error.with(key, value))
    }
}

#[async_trait]
impl Source for AbsentSource {
    fn lane(&self) -> LaneKey {
        LaneKey("absent".into())
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        Err(self.error())
    }

    async fn changes(&self, _: &SourceFolderId, _: Option<&Cursor>) -> Result<ChangePage> {
        Err(self.error())
    }

    fn fetch<'a>(
        &'a self,
        _: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        _: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        stream::iter(ids).map(|id| Fetched { id: id.clone(), item: Err(self.error()) }).boxed()
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}
