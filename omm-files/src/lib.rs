//! Files as OMM accounts.
//!
//! | path                                   | as source | as destination |
//! |----------------------------------------|-----------|----------------|
//! | Maildir tree: Maildir++ and nested (`fs`) | yes    |                |
//! | mbox: rd, o, cl, cl2; a file or a tree of them, Mozilla's `.sbd` too | yes | |
//! | folders of `.eml`, `.emlx` and other single messages | yes |          |
//! | Outlook: `.pst`, `.ost`; `.msg`, TNEF  | yes       |                |
//! | `.ics`, `.vcf`, `.csv`: one item each or many | yes | by [`join`] of a `dir:` tree |
//! | `dir:` tree, our own: Maildir, `.vcf`, `.ics` | yes | yes           |
//!
//! The format is recognised, and a tree may be mixed. The bytes of a message are never changed, line ends
//! included, but for mbox quoting, which is undone; [the table](FilesConnector#mbox) says how. A file that is not
//! a message is listed like one and answered with the reason when it is fetched, so that the numbers add up.
//!
//! [`FilesConnector`] opens a path to read; [`DirConnector`] opens a `dir:` tree to read or to write.

mod collection;
mod connector;
pub mod csv;
mod dir;
mod directory;
mod dropped;
mod eml;
mod error;
mod files;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzz;
mod holding;
mod join;
mod known;
mod listing;
mod maildir;
mod mbox;
pub mod msg;
mod mutf7;
mod names;
mod options;
mod place;
pub mod pst;
mod recognise;
mod relative;
mod remarks;
mod sidecar;
mod single;
mod source;
mod store;
pub mod tnef;
mod tree;
mod values;

pub use connector::{DirConnector, FilesConnector};
pub use join::{Joined, join};
