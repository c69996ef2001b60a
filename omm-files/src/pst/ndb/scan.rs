//! What is left of the two trees when their inner pages are damaged: every intact leaf in the file.

use super::{
    Bid, Ndb, Nid,
    page::{BlockEntry, NodeEntry, Page, Tree},
};
use std::ops::Range;

/// How much is read at a time.
const CHUNK: usize = 1 << 20;

/// How many entries are kept of each tree; a file of 50 GB has about eight million blocks.
const ENTRIES: usize = 16 << 20;

/// The entries of all intact leaves, by key. Of two with one key, that of the newer page.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    blocks: Vec<BlockEntry>,
    nodes: Vec<NodeEntry>,
}

impl Scan {
    /// Where a block lies.
    pub(crate) fn block(&self, bid: Bid) -> Option<BlockEntry> {
        let index = self.blocks.binary_search_by_key(&bid, |entry| entry.bid).ok()?;
        self.blocks.get(index).copied()
    }

    /// What a node has.
    pub(crate) fn node(&self, nid: Nid) -> Option<NodeEntry> {
        let index = self.nodes.binary_search_by_key(&nid, |entry| entry.nid).ok()?;
        self.nodes.get(index).copied()
    }

    /// All nodes of a range of ids.
    pub(crate) fn nodes_in(&self, range: &Range<u64>) -> impl Iterator<Item = &NodeEntry> {
        let at = |end: u64| self.nodes.partition_point(|entry| u64::from(entry.nid.0) < end);
        self.nodes.get(at(range.start)..at(range.end)).unwrap_or_default().iter()
    }
}

impl Ndb {
    /// Reads the whole file for leaves of the trees. Only what is intact counts: the file has old pages, too.
    pub(super) fn read_scan(&self) -> Scan {
        self.remarks.add("a page of a tree is missing: the whole file was searched for what it said");
        let page_bytes = self.header.format.page_bytes();
        let (mut blocks, mut nodes) = (Vec::new(), Vec::new());
        let mut buffer = vec![0; CHUNK];
        let mut offset = 0;
        while let Ok(read) = self.file.read_at(&mut buffer, offset) {
            let pages = buffer.get(..read).unwrap_or_default().chunks_exact(page_bytes);
            for (bytes, at) in pages.zip((offset..).step_by(page_bytes)) {
                self.take(bytes, at, Tree::Blocks, &mut blocks, Page::block);
                self.take(bytes, at, Tree::Nodes, &mut nodes, Page::node);
            }
            if read < CHUNK {
                break;
            }
            offset += CHUNK as u64;
        }
        Scan {
            blocks: newest(blocks, |entry| entry.bid.get()),
            nodes: newest(nodes, |entry| entry.nid.0.into()),
        }
    }

    /// Adds the entries of a page, if it is an intact leaf of this tree, each with the id of the page.
    fn take<E>(
        &self,
        bytes: &[u8],
        offset: u64,
        tree: Tree,
        entries: &mut Vec<(u64, E)>,
        entry: fn(&Page, usize) -> Option<E>,
    ) {
        let Some(page) = Page::parse(bytes, self.header.format, tree) else { return };
        if page.level > 0 || !page.is_intact || !page.is_signed(offset) || entries.len() >= ENTRIES {
            return;
        }
        entries.extend((0..page.count).filter_map(|index| Some((page.bid, entry(&page, index)?))));
    }
}

/// The entries by key, each once. Ids of pages grow with time ([MS-PST] §2.2.2.2).
fn newest<E>(mut entries: Vec<(u64, E)>, key: impl Fn(&E) -> u64) -> Vec<E> {
    entries.sort_by_key(|(page, entry)| (key(entry), std::cmp::Reverse(*page)));
    entries.dedup_by_key(|(_, entry)| key(entry));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_page_counts() {
        assert_eq!(
            newest(vec![(5, (2, 'a')), (6, (2, 'b')), (1, (1, 'c'))], |entry| entry.0),
            [(1, 'c'), (2, 'b')]
        );
    }
}
