//! The property context ([MS-PST] §2.3.3): the properties of one thing in a tree on a heap.

use super::block::{Blocks, Node, Subnodes};
use super::bth;
use super::heap::{Heap, LARGEST};
use super::nid::{NidType, nid};
use super::property::Stored;
use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

/// `bTypePC`.
const PROPERTIES: u8 = 0xbc;
const TREE: (usize, usize) = (2, 6);

/// Properties in the making, with the nodes below them.
#[derive(Default)]
pub(super) struct Context {
    properties: BTreeMap<u16, (u16, Stored)>,
    pub(super) subnodes: Subnodes,
    next_value: u32,
}

impl Context {
    /// Sets a property; one that is there already is replaced.
    pub(super) fn set(&mut self, id: u16, (kind, stored): (u16, Stored)) {
        self.properties.insert(id, (kind, stored));
    }

    /// Sets a property unless it is there.
    pub(super) fn preset(&mut self, id: u16, stored: (u16, Stored)) {
        self.properties.entry(id).or_insert(stored);
    }

    /// A property that is set.
    pub(super) fn get(&self, id: u16) -> Option<&(u16, Stored)> {
        self.properties.get(&id)
    }

    /// The bytes of all values.
    pub(super) fn size(&self) -> usize {
        let size = |stored: &Stored| match stored {
            Stored::Inline(_) => 4,
            Stored::Wide(_) => 8,
            Stored::Bytes(bytes) => bytes.len(),
        };
        self.properties.values().map(|(_, stored)| size(stored)).sum()
    }

    /// Writes the context and the list of its subnodes.
    pub(super) fn write<W: Write + Seek>(mut self, blocks: &mut Blocks<W>) -> io::Result<Node> {
        let mut heap = Heap::new(PROPERTIES, blocks.format.block_data());
        let mut records = Vec::new();
        for (id, (kind, stored)) in std::mem::take(&mut self.properties) {
            let value = match stored {
                Stored::Inline(value) => value,
                Stored::Wide(bytes) => heap.add(&bytes),
                Stored::Bytes(bytes) if bytes.len() <= LARGEST => heap.add(&bytes),
                Stored::Bytes(bytes) => {
                    let node = Node { data: blocks.bytes(&bytes)?, subnodes: 0 };
                    self.next_value += 1;
                    let below = nid(NidType::Value, 0x400 + self.next_value);
                    self.subnodes.insert(below, node);
                    below
                }
            };
            records.extend_from_slice(&id.to_le_bytes());
            records.extend_from_slice(&kind.to_le_bytes());
            records.extend_from_slice(&value.to_le_bytes());
        }
        let root = bth::tree(&mut heap, TREE.0, TREE.1, &records);
        let pages = heap.finish(root);
        let data = blocks.tree(pages.iter().map(Vec::as_slice))?;
        Ok(Node { data, subnodes: blocks.subnodes(&self.subnodes)? })
    }
}
