//! The heap on a node (HN): small pieces of data within the node's blocks ([MS-PST] §2.3.1).

use super::VALUE_BYTES;
use crate::pst::ndb::{Bid, DataTree, Ndb, Nid, Subnode, Subnodes, bytes::*, kind};
use bytes::Bytes;
use omm_mapi::{Error, Result};
use std::sync::Arc;

/// How many blocks of a heap are kept in memory.
const KEPT: usize = 32;

/// A heap, with the subnodes of its node.
pub(crate) struct Heap {
    pub(crate) ndb: Arc<Ndb>,
    pub(crate) subnodes: Arc<Subnodes>,
    data: DataTree,
    /// The blocks used last, by their number.
    kept: Vec<(usize, Bytes)>,
    /// bClientSig: what is built on the heap.
    pub(crate) client: u8,
    /// hidUserRoot: where that begins.
    pub(crate) root: u32,
}

/// Where a value lies.
pub(crate) enum Place {
    /// In the heap.
    Heap(Bytes),
    /// In a node of its own.
    Node(Subnode),
}

impl Heap {
    /// Opens the heap of a node.
    ///
    /// # Errors
    /// If its first block cannot be read or has no heap.
    pub(crate) fn open(ndb: &Arc<Ndb>, data: Bid, subnodes: Arc<Subnodes>) -> Result<Self> {
        let data = ndb.data(data)?;
        let mut heap = Self { ndb: Arc::clone(ndb), subnodes, data, kept: Vec::new(), client: 0, root: 0 };
        let first = heap.block(0)?;
        // HNHDR ([MS-PST] §2.3.1.2).
        let (Some(0xEC), Some(client), Some(root)) = (byte(&first, 2), byte(&first, 3), dword(&first, 4))
        else {
            return Err(Error::malformed("no heap on a node"));
        };
        (heap.client, heap.root) = (client, root);
        Ok(heap)
    }

    /// How many allocations the heap can have at most.
    pub(crate) fn most(&self) -> usize {
        self.data.blocks.len() << self.ndb.header.format.heap_index_bits()
    }

    /// An allocation. The id 0 has no bytes.
    ///
    /// # Errors
    /// If there is none of this id, or its block cannot be read.
    pub(crate) fn get(&mut self, hid: u32) -> Result<Bytes> {
        if hid == 0 {
            return Ok(Bytes::new());
        }
        // HID ([MS-PST] §2.3.1.1).
        let bits = self.ndb.header.format.heap_index_bits();
        let index = (hid >> 5) as usize & ((1 << bits) - 1);
        let block = self.block((hid >> (5 + bits)) as usize)?;
        // HNPAGEMAP ([MS-PST] §2.3.1.5) at ibHnpm, which begins all of HNHDR, HNPAGEHDR and HNBITMAPHDR. cFree is
        // not looked at: files are known where it is wrong.
        let lost = || Error::malformed("nothing of this id on the heap").at(format_args!("{hid:#x}"));
        let range = || {
            let map = usize::from(word(&block, 0)?);
            let count = usize::from(word(&block, map)?);
            let at = index.checked_sub(1).filter(|at| *at < count)?;
            let start = usize::from(word(&block, map + 4 + at * 2)?);
            let end = usize::from(word(&block, map + 6 + at * 2)?);
            (start <= end && end <= block.len()).then_some(start..end)
        };
        Ok(block.slice(range().ok_or_else(lost)?))
    }

    /// Where the value of an id lies: HNID ([MS-PST] §2.3.3.2).
    ///
    /// # Errors
    /// If there is none of this id.
    pub(crate) fn place(&mut self, hnid: u32) -> Result<Place> {
        if Nid(hnid).kind() == kind::HID {
            return Ok(Place::Heap(self.get(hnid)?));
        }
        let lost = || Error::malformed("no subnode of this id").at(Nid(hnid));
        self.subnodes.get(Nid(hnid)).map(Place::Node).ok_or_else(lost)
    }

    /// The bytes of an id, from the heap or a subnode.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for what is better read as a stream; or if it cannot be read.
    pub(crate) fn bytes(&mut self, hnid: u32) -> Result<Bytes> {
        match self.place(hnid)? {
            Place::Heap(bytes) => Ok(bytes),
            Place::Node(node) => self.ndb.whole(&self.ndb.data(node.data)?, VALUE_BYTES),
        }
    }

    fn block(&mut self, number: usize) -> Result<Bytes> {
        if let Some((_, block)) = self.kept.iter().rev().find(|(kept, _)| *kept == number) {
            return Ok(block.clone());
        }
        let bid =
            self.data.blocks.get(number).ok_or_else(|| Error::malformed("a heap without this block"))?;
        let block = self.ndb.block(*bid)?;
        if self.kept.len() >= KEPT {
            self.kept.remove(0);
        }
        self.kept.push((number, block.clone()));
        Ok(block)
    }
}
