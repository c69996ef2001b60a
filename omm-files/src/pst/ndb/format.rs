//! The three layouts of a file, and what differs between them.

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// 32-bit offsets: Outlook 97 to 2002, wVer 14 and 15.
    Ansi,
    /// 64-bit offsets: Outlook 2003 and later, wVer 23.
    Unicode,
    /// 64-bit offsets, pages of 4 KiB, compressed blocks: OST files of Outlook 2013 and later, wVer 36.
    ///
    /// Not in [MS-PST]; after libpff's description "Personal Folder File (PFF) format".
    Unicode4k,
}

impl Format {
    /// Whether offsets and block ids have 64 bits.
    pub(crate) fn is_wide(self) -> bool {
        self != Self::Ansi
    }

    /// The size of a page ([MS-PST] §2.2.2.7).
    pub(crate) fn page_bytes(self) -> usize {
        if self == Self::Unicode4k { 4096 } else { 512 }
    }

    /// Where the entries of a B-tree page end and their counts begin ([MS-PST] §2.2.2.7.7.1).
    pub(crate) fn page_meta(self) -> usize {
        match self {
            Self::Ansi => 496,
            Self::Unicode => 488,
            Self::Unicode4k => 4056,
        }
    }

    /// Where the trailer of a page begins ([MS-PST] §2.2.2.7.1).
    pub(crate) fn page_trailer(self) -> usize {
        match self {
            Self::Ansi => 500,
            Self::Unicode => 496,
            Self::Unicode4k => 4072,
        }
    }

    /// The size of the trailer of a block ([MS-PST] §2.2.2.8.1).
    pub(crate) fn block_trailer(self) -> usize {
        match self {
            Self::Ansi => 12,
            Self::Unicode => 16,
            Self::Unicode4k => 24,
        }
    }

    /// What the size of a block with its trailer is a multiple of ([MS-PST] §2.2.2.8).
    pub(crate) fn block_align(self) -> usize {
        if self == Self::Unicode4k { 512 } else { 64 }
    }

    /// The most bytes that a block holds ([MS-PST] §2.2.2.8.3.1).
    pub(crate) fn block_bytes(self) -> usize {
        let whole = if self == Self::Unicode4k { 65536 } else { 8192 };
        whole - self.block_trailer()
    }

    /// How much of the file a block of this size takes.
    pub(crate) fn stored_bytes(self, data: usize) -> usize {
        (data + self.block_trailer()).next_multiple_of(self.block_align())
    }

    /// How many bits of a heap id say which allocation; those above say which block ([MS-PST] §2.3.1.1).
    pub(crate) fn heap_index_bits(self) -> u32 {
        if self == Self::Unicode4k { 14 } else { 11 }
    }
}
