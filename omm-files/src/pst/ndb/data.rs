//! The data of a node: one block or a tree of them.

use super::{Bid, Ndb, bytes::*};
use bytes::Bytes;
use omm_mapi::{Error, Result};
use std::{
    io::{self, Read},
    sync::Arc,
};

/// How many blocks the data of a node have at most: a little above 4 GiB.
const BLOCKS: usize = 560_000;

/// How many blocks are looked up for one read.
const AHEAD: usize = 8;

/// Which blocks hold the data of a node, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct DataTree {
    pub(crate) blocks: Vec<Bid>,
    /// lcbTotal of the tree, if there is one.
    total: Option<u32>,
}

impl Ndb {
    /// The data of a node that begin at a block.
    ///
    /// # Errors
    /// If the block, or a list of blocks below it, cannot be read.
    pub(crate) fn data(&self, bid: Bid) -> Result<DataTree> {
        if bid.is_none() {
            return Ok(DataTree::default());
        }
        if !bid.is_internal() {
            return Ok(DataTree { blocks: vec![bid], total: None });
        }
        let block = self.block(bid)?;
        let mut tree = DataTree { blocks: Vec::new(), total: dword(&block, 4) };
        match (byte(&block, 0), byte(&block, 1)) {
            // XBLOCK, XXBLOCK ([MS-PST] §2.2.2.8.3.2).
            (Some(1), Some(1)) => self.children(&block, |child| tree.add(child))?,
            (Some(1), Some(2)) => {
                let mut lists = Vec::new();
                self.children(&block, |child| {
                    lists.push(child);
                    Ok(())
                })?;
                for list in lists {
                    let block = self.block(list)?;
                    self.children(&block, |child| tree.add(child))?;
                }
            }
            _ => return Err(Error::malformed("not a list of blocks").at(format_args!("block {bid}"))),
        }
        Ok(tree)
    }

    fn children(&self, block: &[u8], mut add: impl FnMut(Bid) -> Result<()>) -> Result<()> {
        let count = usize::from(word(block, 2).unwrap_or(0));
        let wide = self.header.format.is_wide();
        for index in 0..count {
            let bid =
                if wide { qword(block, 8 + index * 8) } else { dword(block, 8 + index * 4).map(u64::from) };
            let Some(bid) = bid else { return Err(Error::malformed("a list of blocks that is cut")) };
            add(Bid::new(bid))?;
        }
        Ok(())
    }

    /// How many bytes the data have.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(crate) fn len(&self, tree: &DataTree) -> Result<u64> {
        match (tree.total, tree.blocks.first()) {
            (Some(total), _) => Ok(total.into()),
            (None, Some(only)) => Ok(self.block_entry(*only)?.map_or(0, |entry| entry.bytes.into())),
            (None, None) => Ok(0),
        }
    }

    /// All of the data, if they are not longer than a limit.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above the limit, or if a block cannot be read.
    pub(crate) fn whole(&self, tree: &DataTree, limit: u64) -> Result<Bytes> {
        if let [only] = tree.blocks.as_slice() {
            return self.block(*only);
        }
        let bytes = self.len(tree)?;
        let too_large = |bytes| Error::TooLarge { what: "a value".into(), bytes };
        if bytes > limit {
            return Err(too_large(bytes));
        }
        let mut whole = Vec::new();
        let mut rest = tree.blocks.as_slice();
        while !rest.is_empty() {
            let blocks = self.blocks(rest.get(..AHEAD).unwrap_or(rest))?;
            rest = rest.get(blocks.len()..).unwrap_or_default();
            blocks.iter().for_each(|block| whole.extend_from_slice(block));
            // The total may be a lie.
            if whole.len() as u64 > limit {
                return Err(too_large(whole.len() as u64));
            }
        }
        Ok(whole.into())
    }
}

impl DataTree {
    fn add(&mut self, bid: Bid) -> Result<()> {
        if self.blocks.len() >= BLOCKS {
            return Err(Error::TooLarge { what: "the data of a node".into(), bytes: BLOCKS as u64 * 8176 });
        }
        self.blocks.push(bid);
        Ok(())
    }
}

/// The data of a node, read a few blocks at a time.
pub(crate) struct DataReader {
    ndb: Arc<Ndb>,
    tree: DataTree,
    next: usize,
    /// Read and not given yet; the last one comes first.
    ready: Vec<Bytes>,
}

impl DataReader {
    pub(crate) fn new(ndb: Arc<Ndb>, tree: DataTree) -> Self {
        Self { ndb, tree, next: 0, ready: Vec::new() }
    }
}

impl Read for DataReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(block) = self.ready.last_mut() {
                let read = block.as_ref().read(buffer)?;
                let _ = block.split_to(read);
                if block.is_empty() {
                    self.ready.pop();
                }
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
                continue;
            }
            let rest = self.tree.blocks.get(self.next..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(0);
            }
            self.ready = self.ndb.blocks(rest.get(..AHEAD).unwrap_or(rest)).map_err(|error| match error {
                Error::Io(cause) => cause,
                other => io::Error::new(io::ErrorKind::InvalidData, other),
            })?;
            self.next += self.ready.len();
            self.ready.reverse();
        }
    }
}
