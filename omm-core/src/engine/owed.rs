//! What is owed at the end of a run: items that earlier runs failed or undid, and items that wait because their
//! body has a copy already. By now it is known what is gone, so a move can be told from a second copy.

use super::{
    folder::{FolderRun, Offer},
    outcome::expected,
    recover::Removal,
    run::Run,
    targets::Carried,
};
use crate::{
    error::{ErrorKind, Result, Scope},
    journal::{Class, Copy, DestFolderRow, Entry, Fact, Fate, FolderKey, Noted, Query, SkipReason, Want},
    model::{FlagDelta, ItemMeta},
};
use std::collections::HashSet;

const PAGE: usize = 256;

/// What stands behind a waiting item.
enum Twin {
    /// The same item under another id in the same folder.
    SameFolder(Entry, Copy),
    /// The same item in another folder; its copy is as we wrote it.
    Elsewhere(Entry, Copy),
    /// The same item in another folder, but its copy is not ours to move.
    Touched,
    /// The same item, and the user deleted its copy.
    Deleted,
    /// Nothing is gone: it is an item of its own.
    None,
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
            let result = self.owed_in(one, with_history.contains(&one.row.key)).await;
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

    async fn owed_in(&self, one: &Carried, history: bool) -> Result<()> {
        if self.m.options.restore_missing {
            self.restore_missing(one).await?;
        }
        let mut folder = FolderRun::new(self, one, history);
        let result = folder.owed().await;
        folder.end(result).await
    }

    /// The entry that a waiting item is the same as, if that one is gone.
    async fn twin(&self, entry: &Entry, one: &Carried) -> Result<Twin> {
        let Fate::Absent { content: Some(content) } = &entry.fate else { return Ok(Twin::None) };
        let twins = self.pen.journal().copies_of(&[content.fingerprint.body]).await?;
        let mut gone: Vec<(Entry, Copy)> = twins
            .into_iter()
            .filter(|twin| twin.gone.is_some() && twin.kind == entry.kind && !twin.fate.in_doubt())
            .filter_map(|twin| twin.copy.clone().map(|copy| (twin, copy)))
            .collect();
        // The same folder first: a changed id is likelier than a move there and back.
        gone.sort_by_key(|(twin, copy)| (copy.folder != one.target.key, twin.key));
        let Some((twin, copy)) = gone.into_iter().next() else { return Ok(Twin::None) };
        if copy.folder == one.target.key {
            return Ok(Twin::SameFolder(twin, copy));
        }
        if copy.adopted {
            return Ok(Twin::Touched);
        }
        let folder = self.dest_folder(copy.folder).await?;
        Ok(match self.look_for_move(&folder, &copy).await? {
            Some(true) => Twin::Elsewhere(twin, copy),
            Some(false) => Twin::Touched,
            None => Twin::Deleted,
        })
    }

    /// Whether a copy is as we wrote it; nothing when it is not there.
    async fn look_for_move(&self, folder: &DestFolderRow, copy: &Copy) -> Result<Option<bool>> {
        let ids = [copy.id.clone()];
        let seen = match self.dest.ask(|| self.m.destination.inspect(&folder.id, &ids)).await {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            answer => answer?.pop().flatten(),
        };
        let expected = expected(copy);
        Ok(seen.map(|presence| {
            let digest =
                presence.digest.is_none_or(|digest| expected.digest.is_none_or(|ours| ours == digest));
            digest && presence.size == expected.stored_size && expected.flags_match(&presence.flags)
        }))
    }
}

impl FolderRun<'_, '_> {
    async fn owed(&mut self) -> Result<()> {
        let query = Query { folder: Some(self.one.row.key), want: Want::Owed };
        let mut after = None;
        loop {
            self.run.source.stop.check()?;
            let page = self.run.pen.journal().page(query, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key);
            self.owed_page(page).await?;
        }
    }

    async fn owed_page(&mut self, page: Vec<Entry>) -> Result<()> {
        let mut offers = Vec::new();
        let mut edited = Vec::new();
        for entry in page {
            if !self.is_due(&entry) {
                continue;
            }
            if let Some(reason) = self.rules().left_out(&meta_of(&entry)) {
                self.pend(entry.key, Fact::Skipped(reason));
            } else if entry.copy.is_some() {
                edited.push((entry.clone(), meta_of(&entry)));
            } else {
                self.place(entry, &mut offers).await?;
            }
        }
        self.replace(edited).await?;
        self.copy(offers, false).await?;
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

    async fn place(&mut self, entry: Entry, offers: &mut Vec<Offer>) -> Result<()> {
        match self.run.twin(&entry, self.one).await? {
            Twin::None => offers.push(Offer { key: entry.key, noted: true, meta: meta_of(&entry) }),
            Twin::SameFolder(twin, copy) => self.take_over(entry, &twin, copy).await?,
            Twin::Elsewhere(twin, copy) => self.relocate(entry, &twin, &copy).await?,
            Twin::Touched => self.leave(&entry, SkipReason::MovedButTouched),
            Twin::Deleted => self.leave(&entry, SkipReason::DeletedAtDestination),
        }
        Ok(())
    }

    /// The id changed, the item did not: the copy changes hands, and nothing is written at the destination but
    /// flags that changed meanwhile.
    async fn take_over(&mut self, entry: Entry, twin: &Entry, copy: Copy) -> Result<()> {
        let now = entry.flags.clone();
        let mut noted = Noted::from_meta(entry.folder, &meta_of(&entry));
        noted.flags = twin.flags.clone();
        self.pend(entry.key, Fact::Noted(noted));
        self.pend(entry.key, Fact::TookOver { copy });
        self.pend(twin.key, Fact::HandedOver);
        // One transaction: the copy never has two owners, nor none.
        self.flush().await?;
        let delta = FlagDelta::between(&twin.flags, &now);
        if delta.is_empty() {
            return Ok(());
        }
        let taken = self.run.pen.journal().entries(&[entry.key]).await?.pop().flatten();
        match taken {
            Some(taken) => self.change_flags(vec![(taken, delta)]).await,
            None => Ok(()),
        }
    }

    /// Our untouched copy moves: first the new one, then the old one goes. The intent to remove is durable with the
    /// intent to send, so that an interruption is finished and never leaves two.
    async fn relocate(&mut self, entry: Entry, twin: &Entry, copy: &Copy) -> Result<()> {
        self.flush().await?;
        self.pend(twin.key, Fact::Removing { successor: Some(entry.key) });
        let offer = Offer { key: entry.key, noted: true, meta: meta_of(&entry) };
        self.copy(vec![offer], false).await?;
        self.flush().await?;
        let there = self.run.pen.journal().entries(&[entry.key]).await?.pop().flatten();
        let moved = there.is_some_and(|entry| entry.copy.is_some());
        let folder = self.run.dest_folder(copy.folder).await?;
        let removed = moved && self.run.delete_copy(&folder.id, copy).await? != Removal::Left;
        self.pend(twin.key, if removed { Fact::Removed } else { Fact::NotRemoved });
        self.flush().await
    }
}

/// What the ledger knows of an item, as a listing would say it.
fn meta_of(entry: &Entry) -> ItemMeta {
    let mut meta = ItemMeta::new(entry.source.clone(), entry.kind);
    meta.revision = entry.revision.clone();
    meta.size = entry.listed_size;
    meta.received = entry.received;
    meta.flags = entry.flags.clone();
    meta
}
