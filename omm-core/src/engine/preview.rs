//! A dry run: what a run would do, writing nothing anywhere.

use super::{
    Blocker, FolderPlan, Migration, Plan,
    classify::{Action, Rules, classify},
    identity::known_rows,
    keywords::Keywords,
    left_out::left_out,
    listing::both,
    native::common,
    patience::Manners,
};
use crate::{
    error::{Error, Result, Scope},
    journal::{Entry, Fate, FolderKey, FolderRow, PointState, SkipReason},
    mapping::{self, Known, Target},
    model::{Folder, FolderPath, NativeForm, SourceItemId, SyncPoint},
    options::FolderFilter,
    seam::{Capacity, Change, DestFolder},
};
use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
};

/// What is known before the folders are looked at.
struct Preview<'a> {
    m: &'a Migration,
    source: Manners,
    capacity: Capacity,
    filter: FolderFilter,
    point: SyncPoint,
    plan: Plan,
}

pub(super) async fn preview(m: &Migration) -> Result<Plan> {
    let source = Manners::of(m, m.source.lane(), &m.stop);
    let dest = Manners::of(m, m.destination.lane(), &m.stop);
    let there = async {
        let capacity = dest.ask(|| m.destination.capacity()).await?;
        Ok::<_, Error>((capacity, dest.ask(|| m.destination.folders()).await?))
    };
    let ((capacity, existing), folders) = both(m, there, source.ask(|| m.source.folders())).await?;
    let (rows, points) = (m.journal.folders().await?, m.journal.points().await?);
    let open = points.iter().find(|row| row.state == PointState::Open).map(|row| row.point);
    let point = open.unwrap_or_else(|| points.last().map_or(SyncPoint(0), |row| row.point).next());
    let targets = choose(m, &folders, &rows, &existing, &capacity).await?;
    let keys = known_rows(&folders, &rows).into_iter().map(|place| Some(rows.get(place?)?.key));
    let filter = m.options.folder_filter()?;
    let native = common(m);
    let losses = if native.is_some() { Vec::new() } else { capacity.remarks.clone() };
    let remarks = m.destination.learned().remarks.into_iter().chain(losses).collect();
    let notes = native.iter().map(handed_over).collect();
    let plan = Plan { native, remarks, notes, ..Plan::default() };
    let mut preview = Preview { m, source, capacity, filter, point, plan };
    for ((folder, target), key) in folders.into_iter().zip(targets).zip(keys) {
        preview.folder(folder, target, key).await?;
    }
    preview.blockers();
    // Only now: some of it is found out while the folders are listed.
    preview.plan.source_remarks = m.source.learned().remarks;
    Ok(preview.plan)
}

fn handed_over(form: &NativeForm) -> String {
    format!(
        "items are handed over whole, in the form {form}; what one side refuses in it is converted, and may lose something"
    )
}

async fn choose(
    m: &Migration,
    folders: &[Folder],
    rows: &[FolderRow],
    existing: &[DestFolder],
    capacity: &Capacity,
) -> Result<Vec<Target>> {
    let known: HashMap<_, FolderPath> =
        m.journal.dest_folders().await?.into_iter().map(|row| (row.key, row.path)).collect();
    let target = |place: Option<usize>| known.get(&rows.get(place?)?.target?).cloned();
    let earlier = known_rows(folders, rows).into_iter().map(target).collect();
    let Capacity { folds_case, names, .. } = capacity.clone();
    let rename = Some(&m.options.rename);
    Ok(mapping::map(folders, &Known { earlier, existing, folds_case, names, rename }))
}

impl Preview<'_> {
    async fn folder(&mut self, folder: Folder, target: Target, row: Option<FolderKey>) -> Result<()> {
        let reason = left_out(&folder, &self.filter, &self.m.options, &self.capacity);
        let mut line = FolderPlan {
            folder: folder.path.clone(),
            target: reason.is_none().then(|| target.path.clone()),
            target_exists: target.exists,
            role: target.role,
            kind: folder.kind,
            found: folder.items.unwrap_or(0),
            to_copy: 0,
            bytes: 0,
            already_there: 0,
            left_out: 0,
            remark: reason.map(|reason| reason.sentence().to_owned()).or(target.remark),
        };
        match self.count(&folder, row, reason, &mut line).await {
            Err(error) if error.reach() <= Scope::Folder => {
                line.remark = Some(format!("cannot be read: {error}"))
            }
            result => result?,
        }
        self.plan.items += line.to_copy;
        self.plan.bytes += line.bytes;
        self.plan.renamed += u64::from(line.target.as_ref().is_some_and(|target| *target != line.folder));
        if let (Some(remark), Some(_)) = (&line.remark, &line.target) {
            self.plan.notes.push(remark.clone());
        }
        self.plan.folders.push(line);
        Ok(())
    }

    /// Lists the folder from the beginning, page by page, and counts what a run would decide.
    async fn count(
        &mut self,
        folder: &Folder,
        row: Option<FolderKey>,
        left_out: Option<SkipReason>,
        line: &mut FolderPlan,
    ) -> Result<()> {
        let m = self.m;
        let mut since = None;
        let mut keywords = Keywords::new(self.capacity.keywords_per_folder);
        // A feed may name an item twice. Of each id a hash is enough: an id may be long, and a folder large.
        let (hasher, mut seen) = (BuildHasherDefault::<DefaultHasher>::default(), HashSet::new());
        line.found = 0;
        loop {
            let page = self.source.ask(|| async {
                let page = m.source.changes(&folder.id, since.as_ref()).await;
                page.map_err(|error| if left_out.is_some() { error.over_a_count() } else { error })
            });
            let page = page.await?;
            let ids: Vec<SourceItemId> = page.changes.iter().filter_map(id_of).collect();
            let entries = match row {
                Some(key) => m.journal.find(key, &ids).await?,
                None => vec![None; ids.len()],
            };
            let here = page.changes.iter().filter(|change| id_of(change).is_some());
            for ((change, id), entry) in here.zip(&ids).zip(entries) {
                if !seen.insert(hasher.hash_one(id)) {
                    continue;
                }
                let rules = Rules {
                    options: &m.options,
                    kinds: &self.capacity.kinds,
                    folder: left_out,
                    point: self.point,
                    retry: false,
                };
                let action = classify(change, entry.as_ref(), rules);
                self.add(change, entry.as_ref(), &action, line, &mut keywords);
            }
            if !page.more {
                return Ok(());
            }
            since = Some(page.next);
        }
    }

    fn add(
        &mut self,
        change: &Change,
        entry: Option<&Entry>,
        action: &Action,
        line: &mut FolderPlan,
        keywords: &mut Keywords,
    ) {
        let (Change::Present(meta) | Change::Edited(meta)) = change else { return };
        line.found += 1;
        let size = meta.size.unwrap_or(0);
        let mut leave = |reason: SkipReason| {
            line.left_out += 1;
            *self.plan.left_out.entry(reason.name()).or_default() += 1;
        };
        match action {
            Action::Skip(reason) => leave(*reason),
            Action::LeaveNotOurs => leave(SkipReason::NotOurs),
            Action::Copy | Action::Owed | Action::Replace => {
                line.to_copy += 1;
                line.bytes += size;
                self.plan.keywords_lost += u64::from(!keywords.have_room_for(&meta.flags));
                if self.capacity.largest_item.is_some_and(|limit| size > limit) {
                    *self.plan.left_out.entry("larger-than-destination-takes").or_default() += 1;
                }
            }
            Action::AlreadyThere | Action::Flag(_) | Action::Gone => match entry.map(|entry| &entry.fate) {
                // As the report of the run will count it.
                Some(Fate::Skipped(reason)) => leave(*reason),
                _ => line.already_there += 1,
            },
        }
    }

    fn blockers(&mut self) {
        let mut block = |message: String| self.plan.blockers.push(Blocker { message });
        if let Some(free) = self.capacity.bytes_free.filter(|free| *free < self.plan.bytes) {
            block(format!(
                "the destination has {free} bytes left, {} are to be copied: make room or leave something out",
                self.plan.bytes
            ));
        }
        if let Some(items) = self.plan.left_out.get("larger-than-destination-takes") {
            block(format!(
                "{items} items are larger than the destination takes; they will be reported as failed"
            ));
        }
        let kinds = &self.capacity.kinds;
        if !self.plan.folders.is_empty() && !self.plan.folders.iter().any(|line| kinds.contains(&line.kind)) {
            block("the destination can hold nothing of what the source has".to_owned());
        }
    }
}

fn id_of(change: &Change) -> Option<SourceItemId> {
    match change {
        Change::Present(meta) | Change::Edited(meta) => Some(meta.id.clone()),
        Change::Flags(..) | Change::Gone(_) => None,
    }
}
