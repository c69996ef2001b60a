//! Where things lie, so that a test can break one and see what a reader makes of it.

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// What a block is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// Bytes of an item or of a table: disguised as the file says.
    Data,
    /// A list of data blocks (XBLOCK, XXBLOCK).
    DataList,
    /// A list of subnodes (SLBLOCK, SIBLOCK).
    SubnodeList,
}

/// Where a block lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockPlace {
    /// What it is for.
    pub kind: BlockKind,
    /// Its first byte in the file.
    pub offset: u64,
    /// Its bytes, without padding and trailer.
    pub size: u64,
}

/// Flips all bits of so many bytes of a file.
///
/// # Errors
/// Those of the file; also when it ends before.
pub fn flip(path: &Path, offset: u64, bytes: usize) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut there = vec![0; bytes];
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(&mut there)?;
    there.iter_mut().for_each(|byte| *byte = !*byte);
    file.seek(SeekFrom::Start(offset))?;
    file.write_all(&there)
}
