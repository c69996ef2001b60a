//! Restoring, on request, what the user deleted at the destination.

use super::{recover::by_folder, run::Run, targets::Carried};
use crate::{
    error::Result,
    journal::{Entry, Fact, Query, Want},
    model::DestItemId,
};

const PAGE: usize = 256;

impl Run<'_> {
    /// Looks at every copy of a folder, and forgets those that are missing, so that they are owed again.
    pub(super) async fn restore_missing(&self, one: &Carried) -> Result<()> {
        let query = Query { folder: Some(one.row.key), want: Want::Copies };
        let mut after = None;
        loop {
            self.dest.stop.check()?;
            let page = self.pen.journal().page(query, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key);
            let missing = self.missing(page.into_iter().filter(is_restored).collect()).await?;
            let records = missing.iter().map(|entry| self.pen.record(entry.key, Fact::Forgotten)).collect();
            self.pen.items(records).await?;
        }
    }

    /// Those entries whose copy is not there.
    async fn missing(&self, page: Vec<Entry>) -> Result<Vec<Entry>> {
        let mut missing = Vec::new();
        for (folder, entries) in by_folder(page) {
            let folder = self.dest_folder(folder).await?;
            let ids: Vec<DestItemId> = entries.iter().map(|(_, copy)| copy.id.clone()).collect();
            let seen = self.inspect(&folder.id, &ids).await?;
            let gone = entries.into_iter().zip(seen).filter(|(_, presence)| presence.is_none());
            missing.extend(gone.map(|((entry, _), _)| entry));
        }
        Ok(missing)
    }
}

/// What is gone at the source stays deleted; what is in doubt waits until it is not.
fn is_restored(entry: &Entry) -> bool {
    entry.gone.is_none() && !entry.fate.in_doubt()
}
