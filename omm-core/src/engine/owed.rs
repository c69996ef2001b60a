//! What is owed at the end of a run: items that earlier runs failed or undid, and items that wait because their
//! body has a copy already. By now it is known what is gone, so a move can be told from a second copy.

use super::{
    folder::{FolderRun, Offer, Reflag},
    outcome::expected,
    patience::Visit,
    recover::Removal,
    run::Run,
    targets::Carried,
};
use crate::{
    error::{Result, Scope},
    journal::{
        Class, Copy, Entry, EntryKey, Fact, Fate, FolderKey, Noted, Query, SkipReason, Verified, Want,
    },
    model::{Content, FlagDelta, ItemMeta},
    seam::Presence,
};
use std::collections::HashSet;

const PAGE: usize = 256;

/// What stands behind a waiting item: the entry that is gone, and its copy.
enum Twin {
    /// In the same folder: the id changed, the item did not.
    SameFolder(Entry, Copy),
    /// In another folder; the copy is as we wrote it.
    Elsewhere(Entry, Copy),
    /// In another folder; the copy is not ours to move, or its user changed it.
    Touched(Entry, Copy),
    /// In another folder; its user deleted the copy.
    Deleted(Entry, Copy),
    /// Nothing that is gone: the item is one of its own.
    None,
    /// It cannot be known yet: the other folder could not be read in this run.
    Later,
}

impl Run<'_> {
    /// Works off what is owed in the folders that this run could finish.
    pub(super) async fn owed(
        &self,
        carried: &[Carried],
        done: &HashSet<FolderKey>,
        with_history: &HashSet<FolderKey>,
    ) -> Result<()> {
        let owing = self.owing().await?;
        let due = |one: &&Carried| {
            done.contains(&one.row.key) && (self.m.options.restore_missing || owing.contains(&one.row.key))
        };
        for one in carried.iter().filter(due) {
            let result = self.owed_in(one, done, with_history.contains(&one.row.key)).await;
            match result {
                Err(error) if error.reach() <= Scope::Folder => self.folder_failed(one, &error),
                result => result?,
            }
        }
        Ok(())
    }

    /// Folders with something to offer, by the tallies.
    async fn owing(&self) -> Result<HashSet<FolderKey>> {
        let tallies = self.pen.journal().tallies().await?;
        let owing = tallies.iter().filter(|tally| matches!(tally.key.class, Class::Waiting | Class::Failed));
        Ok(owing.filter(|tally| !tally.key.gone).map(|tally| tally.key.folder).collect())
    }

    async fn owed_in(&self, one: &Carried, done: &HashSet<FolderKey>, history: bool) -> Result<()> {
        if self.m.options.restore_missing {
            self.restore_missing(one).await?;
        }
        let mut folder = FolderRun::new(self, one, history);
        let result = folder.owed(done).await;
        folder.end(result).await
    }

    /// Entries that are the same item by its name, and have a copy with another body.
    async fn called(&self, entry: &Entry, content: &Content) -> Result<Vec<Entry>> {
        let Some(name) = &entry.lasting else { return Ok(Vec::new()) };
        let twins = self.pen.journal().copies_called(std::slice::from_ref(name)).await?;
        let meta = meta_of(entry);
        Ok(twins.into_iter().filter(|twin| twin.is_edited(&meta) && is_another(twin, content)).collect())
    }

    /// The entry that a waiting item is the same as, if that one is gone.
    async fn twin(
        &self,
        entry: &Entry,
        one: &Carried,
        done: &HashSet<FolderKey>,
        taken: &HashSet<EntryKey>,
    ) -> Result<Twin> {
        let Fate::Absent { content: Some(content) } = &entry.fate else { return Ok(Twin::None) };
        let mut twins = self.pen.journal().copies_of(&[content.fingerprint.body]).await?;
        twins.extend(self.called(entry, content).await?);
        let twins = twins
            .into_iter()
            .filter(|twin| twin.kind == entry.kind && !twin.fate.in_doubt() && !taken.contains(&twin.key));
        let (mut gone, live): (Vec<Entry>, Vec<Entry>) = twins.partition(|twin| twin.gone.is_some());
        // The same folder first: a changed id is likelier than a move there and back.
        gone.sort_by_key(|twin| (is_another(twin, content), twin.folder != entry.folder, twin.key));
        let copies: Vec<Copy> = gone.iter().filter_map(|twin| twin.copy.clone()).collect();
        let seen = self.inspect_scattered(&mut Visit::default(), &copies).await?;
        let mut second_best = Twin::None;
        for ((twin, copy), presence) in gone.into_iter().zip(copies).zip(seen) {
            if copy.folder == one.target.key && !is_another(&twin, content) {
                return Ok(Twin::SameFolder(twin, copy));
            }
            match presence {
                Some(presence) if is_untouched(&copy, &presence) => return Ok(Twin::Elsewhere(twin, copy)),
                // Another body is this item's own, whatever became of that copy.
                _ if is_another(&twin, content) => {}
                Some(_) => second_best = Twin::Touched(twin, copy),
                None if matches!(second_best, Twin::None) => second_best = Twin::Deleted(twin, copy),
                None => {}
            }
        }
        let unread = |twin: &Entry| self.is_troubled(twin.folder) && !done.contains(&twin.folder);
        if matches!(second_best, Twin::None) && live.iter().any(unread) {
            return Ok(Twin::Later);
        }
        Ok(second_best)
    }
}

/// Whether the copy of an entry has another body than this: the item was edited when it moved.
fn is_another(twin: &Entry, content: &Content) -> bool {
    twin.copy.as_ref().is_some_and(|copy| copy.content.fingerprint.body != content.fingerprint.body)
}

/// Whether a copy is ours and as we wrote it.
fn is_untouched(copy: &Copy, presence: &Presence) -> bool {
    let expected = expected(copy);
    let same = presence.digest.is_none_or(|digest| expected.digest.is_none_or(|ours| ours == digest));
    let unchanged = match (&presence.revision, &copy.revision) {
        (Some(now), Some(seen)) => now == seen,
        (_, None) => !presence.touched,
        (None, Some(_)) => true,
    };
    !copy.adopted
        && same
        && unchanged
        && presence.size == expected.stored_size
        && expected.flags_match(&presence.flags)
}

/// Whether a copy was seen at the destination: only then may an older one go.
pub(super) fn is_proven(copy: &Copy, rewrites_bodies: bool) -> bool {
    match copy.verified {
        Verified::Listed | Verified::ReadBack => true,
        Verified::Altered => rewrites_bodies,
        Verified::No | Verified::Missing => false,
    }
}

/// What makes the copy of a moved item belong to the run that first carried it: an undo of the move's run must not
/// take the only copy of an item that was carried earlier.
pub(super) fn inherit(new: &Copy, old: &Copy) -> [Fact; 2] {
    let copy = Copy { sent: old.sent, replaced: old.replaced, ..new.clone() };
    [Fact::HandedOver, Fact::TookOver { copy }]
}

impl FolderRun<'_, '_> {
    /// Twice over: what was fetched for the first time may turn out to be a moved item, and is placed then.
    async fn owed(&mut self, done: &HashSet<FolderKey>) -> Result<()> {
        self.owed_once(done, false).await?;
        self.owed_once(done, true).await
    }

    async fn owed_once(&mut self, done: &HashSet<FolderKey>, only_waiting: bool) -> Result<()> {
        let query = Query { folder: Some(self.one.row.key), want: Want::Owed };
        let mut after = None;
        loop {
            self.run.source.stop.check()?;
            let mut page = self.run.pen.journal().page(query, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key);
            page.retain(|entry| !only_waiting || matches!(entry.fate, Fate::Absent { content: Some(_) }));
            self.owed_page(page, done).await?;
        }
    }

    async fn owed_page(&mut self, page: Vec<Entry>, done: &HashSet<FolderKey>) -> Result<()> {
        let (mut known, mut unseen, mut edited) = (Vec::new(), Vec::new(), Vec::new());
        let mut taken = HashSet::new();
        for entry in page {
            if !self.is_due(&entry) {
                continue;
            }
            let left_out = self.rules().left_out(&meta_of(&entry));
            match (left_out, entry.copy.is_some(), &entry.fate) {
                // The earlier version stays; the edit is offered again when the options carry it.
                (Some(_), true, _) => {}
                (Some(reason), false, _) => self.pend(entry.key, Fact::Skipped(reason)),
                (None, true, _) => edited.push((entry.clone(), meta_of(&entry))),
                (None, false, Fate::Absent { content: Some(_) }) => {
                    self.place(entry, done, &mut taken, &mut known).await?;
                }
                (None, false, _) => unseen.push(offer_of(&entry)),
            }
        }
        self.replace(edited).await?;
        self.copy(known, false).await?;
        self.copy(unseen, self.one.known_before).await?;
        self.flush().await
    }

    /// Failed items are offered by later runs, and at once by a retry, but never twice in one run.
    fn is_due(&self, entry: &Entry) -> bool {
        let earlier = entry.decided < self.run.pen.point() || self.run.retry;
        match entry.fate {
            Fate::Failed(_) => earlier && !self.run.has_failed_now(entry.key),
            _ => true,
        }
    }

    /// `taken` are the entries whose copy was given away in this page: one-to-one, before the journal knows it.
    async fn place(
        &mut self,
        entry: Entry,
        done: &HashSet<FolderKey>,
        taken: &mut HashSet<EntryKey>,
        known: &mut Vec<Offer>,
    ) -> Result<()> {
        let twin = self.run.twin(&entry, self.one, done, taken).await?;
        if let Twin::SameFolder(twin, _)
        | Twin::Elsewhere(twin, _)
        | Twin::Touched(twin, _)
        | Twin::Deleted(twin, _) = &twin
        {
            taken.insert(twin.key);
        }
        match twin {
            Twin::None => known.push(offer_of(&entry)),
            Twin::Later => {}
            Twin::SameFolder(twin, copy) => self.take_over(entry, &twin, copy).await?,
            Twin::Elsewhere(twin, copy) => self.relocate(entry, &twin, &copy).await?,
            Twin::Touched(twin, copy) => self.stay(&entry, &twin, copy, SkipReason::MovedButTouched),
            Twin::Deleted(twin, mut copy) => {
                copy.verified = Verified::Missing;
                self.stay(&entry, &twin, copy, SkipReason::DeletedAtDestination);
            }
        }
        Ok(())
    }

    /// The item keeps the copy it has, where and as its user left it. No second item can claim the same copy.
    fn stay(&mut self, entry: &Entry, twin: &Entry, copy: Copy, reason: SkipReason) {
        self.pend(entry.key, Fact::TookOver { copy });
        self.pend(twin.key, Fact::HandedOver);
        self.leave(entry, reason);
    }

    /// The id changed, the item did not: the copy changes hands, and nothing is written at the destination but
    /// flags that changed meanwhile.
    async fn take_over(&mut self, entry: Entry, twin: &Entry, copy: Copy) -> Result<()> {
        let now = entry.flags.clone();
        let mut noted = Noted::from_meta(entry.folder, &meta_of(&entry));
        noted.flags = twin.flags.clone();
        self.pend(entry.key, Fact::Noted(noted));
        self.pend(entry.key, Fact::TookOver { copy: copy.clone() });
        self.pend(twin.key, Fact::HandedOver);
        let delta = FlagDelta::between(&twin.flags, &now);
        if delta.is_empty() {
            // Both facts are in one transaction: the copy never has two owners, nor none.
            return Ok(());
        }
        let taken = Entry { copy: Some(copy), ..entry };
        let Some(change) = Reflag::new(taken, delta) else { return self.flush().await };
        self.carry_flags(&[change]).await
    }

    /// Our untouched copy moves: first the new one, then the old one goes. The intent to remove is durable with the
    /// intent to send, so that an interruption is finished and never leaves two.
    async fn relocate(&mut self, entry: Entry, twin: &Entry, copy: &Copy) -> Result<()> {
        self.flush().await?;
        self.pend(twin.key, Fact::Removing { successor: Some(entry.key) });
        self.copy(vec![offer_of(&entry)], false).await?;
        self.flush().await?;
        let there = self.run.pen.journal().entries(&[entry.key]).await?.pop().flatten();
        let new = there
            .and_then(|entry| entry.copy)
            .filter(|new| is_proven(new, self.run.capacity.rewrites_bodies));
        let folder = self.run.dest_folder(copy.folder).await?;
        match new {
            Some(new) if self.run.delete_copy(&folder.id, copy).await? != Removal::Left => {
                for fact in inherit(&new, copy) {
                    self.pend(entry.key, fact);
                }
                self.pend(twin.key, Fact::Removed);
            }
            _ => self.pend(twin.key, Fact::NotRemoved),
        }
        self.flush().await
    }
}

fn offer_of(entry: &Entry) -> Offer {
    Offer { key: entry.key, noted: true, meta: meta_of(entry) }
}

/// What the ledger knows of an item, as a listing would say it.
fn meta_of(entry: &Entry) -> ItemMeta {
    let mut meta = ItemMeta::new(entry.source.clone(), entry.kind);
    meta.lasting = entry.lasting.clone();
    meta.revision = entry.revision.clone();
    meta.size = entry.listed_size;
    meta.received = entry.received;
    meta.flags = entry.flags.clone();
    meta
}
