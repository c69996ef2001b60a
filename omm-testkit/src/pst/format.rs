//! What differs between the two layouts of a PST: the width of ids and offsets, and what follows from it.

/// The layout of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Outlook 2003 and later: 64-bit offsets, text in UTF-16 (`wVer` 23).
    Unicode,
    /// Outlook 97 to 2002: 32-bit offsets, text in the code page of the machine (`wVer` 14).
    Ansi,
}

/// How the bytes of data blocks are disguised ([MS-PST] §2.2.2.6, `bCryptMethod`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crypt {
    /// As they are.
    None,
    /// Each byte through a table ("compressible encryption").
    Permute,
    /// Through three tables and a key that counts on ("high encryption").
    Cyclic,
}

/// A block, header and trailer included, is never larger ([MS-PST] §2.2.2.8).
pub(super) const BLOCK: usize = 8192;
/// The size of every page ([MS-PST] §2.2.2.7).
pub(super) const PAGE: usize = 512;

impl Format {
    /// Bytes of a BID, and of an offset into the file.
    pub(super) fn id(self) -> usize {
        match self {
            Self::Unicode => 8,
            Self::Ansi => 4,
        }
    }

    /// Bytes of the trailer of a block or a page.
    pub(super) fn trailer(self) -> usize {
        match self {
            Self::Unicode => 16,
            Self::Ansi => 12,
        }
    }

    /// The most data that fits into one block.
    pub(super) fn block_data(self) -> usize {
        BLOCK - self.trailer()
    }

    /// The first offset that a file of this layout cannot have; Outlook stops earlier.
    pub(super) fn end_of_files(self) -> u64 {
        match self {
            Self::Unicode => 1 << 48,
            Self::Ansi => 1 << 31,
        }
    }

    /// Appends a BID or an offset. The end of files is watched where space is given out, so nothing is cut here.
    pub(super) fn put(self, out: &mut Vec<u8>, id: u64) {
        out.extend_from_slice(&id.to_le_bytes()[..self.id()]);
    }
}
