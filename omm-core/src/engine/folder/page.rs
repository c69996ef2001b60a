//! One page of changes: decide, then act.

use super::{
    FolderRun, Offer,
    settle::{Settled, settle},
};
use crate::{
    engine::classify::{Action, Rules, classify, present},
    error::{Error, ErrorKind, Result, Scope, Side},
    event::Event,
    journal::{Entry, EntryKey, Fact, Fate, Noted, SkipReason},
    model::{FlagDelta, ItemMeta, SourceItemId},
    seam::Change,
};
use std::collections::{HashMap, HashSet};

/// What a page asks for, in the page's order.
#[derive(Default)]
pub(super) struct Work {
    pub(super) offers: Vec<Offer>,
    pub(super) replacements: Vec<(Entry, ItemMeta)>,
    pub(super) flags: Vec<(Entry, FlagDelta)>,
    touched: Vec<EntryKey>,
    found: u64,
    already_there: u64,
    skipped: u64,
}

impl FolderRun<'_, '_> {
    pub(in crate::engine) fn rules(&self) -> Rules<'_> {
        Rules {
            options: &self.run.m.options,
            kinds: &self.run.capacity.kinds,
            folder: self.one.left_out,
            point: self.run.pen.point(),
            retry: self.run.retry,
        }
    }

    /// Works a page off: what is gone, flags, edits, new items.
    pub(super) async fn page(&mut self, changes: Vec<Change>) -> Result<Settled> {
        let changes = last_of_each(changes);
        let ids: Vec<SourceItemId> = changes.iter().map(|change| id_of(change).clone()).collect();
        let entries = self.run.pen.journal().find(self.one.row.key, &ids).await?;
        let mut work = Work::default();
        for (change, entry) in changes.iter().zip(entries) {
            self.decide(change, entry, &mut work);
        }
        // Bodies take their place.
        drop((changes, ids));
        self.tell_listed(&work);
        self.change_flags(std::mem::take(&mut work.flags)).await?;
        self.replace(std::mem::take(&mut work.replacements)).await?;
        self.copy(std::mem::take(&mut work.offers), self.one.known_before).await?;
        self.flush().await?;
        let journal = self.run.pen.journal();
        settle(journal, &work.touched).await?.ok_or_else(|| {
            let message = "some writes could not be confirmed; the next run looks for them";
            Error::new(ErrorKind::Unreachable, Side::Destination, "copy", message)
                .scope(Scope::Folder)
                .with("folder", &self.one.folder.path)
        })
    }

    /// Makes pending facts durable.
    pub(in crate::engine) async fn flush(&mut self) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        self.run.pen.items(pending).await
    }

    pub(in crate::engine) fn pend(&mut self, key: EntryKey, fact: Fact) {
        self.pending.push(self.run.pen.record(key, fact));
    }

    fn decide(&mut self, change: &Change, entry: Option<Entry>, work: &mut Work) {
        let action = match classify(change, entry.as_ref(), self.rules()) {
            // What happened to its copy is told when something can be written again.
            Action::Replace | Action::LeaveNotOurs | Action::Flag(_) if self.one.waits => {
                Action::AlreadyThere
            }
            action => action,
        };
        let meta = present(change, self.one.folder.kind);
        if let (Some(entry), Some(_)) = (&entry, &meta) {
            self.seen.insert(entry.key);
            if entry.gone.is_some() {
                self.pend(entry.key, Fact::Back);
            }
        }
        work.found += u64::from(meta.is_some());
        match (action, entry, meta) {
            (Action::Gone, Some(entry), _) => {
                if entry.gone.is_none() {
                    self.pend(entry.key, Fact::Gone);
                }
            }
            (Action::Skip(reason), entry, Some(meta)) => self.skip(entry, &meta, reason, work),
            (Action::Copy, entry, Some(meta)) if self.one.waits => self.wait(entry, &meta),
            (Action::Copy, entry, Some(meta)) => {
                let key = entry.as_ref().map_or_else(|| self.run.pen.new_entry(), |entry| entry.key);
                if matches!(entry.map(|entry| entry.fate), Some(Fate::Skipped(_))) {
                    self.pend(key, Fact::Offered);
                }
                self.seen.insert(key);
                work.touched.push(key);
                work.offers.push(Offer { key, noted: false, meta });
            }
            (Action::Replace, Some(entry), Some(meta)) => {
                work.touched.push(entry.key);
                work.replacements.push((entry, meta));
            }
            (Action::LeaveNotOurs, Some(entry), Some(meta)) => {
                self.pend(entry.key, Fact::Revised { revision: meta.revision });
                self.leave(&entry, SkipReason::NotOurs);
            }
            (Action::Flag(delta), Some(entry), Some(_)) => work.flags.push((entry, delta)),
            (_, _, Some(_)) => work.already_there += 1,
            (_, _, None) => {}
        }
    }

    fn skip(&mut self, entry: Option<Entry>, meta: &ItemMeta, reason: SkipReason, work: &mut Work) {
        work.skipped += 1;
        let key = entry.as_ref().map_or_else(|| self.run.pen.new_entry(), |entry| entry.key);
        self.seen.insert(key);
        if entry.is_some_and(|entry| entry.fate == Fate::Skipped(reason) && is_as_listed(&entry, meta)) {
            return;
        }
        self.pend(key, Fact::Noted(Noted::from_meta(self.one.row.key, meta)));
        self.pend(key, Fact::Skipped(reason));
    }

    /// A new item for which there is no place yet: it is known, and not settled.
    fn wait(&mut self, entry: Option<Entry>, meta: &ItemMeta) {
        let key = entry.as_ref().map_or_else(|| self.run.pen.new_entry(), |entry| entry.key);
        self.seen.insert(key);
        if matches!(entry.as_ref().map(|entry| &entry.fate), Some(Fate::Skipped(_))) {
            self.pend(key, Fact::Offered);
        }
        if !entry.is_some_and(|entry| is_as_listed(&entry, meta)) {
            self.pend(key, Fact::Noted(Noted::from_meta(self.one.row.key, meta)));
        }
    }

    /// Leaves an item for a reason that its user should know.
    pub(in crate::engine) fn leave(&mut self, entry: &Entry, reason: SkipReason) {
        self.pend(entry.key, Fact::Skipped(reason));
        self.run.tell(Event::ItemLeft {
            folder: self.one.folder.path.clone(),
            item: entry.source.to_string(),
            reason,
        });
    }

    fn tell_listed(&self, work: &Work) {
        self.run.tell(Event::Progress {
            folder: self.one.folder.path.clone(),
            found: work.found,
            copied: 0,
            adopted: 0,
            already_there: work.already_there + (work.flags.len() + work.replacements.len()) as u64,
            skipped: work.skipped,
            failed: 0,
            bytes: 0,
        });
    }
}

impl Rules<'_> {
    /// What other options, or another destination, now say of an item that was skipped: it is offered again, or
    /// skipped for another reason. Nothing, if all is as it was.
    pub(in crate::engine) fn anew(&self, entry: &Entry) -> Option<Fact> {
        let Fate::Skipped(reason) = entry.fate else { return None };
        if !reason.depends_on_options() || entry.copy.is_some() || entry.gone.is_some() {
            return None;
        }
        let mut meta = ItemMeta::new(entry.source.clone(), entry.kind);
        (meta.size, meta.received) = (entry.listed_size, entry.received);
        match self.left_out(&meta) {
            None => Some(Fact::Offered),
            Some(now) => (now != reason).then_some(Fact::Skipped(now)),
        }
    }
}

/// Whether the journal knows of an item what a listing says of its body.
fn is_as_listed(entry: &Entry, meta: &ItemMeta) -> bool {
    entry.revision == meta.revision && entry.listed_size == meta.size
}

/// A page may name an item twice: its last word counts, at the place of its first.
fn last_of_each(changes: Vec<Change>) -> Vec<Change> {
    let distinct = changes.iter().map(id_of).collect::<HashSet<_>>().len();
    if distinct == changes.len() {
        return changes;
    }
    let mut places: HashMap<&SourceItemId, usize> = HashMap::with_capacity(changes.len());
    let mut kept: Vec<Change> = Vec::with_capacity(changes.len());
    for change in &changes {
        match places.get(id_of(change)) {
            Some(place) => kept[*place] = merged(&kept[*place], change),
            None => {
                places.insert(id_of(change), kept.len());
                kept.push(change.clone());
            }
        }
    }
    kept
}

/// Flags alone do not take away what an earlier word said about the item.
fn merged(earlier: &Change, later: &Change) -> Change {
    match (earlier, later) {
        (Change::Present(meta), Change::Flags(_, flags)) => {
            let mut meta = meta.clone();
            meta.flags = flags.clone();
            Change::Present(meta)
        }
        (Change::Edited(meta), Change::Flags(_, flags)) => {
            let mut meta = meta.clone();
            meta.flags = flags.clone();
            Change::Edited(meta)
        }
        // That it is there does not take away that it was edited.
        (Change::Edited(_), Change::Present(meta)) => Change::Edited(meta.clone()),
        _ => later.clone(),
    }
}

fn id_of(change: &Change) -> &SourceItemId {
    match change {
        Change::Present(meta) | Change::Edited(meta) => &meta.id,
        Change::Flags(id, _) | Change::Gone(id) => id,
    }
}
