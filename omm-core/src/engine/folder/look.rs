//! Looking at fresh copies: nothing counts as done that was not seen at the destination.

use super::FolderRun;
use crate::{
    engine::outcome::{Look, compare, look},
    error::{ErrorKind, Result, Scope},
    event::Event,
    journal::{Copy, EntryKey, Fact, Verified},
    model::{Content, DestItemId, Flags, ItemKind, Received},
    seam::Probe,
};

/// A copy that was just written, and what it should be.
pub(super) struct Fresh {
    pub(super) key: EntryKey,
    pub(super) id: DestItemId,
    pub(super) kind: ItemKind,
    pub(super) content: Content,
    pub(super) flags: Flags,
    pub(super) received: Option<Received>,
}

impl FolderRun<'_, '_> {
    /// One metadata request for the batch; a body is read where that says too little, or on request.
    /// Returns those that are not there.
    pub(super) async fn look_at(&mut self, copies: Vec<Fresh>) -> Result<Vec<Fresh>> {
        let ids: Vec<DestItemId> = copies.iter().map(|fresh| fresh.id.clone()).collect();
        let seen = self.inspect(&ids).await?;
        let mut missing = Vec::new();
        for (fresh, presence) in copies.into_iter().zip(seen) {
            let Fresh { key, id, content, flags, received, .. } = &fresh;
            let key = *key;
            let dated = presence.as_ref().and_then(|presence| presence.received);
            // INTERNALDATE has no fractions of a second (RFC 9051 §9, date-time).
            if received.zip(dated).is_some_and(|(sent, kept)| sent.timestamp() != kept.timestamp()) {
                self.losses.dates += 1;
            }
            match look(content, flags, presence.as_ref()) {
                Look::Missing => {
                    self.verdict(key, Verified::Missing);
                    missing.push(fresh);
                }
                Look::Good(lost) if !self.run.m.options.read_back => {
                    self.losses.flags += u64::from(!lost.is_empty());
                    self.pend(key, Fact::Verified { verdict: Verified::Listed, lost });
                }
                Look::Good(lost) => self.read_back(key, id, content, lost).await?,
                Look::Differs => {
                    let lost = presence.map(|presence| flags.minus(&presence.flags)).unwrap_or_default();
                    self.read_back(key, id, content, lost).await?;
                }
            }
        }
        Ok(missing)
    }

    async fn read_back(
        &mut self,
        key: EntryKey,
        id: &DestItemId,
        content: &Content,
        lost: Flags,
    ) -> Result<()> {
        match self.run.read_back(&self.one.target.id, id).await {
            Ok(body) => {
                let fact = compare(content, &body, lost);
                if matches!(fact, Fact::Altered { .. }) && !self.run.capacity.rewrites_bodies {
                    let message = format!(
                        "a copy in {} is not what was sent; the report counts it",
                        self.one.target.path
                    );
                    self.run.tell(Event::Warning { message });
                }
                self.pend(key, fact);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.verdict(key, Verified::Missing);
                Ok(())
            }
            // It is there, but cannot be read: not verified, and said so.
            Err(error) if error.reach() == Scope::Item => {
                self.run.note(format!("a copy in {} could not be read back: {error}", self.one.target.path));
                Ok(())
            }
            Err(error) => Err(self.of_folder(error)),
        }
    }

    /// The answer named a copy, and it is not there. An answer can name the wrong one; if the right one is found, it
    /// is taken. If not, a rule of the destination may have moved it: it is reported as missing, and copied again
    /// only on request, or each run would add another one.
    pub(super) async fn find_missing(&mut self, missing: Vec<Fresh>) -> Result<()> {
        if missing.is_empty() {
            return Ok(());
        }
        let mark = self.mark().await?;
        let probe = |one: &Fresh| {
            Probe::new(one.kind, one.content.fingerprint, one.content.stored_size, one.received)
        };
        let probes: Vec<Probe> = missing.iter().map(probe).collect();
        let found = self.locate(Some(&mark), &probes).await?;
        let lost = found.iter().filter(|id| id.is_none()).count();
        for (one, id) in missing.into_iter().zip(found) {
            let Some(id) = id else { continue };
            let copy = Copy {
                folder: self.one.target.key,
                id,
                sent: self.run.pen.point(),
                adopted: false,
                replaced: None,
                content: one.content,
                flags: one.flags,
                verified: Verified::Listed,
            };
            self.pend(one.key, Fact::Forgotten);
            self.pend(one.key, Fact::TookOver { copy });
        }
        if lost > 0 {
            let path = &self.one.target.path;
            let message = format!("{lost} items were accepted in {path}, but are not there; see the report");
            self.run.tell(Event::Warning { message });
        }
        Ok(())
    }

    pub(super) fn verdict(&mut self, key: EntryKey, verdict: Verified) {
        self.pend(key, Fact::Verified { verdict, lost: Default::default() });
    }

    /// One line in the report for what the destination did not keep.
    pub(super) fn note_losses(&mut self) {
        let super::Losses { flags, dates } = std::mem::take(&mut self.losses);
        let target = &self.one.target.path;
        if flags > 0 {
            self.run.note(format!("{target}: the destination did not keep all flags of {flags} items"));
        }
        if dates > 0 {
            self.run.note(format!("{target}: the destination did not keep the date of {dates} items"));
        }
    }
}
