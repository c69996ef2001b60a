//! Finding out what is gone from listings that only name what is there.

use super::{pen::Pen, run::Run};
use crate::{
    error::Result,
    journal::{EntryKey, Fact, FolderFact, FolderKey, FolderRecord, FolderRow, Query, Want},
};

const PAGE: usize = 500;

/// Which entries a listing has named, as one bit each.
#[derive(Debug, Default)]
pub(super) struct Seen {
    bits: Vec<u64>,
    count: u64,
}

impl Seen {
    pub(super) fn insert(&mut self, key: EntryKey) {
        let (word, bit) = ((key.0 / 64) as usize, key.0 % 64);
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        if self.bits[word] & (1 << bit) == 0 {
            self.bits[word] |= 1 << bit;
            self.count += 1;
        }
    }

    pub(super) fn contains(&self, key: EntryKey) -> bool {
        self.bits.get((key.0 / 64) as usize).is_some_and(|word| word & (1 << (key.0 % 64)) != 0)
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Notes everything in a folder as gone that `keep` does not name.
pub(super) async fn mark_gone(pen: &Pen, folder: FolderKey, keep: &Seen) -> Result<u64> {
    let mut after = None;
    let mut gone = 0;
    loop {
        let page = pen.journal().page(Query { folder: Some(folder), want: Want::Any }, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(gone) };
        after = Some(last.key);
        let records: Vec<_> = page
            .iter()
            .filter(|entry| entry.gone.is_none() && !keep.contains(entry.key))
            .map(|entry| pen.record(entry.key, Fact::Gone))
            .collect();
        gone += records.len() as u64;
        pen.items(records).await?;
    }
}

impl Run<'_> {
    /// Notes that a folder is no longer at the source, and so is everything in it. Its copies stay.
    pub(super) async fn folder_gone(&self, row: &FolderRow) -> Result<()> {
        // First, since it drops the state: a folder that comes back after a kill in the middle must be listed.
        let fact = FolderFact::Gone;
        self.pen.folders(vec![FolderRecord { folder: row.key, point: self.pen.point(), fact }]).await?;
        mark_gone(&self.pen, row.key, &Seen::default()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_once() {
        let mut seen = Seen::default();
        for key in [0, 63, 64, 64, 1000] {
            seen.insert(EntryKey(key));
        }
        assert_eq!(seen.count(), 4);
        assert!(
            seen.contains(EntryKey(64)) && !seen.contains(EntryKey(65)) && !seen.contains(EntryKey(9999))
        );
    }
}
