//! The two B-trees of the file: where each block lies, and which blocks each node has ([MS-PST] §2.2.2.7.7).

use super::block::{BlockEntry, Node};
use super::format::{Format, PAGE};
use super::page::{PageKind, seal};
use super::space::Space;
use std::io::{self, Seek, Write};

/// One line of the node B-tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeEntry {
    pub(super) nid: u32,
    pub(super) node: Node,
    pub(super) parent: u32,
}

/// Where the root page of a tree lies, and its id.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Root {
    pub(super) bid: u64,
    pub(super) offset: u64,
}

/// Writes pages with ids of their own, which count by ones.
pub(super) struct Trees<'a, W> {
    pub(super) space: &'a mut Space<W>,
    pub(super) format: Format,
    pub(super) next_bid: u64,
}

impl<W: Write + Seek> Trees<'_, W> {
    /// Writes the tree of blocks; they are in the order of their ids, internal ones among them.
    pub(super) fn blocks(&mut self, blocks: &[BlockEntry]) -> io::Result<Root> {
        let format = self.format;
        let entries = blocks.iter().map(|block| {
            let mut entry = Vec::new();
            format.put(&mut entry, block.bid);
            format.put(&mut entry, block.offset);
            entry.extend_from_slice(&block.size.to_le_bytes());
            // Outlook counts the entry itself and the one reference to it.
            entry.extend_from_slice(&2_u16.to_le_bytes());
            entry.resize(3 * format.id(), 0);
            (block.bid, entry)
        });
        self.tree(PageKind::Blocks, entries.collect())
    }

    /// Writes the tree of nodes, which are in the order of their ids.
    pub(super) fn nodes(&mut self, nodes: &[NodeEntry]) -> io::Result<Root> {
        let format = self.format;
        let entries = nodes.iter().map(|entry| {
            let mut bytes = Vec::new();
            format.put(&mut bytes, u64::from(entry.nid));
            format.put(&mut bytes, entry.node.data);
            format.put(&mut bytes, entry.node.subnodes);
            bytes.extend_from_slice(&entry.parent.to_le_bytes());
            bytes.resize(4 * format.id(), 0);
            (u64::from(entry.nid), bytes)
        });
        self.tree(PageKind::Nodes, entries.collect())
    }

    fn tree(&mut self, kind: PageKind, leaves: Vec<(u64, Vec<u8>)>) -> io::Result<Root> {
        let format = self.format;
        let leaf = leaves.first().map_or(4 * format.id(), |(_, entry)| entry.len());
        let mut level = 0;
        let mut roots = self.level(kind, level, leaf, &leaves)?;
        while roots.len() > 1 {
            level += 1;
            let entries: Vec<(u64, Vec<u8>)> = roots
                .iter()
                .map(|(key, root)| {
                    let mut entry = Vec::new();
                    for id in [*key, root.bid, root.offset] {
                        format.put(&mut entry, id);
                    }
                    (*key, entry)
                })
                .collect();
            roots = self.level(kind, level, 3 * format.id(), &entries)?;
        }
        Ok(roots.first().map(|(_, root)| *root).unwrap_or_default())
    }

    /// One level of a tree: its pages with their first keys.
    fn level(
        &mut self,
        kind: PageKind,
        level: u8,
        width: usize,
        entries: &[(u64, Vec<u8>)],
    ) -> io::Result<Vec<(u64, Root)>> {
        // Four bytes of counts, four of padding in the wide layout, and the trailer.
        let room = match self.format {
            Format::Unicode => 488,
            Format::Ansi => 496,
        };
        let most = room / width;
        let mut roots = Vec::new();
        for few in entries.chunks(most) {
            let mut page = [0; PAGE];
            for (at, (_, entry)) in few.iter().enumerate() {
                page[at * width..(at + 1) * width].copy_from_slice(entry);
            }
            page[room..room + 4].copy_from_slice(&[few.len() as u8, most as u8, width as u8, level]);
            let bid = self.next_bid;
            self.next_bid += 1;
            let (offset, place) = self.space.take(PAGE, PAGE)?;
            seal(self.format, &mut page, kind, bid, offset);
            place.copy_from_slice(&page);
            roots.push((few[0].0, Root { bid, offset }));
        }
        Ok(roots)
    }
}
