//! The node database ([MS-PST] §2.2): blocks, and the nodes that own them.
//!
//! Nothing is loaded whole: trees are descended page by page, with the pages used last at hand.

mod block;
pub(crate) mod bytes;
mod cache;
mod checksum;
mod data;
mod encoding;
mod format;
mod header;
mod id;
mod page;
mod scan;
mod subnodes;
#[cfg(test)]
mod tests;
mod tree;

pub use encoding::Encoding;
pub use format::Format;
pub use id::Nid;

#[cfg(test)]
pub(crate) use checksum::{crc, signature};
pub(crate) use data::{DataReader, DataTree};
pub(crate) use id::{Bid, kind};
pub(crate) use page::NodeEntry;
pub(crate) use subnodes::{Subnode, Subnodes};

use super::{damage::Remarks, read_at::ReadAt};
use omm_mapi::Result;
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

/// An open file.
pub(crate) struct Ndb {
    file: Arc<dyn ReadAt>,
    file_bytes: u64,
    pub(crate) header: header::Header,
    cache: cache::Cache,
    scan: OnceLock<scan::Scan>,
    damaged_page: AtomicBool,
    pub(crate) remarks: Remarks,
}

impl Ndb {
    /// Opens a file.
    ///
    /// # Errors
    /// If it cannot be read or is not a PST that anybody can read.
    pub(crate) fn open(file: Arc<dyn ReadAt>) -> Result<Self> {
        let file_bytes = file.size()?;
        let mut buffer = [0; header::Header::BYTES];
        let read = file.read_at(&mut buffer, 0)?;
        let remarks = Remarks::default();
        let header = header::Header::parse(buffer.get(..read).unwrap_or_default(), &remarks)?;
        if header.file_bytes > file_bytes {
            let missing = header.file_bytes - file_bytes;
            remarks.add(format_args!(
                "the file is truncated: {missing} of {} bytes are missing",
                header.file_bytes
            ));
        }
        let (cache, scan, damaged_page) = (cache::Cache::new(), OnceLock::new(), AtomicBool::new(false));
        Ok(Self { file, file_bytes, header, cache, scan, damaged_page, remarks })
    }

    /// What a search of the whole file finds of the trees; made once.
    fn scan(&self) -> Result<&scan::Scan> {
        if let Some(scan) = self.scan.get() {
            return Ok(scan);
        }
        let scan = self.read_scan()?;
        Ok(self.scan.get_or_init(|| scan))
    }

    /// How many pages fit into the file.
    fn page_count(&self) -> u64 {
        self.file_bytes / self.header.format.page_bytes() as u64 + 1
    }

    fn saw_damaged_page(&self) {
        self.damaged_page.store(true, Ordering::Relaxed);
    }

    fn has_damaged_page(&self) -> bool {
        self.damaged_page.load(Ordering::Relaxed)
    }
}
