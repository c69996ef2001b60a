//! Where bodies go that are too large for memory: files that nobody else can see.
//!
//! They are unlinked (or deleted on close) from the start and readable by the owner only, so that nothing is
//! left after a kill.

use crate::error::{Error, ErrorKind, Result, Retry, Scope, Side};
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// A folder for spool files, with a limit on their sum.
#[derive(Clone, Debug)]
pub struct Spool {
    dir: Arc<PathBuf>,
    limit_bytes: u64,
    used_bytes: Arc<AtomicU64>,
}

impl Spool {
    /// Files in `dir`, at most so many bytes in all.
    pub fn new(dir: impl Into<PathBuf>, limit_bytes: u64) -> Self {
        Self { dir: Arc::new(dir.into()), limit_bytes, used_bytes: Arc::default() }
    }

    /// Where the files are.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Opens a file without a name. Blocks.
    pub(crate) fn create(&self) -> Result<SpoolFile> {
        let file = tempfile::tempfile_in(&*self.dir).map_err(|error| self.failed(error))?;
        Ok(SpoolFile { file: Arc::new(file), spool: self.clone(), len: 0 })
    }

    fn failed(&self, cause: std::io::Error) -> Error {
        Error::new(ErrorKind::Local, Side::Host, "spool", "cannot write a spool file; is the disk full?")
            .with("folder", self.dir.display())
            .caused_by(cause)
    }
}

/// A spool file being written or read; its bytes are given back when it is dropped.
#[derive(Debug)]
pub(crate) struct SpoolFile {
    pub(crate) file: Arc<File>,
    spool: Spool,
    len: u64,
}

impl SpoolFile {
    /// Appends. Blocks.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        use std::io::Write;
        let more = bytes.len() as u64;
        let used = self.spool.used_bytes.fetch_add(more, Ordering::Relaxed) + more;
        self.len += more;
        if used > self.spool.limit_bytes {
            return Err(self.full().with("limit in bytes", self.spool.limit_bytes));
        }
        (&*self.file).write_all(bytes).map_err(|error| self.spool.failed(error))
    }

    /// The limit is about items: one that is larger will never fit, any other will when the rest is done.
    fn full(&self) -> Error {
        if self.len > self.spool.limit_bytes {
            return Error::new(ErrorKind::TooLarge, Side::Host, "spool", "larger than the spool limit");
        }
        Error::new(ErrorKind::Local, Side::Host, "spool", "the spool is full for the moment")
            .scope(Scope::Item)
            .retry(Retry::Backoff)
    }
}

impl Drop for SpoolFile {
    fn drop(&mut self) {
        self.spool.used_bytes.fetch_sub(self.len, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_spool_costs_one_item_and_only_for_now() {
        let dir = tempfile::tempdir().expect("a folder");
        let spool = Spool::new(dir.path(), 100);
        let mut first = spool.create().expect("a file");
        first.append(&[0; 60]).expect("there is room");

        let busy = spool.create().expect("a file").append(&[0; 60]).expect_err("the first has the room");
        assert_eq!(
            (busy.kind(), busy.reach(), busy.retry_advice()),
            (ErrorKind::Local, Scope::Item, Retry::Backoff)
        );
        let large = spool.create().expect("a file").append(&[0; 101]).expect_err("it never fits");
        assert_eq!(
            (large.kind(), large.reach(), large.retry_advice()),
            (ErrorKind::TooLarge, Scope::Item, Retry::Never)
        );
        drop(first);
        spool.create().expect("a file").append(&[0; 100]).expect("everything was given back");
    }
}
