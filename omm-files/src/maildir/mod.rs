//! What is special about a Maildir: the flag suffix of a file name and the list of keywords.

mod keywords;
mod suffix;

pub(crate) use keywords::{KEYWORD_FILE, Keywords};
pub(crate) use suffix::{from_letters, split, to_letters};

use std::path::Path;

/// Whether a folder is a Maildir: it has `cur` or `new` (a lone `tmp` says nothing).
pub(crate) fn is_maildir(dir: &Path) -> bool {
    dir.join("cur").is_dir() || dir.join("new").is_dir()
}
