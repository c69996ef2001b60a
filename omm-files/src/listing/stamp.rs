//! What changes when a folder changes.

use std::{
    fs::{File, Metadata},
    io,
    path::Path,
    time::SystemTime,
};

/// Equal stamps mean that nothing came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<Option<(u64, SystemTime, u64)>>);

impl Stamp {
    /// The state of some paths now.
    pub(crate) fn of_paths<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Self {
        let now = |path| std::fs::metadata(path).ok().and_then(|meta| state(&meta));
        Self(paths.into_iter().map(now).collect())
    }

    /// The state of an open file.
    pub(crate) fn of_file(file: &File) -> io::Result<Self> {
        Ok(Self(vec![state(&file.metadata()?)]))
    }

    /// The state of a file that was looked at.
    pub(crate) fn of(meta: &Metadata) -> Self {
        Self(vec![state(meta)])
    }

    /// A word for it, for cursors.
    pub(crate) fn word(&self) -> String {
        blake3::hash(self.text().as_bytes()).to_hex()[..16].to_owned()
    }

    /// Its bytes, for a state token.
    pub(crate) fn text(&self) -> String {
        format!("{:?}", self.0)
    }
}

fn state(meta: &Metadata) -> Option<(u64, SystemTime, u64)> {
    Some((meta.len(), meta.modified().ok()?, inode(meta)))
}

#[cfg(unix)]
fn inode(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}
