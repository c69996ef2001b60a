//! The file that is imported: how large it may be, what it is, and what is said when it cannot be read.

use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
};
use std::io::{Read, Seek, SeekFrom};

/// A file, or what was uploaded: bytes that can be read twice.
pub trait File: Read + Seek + Send {}

impl<T: Read + Seek + Send> File for T {}

/// How much is read at most. What is larger is refused with the remedy; nothing is cut off silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Rows of the table.
    pub rows: u64,
    /// Bytes of a spreadsheet once it is unpacked.
    pub unpacked_bytes: u64,
    /// Bytes of an old spreadsheet (.xls), which cannot be read row by row.
    pub xls_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 256 << 20, rows: 1_000_000, unpacked_bytes: 512 << 20, xls_bytes: 64 << 20 }
    }
}

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// .xlsx or .ods.
    Zip,
    /// .xls.
    Compound,
}

/// Looks at a file's size and first bytes, and leaves it at its start.
pub(super) fn look(file: &mut dyn File, limits: &Limits) -> Result<(Kind, u64)> {
    // Before its size is asked for: a folder has one as well.
    let mut first = Vec::new();
    file.rewind().map_err(unreadable)?;
    file.take(8).read_to_end(&mut first).map_err(unreadable)?;
    let bytes = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    if bytes > limits.file_bytes {
        let message = format!("the table has {bytes} bytes, more than {}; divide it", limits.file_bytes);
        return Err(refused(message));
    }
    file.rewind().map_err(unreadable)?;
    let kind = match first.as_slice() {
        [b'P', b'K', 3, 4, ..] => Kind::Zip,
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] => Kind::Compound,
        _ => Kind::Text,
    };
    if kind == Kind::Compound && bytes > limits.xls_bytes {
        let message = format!(
            "the .xls file has {bytes} bytes, more than {}; save it as .xlsx or CSV",
            limits.xls_bytes
        );
        return Err(refused(message));
    }
    Ok((kind, bytes))
}

pub(super) fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Malformed, Side::Host, "read the table", message).scope(Scope::Run)
}

pub(super) fn unreadable(cause: std::io::Error) -> Error {
    let message = "the file cannot be read";
    Error::new(ErrorKind::Local, Side::Host, "read the table", message).caused_by(cause)
}
