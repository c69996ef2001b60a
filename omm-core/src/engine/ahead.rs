//! First pages that are read while the destination's folders are made, so that the source does not lie idle and its
//! connections are there when the copying begins.

use super::{making::Planned, run::Run};
use crate::{error::Result, journal::FolderKey, seam::ChangePage};
use futures::future::{join_all, select};
use std::{pin::pin, sync::PoisonError, time::Duration};

/// A larger folder is not listed ahead: its page would be held for nothing if the making failed.
const MOST_ITEMS: u64 = 1000;
/// So long the folders together may take.
const PATIENCE: Duration = Duration::from_secs(10);

impl Run<'_> {
    /// Reads the first pages of the folders that will be worked on first. An error is met when it is that folder's turn.
    pub(super) async fn look_ahead(&self, planned: &[Planned]) {
        let is_small = |one: &&Planned| one.folder.items.is_some_and(|items| items <= MOST_ITEMS);
        let changed = planned.iter().filter(|one| !one.unchanged);
        let first = changed.take(self.m.options.folders_at_once.max(1)).filter(is_small);
        let reading = join_all(first.map(|one| self.page_once(one)));
        // A folder that hangs is not waited for here: it costs itself, in its turn.
        let patience = self.m.env.runtime.sleep(PATIENCE);
        select(pin!(reading), patience).await;
    }

    /// The answer that came ahead for a folder, once.
    pub(super) fn take_ahead(&self, folder: FolderKey) -> Option<Result<ChangePage>> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner).remove(&folder)
    }

    async fn page_once(&self, one: &Planned) {
        let since = one.row.position.as_ref().map(|position| &position.cursor);
        let Ok(Some(permit)) = self.source.permit_while_open().await else { return };
        let answer = self.m.source.changes(&one.folder.id, since).await;
        drop(permit);
        match &answer {
            // The pause begins now, and for everybody; the folder asks again behind it.
            Err(error) if error.rests_the_lane() => self.source.rest(error),
            _ => drop(self.ahead.lock().unwrap_or_else(PoisonError::into_inner).insert(one.row.key, answer)),
        }
    }
}
