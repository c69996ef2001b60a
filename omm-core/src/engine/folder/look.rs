//! Looking at fresh copies: nothing counts as done that was not seen at the destination.

use super::FolderRun;
use crate::{
    engine::outcome::{Look, compare, look},
    error::{ErrorKind, Result, Scope},
    event::Event,
    journal::{EntryKey, Fact, Verified},
    model::{Content, DestItemId, Flags},
};

/// A copy that was just written, and what it should be.
pub(super) type Fresh = (EntryKey, DestItemId, Content, Flags);

impl FolderRun<'_, '_> {
    /// One metadata request for the batch; a body is read where that says too little, or on request.
    pub(super) async fn look_at(&mut self, copies: Vec<Fresh>) -> Result<()> {
        let ids: Vec<DestItemId> = copies.iter().map(|(_, id, ..)| id.clone()).collect();
        let seen = self.inspect(&ids).await?;
        for ((key, id, content, flags), presence) in copies.into_iter().zip(seen) {
            match look(&content, &flags, presence.as_ref()) {
                Look::Missing => self.verdict(key, Verified::Missing),
                Look::Good(lost) if !self.run.m.options.read_back => {
                    self.lost_flags(&lost);
                    self.pend(key, Fact::Verified { verdict: Verified::Listed, lost });
                }
                Look::Good(lost) => self.read_back(key, &id, &content, lost).await?,
                Look::Differs => {
                    let lost = presence.map(|presence| flags.minus(&presence.flags)).unwrap_or_default();
                    self.read_back(key, &id, &content, lost).await?;
                }
            }
        }
        Ok(())
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

    fn lost_flags(&self, lost: &Flags) {
        if !lost.is_empty() {
            let message = format!("{} did not keep the flags {lost} of an item", self.one.target.path);
            self.run.tell(Event::Warning { message });
        }
    }
}
