//! Blocks: data, trees of data, and subnodes ([MS-PST] §2.2.2.8).

use super::crypt::disguise;
use super::damage::{BlockKind, BlockPlace};
use super::format::{BLOCK, Crypt, Format};
use super::integrity::{crc, signature};
use super::space::Space;
use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

/// The id of a block; 0 is no block.
pub(super) type Bid = u64;

/// What a node refers to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) data: Bid,
    pub(super) subnodes: Bid,
}

/// The nodes below a node, by their ids.
pub(super) type Subnodes = BTreeMap<u32, Node>;

/// One line of the block B-tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockEntry {
    pub(super) bid: Bid,
    pub(super) offset: u64,
    pub(super) size: u16,
}

/// Writes blocks, and remembers where they are.
pub(super) struct Blocks<W> {
    pub(super) space: Space<W>,
    pub(super) format: Format,
    pub(super) written: Vec<BlockEntry>,
    crypt: Crypt,
    next: u64,
    places: Vec<BlockPlace>,
}

impl<W: Write + Seek> Blocks<W> {
    pub(super) fn new(space: Space<W>, format: Format, crypt: Crypt) -> Self {
        Self { space, format, crypt, written: Vec::new(), next: 4, places: Vec::new() }
    }

    /// The id that the next block would have (`bidNextB`).
    pub(super) fn next_bid(&self) -> Bid {
        self.next
    }

    /// Where the blocks lie that were written since the last call.
    pub(super) fn take_places(&mut self) -> Vec<BlockPlace> {
        std::mem::take(&mut self.places)
    }

    /// Bytes of any length, cut into blocks.
    pub(super) fn bytes(&mut self, data: &[u8]) -> io::Result<Bid> {
        let whole = self.format.block_data();
        self.tree(data.chunks(whole))
    }

    /// Pieces that each want a block of their own, under one id ([MS-PST] §2.2.2.8.3.2).
    pub(super) fn tree<'a>(&mut self, pieces: impl Iterator<Item = &'a [u8]>) -> io::Result<Bid> {
        let mut leaves = Vec::new();
        for piece in pieces {
            leaves.push((self.data(piece)?, piece.len() as u64));
        }
        match leaves[..] {
            [] => return Ok(0),
            [(only, _)] => return Ok(only),
            _ => {}
        }
        let fit = (self.format.block_data() - 8) / self.format.id();
        let mut lists = Vec::new();
        for few in leaves.chunks(fit) {
            lists.push(self.list(1, few)?);
        }
        match lists[..] {
            [(only, _)] => Ok(only),
            _ if lists.len() > fit => Err(io::Error::other("a value is too large for two levels of blocks")),
            _ => Ok(self.list(2, &lists)?.0),
        }
    }

    /// The nodes below a node; none is no block ([MS-PST] §2.2.2.8.3.3).
    pub(super) fn subnodes(&mut self, nodes: &Subnodes) -> io::Result<Bid> {
        let format = self.format;
        let nodes: Vec<(u32, Node)> = nodes.iter().map(|(nid, node)| (*nid, *node)).collect();
        let room = format.block_data() - head(format, 0, 0).len();
        let mut leaves = Vec::new();
        for few in nodes.chunks(room / (3 * format.id())) {
            let mut block = head(format, 0, few.len());
            for (nid, node) in few {
                format.put(&mut block, u64::from(*nid));
                format.put(&mut block, node.data);
                format.put(&mut block, node.subnodes);
            }
            leaves.push((few[0].0, self.internal(block, BlockKind::SubnodeList)?));
        }
        match leaves[..] {
            [] => return Ok(0),
            [(_, only)] => return Ok(only),
            _ if leaves.len() > room / (2 * format.id()) => {
                return Err(io::Error::other("a node has too many subnodes"));
            }
            _ => {}
        }
        let mut block = head(format, 1, leaves.len());
        for (nid, bid) in leaves {
            format.put(&mut block, u64::from(nid));
            format.put(&mut block, bid);
        }
        self.internal(block, BlockKind::SubnodeList)
    }

    /// A list of blocks, XBLOCK or XXBLOCK, and the size of what it lists.
    fn list(&mut self, level: u8, listed: &[(Bid, u64)]) -> io::Result<(Bid, u64)> {
        let total: u64 = listed.iter().map(|(_, size)| size).sum();
        let stated = u32::try_from(total).map_err(|_| io::Error::other("a value of 4 GiB or more"))?;
        let mut block = vec![1, level];
        block.extend_from_slice(&(listed.len() as u16).to_le_bytes());
        block.extend_from_slice(&stated.to_le_bytes());
        for (bid, _) in listed {
            self.format.put(&mut block, *bid);
        }
        Ok((self.internal(block, BlockKind::DataList)?, total))
    }

    fn data(&mut self, data: &[u8]) -> io::Result<Bid> {
        let bid = self.new_bid();
        let mut stored = data.to_vec();
        disguise(self.crypt, bid, &mut stored);
        self.write(bid, &stored, BlockKind::Data)?;
        Ok(bid)
    }

    /// Internal blocks are marked in their id and are not disguised ([MS-PST] §2.2.2.2).
    fn internal(&mut self, data: Vec<u8>, kind: BlockKind) -> io::Result<Bid> {
        let bid = self.new_bid() | 2;
        self.write(bid, &data, kind)?;
        Ok(bid)
    }

    fn new_bid(&mut self) -> Bid {
        let bid = self.next;
        self.next += 4;
        bid
    }

    fn write(&mut self, bid: Bid, stored: &[u8], kind: BlockKind) -> io::Result<()> {
        let format = self.format;
        let whole = (stored.len() + format.trailer()).next_multiple_of(64);
        let size = stored.len() as u16;
        debug_assert!(whole <= BLOCK && !stored.is_empty());
        let (offset, room) = self.space.take(whole, 64)?;
        let mut trailer = size.to_le_bytes().to_vec();
        trailer.extend_from_slice(&signature(offset, bid).to_le_bytes());
        // [MS-PST] §2.2.2.8.1: the two last fields change places between the layouts.
        match format {
            Format::Unicode => {
                trailer.extend_from_slice(&crc(stored).to_le_bytes());
                format.put(&mut trailer, bid);
            }
            Format::Ansi => {
                format.put(&mut trailer, bid);
                trailer.extend_from_slice(&crc(stored).to_le_bytes());
            }
        }
        room[..stored.len()].copy_from_slice(stored);
        room[whole - trailer.len()..].copy_from_slice(&trailer);
        self.written.push(BlockEntry { bid, offset, size });
        self.places.push(BlockPlace { kind, offset, size: u64::from(size) });
        Ok(())
    }
}

/// The head of an SLBLOCK (level 0) or SIBLOCK (level 1).
fn head(format: Format, level: u8, count: usize) -> Vec<u8> {
    let mut head = vec![2, level];
    head.extend_from_slice(&(count as u16).to_le_bytes());
    if format == Format::Unicode {
        head.extend_from_slice(&[0; 4]);
    }
    head
}
