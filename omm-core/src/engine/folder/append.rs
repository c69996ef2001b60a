//! Writing: intent before the act, fates after it, and never a blind repetition.

use super::{FolderRun, copy::Ready, look::Fresh};
use crate::{
    engine::{
        pen::OwnedIn,
        retry::{Decision, Tries},
    },
    error::{Effect, Error, ErrorKind, Result, Scope},
    event::Event,
    journal::{Fact, Verified},
    model::{DestItemId, Item, Mark},
    seam::{Locating, Presence, Probe},
};
use std::collections::VecDeque;

/// What one step of progress adds up to.
#[derive(Default)]
pub(super) struct Step {
    pub(super) copied: u64,
    pub(super) adopted: u64,
    pub(super) failed: u64,
    pub(super) bytes: u64,
}

/// Fates of an attempt: what is copied, and what is still to be sent.
struct Attempt {
    copied: Vec<(Ready, DestItemId)>,
    left: Vec<Ready>,
    error: Option<Error>,
}

impl FolderRun<'_, '_> {
    /// Appends a batch and looks at the copies.
    pub(super) async fn append(&mut self, ready: Vec<Ready>) -> Result<()> {
        if ready.is_empty() {
            return Ok(());
        }
        self.run.dest.stop.check()?;
        let mark = self.mark().await?;
        for one in &ready {
            self.note(&one.offer);
            self.pend(
                one.offer.key,
                Fact::Sending {
                    folder: self.one.target.key,
                    mark: mark.clone(),
                    content: one.content.clone(),
                    flags: one.item.flags.clone(),
                },
            );
        }
        // Durable before the act: if the power fails now, the next run looks for these on the destination instead
        // of sending them again.
        self.flush().await?;
        let mut batches = VecDeque::from([ready]);
        while let Some(batch) = batches.pop_front() {
            self.append_batch(batch, &mut batches).await?;
        }
        Ok(())
    }

    /// Sends until every fate is known. A batch that is refused as a whole is halved until the bad item stands
    /// alone.
    async fn append_batch(&mut self, mut batch: Vec<Ready>, halves: &mut VecDeque<Vec<Ready>>) -> Result<()> {
        let mut tries = Tries::default();
        while !batch.is_empty() {
            let Attempt { copied, left, error } = self.send(batch).await;
            self.confirm(copied).await?;
            batch = left;
            let Some(error) = error else { return Ok(()) };
            match error.decision(tries) {
                Decision::NoteAndGoOn if batch.len() > 1 && error.effect() == Effect::None => {
                    let rest = batch.split_off(batch.len() / 2);
                    halves.push_front(rest);
                    halves.push_front(batch);
                    return Ok(());
                }
                Decision::NoteAndGoOn => return self.give_up(batch, &error).await,
                Decision::Again { wait, locate } => {
                    tries.count(&error, wait);
                    self.run.dest.pause(&error, wait).await?;
                    if locate {
                        batch = self.find_lost(batch).await?;
                    }
                }
                Decision::EndFolder | Decision::EndRun => return Err(self.abandon(batch, error).await),
            }
        }
        Ok(())
    }

    /// One request. Single items that the destination refuses are noted at once.
    async fn send(&mut self, batch: Vec<Ready>) -> Attempt {
        let items: Vec<Item> = batch.iter().map(|one| one.item.clone()).collect();
        let (run, folder) = (self.run, &self.one.target.id);
        let answer = match run.dest.permit().await {
            Ok(_permit) => run.m.destination.append(folder, &items).await,
            Err(stopped) => Err(stopped),
        };
        let fates = match answer {
            Ok(fates) if fates.len() == batch.len() => fates,
            Ok(_) => {
                let message = "the destination answered for another number of items";
                let error =
                    Error::new(ErrorKind::Protocol, crate::error::Side::Destination, "append", message);
                return Attempt { copied: Vec::new(), left: batch, error: Some(error.effect_unknown()) };
            }
            Err(error) => return Attempt { copied: Vec::new(), left: batch, error: Some(error) },
        };
        let (mut copied, mut left, mut worst) = (Vec::new(), Vec::new(), None::<Error>);
        for (one, fate) in batch.into_iter().zip(fates) {
            match fate {
                Ok(id) => copied.push((one, id)),
                Err(error) if error.first_decision() == Decision::NoteAndGoOn => {
                    self.fail(one.offer.key, &one.offer.meta, &error);
                }
                Err(error) => {
                    left.push(one);
                    worst = match worst {
                        Some(known) if known.reach() >= error.reach() => Some(known),
                        _ => Some(error),
                    };
                }
            }
        }
        Attempt { copied, left, error: worst }
    }

    /// Notes copies, and looks at them.
    async fn confirm(&mut self, copied: Vec<(Ready, DestItemId)>) -> Result<()> {
        if copied.is_empty() {
            return Ok(());
        }
        let bytes = copied.iter().map(|(one, _)| one.content.size).sum();
        let items = copied.len() as u64;
        for (one, id) in &copied {
            self.pend(one.offer.key, Fact::Copied { id: id.clone() });
        }
        let copies: Vec<Fresh> = copied
            .into_iter()
            .map(|(one, id)| Fresh {
                key: one.offer.key,
                id,
                content: one.content,
                flags: one.item.flags,
                received: one.item.received,
            })
            .collect();
        self.progress(|step| (step.copied, step.bytes) = (items, bytes));
        // The bodies are dropped here: looking at copies must not wait for memory while holding any.
        self.look_at(copies).await
    }

    /// The answer was lost: what is there already is taken, one-to-one; the rest is sent again.
    async fn find_lost(&mut self, batch: Vec<Ready>) -> Result<Vec<Ready>> {
        if self.run.capacity.locating == Locating::Impossible {
            let path = &self.one.target.path;
            let items = batch.len();
            self.run.note(format!("{items} items in {path} may be there twice: an answer was lost, and this destination cannot be searched"));
            return Ok(batch);
        }
        let mark = self.mark().await?;
        let probes: Vec<Probe> = batch.iter().map(Ready::probe).collect();
        let found = self.locate(Some(&mark), &probes).await?;
        let (mut copied, mut left) = (Vec::new(), Vec::new());
        for (one, id) in batch.into_iter().zip(found) {
            match id {
                Some(id) => copied.push((one, id)),
                None => left.push(one),
            }
        }
        self.confirm(copied).await?;
        Ok(left)
    }

    /// The last attempt failed for these items alone.
    async fn give_up(&mut self, batch: Vec<Ready>, error: &Error) -> Result<()> {
        let left = match error.effect() {
            Effect::Unknown => self.find_lost(batch).await?,
            Effect::None => batch,
        };
        for one in left {
            self.fail(one.offer.key, &one.offer.meta, error);
        }
        Ok(())
    }

    /// The folder or the run ends here. What is known not to be written is noted so; what is not known stays in
    /// doubt, for the next run to look for.
    async fn abandon(&mut self, batch: Vec<Ready>, error: Error) -> Error {
        if error.effect() == Effect::None {
            for one in &batch {
                self.pend(one.offer.key, Fact::NotSent);
            }
        }
        match self.flush().await {
            Ok(()) if error.reach() == Scope::Item => error.scope(Scope::Folder),
            Ok(()) => error,
            Err(journal) => journal,
        }
    }

    /// The folder's position before the first append of this run.
    pub(super) async fn mark(&mut self) -> Result<Mark> {
        if let Some(mark) = &self.mark {
            return Ok(mark.clone());
        }
        let (run, folder) = (self.run, &self.one.target.id);
        let mark =
            run.dest.ask(|| run.m.destination.mark(folder)).await.map_err(|error| self.of_folder(error))?;
        self.mark = Some(mark.clone());
        Ok(mark)
    }

    /// Looks for copies; never gives one that the journal owns, so what is pending becomes durable first.
    pub(super) async fn locate(
        &mut self,
        above: Option<&Mark>,
        probes: &[Probe],
    ) -> Result<Vec<Option<DestItemId>>> {
        self.flush().await?;
        let (run, folder) = (self.run, &self.one.target.id);
        if run.capacity.locating == Locating::Impossible {
            return Ok(vec![None; probes.len()]);
        }
        let owned = OwnedIn { journal: run.pen.journal(), folder: self.one.target.key };
        let found = run.dest.ask(|| run.m.destination.locate(folder, above, probes, &owned)).await;
        found.map_err(|error| self.of_folder(error))
    }

    pub(super) async fn inspect(&self, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (run, folder) = (self.run, &self.one.target.id);
        let seen = run.dest.ask(|| run.m.destination.inspect(folder, ids)).await;
        seen.map_err(|error| self.of_folder(error))
    }

    /// An error about one item, met where a folder was asked, is the folder's.
    pub(super) fn of_folder(&self, error: Error) -> Error {
        let error = if error.reach() == Scope::Item { error.scope(Scope::Folder) } else { error };
        error.with("folder", &self.one.target.path)
    }

    pub(super) fn progress(&self, set: impl FnOnce(&mut Step)) {
        let mut step = Step::default();
        set(&mut step);
        let Step { copied, adopted, failed, bytes } = step;
        let folder = self.one.folder.path.clone();
        self.run.tell(Event::Progress {
            folder,
            found: 0,
            copied,
            adopted,
            already_there: 0,
            skipped: 0,
            failed,
            bytes,
        });
    }

    pub(super) fn verdict(&mut self, key: crate::journal::EntryKey, verdict: Verified) {
        self.pend(key, Fact::Verified { verdict, lost: Default::default() });
    }
}
