//! Ids of nodes and blocks.

use std::fmt;

/// The id of a node ([MS-PST] §2.2.2.1): stable while the item is in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nid(pub u32);

impl Nid {
    pub(crate) const MESSAGE_STORE: Self = Self(0x21);
    pub(crate) const NAME_TO_ID_MAP: Self = Self(0x61);
    pub(crate) const ROOT_FOLDER: Self = Self(0x122);
    pub(crate) const RECEIVE_FOLDERS: Self = Self(0x62B);
    pub(crate) const ATTACHMENT_TABLE: Self = Self(0x671);
    pub(crate) const RECIPIENT_TABLE: Self = Self(0x692);

    /// What kind of node it is: NID_TYPE_….
    pub(crate) fn kind(self) -> u32 {
        self.0 & 0x1F
    }

    /// The node of another kind that belongs to this one, such as the contents table of a folder ([MS-PST] §2.4.4).
    pub(crate) fn sibling(self, kind: u32) -> Self {
        Self(self.0 & !0x1F | kind)
    }
}

impl fmt::Display for Nid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// NID_TYPE_… of [MS-PST] §2.2.2.1.
pub(crate) mod kind {
    pub(crate) const HID: u32 = 0x00;
    pub(crate) const NORMAL_FOLDER: u32 = 0x02;
    pub(crate) const SEARCH_FOLDER: u32 = 0x03;
    pub(crate) const NORMAL_MESSAGE: u32 = 0x04;
    pub(crate) const ATTACHMENT: u32 = 0x05;
    pub(crate) const ASSOCIATED_MESSAGE: u32 = 0x08;
    pub(crate) const HIERARCHY_TABLE: u32 = 0x0D;
    pub(crate) const CONTENTS_TABLE: u32 = 0x0E;
}

/// The id of a block ([MS-PST] §2.2.2.2). Its lowest bit is reserved and taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Bid(u64);

impl Bid {
    /// From what a file says.
    pub(crate) fn new(raw: u64) -> Self {
        Self(raw & !1)
    }

    /// No block.
    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether it holds data of the format, never encoded, rather than of a user.
    pub(crate) fn is_internal(self) -> bool {
        self.0 & 2 != 0
    }

    /// The number.
    pub(crate) fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Bid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}
