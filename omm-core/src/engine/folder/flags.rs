//! Changes of flags: only what changed at the source travels, so that what changed at the destination survives.

use super::FolderRun;
use crate::{
    engine::{outcome::after_flags, patience::Visit},
    error::Result,
    journal::{Copy, Entry, Fact},
    model::{FlagDelta, Flags},
};

/// How many items are changed with one request.
const AT_ONCE: usize = 256;

/// A copy whose flags are to follow the source's.
pub(in crate::engine) struct Reflag {
    entry: Entry,
    copy: Copy,
    /// What changed at the source.
    delta: FlagDelta,
}

impl Reflag {
    /// Nothing for an entry without a copy.
    pub(in crate::engine) fn new(entry: Entry, delta: FlagDelta) -> Option<Self> {
        let copy = entry.copy.clone()?;
        Some(Self { entry, copy, delta })
    }
}

impl FolderRun<'_, '_> {
    /// Carries changes of flags over.
    pub(in crate::engine) async fn change_flags(&mut self, changes: Vec<(Entry, FlagDelta)>) -> Result<()> {
        let changes: Vec<Reflag> =
            changes.into_iter().filter_map(|(entry, delta)| Reflag::new(entry, delta)).collect();
        for chunk in changes.chunks(AT_ONCE) {
            self.carry_flags(chunk).await?;
        }
        Ok(())
    }

    /// Looks, makes the intent durable, and acts, in one visit: else the folder would often have to be opened twice.
    pub(in crate::engine) async fn carry_flags(&mut self, chunk: &[Reflag]) -> Result<()> {
        let mut visit = Visit::default();
        let effective = self.intend_flags(&mut visit, chunk).await?;
        // Durable before the act, so that an undo knows what may have been set.
        self.flush().await?;
        self.set_flags(&mut visit, chunk, effective).await
    }

    /// Records the intent. What the copy shows already is its user's, and not ours to take back later.
    async fn intend_flags(&mut self, visit: &mut Visit, chunk: &[Reflag]) -> Result<Vec<FlagDelta>> {
        let copies: Vec<Copy> = chunk.iter().map(|one| one.copy.clone()).collect();
        let seen = self.run.inspect_scattered(visit, &copies).await?;
        let mut effective = Vec::with_capacity(chunk.len());
        for (one, presence) in chunk.iter().zip(seen) {
            let now = presence.map_or(Flags::none(), |presence| presence.flags);
            let delta =
                FlagDelta { add: one.delta.add.minus(&now), remove: one.delta.remove.intersection(&now) };
            self.pend(one.entry.key, Fact::Flagging { delta: one.delta.clone(), effective: delta.clone() });
            effective.push(delta);
        }
        Ok(effective)
    }

    /// The act, and what became of it.
    async fn set_flags(
        &mut self,
        visit: &mut Visit,
        chunk: &[Reflag],
        effective: Vec<FlagDelta>,
    ) -> Result<()> {
        self.run.dest.stop.check()?;
        let changes: Vec<(Copy, FlagDelta)> =
            chunk.iter().zip(effective).map(|(one, delta)| (one.copy.clone(), delta)).collect();
        let done = self.run.set_flags(visit, &changes).await.map_err(|error| self.of_folder(error))?;
        let mut refused = 0;
        for ((one, (_, delta)), outcome) in chunk.iter().zip(&changes).zip(done) {
            match outcome {
                Ok(outcome) => {
                    let facts = after_flags(&one.copy, delta, outcome);
                    facts.into_iter().for_each(|fact| self.pend(one.entry.key, fact));
                }
                Err(_) => {
                    refused += 1;
                    self.pend(one.entry.key, Fact::FlagsRefused);
                }
            }
        }
        if refused > 0 {
            let path = &self.one.folder.path;
            self.run.note(format!("{path}: the destination refused new flags of {refused} items"));
        }
        Ok(())
    }
}
