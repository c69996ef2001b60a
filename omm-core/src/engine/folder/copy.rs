//! New items: batch n+1 is fetched while batch n is appended and the copies of batch n-1 are looked at.

use super::{FolderRun, Loaded, fetch::put_all_aside, look::look_at};
use crate::{
    engine::{
        batch::{Limits, cut},
        native::weight,
        run::Run,
    },
    error::{Error, ErrorKind, Result, Scope, Side},
    event::Event,
    journal::{Entry, EntryKey, Fact, Failure, Noted, SkipReason},
    model::{Content, Item, ItemMeta, LastingId},
    seam::{LineEnds, Probe},
};
use futures::future::{Either, join, select};
use std::{collections::HashSet, pin::pin};

/// Each folder has a batch that comes and one that goes. Those of so many fit into the memory; where there are more, some
/// wait for room, which costs less than batches so small that each waits for the disk or the server.
const BUSY_FOLDERS: usize = 4;

/// An item that is to be copied.
pub(in crate::engine) struct Offer {
    pub(in crate::engine) key: EntryKey,
    /// Whether the journal has an entry that says all this already.
    pub(in crate::engine) noted: bool,
    pub(in crate::engine) meta: ItemMeta,
}

/// An item in hand, ready to be sent.
pub(super) struct Ready {
    pub(super) offer: Offer,
    pub(super) item: Item,
    pub(super) content: Content,
}

impl Ready {
    pub(super) fn probe(&self) -> Probe {
        Probe::of(self.item.kind, &self.content, self.item.received)
    }
}

impl FolderRun<'_, '_> {
    /// Copies items, in order. With `defer`, an item whose twin has a copy already waits: it may have moved.
    pub(in crate::engine) async fn copy(&mut self, offers: Vec<Offer>, defer: bool) -> Result<()> {
        match self.copy_batches(offers, defer).await {
            // The account is gone, or the run ends: the next one looks at what this one left.
            Err(error) if error.reach() > Scope::Folder => Err(error),
            result => result.and(self.look_at_fresh().await),
        }
    }

    async fn copy_batches(&mut self, offers: Vec<Offer>, defer: bool) -> Result<()> {
        let offers = if defer { self.defer_known(offers).await? } else { offers };
        let limits = self.limits();
        let form = self.run.native_form();
        let cuts = cut(offers.iter().map(|offer| weight(&offer.meta, form.as_ref())), limits);
        let mut offers = offers.into_iter();
        let mut in_hand: Vec<Loaded> = Vec::new();
        let (run, folder) = (self.run, &self.one.folder.id);
        for cut in cuts {
            run.source.stop.check()?;
            let next: Vec<Offer> = offers.by_ref().take(cut.items).collect();
            let fetch = run.fetch(folder, next, cut.bytes.min(limits.bytes));
            let deliver = self.deliver(std::mem::take(&mut in_hand), defer);
            let (fetched, delivered) = beside(run, fetch, deliver).await;
            // What was appended is recorded even when the fetch beside it failed.
            delivered?;
            in_hand = match fetched {
                Ok(loaded) => loaded,
                Err(error) => {
                    self.flush().await?;
                    return Err(error);
                }
            };
        }
        self.deliver(in_hand, defer).await
    }

    /// A batch must fit several times into the memory budget, since several are on their way at once. A single item
    /// that is larger gets what it wants if that much is free, else a batch's share, and the rest of it goes to the spool.
    pub(super) fn limits(&self) -> Limits {
        let folders = self.run.m.options.folders_at_once.clamp(1, BUSY_FOLDERS);
        let share = self.run.m.env.memory.limit() / (2 * folders as u64);
        let capacity = &self.run.capacity;
        Limits { items: capacity.batch_items.max(1), bytes: capacity.batch_bytes.min(share).max(1) }
    }

    /// Sends a batch, while the copies of the one before are looked at.
    async fn deliver(&mut self, loaded: Vec<Loaded>, defer: bool) -> Result<()> {
        let looking = look_at(self.run, self.one, std::mem::take(&mut self.fresh));
        let (sent, looked) = join(self.sort_and_append(loaded, defer), looking).await;
        let looked = self.looked(looked).await;
        sent.and(looked)
    }

    /// Sorts out what cannot or need not be sent, and sends the rest.
    async fn sort_and_append(&mut self, loaded: Vec<Loaded>, defer: bool) -> Result<()> {
        let mut ready = Vec::with_capacity(loaded.len());
        for Loaded { offer, item } in loaded {
            match item.and_then(|item| self.fits(item)) {
                Ok((item, content)) => self.take_in(offer, item, content, &mut ready),
                Err(error) => self.not_loaded(&offer, &error),
            }
        }
        if defer {
            ready = self.defer(ready).await?;
        }
        if self.one.foreign {
            ready = self.adopt(ready).await?;
        }
        self.append(ready).await
    }

    /// A listing may have said less than the item itself: its date and size count where the listing had none.
    fn take_in(&mut self, mut offer: Offer, item: Item, content: Content, ready: &mut Vec<Ready>) {
        if offer.meta.received != item.received || offer.meta.size.is_none() {
            // What a recovery looks for must be what was sent.
            offer.meta.received = item.received;
            offer.meta.size = offer.meta.size.or(Some(content.size));
            offer.noted = false;
            if let Some(reason) = self.rules().left_out(&offer.meta) {
                self.note(&offer);
                self.pend(offer.key, Fact::Skipped(reason));
                return;
            }
        }
        ready.push(Ready { offer, item, content });
    }

    /// What is remembered of an item, if the destination takes its size.
    pub(super) fn fits(&self, item: Item) -> Result<(Item, Content)> {
        let stored_size = match self.run.capacity.line_ends {
            LineEnds::AsTheyAre => item.body.len(),
            LineEnds::Crlf => item.body.crlf_len(),
        };
        if let Some(limit) = self.run.capacity.largest_item.filter(|limit| stored_size > *limit) {
            return Err(Error::new(
                ErrorKind::TooLarge,
                Side::Destination,
                "append",
                format!("the item has {stored_size} bytes, the destination takes {limit}"),
            ));
        }
        let native = item.native.as_ref().map(|native| native.key.clone());
        let (fingerprint, size) = (item.body.fingerprint(), item.body.len());
        let content = Content { fingerprint, size, stored_size, native };
        Ok((item, content))
    }

    /// Makes sure that the journal knows what is known before the fetch.
    pub(super) fn note(&mut self, offer: &Offer) {
        if !offer.noted {
            let noted = Noted::from_meta(self.one.row.key, &offer.meta);
            self.pend(offer.key, Fact::Noted(noted));
        }
    }

    fn not_loaded(&mut self, offer: &Offer, error: &Error) {
        self.note(offer);
        if error.kind() == ErrorKind::NotFound && error.side() == Side::Source {
            self.pend(offer.key, Fact::Skipped(SkipReason::Vanished));
            return;
        }
        self.fail(offer.key, &offer.meta, error);
    }

    pub(super) fn fail(&mut self, key: EntryKey, meta: &ItemMeta, error: &Error) {
        let failure = Failure::from(error);
        self.run.failed_now(key);
        self.pend(key, Fact::Failed(failure.clone()));
        let folder = self.one.folder.path.clone();
        self.run.tell(Event::ItemFailed { folder: folder.clone(), item: meta.id.to_string(), failure });
        self.progress(|step| step.failed = 1);
    }

    /// Lets items wait, unread, of which by their names it is known that they have a copy: see [`Self::defer`].
    async fn defer_known(&mut self, offers: Vec<Offer>) -> Result<Vec<Offer>> {
        let twins = self.called(offers.iter().map(|offer| &offer.meta)).await?;
        let mut rest = Vec::with_capacity(offers.len());
        for offer in offers {
            let twin = twins.iter().find(|twin| twin.is_unedited(&offer.meta));
            match twin.and_then(Entry::content) {
                Some(content) => {
                    self.note(&offer);
                    self.pend(offer.key, Fact::Waiting { content: content.clone() });
                }
                None => rest.push(offer),
            }
        }
        Ok(rest)
    }

    /// Entries with a copy that have the names of these, and may be gone.
    async fn called(&self, metas: impl Iterator<Item = &ItemMeta>) -> Result<Vec<Entry>> {
        let names: Vec<LastingId> = metas.filter_map(|meta| meta.lasting.clone()).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let twins = self.run.pen.journal().copies_called(&names).await?;
        Ok(twins.into_iter().filter(|entry| !self.is_there(entry)).collect())
    }

    /// What a listing from its top has named here is not gone.
    fn is_there(&self, entry: &Entry) -> bool {
        self.from_the_top && self.seen.contains(entry.key)
    }

    /// Lets items wait whose body some other entry has a copy of, or whose name: at the end of the run it is known whether
    /// that one is gone, and this one is the same item in another place. The twin of what is not gone need not wait, and so
    /// keeps its place in the order.
    async fn defer(&mut self, ready: Vec<Ready>) -> Result<Vec<Ready>> {
        let digests: Vec<_> = ready.iter().map(|one| one.content.fingerprint.body).collect();
        let twins = self.run.pen.journal().copies_of(&digests).await?;
        let may_be_gone = twins.iter().filter(|entry| !self.is_there(entry));
        let known: HashSet<_> =
            may_be_gone.filter_map(|entry| Some(entry.copy.as_ref()?.content.fingerprint.body)).collect();
        let called = self.called(ready.iter().map(|one| &one.offer.meta)).await?;
        let is_called = |one: &Ready| called.iter().any(|twin| twin.is_edited(&one.offer.meta));
        let mut rest = Vec::with_capacity(ready.len());
        for one in ready {
            if known.contains(&one.content.fingerprint.body) || is_called(&one) {
                self.note(&one.offer);
                self.pend(one.offer.key, Fact::Waiting { content: one.content });
            } else {
                rest.push(one);
            }
        }
        Ok(rest)
    }

    /// Takes equal items that are already at the destination as copies, one-to-one.
    async fn adopt(&mut self, ready: Vec<Ready>) -> Result<Vec<Ready>> {
        if ready.is_empty() {
            return Ok(ready);
        }
        let probes: Vec<Probe> = ready.iter().map(Ready::probe).collect();
        let found = self.locate(None, &probes).await?;
        let ids: Vec<_> = found.iter().flatten().cloned().collect();
        let mut seen = self.inspect(&ids).await?.into_iter();
        let mut rest = Vec::with_capacity(ready.len());
        let mut adopted = 0;
        for (one, id) in ready.into_iter().zip(found) {
            let Some(id) = id else {
                rest.push(one);
                continue;
            };
            match seen.next().flatten() {
                // It went away between two looks.
                None => rest.push(one),
                Some(presence) => {
                    adopted += 1;
                    self.note(&one.offer);
                    let (folder, flags) = (self.one.target.key, presence.flags);
                    self.pend(one.offer.key, Fact::Adopted { folder, id, content: one.content, flags });
                }
            }
        }
        self.progress(|step| step.adopted = adopted);
        // Owned from here on: the next batch must not take them again.
        self.flush().await?;
        Ok(rest)
    }
}

/// Fetches one batch while another is delivered. What came does not stay in memory while the destination rests.
async fn beside(
    run: &Run<'_>,
    fetch: impl Future<Output = Result<Vec<Loaded>>>,
    deliver: impl Future<Output = Result<()>>,
) -> (Result<Vec<Loaded>>, Result<()>) {
    let (fetch, deliver) = (pin!(fetch), pin!(deliver));
    let (mut fetched, deliver) = match select(fetch, deliver).await {
        Either::Left(first) => first,
        Either::Right((delivered, fetch)) => return (fetch.await, delivered),
    };
    let delivered = match select(deliver, pin!(run.dest.closed())).await {
        Either::Left((delivered, _)) => delivered,
        Either::Right(((), deliver)) => {
            if let Ok(loaded) = &mut fetched {
                put_all_aside(loaded, &run.m.env).await;
            }
            deliver.await
        }
    };
    (fetched, delivered)
}
