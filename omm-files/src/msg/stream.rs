//! The bytes of a stream, a piece at a time.

use super::compound::Compound;
use std::{
    io::{self, Read},
    path::PathBuf,
};

/// The smallest and the largest piece.
const PIECE: (u64, u64) = (64 << 10, 8 << 20);

/// Reads a stream of a compound file; between two pieces, others may read.
pub(super) struct StreamReader {
    compound: Compound,
    path: PathBuf,
    /// Where in the stream the next piece begins.
    offset: u64,
    piece_bytes: usize,
    piece: Vec<u8>,
    /// How much of the piece is given away.
    given: usize,
}

impl StreamReader {
    pub(super) fn new(compound: Compound, path: PathBuf) -> io::Result<Self> {
        let bytes = compound.bytes(&path)?;
        // Each piece follows the chain of sectors from its start ([MS-CFB] §2.3). A fixed number of pieces, 128
        // up to 1 GiB, keeps that linear in the size of the stream.
        let piece_bytes =
            usize::try_from((bytes / 128).clamp(PIECE.0, PIECE.1).min(bytes.max(1))).unwrap_or(1);
        Ok(Self { compound, path, offset: 0, piece_bytes, piece: Vec::new(), given: 0 })
    }

    fn next_piece(&mut self) -> io::Result<()> {
        self.piece.resize(self.piece_bytes, 0);
        self.given = 0;
        match self.compound.read_at(&self.path, self.offset, &mut self.piece) {
            Ok(count) => {
                self.piece.truncate(count);
                self.offset += count as u64;
                Ok(())
            }
            Err(error) => {
                self.piece.clear();
                Err(error)
            }
        }
    }
}

impl Read for StreamReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.piece.len() && !buffer.is_empty() {
            self.next_piece()?;
        }
        let count = self.piece.get(self.given..).unwrap_or_default().read(buffer)?;
        self.given += count;
        Ok(count)
    }
}
