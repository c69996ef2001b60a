//! The header of the file ([MS-PST] §2.2.2.6).

use super::btree::Root;
use super::format::{Crypt, Format};
use super::integrity::crc;
use super::space::Extent;

/// What the header says.
pub(super) struct Header {
    pub(super) format: Format,
    pub(super) crypt: Crypt,
    pub(super) next_block: u64,
    pub(super) next_page: u64,
    pub(super) nodes: Root,
    pub(super) blocks: Root,
    /// The highest index that is in use, for each type of node.
    pub(super) highest: [u32; 32],
}

impl Header {
    pub(super) fn bytes(&self, extent: Extent) -> Vec<u8> {
        match self.format {
            Format::Unicode => self.unicode(extent),
            Format::Ansi => self.ansi(extent),
        }
    }

    fn unicode(&self, extent: Extent) -> Vec<u8> {
        let mut out = self.front(23);
        out.extend_from_slice(&[0; 8]); // bidUnused
        self.format.put(&mut out, self.next_page);
        self.counters(&mut out);
        out.extend_from_slice(&[0; 8]); // qwUnused
        self.root(&mut out, extent);
        out.extend_from_slice(&[0; 4]); // dwAlign
        out.extend_from_slice(&[0xff; 256]); // rgbFM, rgbFP: no longer in use
        out.extend_from_slice(&[0x80, self.crypt.code(), 0, 0]);
        self.format.put(&mut out, self.next_block);
        let full = crc(&out[8..524]);
        out.extend_from_slice(&full.to_le_bytes());
        out.extend_from_slice(&[0; 36]);
        self.with_partial_crc(out)
    }

    fn ansi(&self, extent: Extent) -> Vec<u8> {
        let mut out = self.front(14);
        self.format.put(&mut out, self.next_block);
        self.format.put(&mut out, self.next_page);
        self.counters(&mut out);
        self.root(&mut out, extent);
        out.extend_from_slice(&[0xff; 256]); // rgbFM, rgbFP
        out.extend_from_slice(&[0x80, self.crypt.code(), 0, 0]);
        out.extend_from_slice(&[0; 48]);
        self.with_partial_crc(out)
    }

    /// Up to `dwReserved2`; the first checksum is filled in last.
    fn front(&self, version: u16) -> Vec<u8> {
        let mut out = b"!BDN\0\0\0\0SM".to_vec();
        out.extend_from_slice(&version.to_le_bytes());
        out.extend_from_slice(&19_u16.to_le_bytes()); // wVerClient
        out.extend_from_slice(&[1, 1]); // bPlatformCreate, bPlatformAccess
        out.extend_from_slice(&[0; 8]);
        out
    }

    fn counters(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&1_u32.to_le_bytes()); // dwUnique
        for index in self.highest {
            out.extend_from_slice(&index.to_le_bytes());
        }
    }

    /// [MS-PST] §2.2.2.5.
    fn root(&self, out: &mut Vec<u8>, extent: Extent) {
        out.extend_from_slice(&[0; 4]);
        // `cbPMapFree` is 0: the page maps are no longer in use.
        let ids = [
            extent.end,
            extent.last_map,
            extent.free_bytes,
            0,
            self.nodes.bid,
            self.nodes.offset,
            self.blocks.bid,
            self.blocks.offset,
        ];
        for id in ids {
            self.format.put(out, id);
        }
        out.extend_from_slice(&[2, 0, 0, 0]); // fAMapValid: VALID2
    }

    /// `dwCRCPartial` covers 471 bytes from the client's magic on.
    fn with_partial_crc(&self, mut out: Vec<u8>) -> Vec<u8> {
        let partial = crc(&out[8..8 + 471]);
        out[4..8].copy_from_slice(&partial.to_le_bytes());
        out
    }
}

impl Crypt {
    fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Permute => 1,
            Self::Cyclic => 2,
        }
    }
}
