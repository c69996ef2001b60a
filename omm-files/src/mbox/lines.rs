//! A file as pieces of lines: a whole line, or part of a long one, so that memory does not grow with a line.

use std::io::{self, BufRead};

/// The longest piece.
const LONGEST: usize = 16 * 1024;

/// Where a piece stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its first byte's place in the file.
    pub(super) at: u64,
    /// Whether a line begins with it.
    pub(super) begins: bool,
    /// Whether the line ends with it, by a line feed or the end of the file.
    pub(super) ends: bool,
}

/// Reads pieces one after the other.
#[derive(Debug)]
pub(super) struct Pieces<R> {
    reader: R,
    at: u64,
    begins: bool,
}

impl<R: BufRead> Pieces<R> {
    /// `reader` stands at `at`, at the beginning of a line.
    pub(super) fn new(reader: R, at: u64) -> Self {
        Self { reader, at, begins: true }
    }

    /// The next piece, into `buffer`; nothing at the end.
    pub(super) fn next(&mut self, buffer: &mut Vec<u8>) -> io::Result<Option<Piece>> {
        buffer.clear();
        let (at, begins) = (self.at, self.begins);
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let room = (LONGEST - buffer.len()).min(available.len());
            let feed = memchr::memchr(b'\n', &available[..room]);
            let take = feed.map_or(room, |feed| feed + 1);
            buffer.extend_from_slice(&available[..take]);
            self.reader.consume(take);
            self.at += take as u64;
            if feed.is_some() || take == 0 || buffer.len() == LONGEST {
                let ends = feed.is_some() || take == 0;
                self.begins = ends;
                return Ok((!buffer.is_empty()).then_some(Piece { at, begins, ends }));
            }
        }
    }
}

/// Whether a line holds nothing but its end.
pub(super) fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// A line without its end.
pub(super) fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
