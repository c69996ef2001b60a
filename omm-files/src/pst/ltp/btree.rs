//! The B-tree on a heap (BTH): records by key ([MS-PST] §2.3.2).

use super::Heap;
use crate::pst::ndb::bytes::*;
use bytes::{Buf, Bytes};
use omm_mapi::{Error, Result};

/// The records of a tree, in the order of their keys.
///
/// A part of it that cannot be read is remarked, and the records after it are given.
pub(crate) struct Records {
    pub(crate) key_bytes: usize,
    pub(crate) value_bytes: usize,
    /// What is left of each page from the root down, with its level.
    pages: Vec<(Bytes, u8)>,
    /// How many pages may still be read.
    left: usize,
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
        Ok(Self { key_bytes: key.into(), value_bytes: value.into(), pages, left: heap.most() })
    }

    /// The next record: its key and its value.
    pub(crate) fn next(&mut self, heap: &mut Heap) -> Option<Bytes> {
        loop {
            let (page, level) = self.pages.last_mut()?;
            let level = *level;
            let bytes = self.key_bytes + if level == 0 { self.value_bytes } else { 4 };
            if page.len() < bytes {
                self.pages.pop();
                continue;
            }
            let record = page.split_to(bytes);
            if level == 0 {
                return Some(record);
            }
            let below = record.get(self.key_bytes..).map_or(0, |mut below| below.get_u32_le());
            let Some(left) = self.left.checked_sub(1) else {
                heap.ndb.remarks.add("a tree on a heap has more pages than its heap");
                return None;
            };
            self.left = left;
            match heap.get(below) {
                Ok(page) => self.pages.push((page, level - 1)),
                Err(error) => heap.ndb.remarks.add(format_args!("a page of a tree on a heap: {error}")),
            }
        }
    }
}
