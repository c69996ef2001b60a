//! Looking at copies that an earlier run made and did not look at.

use super::{
    outcome::{Look, compare, look},
    recover::{Lost, PAGE, by_folder},
    run::Run,
};
use crate::{
    error::{ErrorKind, Result, Scope},
    journal::{DestFolderRow, Fact, Fate, Query, Record, Verified, Want},
    model::DestItemId,
};

impl Run<'_> {
    /// Copies that this run made before it was interrupted, and did not look at any more.
    pub(super) async fn look_at_the_rest(&self) -> Result<()> {
        if !self.pen.resumed() {
            return Ok(());
        }
        let query = Query { folder: None, want: Want::SentSince(self.pen.point()) };
        let mut after = None;
        loop {
            self.dest.stop.check()?;
            let mut page = self.pen.journal().page(query, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key);
            page.retain(|entry| {
                let verified = entry.copy.as_ref().map(|copy| copy.verified);
                entry.fate == Fate::Copied && verified == Some(Verified::No)
            });
            for (folder, entries) in by_folder(page) {
                let folder = self.dest_folder(folder).await?;
                let copies = entries.into_iter().map(|(entry, copy)| {
                    let mut lost = Lost::of(&entry, &copy.content);
                    lost.flags = copy.flags;
                    (lost, copy.id)
                });
                match self.verdicts(&folder, copies.collect()).await {
                    Ok(records) => self.pen.items(records).await?,
                    // They are there by the destination's own word, and counted as not verified.
                    Err(error) if error.reach() <= Scope::Folder => {
                        self.note(format!("copies in {} could not be looked at: {error}", folder.path));
                    }
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// Whether a copy that shows signs of a change has what was sent for its body all the same: it was only read, perhaps.
    async fn is_as_sent(&self, folder: &DestFolderRow, id: &DestItemId, lost: &Lost) -> Result<bool> {
        match self.read_back(&folder.id, id).await {
            Ok(body) => Ok(body.fingerprint().body == lost.content.fingerprint.body),
            Err(error) if error.kind() == ErrorKind::NotFound || error.reach() == Scope::Item => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What a look at copies says. The state of one that somebody else has changed is not noted: it is none of ours.
    pub(super) async fn verdicts(
        &self,
        folder: &DestFolderRow,
        copies: Vec<(Lost, DestItemId)>,
    ) -> Result<Vec<Record>> {
        let ids: Vec<DestItemId> = copies.iter().map(|(_, id)| id.clone()).collect();
        let seen = self.inspect(&folder.id, &ids).await?;
        let verdict = |verdict, lost| Fact::Verified { verdict, lost };
        let mut records = Vec::new();
        for ((lost, id), seen) in copies.into_iter().zip(seen) {
            // Nobody was here to see it as it was made: its user may have been.
            let is_ours = match &seen {
                Some(seen) if seen.touched => self.is_as_sent(folder, &id, &lost).await?,
                _ => true,
            };
            let revision = seen.as_ref().and_then(|seen| seen.revision.clone()).filter(|_| is_ours);
            let fact = match look(&lost.content, &lost.flags, seen.as_ref()) {
                Look::Missing => verdict(Verified::Missing, Default::default()),
                Look::Good(flags) if !self.m.options.read_back => verdict(Verified::Listed, flags),
                _ => {
                    let flags = seen.map(|seen| lost.flags.minus(&seen.flags)).unwrap_or_default();
                    match self.read_back(&folder.id, &id).await {
                        Ok(body) => compare(&lost.content, &body, flags),
                        Err(error) if error.kind() == ErrorKind::NotFound => {
                            verdict(Verified::Missing, Default::default())
                        }
                        Err(error) if error.reach() == Scope::Item => {
                            self.note(format!("a copy in {} could not be read back: {error}", folder.path));
                            continue;
                        }
                        Err(error) => return Err(error),
                    }
                }
            };
            let shown = revision.map(|revision| Fact::Shown { revision });
            records.extend([fact].into_iter().chain(shown).map(|fact| self.pen.record(lost.key, fact)));
        }
        Ok(records)
    }
}
