//! From tallies and entries to a report.

use super::{Counts, FolderReport, Grade, ItemLine, PROBLEM_LIMIT, Report};
use crate::{
    error::Result,
    journal::{
        Class, DestFolderKey, Entry, EntryKey, Fate, FolderKey, Journal, PointState, Query, SkipReason,
        Tally, TallyKey, Verified, Want,
    },
    model::{FolderPath, SyncPoint},
};
use std::collections::{BTreeMap, HashMap};

const PAGE: usize = 500;

/// The report of a migration, from its journal.
///
/// # Errors
/// The journal's.
pub async fn report(journal: &dyn Journal) -> Result<Report> {
    let points = journal.points().await?;
    let last = points.iter().rfind(|row| row.state != PointState::Undone);
    let sync_point = last.map_or(SyncPoint(0), |row| row.point);
    let complete = last.is_some_and(|row| row.state == PointState::Complete);

    let names = Names::read(journal).await?;
    let mut counts: HashMap<FolderKey, Counts> = HashMap::new();
    let mut totals = Counts::default();
    let tallies = journal.tallies().await?;
    for tally in &tallies {
        add(counts.entry(tally.key.folder).or_default(), tally, sync_point);
        add(&mut totals, tally, sync_point);
    }
    let mut folders: Vec<FolderReport> = Vec::new();
    for row in journal.folders().await? {
        folders.push(FolderReport {
            folder: row.path,
            target: row.target.and_then(|key| names.dest.get(&key).cloned()),
            kind: row.kind,
            gone: row.gone.is_some(),
            trouble: row.trouble,
            counts: counts.remove(&row.key).unwrap_or_default(),
        });
    }
    folders.sort_by(|a, b| a.folder.cmp(&b.folder));
    let (problems, problems_cut) = problems(journal, &names, &tallies).await?;
    let notes = journal.remarks(sync_point).await?;
    let finished = complete && folders.iter().all(|line| line.trouble.is_none());
    let grade = Grade::of(&totals, finished);
    Ok(Report { sync_point, complete, folders, totals, grade, problems, problems_cut, notes })
}

/// The next items of the list that proves a migration, in the order in which they were first seen.
///
/// # Errors
/// The journal's.
pub async fn items(journal: &dyn Journal, after: Option<EntryKey>, limit: usize) -> Result<Vec<ItemLine>> {
    let names = Names::read(journal).await?;
    let page = journal.page(Query { folder: None, want: Want::Any }, after, limit).await?;
    Ok(page.iter().map(|entry| names.line(entry)).collect())
}

fn add(counts: &mut Counts, tally: &Tally, last: SyncPoint) {
    let TallyKey { class, verified, point, .. } = tally.key;
    if tally.key.has_copy {
        *counts.verified.entry(verified.name()).or_default() += tally.items;
    }
    if tally.key.gone {
        counts.kept_of_gone += if tally.key.has_copy { tally.items } else { 0 };
        return;
    }
    counts.found += tally.items;
    if verified == Verified::Missing && matches!(class, Class::Copied | Class::Adopted) {
        counts.missing += tally.items;
    }
    match class {
        // Not of the last run: an earlier one, or one that was undone since and whose copy had to be left.
        Class::Copied | Class::Adopted if point != last => counts.already_there += tally.items,
        Class::Copied => {
            counts.copied += tally.items;
            counts.copied_bytes += tally.bytes;
        }
        Class::Adopted => counts.adopted += tally.items,
        Class::Failed => counts.failed += tally.items,
        Class::Skipped(reason) => *counts.skipped.entry(reason.name()).or_default() += tally.items,
        Class::Waiting | Class::InDoubt => counts.unsettled += tally.items,
    }
}

/// What failed, then what was left, each in the order in which it was first seen. The tallies say where to look and
/// when all are found: a hundred thousand items that were left out are not read to find the one that was edited twice.
async fn problems(journal: &dyn Journal, names: &Names, tallies: &[Tally]) -> Result<(Vec<ItemLine>, bool)> {
    let mut found = Vec::new();
    for (want, class) in [(Want::Failed, is_failed as fn(Class) -> bool), (Want::Skipped, is_left)] {
        let mut open: BTreeMap<FolderKey, u64> = BTreeMap::new();
        for tally in tallies.iter().filter(|tally| class(tally.key.class)) {
            *open.entry(tally.key.folder).or_default() += tally.items;
        }
        let mut of_this = Vec::new();
        for (folder, items) in open {
            if found.len() + of_this.len() > PROBLEM_LIMIT {
                break;
            }
            let query = Query { folder: Some(folder), want };
            of_this.extend(read(journal, query, items, class).await?);
        }
        of_this.sort_by_key(|entry| entry.key);
        found.extend(of_this.iter().map(|entry| names.line(entry)));
    }
    let cut = found.len() > PROBLEM_LIMIT;
    found.truncate(PROBLEM_LIMIT);
    Ok((found, cut))
}

/// So many entries of a class, one more than can be shown at most.
async fn read(
    journal: &dyn Journal,
    query: Query,
    items: u64,
    class: fn(Class) -> bool,
) -> Result<Vec<Entry>> {
    let most = usize::try_from(items).unwrap_or(usize::MAX).min(PROBLEM_LIMIT + 1);
    let (mut found, mut after) = (Vec::new(), None);
    while found.len() < most {
        let page = journal.page(query, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.key);
        found.extend(page.into_iter().filter(|entry| class(entry.tally().key.class)));
    }
    found.truncate(most);
    Ok(found)
}

fn is_failed(class: Class) -> bool {
    class == Class::Failed
}

/// Left for a reason that its user should know.
fn is_left(class: Class) -> bool {
    matches!(class, Class::Skipped(reason) if reason != SkipReason::Vanished && !reason.is_left_out())
}

/// Folder names by key.
struct Names {
    source: HashMap<FolderKey, FolderPath>,
    dest: HashMap<DestFolderKey, FolderPath>,
}

impl Names {
    async fn read(journal: &dyn Journal) -> Result<Self> {
        let source = journal.folders().await?.into_iter().map(|row| (row.key, row.path)).collect();
        let dest = journal.dest_folders().await?.into_iter().map(|row| (row.key, row.path)).collect();
        Ok(Self { source, dest })
    }

    fn line(&self, entry: &Entry) -> ItemLine {
        let copy = entry.copy.as_ref();
        let (reason, failure) = match &entry.fate {
            Fate::Failed(failure) => (Some(failure.message.clone()), Some(failure.clone())),
            Fate::Skipped(reason) => (Some(reason.sentence().to_owned()), None),
            _ => (None, None),
        };
        ItemLine {
            key: entry.key,
            folder: self.source.get(&entry.folder).cloned().unwrap_or_default(),
            item: entry.source.as_str().to_owned(),
            kind: entry.kind,
            size: entry.content().map(|content| content.size).or(entry.listed_size),
            fate: entry.fate.name(),
            reason,
            failure,
            copy_folder: copy.and_then(|copy| self.dest.get(&copy.folder).cloned()),
            copy: copy.map(|copy| copy.id.as_str().to_owned()),
            sync_point: copy.map_or(entry.decided, |copy| copy.sent),
            verified: copy.map_or("no", |copy| copy.verified.name()),
            digest: entry.content().map(|content| content.fingerprint.body.to_string()),
            gone: entry.gone.is_some(),
        }
    }
}
