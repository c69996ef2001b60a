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

/// A message being read. Memory holds one piece of a line at a time.
#[derive(Debug)]
pub(crate) struct Reading {
    pieces: Pieces<BufReader<Take<File>>>,
    quoting: Quoting,
    in_header: bool,
    left: u64,
    /// A piece of which `at` bytes were given away.
    piece: Vec<u8>,
    at: usize,
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
            piece: Vec::new(),
            at: 0,
        })
    }

    /// Makes the next piece ready; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        self.piece.clear();
        self.at = 0;
        let Some(piece) = self.pieces.next(&mut self.piece)? else {
            return if self.left > 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(false) };
        };
        let quoted = !self.in_header && piece.begins && self.quoting.quotes(&self.piece);
        if piece.begins && is_blank(&self.piece) {
            self.in_header = false;
        }
        self.at = usize::from(quoted);
        self.left = self.left.saturating_sub((self.piece.len() - self.at) as u64);
        Ok(true)
    }
}

impl Read for Reading {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() {
            if !self.advance()? {
                return Ok(0);
            }
        }
        let count = into.len().min(self.piece.len() - self.at);
        into[..count].copy_from_slice(&self.piece[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
