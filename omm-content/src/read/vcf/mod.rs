//! vCard files: 2.1 (versit Consortium, 1996), 3.0 (RFC 2426), 4.0 (RFC 6350), many in one file.
//!
//! Cards of 3.0 and 4.0 keep their lines. Cards of 2.1 are brought to 4.0, or to 3.0 on request, for no server of today
//! takes them. Identity is the UID, else a digest of the lines; a card that is there twice, line by line, is one.

mod build;
mod name;
mod repair;
mod upgrade;

pub use build::{Entry, Index};

/// How cards are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Cards of 2.1 become 3.0 and not 4.0.
    pub vcard_3: bool,
}
