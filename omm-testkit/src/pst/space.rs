//! Space in the file, given out from front to back.
//!
//! The file is a row of regions; each begins with the allocation map that says which of its 64-byte slots are taken
//! ([MS-PST] §2.2.2.7.2), and some with further maps at fixed places. One region at a time is in memory; a full one is
//! written and never touched again, so that a file of any size is written in 248 KiB of memory.

use super::format::{Format, PAGE};
use super::page::{PageKind, seal};
use std::io::{self, Seek, SeekFrom, Write};

/// Where the first allocation map lies ([MS-PST] §2.2.2.7.2.1).
const FIRST_MAP: u64 = 0x4400;
/// Where the density list lies ([MS-PST] §2.2.2.7.4).
const DENSITY_LIST: usize = 0x4200;
/// What one bit of a map stands for.
const SLOT: usize = 64;
/// Bytes of bits in a map.
const MAP: usize = 496;
/// What one allocation map covers, itself included.
const REGION: usize = MAP * 8 * SLOT;
/// Regions whose free space is told in the header rather than in a page of its own.
const IN_HEADER: u64 = 128;

/// The file as it grows.
pub(super) struct Space<W> {
    out: W,
    format: Format,
    region: Vec<u8>,
    bits: [u8; MAP],
    /// The next free byte of the region.
    next: usize,
    /// How many regions lie before this one.
    index: u64,
    free_bytes: u64,
}

/// What the header says about space.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) end: u64,
    pub(super) last_map: u64,
    pub(super) free_bytes: u64,
}

impl<W: Write + Seek> Space<W> {
    /// An empty file: room for the header, then the first region.
    pub(super) fn new(mut out: W, format: Format) -> io::Result<Self> {
        let mut front = vec![0; FIRST_MAP as usize];
        let mut list = [0; PAGE];
        // No entries; the page id is not used elsewhere.
        seal(format, &mut list, PageKind::DensityList, 0, DENSITY_LIST as u64);
        front[DENSITY_LIST..].copy_from_slice(&list);
        out.write_all(&front)?;
        let mut space =
            Self { out, format, region: vec![0; REGION], bits: [0; MAP], next: 0, index: 0, free_bytes: 0 };
        space.open();
        Ok(space)
    }

    /// The offset and the bytes of `length` bytes that begin at a multiple of `align`.
    pub(super) fn take(&mut self, length: usize, align: usize) -> io::Result<(u64, &mut [u8])> {
        let mut start = self.next.next_multiple_of(align);
        if start + length.next_multiple_of(SLOT) > REGION {
            self.close()?;
            self.index += 1;
            self.open();
            start = self.next.next_multiple_of(align);
        }
        let end = start + length;
        self.mark(start, end);
        self.next = end.next_multiple_of(SLOT);
        Ok((self.start() + start as u64, &mut self.region[start..end]))
    }

    /// How large the file is so far.
    pub(super) fn used_bytes(&self) -> u64 {
        self.start() + self.next as u64
    }

    /// Writes what is still in memory, then the header, made by `header`.
    pub(super) fn finish(mut self, header: impl FnOnce(Extent) -> Vec<u8>) -> io::Result<(W, Extent)> {
        self.close()?;
        let extent =
            Extent { end: self.start() + REGION as u64, last_map: self.start(), free_bytes: self.free_bytes };
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&header(extent))?;
        self.out.flush()?;
        Ok((self.out, extent))
    }

    fn start(&self) -> u64 {
        FIRST_MAP + self.index * REGION as u64
    }

    /// The maps that this region begins with, in their order.
    fn maps(&self) -> Vec<PageKind> {
        let mut maps = vec![PageKind::AllocationMap];
        if self.index.is_multiple_of(8) {
            maps.push(PageKind::PageMap);
        }
        // [MS-PST] §2.2.2.7.5 and §2.2.2.7.6: the header has the first 128; a page has 496.
        let due = |first: u64, every: u64| self.index >= first && (self.index - first).is_multiple_of(every);
        if due(IN_HEADER, MAP as u64) {
            maps.push(PageKind::FreeMap);
        }
        if due(IN_HEADER * 64, MAP as u64 * 64) {
            maps.push(PageKind::FreePageMap);
        }
        maps
    }

    fn open(&mut self) {
        self.region.fill(0);
        self.bits.fill(0);
        self.next = self.maps().len() * PAGE;
        self.mark(0, self.next);
    }

    fn close(&mut self) -> io::Result<()> {
        if self.start() + REGION as u64 > self.format.end_of_files() {
            return Err(io::Error::other("the file is larger than its format allows"));
        }
        self.free_bytes +=
            u64::from(self.bits.iter().map(|byte| byte.count_zeros()).sum::<u32>()) * SLOT as u64;
        for (at, kind) in self.maps().into_iter().enumerate() {
            let mut page = [0; PAGE];
            // Only the allocation map is still in use; the others are full as far as anybody looks.
            let bits = if kind == PageKind::AllocationMap { self.bits } else { [0xff; MAP] };
            let from = PAGE - self.format.trailer() - MAP;
            page[from..from + MAP].copy_from_slice(&bits);
            seal(self.format, &mut page, kind, 0, self.start() + (at * PAGE) as u64);
            self.region[at * PAGE..(at + 1) * PAGE].copy_from_slice(&page);
        }
        self.out.write_all(&self.region)
    }

    /// Marks slots as taken; the highest bit of a byte is its first slot.
    fn mark(&mut self, start: usize, end: usize) {
        for slot in start / SLOT..end.div_ceil(SLOT) {
            self.bits[slot / 8] |= 0x80 >> (slot % 8);
        }
    }
}
