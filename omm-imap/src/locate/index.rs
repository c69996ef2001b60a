//! What is known of a folder's sizes, kept between calls as far as it is small.

use omm_core::model::Fingerprint;
use std::collections::HashMap;

/// So many folders are remembered at a time: as many as are worked on at once, and some.
const FOLDERS: usize = 8;
/// So many digests in one of them.
const DIGESTS: usize = 16_384;

/// Folders that were listed as a whole.
#[derive(Default)]
pub(crate) struct Indexes {
    folders: HashMap<Vec<u8>, FolderIndex>,
}

/// The messages of a folder from some UID upwards, by size.
pub(super) struct FolderIndex {
    uid_validity: u32,
    from: u32,
    /// Ascending by UID. Messages may have gone since; a body that cannot be read is none.
    sizes: Vec<(u32, u64)>,
    fingerprints: HashMap<u32, Fingerprint>,
}

impl Indexes {
    /// What is known of a folder, if it is still the same one.
    pub(super) fn take(&mut self, folder: &[u8], uid_validity: u32) -> Option<FolderIndex> {
        self.folders.remove(folder).filter(|index| index.uid_validity == uid_validity)
    }

    pub(super) fn keep(&mut self, folder: &[u8], mut index: FolderIndex) {
        if index.fingerprints.len() > DIGESTS {
            index.fingerprints.clear();
        }
        if self.folders.len() >= FOLDERS {
            self.folders.clear();
        }
        self.folders.insert(folder.to_vec(), index);
    }
}

impl FolderIndex {
    pub(super) fn new(uid_validity: u32, from: u32) -> Self {
        Self { uid_validity, from, sizes: Vec::new(), fingerprints: HashMap::new() }
    }

    /// The first UID that is not known yet.
    pub(super) fn next(&self) -> u32 {
        let behind = self.sizes.last().map_or(0, |(uid, _)| uid.saturating_add(1));
        behind.max(self.from).max(1)
    }

    /// Adds what came from [`Self::next`] upwards.
    pub(super) fn add(&mut self, sizes: Vec<(u32, u64)>) {
        let next = self.next();
        self.sizes.extend(sizes.into_iter().filter(|(uid, _)| *uid >= next));
    }

    pub(super) fn sizes(&self) -> &[(u32, u64)] {
        &self.sizes
    }

    pub(super) fn fingerprints(&self) -> &HashMap<u32, Fingerprint> {
        &self.fingerprints
    }

    pub(super) fn remember(&mut self, read: HashMap<u32, Fingerprint>) {
        self.fingerprints.extend(read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_and_is_forgotten_with_its_uid_validity() {
        let mut index = FolderIndex::new(7, 1);
        assert_eq!(index.next(), 1);
        index.add(vec![(3, 10), (5, 11)]);
        // `6:*` gives the last message again.
        index.add(vec![(5, 11), (6, 12)]);
        assert_eq!((index.next(), index.sizes()), (7, &[(3, 10), (5, 11), (6, 12)][..]));
        assert_eq!(FolderIndex::new(7, 40).next(), 40);
        let mut indexes = Indexes::default();
        indexes.keep(b"a", index);
        assert!(indexes.take(b"a", 8).is_none(), "another UIDVALIDITY");
    }
}
