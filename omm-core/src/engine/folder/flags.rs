//! Changes of flags: only what changed at the source travels, so that what changed at the destination survives.

use super::FolderRun;
use crate::{
    error::Result,
    journal::{Entry, Fact, Verified},
    model::FlagDelta,
    seam::{FlagChange, Flagged},
};

/// How many items are changed with one request.
const AT_ONCE: usize = 256;

impl FolderRun<'_, '_> {
    /// Carries changes of flags over.
    pub(in crate::engine) async fn change_flags(&mut self, changes: Vec<(Entry, FlagDelta)>) -> Result<()> {
        for chunk in changes.chunks(AT_ONCE) {
            for (entry, delta) in chunk {
                self.pend(entry.key, Fact::Flagging { delta: delta.clone() });
            }
            // Durable before the act, so that an undo knows what may have been set.
            self.flush().await?;
            self.set_flags(chunk).await?;
        }
        Ok(())
    }

    async fn set_flags(&mut self, chunk: &[(Entry, FlagDelta)]) -> Result<()> {
        let changes: Vec<FlagChange> = chunk
            .iter()
            .filter_map(|(entry, delta)| {
                Some(FlagChange { id: entry.copy.as_ref()?.id.clone(), delta: delta.clone() })
            })
            .collect();
        self.run.dest.stop.check()?;
        let (run, folder) = (self.run, &self.one.target.id);
        let done = run.dest.ask(|| run.m.destination.set_flags(folder, &changes)).await;
        let done = done.map_err(|error| self.of_folder(error))?;
        for ((entry, _), outcome) in chunk.iter().zip(done) {
            match outcome {
                Ok(Flagged::Done) => self.pend(entry.key, Fact::Flagged),
                Ok(Flagged::Missing) => {
                    self.pend(entry.key, Fact::Flagged);
                    self.verdict(entry.key, Verified::Missing);
                }
                Err(error) => {
                    let item = &entry.source;
                    self.pend(entry.key, Fact::Flagged);
                    self.run.note(format!(
                        "flags of {item} in {} were not carried: {error}",
                        self.one.folder.path
                    ));
                }
            }
        }
        Ok(())
    }
}
