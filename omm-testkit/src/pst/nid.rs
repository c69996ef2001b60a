//! Ids of nodes: a type in the low five bits, an index above ([MS-PST] §2.2.2.1).

/// `NID_TYPE_…` of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NidType {
    Folder = 0x02,
    SearchFolder = 0x03,
    Message = 0x04,
    Attachment = 0x05,
    SearchUpdates = 0x06,
    SearchCriteria = 0x07,
    Associated = 0x08,
    Hierarchy = 0x0d,
    Contents = 0x0e,
    AssociatedContents = 0x0f,
    SearchContents = 0x10,
    /// A value that is too large for the heap.
    Value = 0x1f,
}

/// The id of a node from its type and index.
pub(super) const fn nid(kind: NidType, index: u32) -> u32 {
    (index << 5) | kind as u32
}

/// The node of another type that belongs to the same thing, as a folder's contents table.
pub(super) const fn sibling(of: u32, kind: NidType) -> u32 {
    (of & !0x1f) | kind as u32
}

// [MS-PST] §2.4.1: nodes that every file has.
pub(super) const STORE: u32 = 0x21;
pub(super) const NAMES: u32 = 0x61;
pub(super) const FOLDER_TEMPLATE: u32 = 0xa1;
pub(super) const SEARCH_FOLDER_TEMPLATE: u32 = 0xc1;
pub(super) const ROOT: u32 = 0x122;
pub(super) const SEARCH_QUEUE: u32 = 0x1e1;
pub(super) const SEARCH_ACTIVITY: u32 = 0x201;
pub(super) const HIERARCHY_TEMPLATE: u32 = 0x60d;
pub(super) const CONTENTS_TEMPLATE: u32 = 0x60e;
pub(super) const ASSOCIATED_TEMPLATE: u32 = 0x60f;
pub(super) const SEARCH_TEMPLATE: u32 = 0x610;
/// Of no document; every file of Outlook has it.
pub(super) const RECEIVE_FOLDERS: u32 = 0x62b;
pub(super) const ATTACHMENTS: u32 = 0x671;
pub(super) const RECIPIENTS: u32 = 0x692;

/// Gives out indices, each type on its own.
#[derive(Clone, Debug)]
pub(super) struct Indices {
    next: [u32; 32],
}

impl Indices {
    /// The first indices of a new file ([MS-PST] §2.2.2.6, `rgnid`).
    pub(super) fn new() -> Self {
        let mut next = [0x400; 32];
        next[NidType::SearchFolder as usize] = 0x4000;
        next[NidType::Message as usize] = 0x1_0000;
        next[NidType::Associated as usize] = 0x8000;
        Self { next }
    }

    /// The next free id of a type.
    pub(super) fn take(&mut self, kind: NidType) -> u32 {
        let next = &mut self.next[kind as usize];
        *next += 1;
        nid(kind, *next)
    }

    /// The highest index given out, for each type.
    pub(super) fn highest(&self) -> [u32; 32] {
        self.next
    }
}
