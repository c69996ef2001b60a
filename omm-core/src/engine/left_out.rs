//! Which folders are left out as a whole, and why. Pure, and the same for a plan and for a run.
//!
//! Their items are counted all the same: they are listed, each is skipped with the folder's reason, and no body of
//! them is read. So every folder of the source stands in the report, and found is all that there is.

use crate::{
    journal::{Class, FolderKey, SkipReason, Tally},
    model::{Folder, ItemKind},
    options::{FolderFilter, Options},
    seam::Capacity,
};
use std::collections::HashSet;

/// Why nothing of a folder is carried, if so.
pub(super) fn left_out(
    folder: &Folder,
    filter: &FolderFilter,
    options: &Options,
    capacity: &Capacity,
) -> Option<SkipReason> {
    if !filter.carries(&folder.path) {
        Some(SkipReason::FolderNotWanted)
    } else if !options.wants_kind(folder.kind) {
        Some(SkipReason::KindNotWanted)
    } else if !capacity.kinds.contains(&folder.kind) {
        Some(SkipReason::KindNotHeld)
    } else {
        None
    }
}

/// A digest of everything that decides which items are carried: the options, and the kinds that the destination
/// holds. What was settled while it could not hold a kind is looked at again once it can.
pub(super) fn digest(options: &Options, capacity: &Capacity) -> Box<str> {
    let held = ItemKind::ALL.into_iter().filter(|kind| capacity.kinds.contains(kind));
    let words: Vec<&str> = held.map(ItemKind::plural).collect();
    format!("{} {}", options.digest(), words.join(" ")).into()
}

/// Folders in which more happened than that items were skipped: with copies, or with something to offer again. While
/// such a folder is left out, its place in the feed waits for the day on which it is carried again, since what changes
/// meanwhile must still be told to its copies.
pub(super) fn with_more_than_skips(tallies: &[Tally]) -> HashSet<FolderKey> {
    let more = |tally: &&Tally| tally.key.has_copy || !matches!(tally.key.class, Class::Skipped(_));
    tallies.iter().filter(more).map(|tally| tally.key.folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FolderPath, SourceFolderId};

    /// Kills: a state that counts as settled although the destination holds another kind since.
    #[test]
    fn what_the_destination_holds_is_part_of_the_digest_and_its_order_is_not() {
        use ItemKind::{Contact, Mail};
        let of = |kinds: &[ItemKind]| digest(&Options::default(), &Capacity::new(kinds));
        assert_ne!(of(&[Mail]), of(&[Mail, Contact]));
        assert_eq!(of(&[Contact, Mail]), of(&[Mail, Contact]));
    }

    /// Kills: a folder that is left out twice over and told for the reason that the user cannot change.
    #[test]
    fn the_first_reason_is_the_nearest_to_the_user() {
        let folder = Folder::new(SourceFolderId::new("1"), FolderPath::new(["Contacts"]), ItemKind::Contact);
        let capacity = Capacity::new([ItemKind::Mail]);
        let why = |exclude: &[&str], kinds: &[ItemKind], capacity: &Capacity| {
            let exclude = exclude.iter().map(|glob| (*glob).to_owned()).collect();
            let options = Options { exclude, kinds: kinds.to_vec(), ..Options::default() };
            left_out(&folder, &options.folder_filter().expect("globs are good"), &options, capacity)
        };
        assert_eq!(why(&["Con*"], &[ItemKind::Mail], &capacity), Some(SkipReason::FolderNotWanted));
        assert_eq!(why(&[], &[ItemKind::Mail], &capacity), Some(SkipReason::KindNotWanted));
        assert_eq!(why(&[], &[], &capacity), Some(SkipReason::KindNotHeld));
        let holds = Capacity::new([ItemKind::Contact]);
        assert_eq!(why(&[], &[], &holds), None);
    }
}
