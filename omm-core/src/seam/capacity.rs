//! What a destination can take: facts for the planner.

use crate::{mapping::NameRules, model::ItemKind};
use std::time::Duration;

/// Facts about a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capacity {
    /// The kinds it can hold.
    pub kinds: Vec<ItemKind>,
    /// Most items in one append.
    pub batch_items: usize,
    /// Most bytes in one append, as a target; one item may be larger.
    pub batch_bytes: u64,
    /// The largest item it takes, where it says so.
    pub largest_item: Option<u64>,
    /// Bytes still free, where it says so.
    pub bytes_free: Option<u64>,
    /// How a lost copy can be found.
    pub locating: Locating,
    /// Whether it stores bytes as they are or with CRLF line ends.
    pub line_ends: LineEnds,
    /// Whether it is known to change bodies: a copy that differs is then reported, not failed.
    pub rewrites_bodies: bool,
    /// Whether two folder names that differ only in case are one folder.
    pub folds_case: bool,
    /// What the names of its folders cannot hold.
    pub names: NameRules,
    /// The most different keywords that a folder can have, where there is a limit. 0: none can be kept.
    pub keywords_per_folder: Option<u64>,
    /// How long after a connection broke, or its process was killed, something that had been sent over it may still
    /// appear: so long it is looked for before it is sent again. Zero where nothing outlives its sender.
    pub settling: Duration,
    /// What it is known not to hold, or to hold otherwise, each a line for people: a plan shows them.
    pub remarks: Vec<String>,
}

impl Capacity {
    /// A destination for these kinds: 64 items or 4 MiB a batch, everything else unlimited, exact and locatable.
    pub fn new(kinds: impl Into<Vec<ItemKind>>) -> Self {
        Self {
            kinds: kinds.into(),
            batch_items: 64,
            batch_bytes: 4 << 20,
            largest_item: None,
            bytes_free: None,
            locating: Locating::ByContent,
            line_ends: LineEnds::AsTheyAre,
            rewrites_bodies: false,
            folds_case: false,
            names: NameRules::default(),
            keywords_per_folder: None,
            settling: Duration::ZERO,
            remarks: Vec::new(),
        }
    }
}

/// How a copy whose acknowledgement was lost can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Locating {
    /// By size and digest, or by a mark of ours.
    ByContent,
    /// Not at all: an item in doubt is copied again and reported, since a duplicate can be removed, a loss cannot.
    Impossible,
}

/// What a destination does with line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnds {
    /// Nothing.
    AsTheyAre,
    /// Bare line feeds become CRLF (RFC 9051 §4.3.1 wants messages so).
    Crlf,
}
