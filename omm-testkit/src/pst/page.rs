//! Pages: 512 bytes with a trailer that says what they are ([MS-PST] §2.2.2.7.1).

use super::format::{Format, PAGE};
use super::integrity::{crc, signature};

/// `ptype` of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    Blocks = 0x80,
    Nodes = 0x81,
    FreeMap = 0x82,
    PageMap = 0x83,
    AllocationMap = 0x84,
    FreePageMap = 0x85,
    DensityList = 0x86,
}

impl PageKind {
    /// Maps stand at fixed places: they have no signature, and their offset is their id.
    fn is_map(self) -> bool {
        matches!(self, Self::FreeMap | Self::PageMap | Self::AllocationMap | Self::FreePageMap)
    }
}

/// Writes the trailer of a page that is otherwise complete.
pub(super) fn seal(format: Format, page: &mut [u8; PAGE], kind: PageKind, bid: u64, offset: u64) {
    let body = PAGE - format.trailer();
    let crc = crc(&page[..body]);
    let (sig, bid) = if kind.is_map() { (0, offset) } else { (signature(offset, bid), bid) };
    let mut trailer = vec![kind as u8, kind as u8];
    trailer.extend_from_slice(&sig.to_le_bytes());
    match format {
        Format::Unicode => {
            trailer.extend_from_slice(&crc.to_le_bytes());
            format.put(&mut trailer, bid);
        }
        Format::Ansi => {
            format.put(&mut trailer, bid);
            trailer.extend_from_slice(&crc.to_le_bytes());
        }
    }
    page[body..].copy_from_slice(&trailer);
}
