//! Files of many items, read into items: `.ics` ([`ics`]) and `.vcf` ([`vcf`]).
//!
//! Two passes. The first goes once through the file, keeps where each item lies and forgets the text; the second reads
//! single items from where they lie. So memory grows with the number of items and not with the file. Lines are kept as
//! they are, but for charset, fold and line end; what is changed beyond that is repaired, and said ([`Problem`]).
//!
//! | room | what |
//! |---|---|
//! | [`lines`] | physical lines become content lines: line ends, folds, soft breaks, UTF-16 |
//! | [`property`] | name, parameters and value of a content line |
//! | `component` | the text of one item, as components and properties: what the readers of the models build upon |
//! | [`charset`], [`quoted`] | what the bytes of a line say |
//! | [`problem`] | what is wrong in a file, where, and what it costs |
//! | [`parted`] | an item with large files inside, which stay where they lie while the rest is read |
//! | [`ics`], [`vcf`] | the two forms |
//! | [`meaning`] | what an item says, for those who do not only pass it on |

pub mod charset;
pub mod ics;
pub mod lines;
pub mod meaning;
pub mod parted;
pub mod problem;
pub mod property;
pub mod quoted;
pub mod vcf;

pub(crate) mod component;
pub(crate) mod fold;
mod lists;
mod old;

pub use problem::{Cost, Problem, Problems, Reason};

use std::io;

/// Reads a range of the file that was indexed: where it begins, and how many bytes.
pub type ReadRange<'a> = dyn FnMut(u64, u64) -> io::Result<Vec<u8>> + 'a;

/// Where a component lies in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Offset of its first byte.
    pub at: u64,
    /// How many bytes it has, line ends included.
    pub bytes: u64,
    /// The number of its first line, from 1.
    pub line: u64,
}

/// What tells two states of an item apart: a digest of its lines, whatever their folds, line ends and file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub [u8; 16]);

impl Revision {
    /// Of the digest of lines.
    pub(crate) fn of(hasher: &blake3::Hasher) -> Self {
        let mut short = [0; 16];
        hasher.finalize_xof().fill(&mut short);
        Self(short)
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
