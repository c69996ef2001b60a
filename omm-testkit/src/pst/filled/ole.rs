//! An OLE object: a compound file.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};

/// A small compound file with one stream, `CONTENTS`.
///
/// # Panics
/// Never: it is made in memory.
pub fn compound_file(contents: &[u8]) -> Vec<u8> {
    let made = || -> std::io::Result<Vec<u8>> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new()))?;
        file.create_stream("/CONTENTS")?.write_all(contents)?;
        file.flush()?;
        let mut inner = file.into_inner();
        let mut bytes = Vec::new();
        inner.seek(SeekFrom::Start(0))?;
        inner.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    made().unwrap_or_default()
}
