//! How a story ended: what must not depend on where it was interrupted.

use super::{Account, Kept, Time, World};
use crate::memory::Snapshot;
use omm_core::{
    journal::{DestFolderKey, Entry, Fate, FolderKey, Journal, Query, Want},
    model::FolderPath,
    report,
};
use std::collections::{BTreeMap, BTreeSet};

/// The end of a story. Keys, ids at the destination and numbers of sync points are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    destination: Snapshot,
    items: Vec<String>,
    counts: String,
}

impl End {
    /// How a world stands now.
    ///
    /// # Panics
    /// When the report does not add up, or two items have the same copy.
    pub fn of<S: Account, D: Account, T: Time, J: Kept>(world: &World<S, D, T, J>, as_sets: bool) -> Self {
        let mut destination = world.destination.contents();
        if as_sets {
            destination = destination.as_sets();
        }
        let names = Names::of(world);
        let entries = world.clock.run(all_entries(&*world.journal.shared()));
        let mut owners = BTreeMap::new();
        for (copy, entry) in entries.iter().filter_map(|entry| Some((entry.copy.as_ref()?, entry))) {
            let other = owners.insert((copy.folder, copy.id.clone()), entry.key);
            assert!(other.is_none(), "one copy has two owners: {other:?} and {:?}", entry.key);
        }
        let mut items: Vec<_> = entries.iter().map(|entry| names.line(entry, &world.source)).collect();
        items.sort();
        Self { destination, items, counts: counts(world) }
    }

    /// What differs, line by line; empty when nothing does.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let (mine, theirs) = (self.lines(), other.lines());
        let gone = mine.difference(&theirs).map(|line| format!("- {line}"));
        let new = theirs.difference(&mine).map(|line| format!("+ {line}"));
        gone.chain(new).collect()
    }

    fn lines(&self) -> BTreeSet<String> {
        let mut lines: BTreeSet<String> = self.items.iter().map(|item| format!("ledger: {item}")).collect();
        for (path, seen) in &self.destination.0 {
            lines.insert(format!("destination: {path}"));
            lines.extend(seen.iter().map(|(seen, times)| format!("destination: {path}: {times} × {seen:?}")));
        }
        lines.insert(format!("report: {}", self.counts));
        lines
    }
}

/// Every entry there is, in key order.
async fn all_entries(journal: &dyn Journal) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let (all, after) = (Query { folder: None, want: Want::Any }, entries.last().map(|entry| entry.key));
        match journal.page(all, after, 1000).await {
            Ok(page) if page.is_empty() => return entries,
            Ok(page) => entries.extend(page),
            Err(error) => panic!("the ledger cannot be read: {error}"),
        }
    }
}

struct Names {
    source: BTreeMap<FolderKey, FolderPath>,
    destination: BTreeMap<DestFolderKey, FolderPath>,
}

impl Names {
    fn of<S: Account, D: Account, T: Time, J: Kept>(world: &World<S, D, T, J>) -> Self {
        world.clock.run(async {
            let journal = world.journal.shared();
            let source = journal.folders().await.unwrap_or_default();
            let destination = journal.dest_folders().await.unwrap_or_default();
            Self {
                source: source.into_iter().map(|row| (row.key, row.path)).collect(),
                destination: destination.into_iter().map(|row| (row.key, row.path)).collect(),
            }
        })
    }

    fn line(&self, entry: &Entry, account: &impl Account) -> String {
        let why = match &entry.fate {
            Fate::Skipped(reason) => reason.name(),
            Fate::Failed(failure) => failure.kind.name(),
            _ => "",
        };
        let copy = entry.copy.as_ref().map(|copy| {
            let folder = self.destination.get(&copy.folder);
            let folder = folder.map_or_else(|| "(no folder)".to_owned(), ToString::to_string);
            let (body, flags) = (copy.content.fingerprint.body, &copy.flags);
            format!("in {folder}, {body:?} {flags:?} adopted {} {}", copy.adopted, copy.verified.name())
        });
        format!(
            "{} {}: {} {why} gone {} {:?}, copy {}",
            self.source.get(&entry.folder).cloned().unwrap_or_default(),
            account.stable_id(entry.source.as_str()),
            entry.fate.name(),
            entry.gone.is_some(),
            entry.flags,
            copy.unwrap_or_else(|| "none".to_owned()),
        )
    }
}

/// The numbers of the report that do not depend on which run did what.
fn counts<S: Account, D: Account, T: Time, J: Kept>(world: &World<S, D, T, J>) -> String {
    let report = world.clock.run(report::report(&*world.journal.shared()));
    let totals = match report {
        Ok(report) => report.totals,
        Err(error) => panic!("the report failed: {error}"),
    };
    assert!(totals.adds_up(), "the report does not add up: {totals:?}");
    format!(
        "found {}, there {}, skipped {:?}, failed {}, unsettled {}, kept {}, verified {:?}",
        totals.found,
        totals.copied + totals.adopted + totals.already_there,
        totals.skipped,
        totals.failed,
        totals.unsettled,
        totals.kept_of_gone,
        totals.verified
    )
}
