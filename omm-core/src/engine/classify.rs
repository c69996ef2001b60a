//! From a change and the ledger to what is to be done. Pure.

use crate::{
    journal::{Entry, Fate, SkipReason},
    model::{FlagDelta, Flags, ItemKind, ItemMeta, SyncPoint},
    options::Options,
    seam::Change,
};

/// What is to be done about one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Nothing: it is as the ledger says.
    AlreadyThere,
    /// Nothing now: it is offered again at the end of the run.
    Owed,
    /// A new item.
    Copy,
    /// A new item that is not to be carried.
    Skip(SkipReason),
    /// Its body changed: a newer one takes the place of our copy.
    Replace,
    /// Its body changed, but the copy is not ours.
    LeaveNotOurs,
    /// Only its flags changed.
    Flag(FlagDelta),
    /// It is no longer there.
    Gone,
}

/// What the decision depends on beside change and entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'a> {
    pub(super) options: &'a Options,
    pub(super) kinds: &'a [ItemKind],
    /// Why the whole folder is left out, if it is.
    pub(super) folder: Option<SkipReason>,
    pub(super) point: SyncPoint,
    /// Failed items are offered again at once.
    pub(super) retry: bool,
}

/// A change reduced to what is there now; nothing for one that says it is gone.
pub(super) fn present(change: &Change, kind: ItemKind) -> Option<ItemMeta> {
    match change {
        Change::Present(meta) | Change::Edited(meta) => Some(meta.clone()),
        Change::Flags(id, flags) => {
            let mut meta = ItemMeta::new(id.clone(), kind);
            meta.flags = flags.clone();
            Some(meta)
        }
        Change::Gone(_) => None,
    }
}

/// What is to be done.
pub(super) fn classify(change: &Change, entry: Option<&Entry>, rules: Rules<'_>) -> Action {
    let Some(entry) = entry else {
        return match change {
            Change::Present(meta) | Change::Edited(meta) => rules.offer(meta),
            Change::Flags(..) => rules.folder.map_or(Action::Copy, Action::Skip),
            Change::Gone(_) => Action::AlreadyThere,
        };
    };
    match change {
        Change::Present(meta) | Change::Edited(meta) if rules.folder.is_some() => {
            rules.set_aside(entry, meta)
        }
        Change::Flags(..) if rules.folder.is_some() => Action::AlreadyThere,
        Change::Gone(_) => Action::Gone,
        Change::Flags(_, flags) => known_flags(entry, flags),
        Change::Edited(meta) => rules.known(entry, meta, true),
        Change::Present(meta) => rules.known(entry, meta, false),
    }
}

impl Rules<'_> {
    /// Whether the options and the destination carry an item.
    pub(super) fn offer(&self, meta: &ItemMeta) -> Action {
        match self.left_out(meta) {
            Some(reason) => Action::Skip(reason),
            None => Action::Copy,
        }
    }

    /// Why an item is not carried.
    pub(super) fn left_out(&self, meta: &ItemMeta) -> Option<SkipReason> {
        if meta.internal {
            return Some(SkipReason::Internal);
        }
        if self.folder.is_some() {
            return self.folder;
        }
        let Options { since, before, max_size, .. } = self.options;
        if !self.options.wants_kind(meta.kind) {
            return Some(SkipReason::KindNotWanted);
        }
        if !self.kinds.contains(&meta.kind) {
            return Some(SkipReason::KindNotHeld);
        }
        match (meta.received, since, before) {
            (Some(received), Some(since), _) if received < *since => return Some(SkipReason::TooOld),
            (Some(received), _, Some(before)) if received >= *before => return Some(SkipReason::TooNew),
            _ => {}
        }
        match (meta.size, max_size) {
            (Some(size), Some(limit)) if size > *limit => Some(SkipReason::OverSizeLimit),
            _ => None,
        }
    }

    /// In a folder that is left out: nothing is written, and copies of earlier runs stay as they are. So does what is
    /// in doubt, and an edit that failed, which are still to be settled when the folder is carried again.
    fn set_aside(&self, entry: &Entry, meta: &ItemMeta) -> Action {
        if entry.copy.is_some() || entry.fate.in_doubt() { Action::AlreadyThere } else { self.offer(meta) }
    }

    fn known(&self, entry: &Entry, meta: &ItemMeta, edited: bool) -> Action {
        let newer = match (&entry.revision, &meta.revision) {
            (Some(before), Some(now)) => before != now,
            (_, None) => edited,
            (None, Some(_)) => edited,
        };
        match &entry.fate {
            // In doubt all the same: recovery could not settle it, and says so itself.
            Fate::Sending { .. } | Fate::Replacing { .. } | Fate::Removing { .. } => Action::AlreadyThere,
            fate if entry.copy.is_some() => self.with_copy(entry, fate, meta, newer),
            // It waits to be matched with an item that may be gone elsewhere; an edited one must be seen again.
            Fate::Absent { content: Some(_) } if !newer => Action::Owed,
            Fate::Failed(_) if entry.decided == self.point && !self.retry => Action::Owed,
            Fate::Absent { .. } | Fate::Failed(_) => self.offer(meta),
            Fate::Skipped(SkipReason::Vanished | SkipReason::Internal) => self.offer(meta),
            Fate::Skipped(reason) if reason.depends_on_options() || newer => self.offer(meta),
            Fate::Skipped(_) | Fate::Copied | Fate::Adopted => Action::AlreadyThere,
        }
    }

    fn with_copy(&self, entry: &Entry, fate: &Fate, meta: &ItemMeta, newer: bool) -> Action {
        let adopted = entry.copy.as_ref().is_some_and(|copy| copy.adopted);
        match fate {
            Fate::Failed(_) => Action::Owed,
            // Edited into something that is not carried: the earlier version stays.
            _ if newer && self.left_out(meta).is_some() => Action::AlreadyThere,
            _ if newer && adopted => Action::LeaveNotOurs,
            _ if newer => Action::Replace,
            _ => known_flags(entry, &meta.flags),
        }
    }
}

/// Three-way: only what changed at the source since it was last seen travels.
fn known_flags(entry: &Entry, now: &Flags) -> Action {
    let delta = FlagDelta::between(&entry.flags, now);
    if delta.is_empty() || entry.copy.is_none() { Action::AlreadyThere } else { Action::Flag(delta) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::{Copy, DestFolderKey, EntryKey, Failure, FolderKey, Verified},
        model::{Body, Content, DestItemId, Revision, SourceItemId},
    };

    fn meta() -> ItemMeta {
        let mut meta = ItemMeta::new(SourceItemId::new("1"), ItemKind::Mail);
        (meta.size, meta.revision) = (Some(100), Some(Revision::new("b")));
        meta.received = chrono::DateTime::parse_from_rfc3339("2020-01-01T00:00:00Z").ok();
        meta
    }

    fn entry(fate: Fate, has_copy: bool, revision: &str) -> Entry {
        let fingerprint = Body::from_bytes("x").fingerprint();
        let copy = Copy {
            folder: DestFolderKey(1),
            id: DestItemId::new("9"),
            sent: SyncPoint(1),
            adopted: fate == Fate::Adopted,
            replaced: None,
            content: Content { fingerprint, size: 1, stored_size: 1, native: None },
            flags: Flags::none(),
            verified: Verified::Listed,
            revision: None,
        };
        Entry {
            key: EntryKey(1),
            folder: FolderKey(1),
            source: SourceItemId::new("1"),
            lasting: None,
            kind: ItemKind::Mail,
            revision: Some(Revision::new(revision)),
            listed_size: None,
            received: None,
            flags: Flags::none(),
            fate,
            decided: SyncPoint(1),
            gone: None,
            copy: has_copy.then_some(copy),
            flagging: None,
        }
    }

    fn check(change: Change, entry: Option<&Entry>, options: &Options, expected: Action) {
        let rules =
            Rules { options, kinds: &[ItemKind::Mail], folder: None, point: SyncPoint(2), retry: false };
        assert_eq!(classify(&change, entry, rules), expected, "{change:?} {entry:?}");
    }

    #[test]
    fn options_leave_items_out() {
        let date = |text| chrono::DateTime::parse_from_rfc3339(text).ok();
        let all = Options::default();
        for (options, expected) in [
            (all.clone(), Action::Copy),
            (Options { max_size: Some(99), ..all.clone() }, Action::Skip(SkipReason::OverSizeLimit)),
            (Options { max_size: Some(100), ..all.clone() }, Action::Copy),
            (
                Options { since: date("2020-01-02T00:00:00Z"), ..all.clone() },
                Action::Skip(SkipReason::TooOld),
            ),
            (Options { since: date("2020-01-01T00:00:00Z"), ..all.clone() }, Action::Copy),
            (
                Options { before: date("2020-01-01T00:00:00Z"), ..all.clone() },
                Action::Skip(SkipReason::TooNew),
            ),
            (Options { kinds: vec![ItemKind::Task], ..all.clone() }, Action::Skip(SkipReason::KindNotWanted)),
        ] {
            check(Change::Present(meta()), None, &options, expected);
        }
        let mut task = meta();
        task.kind = ItemKind::Task;
        check(Change::Present(task), None, &all, Action::Skip(SkipReason::KindNotHeld));
        let mut view = meta();
        (view.kind, view.internal) = (ItemKind::Task, true);
        check(Change::Present(view.clone()), None, &all, Action::Skip(SkipReason::Internal));
        let known = entry(Fate::Skipped(SkipReason::Internal), false, "b");
        check(Change::Present(view), Some(&known), &all, Action::Skip(SkipReason::Internal));
    }

    #[test]
    fn known_items() {
        let failure = Failure {
            kind: crate::error::ErrorKind::Rejected,
            side: crate::error::Side::Destination,
            message: String::new(),
        };
        let seen = Flags::parse("\\Seen");
        let mut flagged = meta();
        flagged.flags = seen.clone();
        let add_seen = FlagDelta { add: seen.clone(), remove: Flags::none() };
        let id = || SourceItemId::new("1");
        let all = Options::default();
        for (change, entry, expected) in [
            (Change::Present(meta()), entry(Fate::Copied, true, "b"), Action::AlreadyThere),
            (Change::Present(meta()), entry(Fate::Copied, true, "a"), Action::Replace),
            (Change::Present(meta()), entry(Fate::Adopted, true, "a"), Action::LeaveNotOurs),
            (Change::Present(flagged), entry(Fate::Copied, true, "b"), Action::Flag(add_seen.clone())),
            (Change::Flags(id(), seen.clone()), entry(Fate::Copied, true, "b"), Action::Flag(add_seen)),
            (Change::Gone(id()), entry(Fate::Copied, true, "b"), Action::Gone),
            (Change::Present(meta()), entry(Fate::Failed(failure.clone()), false, "b"), Action::Copy),
            (Change::Present(meta()), entry(Fate::Failed(failure), true, "a"), Action::Owed),
            (Change::Present(meta()), entry(Fate::Absent { content: None }, false, "b"), Action::Copy),
            (Change::Present(meta()), entry(Fate::Skipped(SkipReason::TooOld), false, "b"), Action::Copy),
            (
                Change::Present(meta()),
                entry(Fate::Skipped(SkipReason::Conflict), true, "b"),
                Action::AlreadyThere,
            ),
            (
                Change::Present(meta()),
                entry(Fate::Skipped(SkipReason::DeletedAtDestination), true, "b"),
                Action::AlreadyThere,
            ),
        ] {
            check(change, Some(&entry), &all, expected);
        }
    }

    /// Kills: a copy that is touched, or forgotten, while its folder is left out; an item that is offered there.
    #[test]
    fn a_folder_that_is_left_out_touches_nothing() {
        let reason = SkipReason::FolderNotWanted;
        let failure = Failure {
            kind: crate::error::ErrorKind::Rejected,
            side: crate::error::Side::Destination,
            message: String::new(),
        };
        let id = || SourceItemId::new("1");
        let (mut flagged, mut view) = (meta(), meta());
        flagged.flags = Flags::parse("\\Seen");
        view.internal = true;
        let waits = Fate::Absent {
            content: Some(Content {
                fingerprint: Body::from_bytes("x").fingerprint(),
                size: 1,
                stored_size: 1,
                native: None,
            }),
        };
        let known = |fate, has_copy| Some(entry(fate, has_copy, "b"));
        let options = Options::default();
        for (change, entry, expected) in [
            (Change::Present(meta()), None, Action::Skip(reason)),
            (Change::Flags(id(), Flags::none()), None, Action::Skip(reason)),
            (Change::Present(view), None, Action::Skip(SkipReason::Internal)),
            (Change::Present(meta()), known(waits, false), Action::Skip(reason)),
            (Change::Present(meta()), known(Fate::Failed(failure.clone()), false), Action::Skip(reason)),
            (Change::Present(meta()), known(Fate::Skipped(SkipReason::TooOld), false), Action::Skip(reason)),
            (Change::Present(flagged), known(Fate::Copied, true), Action::AlreadyThere),
            (Change::Flags(id(), Flags::parse("\\Seen")), known(Fate::Copied, true), Action::AlreadyThere),
            (Change::Edited(meta()), known(Fate::Adopted, true), Action::AlreadyThere),
            (Change::Edited(meta()), Some(entry(Fate::Copied, true, "a")), Action::AlreadyThere),
            (Change::Present(meta()), known(Fate::Failed(failure), true), Action::AlreadyThere),
            (Change::Gone(id()), known(Fate::Copied, true), Action::Gone),
        ] {
            let (kinds, point) = (&[ItemKind::Mail], SyncPoint(2));
            let rules = Rules { options: &options, kinds, folder: Some(reason), point, retry: true };
            assert_eq!(classify(&change, entry.as_ref(), rules), expected, "{change:?} {entry:?}");
        }
    }
}
