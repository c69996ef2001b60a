//! An item with large files inside: their base64 stays where it lies, and the rest is read as any other text.
//!
//! A body is gone through twice, in chunks of any size. First a [`Finder`] notes where the base64 of large files lies; then
//! what stands around it ([`Parting::around`]) becomes a [`Text`], which reads those files only when somebody else does. So
//! an item costs as much memory as it has without its files.
//!
//! Only what becomes a file of the item is left where it lies, and only if it is base64 to its end: anything else is read
//! with the rest, as is whatever a reader would put together otherwise than a strict writer had it.

use super::{Problem, Reason, lines::LONGEST, property::Head};
use crate::{data::Data, pieces::Pieces};
use bytes::Bytes;
use std::{io::BufRead, ops::Range};

/// Smaller files are read with the rest.
const SMALL: u64 = 64 << 10;
/// Of a line so much is looked at for its name and parameters, and for what stands before the comma of a `data:` URI.
const LONGEST_HEAD: usize = 4096;
/// Properties whose values become files of an item.
const FILES: [&[u8]; 3] = [b"ATTACH", b"PHOTO", b"X-ATTACH"];

/// The text of one item, with holes where large files were.
#[derive(Clone, Debug, Default)]
pub struct Text {
    pub(crate) rest: Bytes,
    /// Where each was, in the rest.
    holes: Vec<(u64, Data)>,
}

impl Text {
    /// What is in memory: all but the large files.
    pub fn around(&self) -> &[u8] {
        &self.rest
    }

    /// What was taken out of a line that has these bytes of the rest.
    pub(crate) fn taken_out_of(&self, line: Range<u64>) -> Option<Data> {
        let at = self.holes.partition_point(|(at, _)| *at <= line.start);
        let (at, data) = self.holes.get(at)?;
        (*at <= line.end).then(|| data.clone())
    }

    /// All of it in memory.
    ///
    /// # Errors
    /// [`Reason::TooLong`] if that is more than a line may have, [`Reason::NoItem`] if a file cannot be read.
    pub(crate) fn whole(&self) -> Result<Bytes, Problem> {
        if self.holes.is_empty() {
            return Ok(self.rest.clone());
        }
        let bytes = self.holes.iter().map(|(_, data)| data.size().unwrap_or(u64::MAX));
        let bytes = bytes.fold(self.rest.len() as u64, u64::saturating_add);
        if bytes > LONGEST as u64 {
            return Err(Problem::new(1, Reason::TooLong));
        }
        let mut pieces = Pieces::new();
        let mut from = 0;
        for (at, data) in &self.holes {
            let at = usize::try_from(*at).unwrap_or(self.rest.len());
            pieces.copied(self.rest.get(from..at).unwrap_or_default());
            pieces.base64(data.reader(), crate::pieces::Layout::Folded);
            from = at;
        }
        pieces.copied(self.rest.get(from..).unwrap_or_default());
        pieces.into_bytes().map(Bytes::from).map_err(|_| Problem::new(1, Reason::NoItem))
    }
}

macro_rules! from {
    ($($whole:ty),*) => {$(
        impl From<$whole> for Text {
            fn from(whole: $whole) -> Self {
                Self { rest: whole.into(), holes: Vec::new() }
            }
        }
    )*};
}

from!(Bytes, Vec<u8>, String, &'static str, &'static [u8]);

/// Where the base64 of large files lies in a body.
#[derive(Clone, Debug, Default)]
pub struct Parting(Vec<Large>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Large {
    range: Range<u64>,
    /// How many bytes it says.
    size: u64,
}

impl Parting {
    /// Whether there is no large file.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes lie around them, of a body of this length.
    pub fn len_around(&self, of: u64) -> u64 {
        of - self.0.iter().map(|large| large.range.end - large.range.start).sum::<u64>().min(of)
    }

    /// Those parts of a chunk that lie around them; it begins here in the body.
    pub fn around<'a>(&'a self, at: u64, chunk: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let end = at + chunk.len() as u64;
        let first = self.0.partition_point(|large| large.range.end <= at);
        let here = self.0.iter().skip(first).take_while(move |large| large.range.start < end);
        let starts = std::iter::once(at).chain(here.clone().map(|large| large.range.end));
        let ends = here.map(|large| large.range.start).chain([end]);
        let part = move |(from, to): (u64, u64)| {
            let place = |offset: u64| usize::try_from(offset.saturating_sub(at)).ok();
            chunk.get(place(from)?..place(to)?).filter(|part| !part.is_empty())
        };
        starts.zip(ends).filter_map(part)
    }

    /// The text of what lies around them. A file is read by `open`, from where its base64 lies.
    pub fn text(
        self,
        around: impl Into<Bytes>,
        open: impl Fn(Range<u64>) -> Box<dyn BufRead + Send> + Clone + Send + Sync + 'static,
    ) -> Text {
        let mut taken = 0;
        let hole = |large: Large| {
            let (range, open) = (large.range, open.clone());
            let at = range.start - taken;
            taken += range.end - range.start;
            (at, Data::base64_elsewhere(large.size, move || open(range.clone())))
        };
        Text { rest: around.into(), holes: self.0.into_iter().map(hole).collect() }
    }
}

/// Finds large files, chunk by chunk.
#[derive(Debug, Default)]
pub struct Finder {
    /// How many bytes came so far.
    at: u64,
    /// Whether the next byte is the first one of a physical line.
    is_first: bool,
    state: State,
    /// The beginning of the line, unfolded, until it is known what it is.
    head: Vec<u8>,
    /// A file whose line has ended, until it is known that the next line is none of it.
    last: Option<Large>,
    found: Vec<Large>,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// Its name and parameters.
    #[default]
    Head,
    /// What stands before the comma of a URI; the value begins here in the head.
    Uri(usize),
    Base64(Letters),
    /// Whatever else a property says.
    Other,
    /// A long line without a name.
    Loose,
}

#[derive(Clone, Copy, Debug)]
struct Letters {
    begin: u64,
    end: u64,
    count: u64,
    is_padded: bool,
}

impl Finder {
    /// Takes the next bytes of the body.
    pub fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.byte(*byte);
            self.at += 1;
        }
    }

    /// All that were found.
    pub fn finish(mut self) -> Parting {
        self.end_line();
        self.found.extend(self.last);
        Parting(self.found)
    }

    fn byte(&mut self, byte: u8) {
        if matches!(byte, b'\r' | b'\n') {
            self.is_first = true;
            return;
        }
        if std::mem::take(&mut self.is_first) {
            // RFC 5545 §3.1, RFC 6350 §3.2.
            if matches!(byte, b' ' | b'\t') {
                return;
            }
            self.end_line();
        }
        match &mut self.state {
            State::Head if self.head.len() > LONGEST_HEAD => self.state = State::Loose,
            State::Uri(_) if self.head.len() > LONGEST_HEAD => self.state = State::Other,
            State::Head => {
                self.head.push(byte);
                if byte == b':' {
                    self.colon();
                }
            }
            State::Uri(value) => {
                let value = *value;
                self.head.push(byte);
                if byte == b',' {
                    self.state =
                        if is_base64(self.head.get(value..)) { self.letters() } else { State::Other };
                }
            }
            State::Base64(letters) => {
                if !letters.take(byte, self.at) {
                    self.state = State::Other;
                }
            }
            State::Other | State::Loose => {}
        }
    }

    /// Looks whether the head of the line is whole, and what it says.
    fn colon(&mut self) {
        let line = &self.head[..];
        // A colon within quotes is none.
        if !line.iter().filter(|byte| **byte == b'"').count().is_multiple_of(2) {
            return;
        }
        let Some(head) = Head::of(line) else { return };
        let name = head.name(line);
        let encoding = head.param(line, "ENCODING");
        self.state = match encoding {
            _ if !FILES.iter().any(|known| name.eq_ignore_ascii_case(known)) => State::Other,
            None => State::Uri(line.len()),
            Some(word) if [&b"BASE64"[..], b"B"].iter().any(|known| word.eq_ignore_ascii_case(known)) => {
                self.letters()
            }
            Some(_) => State::Other,
        };
    }

    /// Letters from the next byte on.
    fn letters(&self) -> State {
        let next = self.at + 1;
        State::Base64(Letters { begin: next, end: next, count: 0, is_padded: false })
    }

    fn end_line(&mut self) {
        let state = std::mem::take(&mut self.state);
        // A line that is no property may be more of the one before it.
        if matches!(state, State::Head | State::Loose) {
            if !self.head.is_empty() {
                self.last = None;
            }
        } else {
            self.found.extend(self.last.take());
        }
        self.head.clear();
        if let State::Base64(letters) = state {
            self.last = letters.large();
        }
    }
}

impl Letters {
    /// Whether the byte is one of base64, at its place.
    fn take(&mut self, byte: u8, at: u64) -> bool {
        self.end = at + 1;
        match byte {
            b' ' | b'\t' => return true,
            b'=' => self.is_padded = true,
            _ if self.is_padded => return false,
            _ => self.count += 1,
        }
        matches!(byte, b'=' | b'+' | b'/') || byte.is_ascii_alphanumeric()
    }

    fn large(self) -> Option<Large> {
        let size = self.count / 4 * 3 + (self.count % 4).saturating_sub(1);
        let is_it = size > SMALL && self.count % 4 != 1;
        is_it.then_some(Large { range: self.begin..self.end, size })
    }
}

/// Whether a URI says that base64 follows its comma (RFC 2397).
fn is_base64(uri: Option<&[u8]>) -> bool {
    let about = uri.and_then(|uri| uri.strip_suffix(b","));
    let about = about.filter(|about| about.get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"data:")));
    // Seen: the comma escaped, as if it parted texts.
    let about = about.map(|about| about.strip_suffix(b"\\").unwrap_or(about));
    let word = about.and_then(|about| about.rsplit(|byte| *byte == b';').next());
    word.is_some_and(|word| word.eq_ignore_ascii_case(b"base64"))
}

#[cfg(test)]
mod tests;
