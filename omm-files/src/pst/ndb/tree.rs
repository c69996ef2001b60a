//! Finding and listing the entries of the two B-trees, a page at a time.
//!
//! A page that cannot be read is replaced, as far as possible, by what [a scan](super::scan) finds of its range.

use super::{
    Bid, Ndb, Nid,
    header::Reference,
    page::{BlockEntry, NodeEntry, Page, Tree},
    scan::Scan,
};
use omm_mapi::{Error, Result};
use std::{collections::BTreeMap, ops::Range, sync::Arc};

impl Ndb {
    /// Where a block lies.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(crate) fn block_entry(&self, bid: Bid) -> Result<Option<BlockEntry>> {
        let found = match self.descend(Tree::Blocks, bid.get()) {
            Ok(found) => found.and_then(|(page, index)| page.block(index)),
            Err(error) => return Ok(self.scanned(error)?.block(bid)),
        };
        // What a damaged page does not have, another may.
        match found {
            None if self.has_damaged_page() => Ok(self.scan()?.block(bid)),
            found => Ok(found),
        }
    }

    /// What a node has.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(crate) fn node_entry(&self, nid: Nid) -> Result<Option<NodeEntry>> {
        let found = match self.descend(Tree::Nodes, u64::from(nid.0)) {
            Ok(found) => found.and_then(|(page, index)| Some((page.node(index)?, page.is_intact))),
            Err(error) => return Ok(self.scanned(error)?.node(nid)),
        };
        match found {
            Some((node, is_intact)) if is_intact || self.has_data(&node)? => Ok(Some(node)),
            other if self.has_damaged_page() => Ok(self.scan()?.node(nid).or(other.map(|(node, _)| node))),
            other => Ok(other.map(|(node, _)| node)),
        }
    }

    /// Whether the data of a node are where a damaged page says.
    fn has_data(&self, node: &NodeEntry) -> Result<bool> {
        Ok(node.data.is_none() || self.block_entry(node.data)?.is_some())
    }

    /// Shows every node, by nid.
    ///
    /// # Errors
    /// If the file below cannot be read. A page that cannot be read is remarked, and the listing goes on after it.
    pub(crate) fn each_node(&self, see: &mut dyn FnMut(NodeEntry)) -> Result<()> {
        let mut walk = Walk { seen: None, pages: self.page_count(), see };
        self.walk(self.header.nodes, None, 0..u64::from(u32::MAX) + 1, &mut walk)
    }

    /// The leaf that has a key, and its entry.
    fn descend(&self, tree: Tree, key: u64) -> Result<Option<(Arc<Page>, usize)>> {
        let mut at = match tree {
            Tree::Blocks => self.header.blocks,
            Tree::Nodes => self.header.nodes,
        };
        let mut level = None;
        loop {
            let page = self.page(at, tree, level)?;
            let Some(index) = page.position(key) else { return Ok(None) };
            // Levels go down by one, so that there is an end.
            let Some(below) = page.level.checked_sub(1) else {
                return Ok((page.key(index) == Some(key)).then_some((page, index)));
            };
            at = page.child(index).ok_or_else(|| Error::malformed("a page without an entry"))?;
            level = Some(below);
        }
    }

    /// The nodes below a page.
    fn walk(&self, at: Reference, level: Option<u8>, range: Range<u64>, walk: &mut Walk<'_>) -> Result<()> {
        let Some(left) = walk.pages.checked_sub(1) else {
            self.remarks.add("node tree: more pages than the file has; the rest is left out");
            return Ok(());
        };
        walk.pages = left;
        let page = match self.page(at, Tree::Nodes, level) {
            Ok(page) => page,
            Err(error) => {
                self.scanned(error)?.nodes_in(&range).for_each(|node| walk.show(*node));
                return Ok(());
            }
        };
        if page.is_intact {
            return self.walk_page(&page, range, walk);
        }
        // What a damaged page does not have, another may: both are shown.
        let mut both: BTreeMap<Nid, NodeEntry> =
            self.scan()?.nodes_in(&range).map(|node| (node.nid, *node)).collect();
        let mut lost = None;
        let mut see = |node: NodeEntry| match self.has_data(&node) {
            Ok(true) if range.contains(&u64::from(node.nid.0)) => drop(both.insert(node.nid, node)),
            Ok(_) => {}
            Err(error) => lost = Some(error),
        };
        let mut own = Walk { seen: None, pages: walk.pages, see: &mut see };
        self.walk_page(&page, range.clone(), &mut own)?;
        walk.pages = own.pages;
        both.into_values().for_each(|node| walk.show(node));
        lost.map_or(Ok(()), Err)
    }

    /// The nodes of a page and of those below it.
    fn walk_page(&self, page: &Page, range: Range<u64>, walk: &mut Walk<'_>) -> Result<()> {
        let Some(below) = page.level.checked_sub(1) else {
            (0..page.count).filter_map(|index| page.node(index)).for_each(|node| walk.show(node));
            return Ok(());
        };
        for index in 0..page.count {
            let (Some(child), Some(key)) = (page.child(index), page.key(index)) else { continue };
            let end = page.key(index + 1).unwrap_or(range.end);
            self.walk(child, Some(below), key..end.max(key), walk)?;
        }
        Ok(())
    }

    /// A page of a tree: of this level, if one is expected.
    fn page(&self, at: Reference, tree: Tree, level: Option<u8>) -> Result<Arc<Page>> {
        let is_right = |page: &Page| page.tree == tree && level.is_none_or(|level| level == page.level);
        if let Some(page) = self.cache.get(at.offset).filter(|page| is_right(page)) {
            return Ok(page);
        }
        let mut buffer = [0; 4096];
        let buffer = buffer.get_mut(..self.header.format.page_bytes()).unwrap_or_default();
        let read = self.file.read_at(buffer, at.offset)?;
        let damaged = |what: &str| {
            self.remarks.add(format_args!("{tree} at offset {:#x}: {what}", at.offset));
            Error::malformed("a damaged page")
        };
        let bytes = buffer.get(..read).unwrap_or_default();
        let page = Page::parse(bytes, self.header.format, tree).filter(is_right);
        let page = Arc::new(page.ok_or_else(|| damaged("unreadable"))?);
        if !page.is_intact {
            damaged("checksum differs");
            self.saw_damaged_page();
        } else if page.bid != at.bid {
            damaged("another page than expected");
        }
        self.cache.put(at.offset, &page);
        Ok(page)
    }

    /// What a scan of the file finds, made when a page is first missing.
    fn scanned(&self, error: Error) -> Result<&Scan> {
        match error {
            Error::Malformed { .. } => self.scan(),
            other => Err(other),
        }
    }
}

/// The state of a listing of nodes.
struct Walk<'a> {
    /// The last one shown: keys ascend, so that what points back is not listed again.
    seen: Option<u32>,
    /// How many pages may still be read.
    pages: u64,
    see: &'a mut dyn FnMut(NodeEntry),
}

impl Walk<'_> {
    fn show(&mut self, node: NodeEntry) {
        if self.seen.is_none_or(|seen| seen < node.nid.0) {
            self.seen = Some(node.nid.0);
            (self.see)(node);
        }
    }
}
