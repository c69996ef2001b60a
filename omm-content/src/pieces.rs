//! A body that is written piece by piece: what is large is read from where it lies only while it is copied.

use base64_simd::STANDARD;
use std::{
    collections::VecDeque,
    fmt,
    io::{self, Read},
};

/// Bytes of a line of base64 (RFC 2045 §6.8: at most 76 letters).
const LINE: usize = 57;
/// The same where a line begins with a space and has at most 75 letters (RFC 5545 §3.1).
const FOLDED_LINE: usize = 54;
/// How many bytes are read at a time: whole lines of either kind.
const CHUNK: usize = LINE * FOLDED_LINE * 20;

/// Text is gathered up to this size, in bytes; what is larger stays where it is.
const SMALL: usize = 64 << 10;

/// How base64 is broken into lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// RFC 2045 §6.8: 76 letters and CRLF.
    Mime,
    /// RFC 5545 §3.1, RFC 6350 §3.2: folded, each line after the first begins with a space. The value of a property
    /// follows its name, so the first piece begins on a line of its own as well. No line end after the last.
    Folded,
}

/// A body whose large parts stay where they are until it is read.
#[derive(Default)]
pub struct Pieces {
    // Invariant: no piece is empty text.
    pieces: VecDeque<Piece>,
    /// Text that was made of a large part and is not read yet, from `at` on.
    ready: Vec<u8>,
    at: usize,
    /// What was read of a large part last, and its letters; kept, so that there is room for the next.
    read: Vec<u8>,
    letters: Vec<u8>,
}

enum Piece {
    Text(Vec<u8>),
    Raw(Box<dyn Read + Send>),
    Base64(Box<dyn Read + Send>, Layout),
}

impl Pieces {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends bytes that are in memory.
    ///
    /// What is owned is not copied, unless it is small and goes with other small text.
    pub fn text(&mut self, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        match self.pieces.back_mut() {
            Some(Piece::Text(text)) if text.len() + bytes.len() <= SMALL => text.extend_from_slice(&bytes),
            _ if bytes.is_empty() => {}
            _ => self.pieces.push_back(Piece::Text(bytes)),
        }
    }

    /// Appends bytes that belong to somebody else.
    pub fn copied(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.written(bytes.len(), |text| text.extend_from_slice(bytes));
    }

    /// Appends what `write` appends: about so many bytes. It goes where it stays, rather than being moved there.
    pub fn written(&mut self, about: usize, write: impl FnOnce(&mut Vec<u8>)) {
        match self.pieces.back_mut() {
            Some(Piece::Text(text)) if text.len() + about <= SMALL => {
                text.reserve(about);
                write(text);
            }
            _ => {
                let mut text = Vec::with_capacity(about);
                write(&mut text);
                self.text(text);
            }
        }
    }

    /// Appends bytes as they are, read later.
    pub fn raw(&mut self, bytes: Box<dyn Read + Send>) {
        self.pieces.push_back(Piece::Raw(bytes));
    }

    /// Appends bytes in base64, read later.
    pub fn base64(&mut self, bytes: Box<dyn Read + Send>, layout: Layout) {
        self.pieces.push_back(Piece::Base64(bytes, layout));
    }

    /// Appends another body.
    pub fn append(&mut self, mut other: Self) {
        self.pieces.append(&mut other.pieces);
    }

    /// How many of its bytes are in memory now; large parts that are read later do not count.
    pub fn held_bytes(&self) -> usize {
        let text = |piece: &Piece| if let Piece::Text(text) = piece { text.len() } else { 0 };
        self.pieces.iter().map(text).sum::<usize>() + self.ready.len() - self.at
    }

    /// All of it at once. For small things and tests.
    ///
    /// # Errors
    /// If a large part cannot be read.
    pub fn into_bytes(mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The next bytes, as they lie here, so that nobody copies them twice; nothing at the end.
    ///
    /// # Errors
    /// If a large part cannot be read.
    pub fn next_chunk(&mut self) -> io::Result<Option<&[u8]>> {
        if self.at == self.ready.len() && !self.advance()? {
            return Ok(None);
        }
        let at = std::mem::replace(&mut self.at, self.ready.len());
        Ok(self.ready.get(at..))
    }

    /// Makes the next bytes ready; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        self.at = 0;
        while let Some(piece) = self.pieces.front_mut() {
            let goes_on = match piece {
                Piece::Text(text) => {
                    self.ready = std::mem::take(text);
                    false
                }
                Piece::Raw(bytes) => {
                    fill(bytes, &mut self.ready)?;
                    !self.ready.is_empty()
                }
                Piece::Base64(bytes, layout) => {
                    if let Err(cause) = fill(bytes, &mut self.read) {
                        self.ready.clear();
                        return Err(cause);
                    }
                    encode(&self.read, *layout, &mut self.letters, &mut self.ready);
                    !self.read.is_empty()
                }
            };
            if !goes_on {
                self.pieces.pop_front();
            }
            if !self.ready.is_empty() {
                return Ok(true);
            }
        }
        (self.ready, self.read, self.letters) = Default::default();
        Ok(false)
    }
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() && !self.advance()? {
            return Ok(0);
        }
        let count = into.len().min(self.ready.len() - self.at);
        into[..count].copy_from_slice(&self.ready[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pieces({})", self.pieces.len())
    }
}

/// The next whole lines; less only at the end.
fn fill(bytes: &mut dyn Read, into: &mut Vec<u8>) -> io::Result<()> {
    // Its length is what it was before, mostly: nothing is cleared that is overwritten anyway.
    into.resize(CHUNK, 0);
    let mut filled = 0;
    while filled < CHUNK {
        match bytes.read(&mut into[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => {
                into.clear();
                return Err(cause);
            }
        }
    }
    into.truncate(filled);
    Ok(())
}

/// Lines of base64, put in the place of what is there. All of it is encoded at once, into `letters`, and then laid in lines.
fn encode(bytes: &[u8], layout: Layout, letters: &mut Vec<u8>, into: &mut Vec<u8>) {
    letters.clear();
    STANDARD.encode_append(bytes, letters);
    into.clear();
    match layout {
        Layout::Mime => lines::<{ LINE / 3 * 4 }>(letters, b"", b"\r\n", into),
        Layout::Folded => lines::<{ FOLDED_LINE / 3 * 4 }>(letters, b"\r\n ", b"", into),
    }
}

/// Letters in lines of `N`, each between what stands before and behind it. The last may be shorter.
fn lines<const N: usize>(letters: &[u8], before: &[u8], behind: &[u8], into: &mut Vec<u8>) {
    let (whole, rest) = letters.as_chunks::<N>();
    let around = before.len() + behind.len();
    into.reserve((whole.len() + 1) * (N + around));
    let mut line = |letters: &[u8]| {
        into.extend_from_slice(before);
        into.extend_from_slice(letters);
        into.extend_from_slice(behind);
    };
    whole.iter().for_each(|letters| line(letters));
    if !rest.is_empty() {
        line(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::STANDARD};

    #[test]
    fn large_parts_come_out_as_one_base64() {
        let data: Vec<u8> = (0..CHUNK * 2 + 5).map(|at| at as u8).collect();
        let mut body = Pieces::new();
        body.text("before\r\n");
        body.base64(Box::new(io::Cursor::new(data.clone())), Layout::Mime);
        body.raw(Box::new(&b"after"[..]));
        let text = String::from_utf8(body.into_bytes().unwrap()).unwrap();
        let inside = text.strip_prefix("before\r\n").unwrap().strip_suffix("after").unwrap();
        assert!(inside.lines().all(|line| line.len() <= 76));
        assert_eq!(STANDARD.decode(inside.replace("\r\n", "")).unwrap(), data);
    }

    #[test]
    fn large_texts_stay_where_they_are() {
        let large = vec![b'x'; SMALL];
        let place = large.as_ptr();
        let mut body = Pieces::new();
        body.text("a");
        body.text("");
        body.text(large);
        body.text("b");
        body.text("c");
        let places: Vec<_> = body
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => (text.len(), text.as_ptr() == place),
                _ => unreachable!(),
            })
            .collect();
        assert_eq!(places, [(1, false), (SMALL, true), (2, false)]);
        assert_eq!(body.held_bytes(), SMALL + 3);
        let mut first = [0; 2];
        body.read_exact(&mut first).unwrap();
        assert_eq!((first, body.held_bytes()), (*b"ax", SMALL + 1));
        assert_eq!(body.into_bytes().unwrap().len(), SMALL + 1);
    }

    #[test]
    fn folded_lines_continue_the_line_before() {
        let mut body = Pieces::new();
        body.text("PHOTO;ENCODING=b:");
        body.base64(Box::new(io::repeat(7).take(CHUNK as u64 + 60)), Layout::Folded);
        body.text("\r\n");
        let text = String::from_utf8(body.into_bytes().unwrap()).unwrap();
        assert!(text.lines().all(|line| line.len() <= 75));
        let encoded = STANDARD.encode(vec![7; CHUNK + 60]);
        assert_eq!(text.replace("\r\n ", ""), format!("PHOTO;ENCODING=b:{encoded}\r\n"));
    }
}
