//! The component that is being read in the first pass.

use super::{index::Kind, zones};
use crate::read::{Reason, fold, lines::ContentLine};
use std::collections::BTreeSet;

/// The component of the first level that is being read.
pub(super) struct Open {
    pub(super) what: What,
    pub(super) at: u64,
    pub(super) line: u64,
    pub(super) hasher: blake3::Hasher,
    pub(super) uid: Option<Box<str>>,
    pub(super) zone_ids: BTreeSet<u32>,
    // Of a zone: what is written into items.
    pub(super) text: Vec<u8>,
    pub(super) is_override: bool,
    // Whether a line is left to write.
    pub(super) says: bool,
    pub(super) failed: Option<(u64, Reason)>,
}

/// What it is.
pub(super) enum What {
    Item(Kind),
    Zone,
    Other,
}

impl Open {
    pub(super) fn new(what: What, line: &ContentLine) -> Self {
        Self {
            what,
            at: line.at,
            line: line.number,
            hasher: blake3::Hasher::new(),
            uid: None,
            zone_ids: BTreeSet::new(),
            text: Vec::new(),
            is_override: false,
            says: false,
            failed: None,
        }
    }

    /// Adds a line of a zone. Once it is larger than all zones may be it is not kept anyway.
    pub(super) fn write(&mut self, line: &str) {
        if self.text.len() <= zones::LARGEST {
            fold::write(line, &mut self.text);
        }
    }
}
