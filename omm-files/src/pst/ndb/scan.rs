//! What is left of the two trees when their inner pages are damaged: every intact leaf in the file.

use super::{
    Bid, Ndb, Nid,
    page::{BlockEntry, NodeEntry, Page, Tree},
};
use omm_mapi::Result;
use std::{cmp::Reverse, ops::Range};

/// How much is read at a time.
const CHUNK: usize = 1 << 20;

/// How many entries are kept of each tree, about: a file of 50 GB has as many blocks.
const ENTRIES: usize = 8 << 20;

/// How many entries are gathered before old ones of the same keys are first thrown away.
const GATHERED: usize = 1 << 16;

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
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(super) fn read_scan(&self) -> Result<Scan> {
        self.remarks.add("a page of a tree is missing: the whole file was searched for what it said");
        let page_bytes = self.header.format.page_bytes();
        let mut blocks = Newest::new(|entry: &BlockEntry| entry.bid.get());
        let mut nodes = Newest::new(|entry: &NodeEntry| entry.nid.0.into());
        let mut buffer = vec![0; CHUNK];
        let mut offset = 0;
        loop {
            let read = self.file.read_at(&mut buffer, offset)?;
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
        for (tree, is_full) in [(Tree::Blocks, blocks.is_full), (Tree::Nodes, nodes.is_full)] {
            if is_full {
                self.remarks.add(format_args!("{tree}: more than {ENTRIES} entries; the rest is left out"));
            }
        }
        Ok(Scan { blocks: blocks.done(), nodes: nodes.done() })
    }

    /// Adds the entries of a page, if it is an intact leaf of this tree, each with the id of the page.
    fn take<E>(
        &self,
        bytes: &[u8],
        offset: u64,
        tree: Tree,
        entries: &mut Newest<E>,
        entry: fn(&Page, usize) -> Option<E>,
    ) {
        let Some(page) = Page::parse(bytes, self.header.format, tree) else { return };
        if page.level > 0 || !page.is_intact || !page.is_signed(offset) {
            return;
        }
        entries.add((0..page.count).filter_map(|index| Some((page.bid, entry(&page, index)?))));
    }
}

/// Entries with the ids of their pages; of each key only that of the newest page stays.
struct Newest<E> {
    key: fn(&E) -> u64,
    entries: Vec<(u64, E)>,
    /// At how many entries old ones are thrown away.
    limit: usize,
    /// Whether entries were left out.
    is_full: bool,
}

impl<E> Newest<E> {
    fn new(key: fn(&E) -> u64) -> Self {
        Self { key, entries: Vec::new(), limit: GATHERED, is_full: false }
    }

    fn add(&mut self, entries: impl Iterator<Item = (u64, E)>) {
        if !self.is_full && self.entries.len() >= self.limit {
            self.compact();
            self.is_full = self.entries.len() >= ENTRIES;
        }
        if !self.is_full {
            self.entries.extend(entries);
        }
    }

    /// Leaves each key once, and lets twice as many be gathered. Ids of pages grow with time ([MS-PST] §2.2.2.2).
    fn compact(&mut self) {
        let key = self.key;
        self.entries.sort_unstable_by_key(|(page, entry)| (key(entry), Reverse(*page)));
        self.entries.dedup_by_key(|(_, entry)| key(entry));
        self.limit = GATHERED.max(self.entries.len() * 2);
    }

    fn done(mut self) -> Vec<E> {
        self.compact();
        self.entries.into_iter().map(|(_, entry)| entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_page_counts() {
        let mut newest = Newest::new(|entry: &(u64, char)| entry.0);
        newest.add([(5, (2, 'a')), (6, (2, 'b')), (1, (1, 'c'))].into_iter());
        assert_eq!(newest.done(), [(1, 'c'), (2, 'b')]);
    }

    #[test]
    fn old_pages_take_no_room() {
        let mut newest = Newest::new(|entry: &(u64, u64)| entry.0);
        for page in 0..GATHERED as u64 {
            newest.add((0..20).map(|key| (page, (key, page))));
            assert!(newest.entries.len() < GATHERED + 20);
        }
        let last = GATHERED as u64 - 1;
        assert_eq!(newest.done(), (0..20).map(|key| (key, last)).collect::<Vec<_>>());
    }
}
