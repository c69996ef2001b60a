//! One message out of an mbox, with its quoting undone.

use super::{
    lines::{Pieces, is_blank},
    scan::Message,
    variant::Quoting,
};
use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom, Take},
};

/// A message being read. Memory holds one chunk of it at a time.
#[derive(Debug)]
pub(crate) struct Reading {
    pieces: Pieces<BufReader<Take<File>>>,
    quoting: Quoting,
    in_header: bool,
    left: u64,
}

impl Reading {
    /// Begins to read a message out of its own handle to the file.
    pub(crate) fn new(mut file: File, message: &Message) -> io::Result<Self> {
        file.seek(SeekFrom::Start(message.offset))?;
        let reader = BufReader::with_capacity(64 * 1024, file.take(message.len));
        Ok(Self {
            pieces: Pieces::new(reader, 0),
            quoting: message.quoting,
            in_header: true,
            left: message.size(),
        })
    }

    /// The next bytes, at least `want` of them unless the message ends. Empty at the end.
    pub(crate) fn chunk(&mut self, want: usize) -> io::Result<Vec<u8>> {
        let (mut chunk, mut buffer) = (Vec::new(), Vec::new());
        while chunk.len() < want {
            let Some(piece) = self.pieces.next(&mut buffer)? else { break };
            let quoted = !self.in_header && piece.begins && self.quoting.quotes(&buffer);
            if piece.begins && is_blank(&buffer) {
                self.in_header = false;
            }
            chunk.extend_from_slice(&buffer[usize::from(quoted)..]);
        }
        self.left = self.left.saturating_sub(chunk.len() as u64);
        if chunk.is_empty() && self.left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(chunk)
    }
}
