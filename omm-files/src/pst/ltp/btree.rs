//! The B-tree on a heap (BTH): records by key ([MS-PST] §2.3.2).

use super::Heap;
use crate::pst::{damage::OrDamage, ndb::bytes::*};
use bytes::{Buf, Bytes};
use omm_mapi::{Error, Result};

/// How many keys of a tree may be wrong.
const STRAYS: u8 = 16;

/// The records of a tree, in the order of their keys.
///
/// A part of it that cannot be read is remarked, and the records after it are given. Keys ascend strictly ([MS-PST]
/// §2.3.2), so that a page that is listed again and again ends the tree.
pub(crate) struct Records {
    pub(crate) key_bytes: usize,
    pub(crate) value_bytes: usize,
    /// What is left of each page from the root down, with its level.
    pages: Vec<(Bytes, u8)>,
    /// How many pages may still be read.
    left: usize,
    /// The key that the next one is above.
    last: Option<u64>,
    /// How many keys may still be wrong.
    strays: u8,
}

impl Records {
    /// Begins with the header of a tree: BTHHEADER ([MS-PST] §2.3.2.1).
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn open(heap: &mut Heap, header: u32) -> Result<Self> {
        let bytes = heap.get(header)?;
        let (Some(0xB5), Some(key), Some(value), Some(levels), Some(root)) =
            (byte(&bytes, 0), byte(&bytes, 1), byte(&bytes, 2), byte(&bytes, 3), dword(&bytes, 4))
        else {
            return Err(Error::malformed("no tree on a heap"));
        };
        if key == 0 || value == 0 || levels > 8 {
            return Err(Error::malformed("a tree on a heap of impossible form"));
        }
        let pages = vec![(heap.get(root)?, levels)];
        let (key_bytes, value_bytes) = (key.into(), value.into());
        Ok(Self { key_bytes, value_bytes, pages, left: heap.most(), last: None, strays: STRAYS })
    }

    /// The next record: its key and its value.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(crate) fn next(&mut self, heap: &mut Heap) -> Result<Option<Bytes>> {
        loop {
            let Some((page, level)) = self.pages.last_mut() else { return Ok(None) };
            let level = *level;
            let bytes = self.key_bytes + if level == 0 { self.value_bytes } else { 4 };
            if page.len() < bytes {
                self.pages.pop();
                continue;
            }
            let record = page.split_to(bytes);
            if level == 0 {
                let following = page.get(..bytes).map(|next| key(next, self.key_bytes));
                if self.ascends(key(&record, self.key_bytes), following) {
                    return Ok(Some(record));
                }
                heap.ndb.remarks.add("a tree on a heap is out of order: the rest of it is left out");
                self.pages.clear();
                return Ok(None);
            }
            let below = record.get(self.key_bytes..).map_or(0, |mut below| below.get_u32_le());
            let Some(left) = self.left.checked_sub(1) else {
                heap.ndb.remarks.add("a tree on a heap has more pages than its heap");
                return Ok(None);
            };
            self.left = left;
            match heap.get(below).or_damage()? {
                Ok(page) => self.pages.push((page, level - 1)),
                Err(error) => heap.ndb.remarks.add(format_args!("a page of a tree on a heap: {error}")),
            }
        }
    }

    /// Whether a record may come now, by its key and that of the record after it.
    fn ascends(&mut self, key: u64, following: Option<u64>) -> bool {
        let is_above = |key: u64| self.last.is_none_or(|last| last < key);
        if !is_above(key) {
            return false;
        }
        // A key that is damaged does not hide those after it, which are in order without it.
        let is_stray = following.is_some_and(|next| next < key && is_above(next));
        match self.strays.checked_sub(1).filter(|_| is_stray) {
            Some(left) => self.strays = left,
            None => self.last = Some(key),
        }
        true
    }
}

/// The key of a record as a number: keys have 2, 4, 8 or 16 bytes, and here none has more than 4.
fn key(record: &[u8], bytes: usize) -> u64 {
    let bytes = record.get(..bytes.min(8)).unwrap_or_default();
    bytes.iter().rev().fold(0, |key, byte| key << 8 | u64::from(*byte))
}
