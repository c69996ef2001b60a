//! Pages of the two B-trees.

use super::{Bid, Format, Nid, bytes::*, checksum, header::Reference};
use std::fmt;

/// Which tree a page belongs to: ptype ([MS-PST] §2.2.2.7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    /// Where each block lies (BBT).
    Blocks,
    /// Which blocks each node has (NBT).
    Nodes,
}

impl Tree {
    fn ptype(self) -> u8 {
        match self {
            Self::Blocks => 0x80,
            Self::Nodes => 0x81,
        }
    }

    /// The size of an entry of a leaf.
    fn leaf_bytes(self, format: Format) -> usize {
        match (self, format.is_wide()) {
            (Self::Blocks, true) => 24,
            (Self::Nodes, true) => 32,
            (Self::Blocks, false) => 12,
            (Self::Nodes, false) => 16,
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blocks => "block tree page",
            Self::Nodes => "node tree page",
        })
    }
}

/// Where a block lies: BBTENTRY ([MS-PST] §2.2.2.7.7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockEntry {
    pub(crate) bid: Bid,
    pub(crate) offset: u64,
    /// The size of its data as they are stored.
    pub(crate) stored: u16,
    /// The size of its data; another one when they are compressed.
    pub(crate) bytes: u16,
}

/// What a node has: NBTENTRY ([MS-PST] §2.2.2.7.7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeEntry {
    pub(crate) nid: Nid,
    pub(crate) data: Bid,
    pub(crate) subnodes: Bid,
    pub(crate) parent: Nid,
}

/// BTPAGE ([MS-PST] §2.2.2.7.7.1).
#[derive(Debug)]
pub(crate) struct Page {
    bytes: Box<[u8]>,
    format: Format,
    pub(crate) tree: Tree,
    pub(crate) count: usize,
    entry_bytes: usize,
    /// 0 for a leaf.
    pub(crate) level: u8,
    /// Its own id.
    pub(crate) bid: u64,
    /// Whether its checksum is right.
    pub(crate) is_intact: bool,
}

impl Page {
    /// Reads one; `None` for bytes that are no page of this tree.
    pub(crate) fn parse(bytes: &[u8], format: Format, tree: Tree) -> Option<Self> {
        let bytes = bytes.get(..format.page_bytes())?;
        let (meta, trailer) = (format.page_meta(), format.page_trailer());
        if byte(bytes, trailer)? != tree.ptype() || byte(bytes, trailer + 1)? != tree.ptype() {
            return None;
        }
        let (count, entry_bytes, level) = match format {
            Format::Unicode4k => {
                (usize::from(word(bytes, meta)?), byte(bytes, meta + 4)?, byte(bytes, meta + 5)?)
            }
            Format::Ansi | Format::Unicode => {
                (usize::from(byte(bytes, meta)?), byte(bytes, meta + 2)?, byte(bytes, meta + 3)?)
            }
        };
        let (bid, sum) = match format {
            Format::Ansi => (u64::from(dword(bytes, trailer + 4)?), dword(bytes, trailer + 8)?),
            Format::Unicode | Format::Unicode4k => (qword(bytes, trailer + 8)?, dword(bytes, trailer + 4)?),
        };
        let entry_bytes = usize::from(entry_bytes);
        let least = match level {
            0 => tree.leaf_bytes(format),
            _ if format.is_wide() => 24,
            _ => 12,
        };
        let is_plausible = entry_bytes >= least && count * entry_bytes <= meta && level <= 8;
        let is_intact = checksum::crc(bytes.get(..trailer)?) == sum;
        is_plausible.then(|| Self {
            bytes: bytes.into(),
            format,
            tree,
            count,
            entry_bytes,
            level,
            bid,
            is_intact,
        })
    }

    /// Whether its signature is that of a page at this place.
    pub(crate) fn is_signed(&self, offset: u64) -> bool {
        let signature = word(&self.bytes, self.format.page_trailer() + 2);
        signature == Some(checksum::signature(offset, self.bid))
    }

    /// The key of an entry.
    pub(crate) fn key(&self, index: usize) -> Option<u64> {
        let entry = self.entry(index)?;
        let key = self.number(entry, 0)?;
        Some(match self.tree {
            Tree::Blocks => Bid::new(key).get(),
            // Only the lower half of a nid means something.
            Tree::Nodes => key & 0xFFFF_FFFF,
        })
    }

    /// The last entry whose key is not above this one.
    pub(crate) fn position(&self, key: u64) -> Option<usize> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = (low + high) / 2;
            if self.key(middle)? <= key { low = middle + 1 } else { high = middle }
        }
        low.checked_sub(1)
    }

    /// Where the page below an entry lies: BTENTRY ([MS-PST] §2.2.2.7.7.2).
    pub(crate) fn child(&self, index: usize) -> Option<Reference> {
        let entry = self.entry(index)?;
        Some(Reference { bid: self.number(entry, 1)?, offset: self.number(entry, 2)? })
    }

    /// An entry of a leaf of the tree of blocks.
    pub(crate) fn block(&self, index: usize) -> Option<BlockEntry> {
        let entry = self.entry(index)?;
        let after = if self.format.is_wide() { 16 } else { 8 };
        let stored = word(entry, after)?;
        let bytes = if self.format == Format::Unicode4k { word(entry, after + 2)? } else { stored };
        Some(BlockEntry {
            bid: Bid::new(self.number(entry, 0)?),
            offset: self.number(entry, 1)?,
            stored,
            bytes,
        })
    }

    /// An entry of a leaf of the tree of nodes.
    pub(crate) fn node(&self, index: usize) -> Option<NodeEntry> {
        let entry = self.entry(index)?;
        Some(NodeEntry {
            nid: Nid(dword(entry, 0)?),
            data: Bid::new(self.number(entry, 1)?),
            subnodes: Bid::new(self.number(entry, 2)?),
            parent: Nid(dword(entry, if self.format.is_wide() { 24 } else { 12 })?),
        })
    }

    fn entry(&self, index: usize) -> Option<&[u8]> {
        let from = index.checked_mul(self.entry_bytes)?;
        (index < self.count).then(|| self.bytes.get(from..from + self.entry_bytes))?
    }

    /// The n-th number of an entry, of 4 or 8 bytes.
    fn number(&self, entry: &[u8], index: usize) -> Option<u64> {
        if self.format.is_wide() { qword(entry, index * 8) } else { dword(entry, index * 4).map(u64::from) }
    }
}
