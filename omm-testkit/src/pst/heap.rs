//! The heap on a node ([MS-PST] §2.3.1): small things in the blocks of one node, each with an id.

/// The largest thing that a heap holds; larger ones get a subnode.
pub(super) const LARGEST: usize = 3580;
/// Ids have 11 bits for the place in a page, counted from 1.
const MOST: usize = 2047;

/// A heap in the making.
pub(super) struct Heap {
    client: u8,
    page_size: usize,
    pages: Vec<Page>,
}

/// `ends` are the offsets where each thing ends; the first begins after the head.
struct Page {
    bytes: Vec<u8>,
    head: u16,
    ends: Vec<u16>,
}

impl Heap {
    /// A heap for what `client` stands for (`bClientSig`); `page_size` is what fits into a block.
    pub(super) fn new(client: u8, page_size: usize) -> Self {
        let mut heap = Self { client, page_size, pages: Vec::new() };
        heap.new_page();
        heap
    }

    /// Puts a thing into the heap; nothing at all has the id 0. Things have at most [`LARGEST`] bytes.
    pub(super) fn add(&mut self, thing: &[u8]) -> u32 {
        debug_assert!(thing.len() <= LARGEST);
        if thing.is_empty() {
            return 0;
        }
        if !self.pages.last().is_some_and(|page| page.fits(thing.len(), self.page_size)) {
            self.new_page();
        }
        let block = (self.pages.len() - 1) as u32;
        let Some(page) = self.pages.last_mut() else { return 0 };
        page.bytes.extend_from_slice(thing);
        page.ends.push(page.bytes.len() as u16);
        // [MS-PST] §2.3.1.1: type, index from 1, block.
        (block << 16) | ((page.ends.len() as u32) << 5)
    }

    /// The blocks of the heap; `root` is the thing that readers begin with.
    pub(super) fn finish(mut self, root: u32) -> Vec<Vec<u8>> {
        let fills: Vec<u8> = self.pages.iter().map(|page| page.fill(self.page_size)).collect();
        for page in &mut self.pages {
            page.close();
        }
        let mut blocks: Vec<Vec<u8>> = self.pages.into_iter().map(|page| page.bytes).collect();
        let packed = |from: usize, count: usize| -> Vec<u8> {
            let level = |at: usize| fills.get(at).copied().unwrap_or(0);
            (0..count / 2).map(|at| level(from + 2 * at) | (level(from + 2 * at + 1) << 4)).collect()
        };
        for (at, block) in blocks.iter_mut().enumerate() {
            if at == 0 {
                block[2] = 0xec;
                block[3] = self.client;
                block[4..8].copy_from_slice(&root.to_le_bytes());
                block[8..12].copy_from_slice(&packed(0, 8));
            } else if has_bitmap(at) {
                block[2..66].copy_from_slice(&packed(at, 128));
            }
        }
        blocks
    }

    fn new_page(&mut self) {
        let head = match self.pages.len() {
            0 => 12,
            at if has_bitmap(at) => 66,
            _ => 2,
        };
        self.pages.push(Page { bytes: vec![0; usize::from(head)], head, ends: Vec::new() });
    }
}

impl Page {
    /// What is left for one more thing.
    fn left(&self, page_size: usize) -> usize {
        // The map: two counts, the start, an end for each thing and the new one, and a byte to make it even.
        let map = 4 + 2 * (self.ends.len() + 2) + 1;
        page_size.saturating_sub(self.bytes.len() + map)
    }

    fn fits(&self, length: usize, page_size: usize) -> bool {
        self.ends.len() < MOST && length <= self.left(page_size)
    }

    /// [MS-PST] §2.3.1.2, `rgbFillLevel`: 0 is at least 3,584 bytes free, 15 is full.
    fn fill(&self, page_size: usize) -> u8 {
        const FREE: [usize; 15] =
            [3584, 2560, 2048, 1792, 1536, 1280, 1024, 768, 512, 256, 128, 64, 32, 16, 8];
        let left = self.left(page_size);
        FREE.iter().position(|free| left >= *free).unwrap_or(15) as u8
    }

    /// Writes the map of the page ([MS-PST] §2.3.1.5) and where it begins.
    fn close(&mut self) {
        if !self.bytes.len().is_multiple_of(2) {
            self.bytes.push(0);
        }
        let map = self.bytes.len() as u16;
        self.bytes[..2].copy_from_slice(&map.to_le_bytes());
        for word in [self.ends.len() as u16, 0, self.head].iter().chain(&self.ends) {
            self.bytes.extend_from_slice(&word.to_le_bytes());
        }
    }
}

/// [MS-PST] §2.3.1.4: the ninth block, and every 128th after it.
fn has_bitmap(block: usize) -> bool {
    block >= 8 && (block - 8).is_multiple_of(128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thing_is_found_by_its_id() {
        let things: Vec<Vec<u8>> = (0..3000_usize).map(|at| vec![at as u8; 1 + at * 7 % 900]).collect();
        let mut heap = Heap::new(0xbc, 8176);
        let ids: Vec<u32> = things.iter().map(|thing| heap.add(thing)).collect();
        let blocks = heap.finish(ids[0]);
        assert!(blocks.len() > 136 && blocks.iter().all(|block| block.len() <= 8176));
        let word = |block: &[u8], at: usize| usize::from(u16::from_le_bytes([block[at], block[at + 1]]));
        for (thing, id) in things.iter().zip(ids) {
            let block = &blocks[(id >> 16) as usize];
            let index = ((id >> 5) & 0x7ff) as usize;
            let map = word(block, 0);
            assert!(index >= 1 && index <= word(block, map));
            let range = word(block, map + 2 + 2 * index)..word(block, map + 4 + 2 * index);
            assert_eq!(&block[range], &thing[..]);
        }
    }
}
