//! Files made in memory, for the tests.

use super::ndb::{Encoding, Format, Nid};

/// A file in the making.
pub(crate) struct Sample {
    pub(crate) format: Format,
    pub(crate) encoding: Encoding,
    blocks: Vec<(u64, Vec<u8>, bool)>,
    nodes: Vec<(u32, u64, u64, u32)>,
}

/// A file, and where its parts lie.
pub(crate) struct Made {
    pub(crate) bytes: Vec<u8>,
    pub(crate) blocks_root: usize,
    pub(crate) nodes_root: usize,
    /// Where each block lies.
    pub(crate) offsets: Vec<(u64, usize)>,
}

pub(crate) const FORMATS: [Format; 3] = [Format::Ansi, Format::Unicode, Format::Unicode4k];

impl Sample {
    pub(crate) fn new(format: Format) -> Self {
        Self { format, encoding: Encoding::None, blocks: Vec::new(), nodes: Vec::new() }
    }

    /// Adds a block.
    pub(crate) fn block(&mut self, bid: u64, data: &[u8]) {
        self.blocks.push((bid, data.to_vec(), false));
    }

    /// Adds a compressed block.
    pub(crate) fn compressed(&mut self, bid: u64, data: &[u8]) {
        self.blocks.push((bid, data.to_vec(), true));
    }

    /// Adds a node.
    pub(crate) fn node(&mut self, nid: Nid, data: u64, subnodes: u64, parent: Nid) {
        self.nodes.push((nid.0, data, subnodes, parent.0));
    }

    /// Gives a node another parent.
    pub(crate) fn reparent(&mut self, nid: Nid, parent: Nid) {
        self.nodes.iter_mut().filter(|node| node.0 == nid.0).for_each(|node| node.3 = parent.0);
    }

    /// Gives a block other data.
    pub(crate) fn replace(&mut self, bid: u64, data: &[u8]) {
        self.blocks.iter_mut().filter(|block| block.0 == bid).for_each(|block| block.1 = data.to_vec());
    }

    /// A number of the size that block ids have.
    pub(crate) fn number(&self, number: u64) -> Vec<u8> {
        if self.format.is_wide() {
            number.to_le_bytes().to_vec()
        } else {
            (number as u32).to_le_bytes().to_vec()
        }
    }

    /// XBLOCK or XXBLOCK.
    pub(crate) fn list(&self, level: u8, total: u32, blocks: &[u64]) -> Vec<u8> {
        let mut bytes = vec![1, level];
        bytes.extend((blocks.len() as u16).to_le_bytes());
        bytes.extend(total.to_le_bytes());
        blocks.iter().for_each(|bid| bytes.extend(self.number(*bid)));
        bytes
    }

    /// SLBLOCK (level 0, three numbers each) or SIBLOCK (two).
    pub(crate) fn subnodes(&self, level: u8, rows: &[&[u64]]) -> Vec<u8> {
        let mut bytes = vec![2, level];
        bytes.extend((rows.len() as u16).to_le_bytes());
        if self.format.is_wide() {
            bytes.extend([0; 4]);
        }
        rows.iter().flat_map(|row| row.iter()).for_each(|number| bytes.extend(self.number(*number)));
        bytes
    }

    pub(crate) fn make(&self) -> Made {
        let mut bytes = vec![0; 0x4400];
        let mut places = Vec::new();
        let mut offsets = Vec::new();
        let mut blocks = self.blocks.clone();
        blocks.sort();
        for (bid, data, is_compressed) in &blocks {
            let stored = self.stored(*bid, data, *is_compressed);
            bytes.resize(bytes.len().next_multiple_of(self.format.block_align()), 0);
            offsets.push((*bid, bytes.len()));
            places.push(self.block_entry(*bid, bytes.len(), stored.len(), data.len()));
            self.append(&mut bytes, *bid, &stored, data.len());
        }
        let mut nodes = self.nodes.clone();
        nodes.sort_unstable();
        let nodes: Vec<_> = nodes.iter().map(|node| self.node_entry(*node)).collect();
        let blocks_root = self.tree(&mut bytes, 0x80, &places);
        let nodes_root = self.tree(&mut bytes, 0x81, &nodes);
        self.header(&mut bytes, nodes_root, blocks_root);
        Made { bytes, blocks_root, nodes_root, offsets }
    }

    fn stored(&self, bid: u64, data: &[u8], is_compressed: bool) -> Vec<u8> {
        let mut stored = data.to_vec();
        if is_compressed {
            let mut encoder = flate2::read::ZlibEncoder::new(data, flate2::Compression::best());
            stored.clear();
            std::io::Read::read_to_end(&mut encoder, &mut stored).unwrap();
        }
        if bid & 2 == 0 {
            // What is cyclic is its own inverse; nothing else is written.
            self.encoding.decode(&mut stored, super::ndb::Bid::new(bid));
        }
        stored
    }

    fn append(&self, bytes: &mut Vec<u8>, bid: u64, stored: &[u8], inflated: usize) {
        let offset = bytes.len();
        bytes.extend(stored);
        bytes.resize(offset + self.format.stored_bytes(stored.len()) - self.format.block_trailer(), 0);
        let crc = super::ndb::crc(stored).to_le_bytes();
        bytes.extend((stored.len() as u16).to_le_bytes());
        bytes.extend([0; 2]);
        match self.format {
            Format::Ansi => bytes.extend([&self.number(bid)[..], &crc].concat()),
            _ => bytes.extend([&crc[..], &self.number(bid)].concat()),
        }
        if self.format == Format::Unicode4k {
            bytes.extend([2, 0]);
            bytes.extend((inflated as u16).to_le_bytes());
            bytes.extend([0; 4]);
        }
    }

    fn block_entry(&self, bid: u64, offset: usize, stored: usize, inflated: usize) -> Vec<u8> {
        let mut entry = [self.number(bid), self.number(offset as u64)].concat();
        entry.extend((stored as u16).to_le_bytes());
        entry.extend((inflated as u16).to_le_bytes());
        entry.resize(if self.format.is_wide() { 24 } else { 12 }, 0);
        entry
    }

    fn node_entry(&self, (nid, data, subnodes, parent): (u32, u64, u64, u32)) -> Vec<u8> {
        let mut entry = [self.number(nid.into()), self.number(data), self.number(subnodes)].concat();
        entry.extend(parent.to_le_bytes());
        entry.resize(if self.format.is_wide() { 32 } else { 16 }, 0);
        entry
    }

    /// Leaves of at most four entries, and a page above them if there are several.
    fn tree(&self, bytes: &mut Vec<u8>, ptype: u8, entries: &[Vec<u8>]) -> usize {
        let key = self.number(0).len();
        let mut above: Vec<Vec<u8>> = Vec::new();
        let mut last = 0;
        for leaf in entries.chunks(4) {
            last = self.page(bytes, ptype, 0, leaf);
            above
                .push([&leaf[0][..key], &self.number(last as u64 / 512), &self.number(last as u64)].concat());
        }
        if above.len() > 1 { self.page(bytes, ptype, 1, &above) } else { last }
    }

    /// A page; its id is its number in the file.
    fn page(&self, bytes: &mut Vec<u8>, ptype: u8, level: u8, entries: &[Vec<u8>]) -> usize {
        let format = self.format;
        bytes.resize(bytes.len().next_multiple_of(format.page_bytes()), 0);
        let offset = bytes.len();
        let bid = offset as u64 / 512;
        let mut page = entries.concat();
        page.resize(format.page_meta(), 0);
        let (count, size) = (entries.len() as u16, entries[0].len() as u8);
        match format {
            Format::Unicode4k => page.extend([count.to_le_bytes(), count.to_le_bytes()].concat()),
            _ => page.extend([count as u8, count as u8]),
        }
        page.extend([size, level]);
        page.resize(format.page_trailer(), 0);
        let crc = super::ndb::crc(&page).to_le_bytes();
        page.extend([ptype, ptype]);
        page.extend(super::ndb::signature(offset as u64, bid).to_le_bytes());
        match format {
            Format::Ansi => page.extend([&self.number(bid)[..], &crc].concat()),
            _ => page.extend([&crc[..], &self.number(bid)].concat()),
        }
        page.resize(format.page_bytes(), 0);
        bytes.extend(page);
        offset
    }

    fn header(&self, bytes: &mut [u8], nodes: usize, blocks: usize) {
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        let (version, roots, method) = match self.format {
            Format::Ansi => (14, 184, 461),
            Format::Unicode => (23, 216, 513),
            Format::Unicode4k => (36, 216, 513),
        };
        put(0, b"!BDN");
        put(8, b"SM");
        put(10, &[version, 0]);
        let roots_bytes = [nodes / 512, nodes, blocks / 512, blocks].map(|number| self.number(number as u64));
        put(roots, &roots_bytes.concat());
        put(method, &[if self.encoding == Encoding::Cyclic { 2 } else { 0 }]);
        let partial = super::ndb::crc(&bytes[8..479]).to_le_bytes();
        bytes[4..8].copy_from_slice(&partial);
        if self.format.is_wide() {
            let full = super::ndb::crc(&bytes[8..524]).to_le_bytes();
            bytes[524..528].copy_from_slice(&full);
        }
    }
}

/// The n-th allocation of a heap of one block, counted from 1.
pub(crate) fn hid(number: usize) -> u32 {
    (number as u32) << 5
}

/// A heap of one block, what it is for, and its allocations; the first is the root.
pub(crate) fn heap(client: u8, allocations: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0xEC, client];
    bytes.extend(hid(1).to_le_bytes());
    bytes.extend([0; 4]);
    let mut map = (allocations.len() as u16).to_le_bytes().to_vec();
    map.extend([0; 2]);
    for allocation in allocations {
        map.extend((bytes.len() as u16).to_le_bytes());
        bytes.extend(allocation);
    }
    map.extend((bytes.len() as u16).to_le_bytes());
    let at = bytes.len() as u16;
    bytes[..2].copy_from_slice(&at.to_le_bytes());
    [bytes, map].concat()
}

/// A list of properties: id, type, the bytes of the value.
pub(crate) fn context(properties: &[(u16, u16, &[u8])]) -> Vec<u8> {
    let mut allocations = vec![vec![0xB5, 2, 6, 0], Vec::new()];
    allocations[0].extend(hid(2).to_le_bytes());
    let mut properties = properties.to_vec();
    properties.sort_unstable();
    for (id, kind, value) in properties {
        let raw = match value.len() {
            _ if matches!(kind, 2 | 3 | 0xB) => {
                let mut raw = value.to_vec();
                raw.resize(4, 0);
                raw
            }
            _ => {
                allocations.push(value.to_vec());
                hid(allocations.len()).to_le_bytes().to_vec()
            }
        };
        allocations[1].extend([&id.to_le_bytes()[..], &kind.to_le_bytes(), &raw].concat());
    }
    heap(0xBC, &allocations)
}

/// A list of properties one of which has its value in a subnode.
pub(crate) fn at_node(mut context: Vec<u8>, id: u16, kind: u16, nid: u32) -> Vec<u8> {
    let record = [id.to_le_bytes(), kind.to_le_bytes()].concat();
    let at = context.windows(4).position(|bytes| bytes == record).unwrap();
    context[at + 4..at + 8].copy_from_slice(&nid.to_le_bytes());
    context
}

/// A table with the column of ids and one of numbers (PidTagMessageFlags), its rows on the heap.
pub(crate) fn table(format: Format, rows: &[(u32, u32)]) -> Vec<u8> {
    let index_bytes = if format.is_wide() { 4 } else { 2 };
    let mut info = vec![0x7C, 2];
    for number in [8u16, 8, 8, 9] {
        info.extend(number.to_le_bytes());
    }
    info.extend([hid(2), hid(4), 0].map(u32::to_le_bytes).concat());
    info.extend([3, 0, 0xF2, 0x67, 0, 0, 4, 0]);
    info.extend([3, 0, 0x07, 0x0E, 4, 0, 4, 1]);
    let mut index = vec![0xB5, 4, index_bytes, 0];
    index.extend(hid(3).to_le_bytes());
    let (mut ids, mut matrix) = (Vec::new(), Vec::new());
    for (number, (nid, flags)) in rows.iter().enumerate() {
        ids.extend(nid.to_le_bytes());
        ids.extend(&(number as u32).to_le_bytes()[..usize::from(index_bytes)]);
        matrix.extend([nid.to_le_bytes(), flags.to_le_bytes()].concat());
        matrix.push(0xC0);
    }
    heap(0x7C, &[info, index, ids, matrix])
}
