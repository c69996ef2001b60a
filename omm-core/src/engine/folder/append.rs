//! Writing: intent before the act, fates after it, and never a blind repetition.

use super::{
    FolderRun,
    attempt::{Attempt, Trouble},
    copy::Ready,
    fetch::{STRIKES, TOO_MANY_BREAK, breaks_each_time, put_aside},
    look::Fresh,
};
use crate::{
    engine::{
        native::{may_be_the_form, may_be_too_much},
        retry::{Decision, LONG, Tries},
    },
    error::{Effect, Error, ErrorKind, Result, Scope, Side},
    host::Permit,
    journal::Fact,
    model::Item,
    seam::{Locating, Probe, Stored},
};
use std::collections::VecDeque;

/// A batch over which the connection breaks so often is sent in parts.
const SPLIT: u32 = 2;

/// A batch in the line, and whether it is known that nothing of it is stored.
struct Queued {
    items: Vec<Ready>,
    unsent: bool,
}

impl FolderRun<'_, '_> {
    /// Appends a batch.
    pub(super) async fn append(&mut self, mut ready: Vec<Ready>) -> Result<()> {
        if ready.is_empty() {
            return Ok(());
        }
        if self.run.native_form().is_none() {
            ready.iter_mut().for_each(|one| self.convert(one));
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
        let mut queue = VecDeque::from([Queued { items: ready, unsent: true }]);
        while let Some(batch) = queue.pop_front() {
            if let Err(error) = self.append_batch(batch, &mut queue).await {
                return Err(self.leave_queue(queue, error).await);
            }
        }
        Ok(())
    }

    /// Sends until every fate is known. A batch that is refused as a whole, or over which the connection breaks, is
    /// halved until the bad item stands alone.
    async fn append_batch(&mut self, batch: Queued, queue: &mut VecDeque<Queued>) -> Result<()> {
        let Queued { items: mut batch, unsent } = batch;
        let mut last: Option<Trouble> = None;
        let (mut tries, mut strikes) = (Tries::default(), 0);
        while !batch.is_empty() {
            let permit = match self.permit_in_hand(&mut batch, queue).await {
                Ok(permit) => permit,
                Err(error) => {
                    self.abandon(&batch, last.as_ref(), unsent);
                    return Err(error);
                }
            };
            let Attempt { copied, left, again, trouble } = self.send(batch, permit).await;
            let before = left.len() + copied.len();
            put_first(again, queue);
            self.confirm(copied);
            batch = left;
            let Some(trouble) = trouble else { return Ok(()) };
            let (whole, error) = (trouble.of.is_none(), &trouble.worst);
            match error.decision(tries) {
                Decision::NoteAndGoOn if whole && batch.len() > 1 && error.effect() == Effect::None => {
                    split(batch, 2, true, queue);
                    return Ok(());
                }
                Decision::NoteAndGoOn => return self.give_up(batch, &trouble, queue).await,
                Decision::EndFolder | Decision::EndRun if self.in_one_form(&mut batch, error) => {
                    tries = Tries::default();
                }
                Decision::EndFolder | Decision::EndRun => {
                    self.abandon(&batch, Some(&trouble), unsent);
                    return Err(trouble.worst);
                }
                Decision::Again { .. }
                    if may_be_too_much(error, tries) && self.in_one_form(&mut batch, error) =>
                {
                    tries = Tries::default();
                }
                Decision::Again { wait, .. } => {
                    tries.count(error, wait);
                    if wait > LONG {
                        self.put_in_hand_aside(&mut batch, queue).await;
                    }
                    if let Err(stopped) = self.run.dest.pause(error, wait).await {
                        self.abandon(&batch, Some(&trouble), unsent);
                        return Err(stopped);
                    }
                }
            }
            if trouble.unknown() {
                batch = self.find_lost(batch, trouble.may_come_late()).await?;
            }
            if batch.len() < before {
                (tries, strikes) = Default::default();
            } else if self.is_to_blame(&trouble).await? {
                (tries, strikes) = (Tries::default(), strikes + 1);
            }
            if strikes >= SPLIT && batch.len() > 1 {
                let parts = if self.run.capacity.locating == Locating::Impossible { batch.len() } else { 2 };
                split(batch, parts, false, queue);
                return Ok(());
            }
            if strikes >= STRIKES {
                return self.give_up_breaking(batch, trouble.worst, queue);
            }
            last = Some(trouble);
        }
        Ok(())
    }

    /// One request. Single items that the destination refuses are noted at once, or go without their native form.
    async fn send(&mut self, batch: Vec<Ready>, permit: Permit) -> Attempt {
        let items: Vec<Item> = batch.iter().map(|one| one.item.clone()).collect();
        let answer = self.run.m.destination.append(&self.one.target.id, &items).await;
        drop(permit);
        let fates = match answer {
            Ok(fates) if fates.len() == batch.len() => fates,
            Ok(_) => {
                let message = "the destination answered for another number of items";
                let error = Error::new(ErrorKind::Protocol, Side::Destination, "append", message);
                return Attempt::failed(batch, error.effect_unknown());
            }
            Err(error) => return Attempt::failed(batch, error),
        };
        let (mut copied, mut left, mut again, mut trouble) = (Vec::new(), Vec::new(), Vec::new(), None);
        for (one, fate) in batch.into_iter().zip(fates) {
            match fate {
                Ok(stored) => copied.push((one, stored)),
                Err(error) if error.first_decision() == Decision::NoteAndGoOn => {
                    again.extend(self.refused(one, &error));
                }
                Err(error) => {
                    Trouble::add(&mut trouble, one.offer.key, error);
                    left.push(one);
                }
            }
        }
        Attempt { copied, left, again, trouble }
    }

    /// Lets an item go without its native form, which was given up since it was fetched.
    fn convert(&self, one: &mut Ready) {
        if self.run.without_native(&mut one.item, None) {
            one.content.native = None;
        }
    }

    /// Takes the native forms from items before a folder or the run is given up over them; whether there were any.
    fn in_one_form(&self, batch: &mut [Ready], error: &Error) -> bool {
        if !may_be_the_form(error) {
            return false;
        }
        let mut is_any = false;
        for one in batch {
            is_any |= self.run.without_native(&mut one.item, Some(error));
        }
        is_any
    }

    /// What a destination will not have: to be sent without its native form, or failed. Nothing of it is stored. What it
    /// was known by in that form stays: if it comes late after all, it is found by it.
    fn refused(&mut self, mut one: Ready, error: &Error) -> Option<Ready> {
        if self.run.without_native(&mut one.item, Some(error)) {
            return Some(one);
        }
        self.fail(one.offer.key, &one.offer.meta, error);
        None
    }

    /// The right to one request. What is in hand does not stay in memory while the destination rests.
    async fn permit_in_hand(&self, batch: &mut [Ready], queue: &mut VecDeque<Queued>) -> Result<Permit> {
        loop {
            if let Some(permit) = self.run.dest.permit_while_open().await? {
                return Ok(permit);
            }
            self.put_in_hand_aside(batch, queue).await;
            self.run.dest.open_again().await?;
        }
    }

    async fn put_in_hand_aside(&self, batch: &mut [Ready], queue: &mut VecDeque<Queued>) {
        let queued = queue.iter_mut().flat_map(|queued| &mut queued.items);
        for one in batch.iter_mut().chain(queued) {
            put_aside(&mut one.item, &self.run.m.env).await;
        }
    }

    /// Whether the connection broke over a batch although the account works. What was looked for just now is proof
    /// enough.
    async fn is_to_blame(&self, trouble: &Trouble) -> Result<bool> {
        if !trouble.worst.is_break() || trouble.worst.effect() == Effect::None {
            return Ok(false);
        }
        let run = self.run;
        Ok(run.capacity.locating != Locating::Impossible
            || run.dest.works(run.m.destination.folders()).await?)
    }

    /// The item over which the connection broke each time.
    fn give_up_breaking(
        &mut self,
        batch: Vec<Ready>,
        error: Error,
        queue: &mut VecDeque<Queued>,
    ) -> Result<()> {
        // One that had a native form may be taken without it: it is not the folder yet.
        if batch.iter().any(|one| one.item.native.is_none()) {
            self.broke_in_a_row += 1;
        }
        if self.broke_in_a_row >= TOO_MANY_BREAK {
            return Err(self.of_folder(error.scope(Scope::Folder)));
        }
        let error = breaks_each_time(error);
        let again = batch.into_iter().filter_map(|one| self.refused(one, &error)).collect();
        put_first(again, queue);
        Ok(())
    }

    /// Notes copies. They are looked at beside the next batch; their bodies are dropped here.
    fn confirm(&mut self, copied: Vec<(Ready, Stored)>) {
        if copied.is_empty() {
            return;
        }
        self.broke_in_a_row = 0;
        let bytes = copied.iter().map(|(one, _)| one.content.size).sum();
        let items = copied.len() as u64;
        let natives = copied.iter().filter(|(one, _)| one.item.native.is_some()).count() as u64;
        self.run.natives.arrived(natives, items - natives);
        for (Ready { offer, item, content }, Stored { id, seen }) in copied {
            let key = offer.key;
            self.pend(key, Fact::Copied { id: id.clone() });
            let Item { kind, flags, received, .. } = item;
            let fresh = Fresh { key, id, kind, content, flags, received, seen };
            // What says enough becomes durable together with the copy.
            let unseen = self.seen_at_once(fresh);
            self.fresh.extend(unseen);
        }
        self.progress(|step| (step.copied, step.bytes) = (items, bytes));
    }

    /// The answer was lost: what is there already is taken, one-to-one; the rest is sent again. What may come late is waited for.
    async fn find_lost(&mut self, batch: Vec<Ready>, may_come_late: bool) -> Result<Vec<Ready>> {
        if self.run.capacity.locating == Locating::Impossible {
            let path = &self.one.target.path;
            let items = batch.len();
            self.run.note(format!("{items} items in {path} may be there twice: an answer was lost, and this destination cannot be searched"));
            return Ok(batch);
        }
        let mark = self.mark().await?;
        let probes: Vec<Probe> = batch.iter().map(Ready::probe).collect();
        let settled_at = self.run.m.env.runtime.monotonic() + self.run.capacity.settling;
        let found = loop {
            let found = self.locate(Some(&mark), &probes).await?;
            let is_final = !may_come_late || found.iter().all(Option::is_some);
            if is_final || !self.run.dest.may_still_appear(settled_at).await? {
                break found;
            }
        };
        let (mut copied, mut left) = (Vec::new(), Vec::new());
        for (one, id) in batch.into_iter().zip(found) {
            match id {
                Some(id) => copied.push((one, Stored::new(id))),
                None => left.push(one),
            }
        }
        self.confirm(copied);
        let unfound = left.iter().map(|one| (one.offer.key, one.probe()));
        self.run.was_not_found(self.one.target.key, &mark, unfound);
        Ok(left)
    }

    /// The last attempt failed for these items alone.
    async fn give_up(
        &mut self,
        batch: Vec<Ready>,
        trouble: &Trouble,
        queue: &mut VecDeque<Queued>,
    ) -> Result<()> {
        let left = match trouble.unknown() {
            true => self.find_lost(batch, trouble.may_come_late()).await?,
            false => batch,
        };
        let refused = left.into_iter().filter_map(|one| {
            let key = one.offer.key;
            self.refused(one, trouble.about(key))
        });
        put_first(refused.collect(), queue);
        Ok(())
    }

    /// The folder or the run ends here. What is known not to be written is noted so; what is not known stays in
    /// doubt, for the next run to look for.
    fn abandon(&mut self, batch: &[Ready], last: Option<&Trouble>, unsent: bool) {
        for one in batch {
            let known = last.map_or(unsent, |trouble| trouble.about(one.offer.key).effect() == Effect::None);
            if known {
                self.pend(one.offer.key, Fact::NotSent);
            }
        }
    }

    /// The same for what had not had its turn yet.
    async fn leave_queue(&mut self, queue: VecDeque<Queued>, error: Error) -> Error {
        for Queued { items, unsent } in queue {
            self.abandon(&items, None, unsent);
        }
        match self.flush().await {
            Ok(()) if error.reach() == Scope::Item => error.scope(Scope::Folder),
            Ok(()) => error,
            Err(journal) => journal,
        }
    }
}

/// Puts items of which nothing is stored into the line, before what is there.
fn put_first(items: Vec<Ready>, queue: &mut VecDeque<Queued>) {
    if !items.is_empty() {
        queue.push_front(Queued { items, unsent: true });
    }
}

/// Puts a batch into the line in so many parts, in order, before what is there.
fn split(mut batch: Vec<Ready>, parts: usize, unsent: bool, queue: &mut VecDeque<Queued>) {
    let each = batch.len().div_ceil(parts.max(1)).max(1);
    while !batch.is_empty() {
        let last = (batch.len() - 1) / each * each;
        let items = batch.split_off(last);
        queue.push_front(Queued { items, unsent });
    }
}
