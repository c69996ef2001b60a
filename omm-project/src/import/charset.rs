//! What a text file is written in, and the letters in it.

use super::file::{File, refused, unreadable};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use omm_core::Result;
use zeroize::Zeroizing;

/// The file is read in pieces of this size.
const PIECE: usize = 64 << 10;
/// Text that waits to be read. A line that is longer is no line of the form.
const WINDOW: usize = 256 << 10;

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charset {
    pub(super) encoding: &'static Encoding,
    /// Whether it was guessed from the letters.
    pub(super) guessed: bool,
}

impl Charset {
    /// The charset of that name.
    pub(super) fn named(name: &str) -> Result<Self> {
        let encoding = Encoding::for_label(name.as_bytes());
        let encoding = encoding
            .ok_or_else(|| refused("no charset of that name is known; write for example windows-1252"))?;
        Ok(Self { encoding, guessed: false })
    }

    /// The charset of a file: by its mark, else UTF-8 if the whole of it is, else what it looks like. Leaves the file at
    /// its start.
    pub(super) fn of(file: &mut dyn File) -> Result<Self> {
        let mut piece = Zeroizing::new(vec![0; PIECE]);
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        let mut utf8 = Some(UTF_8.new_decoder_without_bom_handling());
        // Room for the replacements of a piece; the text is not wanted.
        let mut text = Zeroizing::new(String::with_capacity(3 * PIECE + 16));
        let mut is_first = true;
        loop {
            let read = fill(file, &mut piece)?;
            let bytes = piece.get(..read).unwrap_or_default();
            if std::mem::take(&mut is_first)
                && let Some(encoding) = marked(bytes)
            {
                file.rewind().map_err(unreadable)?;
                return Ok(Self { encoding, guessed: false });
            }
            let last = read < PIECE;
            if let Some(decoder) = &mut utf8 {
                text.clear();
                if decoder.decode_to_string(bytes, &mut text, last).2 {
                    utf8 = None;
                }
            }
            detector.feed(bytes, last);
            if last {
                break;
            }
        }
        file.rewind().map_err(unreadable)?;
        let guessed = utf8.is_none();
        let encoding = if guessed { detector.guess(None, Utf8Detection::Deny) } else { UTF_8 };
        Ok(Self { encoding, guessed })
    }
}

/// A byte order mark, or UTF-16 without one: the first letters of a header are ASCII, or a quote.
fn marked(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    match bytes {
        [1..=0x7F, 0, 1..=0x7F, 0, ..] => Some(UTF_16LE),
        [0, 1..=0x7F, 0, 1..=0x7F, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut dyn File, buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match file.read(room) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
    Ok(filled)
}

/// The lines of a text file. What was read is wiped; nothing grows with the file.
pub(super) struct Lines {
    file: Box<dyn File>,
    decoder: Decoder,
    raw: Zeroizing<Vec<u8>>,
    /// `raw[raw_at..raw_end]` is not decoded yet.
    raw_at: usize,
    raw_end: usize,
    file_ended: bool,
    /// Never longer than its capacity, so that it never moves and leaves a copy behind.
    window: Zeroizing<String>,
    at: usize,
    decoded_all: bool,
}

/// A line, without its end.
pub(super) enum Line {
    Whole(Zeroizing<String>),
    /// Too long to be one; its text was thrown away.
    TooLong,
}

impl Lines {
    pub(super) fn new(file: Box<dyn File>, charset: Charset) -> Self {
        Self {
            file,
            decoder: charset.encoding.new_decoder_with_bom_removal(),
            raw: Zeroizing::new(vec![0; PIECE]),
            raw_at: 0,
            raw_end: 0,
            file_ended: false,
            window: Zeroizing::new(String::with_capacity(WINDOW)),
            at: 0,
            decoded_all: false,
        }
    }

    /// The next line. Lines end with LF, CR LF, or CR (old Macintosh).
    pub(super) fn next(&mut self) -> Result<Option<Line>> {
        let mut too_long = false;
        loop {
            let rest = self.window.get(self.at..).unwrap_or_default();
            if let Some((length, end)) = line_end(rest, self.decoded_all) {
                let line = rest.get(..length).unwrap_or_default();
                let line =
                    if too_long { Line::TooLong } else { Line::Whole(Zeroizing::new(line.to_owned())) };
                self.at += end;
                return Ok(Some(line));
            }
            if self.decoded_all {
                let line = Zeroizing::new(rest.to_owned());
                self.at = self.window.len();
                return Ok(match (too_long, line.is_empty()) {
                    (true, _) => Some(Line::TooLong),
                    (false, true) => None,
                    (false, false) => Some(Line::Whole(line)),
                });
            }
            if !self.more()? {
                // The window is full of one line. A CR at its very end waits for what follows.
                too_long = true;
                self.at = self.window.trim_end_matches('\r').len();
            }
        }
    }

    /// Decodes more text; false when there is no room for any.
    fn more(&mut self) -> Result<bool> {
        if self.at > 0 {
            self.window.drain(..self.at);
            self.at = 0;
        }
        if self.raw_at == self.raw_end && !self.file_ended {
            self.raw_end = fill(&mut *self.file, &mut self.raw)?;
            self.raw_at = 0;
            self.file_ended = self.raw_end < PIECE;
        }
        let before = (self.window.len(), self.raw_at);
        let bytes = self.raw.get(self.raw_at..self.raw_end).unwrap_or_default();
        let (result, read, _) = self.decoder.decode_to_string(bytes, &mut self.window, self.file_ended);
        self.raw_at += read;
        self.decoded_all = self.file_ended && result == CoderResult::InputEmpty;
        Ok(self.decoded_all
            || before != (self.window.len(), self.raw_at)
            || result == CoderResult::InputEmpty)
    }
}

/// How long the first line is, without and with its end.
fn line_end(text: &str, is_last: bool) -> Option<(usize, usize)> {
    let at = text.find(['\n', '\r'])?;
    let end = text.get(at..).unwrap_or_default();
    match (end.starts_with("\r\n"), end.len()) {
        (true, _) => Some((at, at + 2)),
        // An LF may come with the next piece.
        (false, 1) if end == "\r" && !is_last => None,
        _ => Some((at, at + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{WINDOWS_1251, WINDOWS_1252};
    use std::io::Cursor;

    fn lines(bytes: &[u8], charset: Charset) -> Vec<String> {
        let mut lines = Lines::new(Box::new(Cursor::new(bytes.to_vec())), charset);
        std::iter::from_fn(|| lines.next().unwrap())
            .map(|line| match line {
                Line::Whole(text) => text.to_string(),
                Line::TooLong => "too long".to_owned(),
            })
            .collect()
    }

    #[test]
    fn charsets() {
        let russian =
            WINDOWS_1251.encode("пароль, который никто не угадает\nэто другой пароль").0.into_owned();
        for (bytes, encoding, guessed, first) in [
            (&b"a;b"[..], UTF_8, false, "a;b"),
            (b"", UTF_8, false, ""),
            (b"\xEF\xBB\xBFa", UTF_8, false, "a"),
            (b"\xFF\xFEa\0\xE9\0", UTF_16LE, false, "aé"),
            (b"\xFE\xFF\0a\0\xE9", UTF_16BE, false, "aé"),
            (b"a\0b\0", UTF_16LE, false, "ab"),
            ("é".as_bytes(), UTF_8, false, "é"),
            (b"mot de passe: \xE9t\xE9 \xE0 la plage", WINDOWS_1252, true, "mot de passe: été à la plage"),
            (&russian, WINDOWS_1251, true, "пароль, который никто не угадает"),
        ] {
            let charset = Charset::of(&mut Cursor::new(bytes)).unwrap();
            assert_eq!((charset.encoding, charset.guessed), (encoding, guessed), "{first}");
            assert_eq!(lines(bytes, charset).first().map_or("", String::as_str), first);
        }
        assert_eq!(Charset::named("latin1").unwrap().encoding, WINDOWS_1252);
        assert!(Charset::named("no-such").is_err());
    }

    // A letter outside ASCII far behind the beginning must not be overlooked.
    #[test]
    fn the_whole_file_is_looked_at() {
        let mut bytes = b"x\n".repeat(PIECE);
        bytes.extend(b"une \xE9t\xE9\n");
        let charset = Charset::of(&mut Cursor::new(&bytes)).unwrap();
        assert!(charset.guessed);
        assert_eq!(lines(&bytes, charset).last().unwrap(), "une été");
    }

    #[test]
    fn line_ends() {
        let utf8 = Charset { encoding: UTF_8, guessed: false };
        for (text, expected) in [
            ("a\nb\r\nc\rd", &["a", "b", "c", "d"][..]),
            ("a\n", &["a"]),
            ("a\r", &["a"]),
            ("\n\r\n\r", &["", "", ""]),
            ("", &[]),
        ] {
            assert_eq!(lines(text.as_bytes(), utf8), expected, "{text:?}");
        }
        // A CR that ends one piece, and its LF that begins the next.
        let mut text = "x".repeat(PIECE - 1);
        text.push_str("\r\ny\n");
        assert_eq!(lines(text.as_bytes(), utf8).len(), 2);
    }

    #[test]
    fn a_line_without_an_end_takes_no_memory() {
        let utf8 = Charset { encoding: UTF_8, guessed: false };
        for length in [WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW] {
            for end in ["\n", "\r\n", "\r"] {
                let text = format!("a{end}{}{end}b{end}", "é".repeat(length));
                let found = lines(text.as_bytes(), utf8);
                assert_eq!((found.len(), found[2].as_str()), (3, "b"), "{length}");
                assert_eq!(found[1], "too long");
            }
        }
    }
}
