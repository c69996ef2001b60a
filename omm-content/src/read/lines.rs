//! From physical lines to content lines (RFC 5545 §3.1, RFC 6350 §3.2, vCard 2.1 §2.1.3), with offsets and numbers.
//!
//! Forgiving: lines end with CRLF, LF or CR; folds are taken out octet by octet, because a fold may cut a letter of UTF-8;
//! soft breaks of quoted-printable, base64 and texts that nobody folded continue their line all the same.

use super::{
    fold,
    problem::{Problems, Reason},
    property::{Head, is_name},
};
use memchr::memchr2;
use std::io::{self, Read};

/// A content line that is longer is cut and costs its component.
pub const LONGEST: usize = 64 << 20;
const CHUNK: usize = 256 << 10;
/// Bytes of a line in which its name and parameters are looked for, each time that it is asked what may continue it: not
/// all of a line for each that it is put together from.
const LONGEST_HEAD: usize = 4096;

/// How the letters of a file are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// ASCII and what contains it.
    #[default]
    Bytes,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

/// A content line: unfolded, without line end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentLine {
    /// Its octets, in the charset of the file; UTF-8 if the file is UTF-16.
    pub text: Vec<u8>,
    /// Offset of its first byte in the file.
    pub at: u64,
    /// Offset after its last line end.
    pub end: u64,
    /// The number of its first physical line, from 1.
    pub number: u64,
    /// Whether it was cut because it is too long.
    pub cut: bool,
}

/// Content lines of a file or a part of it.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    layout: Layout,
    buffer: Vec<u8>,
    // Not yet taken: `buffer[start..]`, which lies at `at` in the file.
    start: usize,
    at: u64,
    number: u64,
    done: bool,
    next: Option<Physical>,
    wide: Vec<u8>,
}

/// A physical line in the buffer (or in `wide`, decoded).
#[derive(Clone, Copy, Debug)]
struct Physical {
    from: usize,
    to: usize,
    // With line end.
    taken: usize,
    // Whether the line after it begins with a space or a tab.
    goes_on: bool,
}

impl<R: Read> Lines<R> {
    /// The lines of a whole file; its layout is told by its first bytes.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn of_file(reader: R) -> io::Result<Self> {
        let mut lines = Self::of_part(reader, Layout::Bytes, 0, 1);
        while lines.buffer.len() < 4 && lines.fill()? {}
        let (layout, mark) = match lines.buffer.as_slice() {
            [0xFF, 0xFE, ..] => (Layout::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Layout::Utf16Be, 2),
            [first, 0, second, 0, ..] if *first > 0 && *second > 0 => (Layout::Utf16Le, 0),
            [0, first, 0, second, ..] if *first > 0 && *second > 0 => (Layout::Utf16Be, 0),
            _ => (Layout::Bytes, 0),
        };
        lines.layout = layout;
        lines.start = mark;
        lines.at = mark as u64;
        Ok(lines)
    }

    /// The lines of a part that lies at `at` in its file, its first line being number `number`.
    pub fn of_part(reader: R, layout: Layout, at: u64, number: u64) -> Self {
        Self {
            reader,
            layout,
            buffer: Vec::new(),
            start: 0,
            at,
            number,
            done: false,
            next: None,
            wide: Vec::new(),
        }
    }

    /// How the letters are laid out.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Reads the next content line into `line`; false at the end.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(&mut self, line: &mut ContentLine, problems: &mut Problems) -> io::Result<bool> {
        line.text.clear();
        line.cut = false;
        loop {
            let Some(first) = self.peek()? else { return Ok(false) };
            (line.at, line.number) = (self.at, self.number);
            let text = without_mark(self.text(first));
            if text.iter().all(|byte| matches!(byte, b' ' | b'\t' | 0)) {
                self.take(first);
                continue;
            }
            push(line, text);
            self.take(first);
            break;
        }
        self.unfold(line, problems)?;
        line.end = self.at;
        if fold::has_control(&line.text) {
            clean(line, problems);
        }
        if line.cut {
            problems.push(line.number, Reason::TooLong);
        }
        Ok(true)
    }

    /// Appends what continues the line.
    fn unfold(&mut self, line: &mut ContentLine, problems: &mut Problems) -> io::Result<()> {
        // Blank lines between the line and what may continue it.
        let mut blank = 0_usize;
        // Whether it is text that nobody folded; then `Passcode: 1` is more of it.
        let mut is_loose = false;
        while let Some(next) = self.peek()? {
            let text = self.text(next);
            match text {
                // vCard 2.1 §2.1.3: a soft break of quoted-printable; what follows is the same line whatever it is.
                _ if blank == 0 && ends_softly(line) && !is_frame(text) => {
                    line.text.pop();
                    push(line, text);
                }
                [] | [0] => {
                    // Blank lines are only skipped once it is known what comes behind them.
                    blank += 1;
                    self.take(next);
                    continue;
                }
                // Seen: files indented by hand.
                [b' ' | b'\t', ..] if is_frame(&line.text) && Head::of(text).is_some() => break,
                [b' ' | b'\t', rest @ ..] => {
                    push(line, rest);
                    blank = 0;
                }
                // Seen (Oracle): a head that was broken without a fold, so that its value is on the next line.
                _ if blank == 0 && is_broken_head(&line.text) && !is_frame(text) => {
                    problems.push(self.number, Reason::Unfolded);
                    push(line, b" ");
                    push(line, text);
                }
                _ if begins_a_property(text, line, is_loose) || (next.goes_on && begins_a_head(text)) => {
                    break;
                }
                _ if is_base64(line) && blank == 0 && only_base64(text) => {
                    problems.push(self.number, Reason::UnfoldedBase64);
                    push(line, text);
                }
                _ if is_text(line) => {
                    problems.push(self.number, Reason::Unfolded);
                    is_loose = true;
                    (0..=blank).for_each(|_| push(line, b"\\n"));
                    push(line, text);
                    blank = 0;
                }
                _ => break,
            }
            self.take(next);
        }
        Ok(())
    }

    fn text(&self, line: Physical) -> &[u8] {
        let from = if self.layout == Layout::Bytes { &self.buffer } else { &self.wide };
        from.get(line.from..line.to).unwrap_or_default()
    }

    fn take(&mut self, line: Physical) {
        self.start += line.taken;
        self.at += line.taken as u64;
        self.number += 1;
        self.next = None;
    }

    /// The next physical line, which stays where it is.
    fn peek(&mut self) -> io::Result<Option<Physical>> {
        if self.next.is_none() {
            self.next = match self.layout {
                Layout::Bytes => self.peek_bytes()?,
                _ => self.peek_wide()?,
            };
        }
        Ok(self.next)
    }

    fn peek_bytes(&mut self) -> io::Result<Option<Physical>> {
        let mut searched = self.start;
        loop {
            let found = memchr2(b'\r', b'\n', self.buffer.get(searched..).unwrap_or_default());
            let Some(at) = found.map(|at| at + searched) else {
                let pending = self.buffer.len() - self.start;
                // What is longer comes in pieces; the line that they are put together to says so.
                if self.done || pending > LONGEST {
                    let to = self.buffer.len();
                    return Ok((pending > 0).then_some(Physical {
                        from: self.start,
                        to,
                        taken: pending,
                        goes_on: false,
                    }));
                }
                self.fill()?;
                searched = self.start + pending;
                continue;
            };
            let width = match self.buffer.get(at..at + 3) {
                Some([b'\n', ..]) => 1,
                // Seen: files that went twice through a conversion of line ends have CR CR LF.
                Some(b"\r\r\n") => 3,
                Some([b'\r', b'\n', _]) => 2,
                Some(_) => 1,
                None if !self.done && self.buffer.get(at) == Some(&b'\r') => {
                    let kept = at - self.start;
                    self.fill()?;
                    searched = self.start + kept;
                    continue;
                }
                None => self.buffer.get(at..).map_or(1, |rest| if rest == b"\r\n" { 2 } else { 1 }),
            };
            let goes_on = matches!(self.buffer.get(at + width), Some(b' ' | b'\t'));
            return Ok(Some(Physical { from: self.start, to: at, taken: at - self.start + width, goes_on }));
        }
    }

    /// UTF-16: the line end is found by units, and the line decoded.
    fn peek_wide(&mut self) -> io::Result<Option<Physical>> {
        let mut at = self.start;
        let unit = |pair: &[u8], layout| match (pair, layout) {
            ([low, high], Layout::Utf16Le) => u16::from_le_bytes([*low, *high]),
            ([high, low], _) => u16::from_be_bytes([*high, *low]),
            _ => 0xFFFD,
        };
        loop {
            match self.buffer.get(at..at + 2) {
                Some(pair) if matches!(unit(pair, self.layout), 0x0A | 0x0D) || at - self.start > LONGEST => {
                    break;
                }
                Some(_) => at += 2,
                None if self.done => break,
                None => {
                    let kept = at - self.start;
                    self.fill()?;
                    at = self.start + kept;
                }
            }
        }
        while !self.done && self.buffer.len() < at + 6 {
            let kept = at - self.start;
            self.fill()?;
            at = self.start + kept;
        }
        let rest = self.buffer.get(at..).unwrap_or_default();
        let mut ends = rest.chunks_exact(2).map(|pair| unit(pair, self.layout));
        let width = match (ends.next(), ends.next()) {
            (Some(0x0D), Some(0x0A)) => 4,
            (Some(0x0A | 0x0D), _) => 2,
            // The last byte of an odd number is no character.
            (None, _) => rest.len(),
            _ => 0,
        };
        let after = rest.get(width..width + 2).map(|pair| unit(pair, self.layout));
        let goes_on = matches!(after, Some(0x20 | 0x09));
        let text = self.buffer.get(self.start..at).unwrap_or_default();
        if text.is_empty() && width == 0 {
            return Ok(None);
        }
        self.wide.clear();
        let units = text.chunks(2).map(|pair| unit(pair, self.layout));
        let mut letter = [0; 4];
        for decoded in char::decode_utf16(units) {
            let decoded = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.wide.extend_from_slice(decoded.encode_utf8(&mut letter).as_bytes());
        }
        Ok(Some(Physical { from: 0, to: self.wide.len(), taken: at - self.start + width, goes_on }))
    }

    /// Reads more; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let before = self.buffer.len();
        // Doubling, so that a long line is not moved again for every chunk.
        let more = CHUNK.max(before);
        (&mut self.reader).take(more as u64).read_to_end(&mut self.buffer)?;
        self.done = self.buffer.len() < before + more;
        Ok(self.buffer.len() > before)
    }
}

/// Takes control characters out, before anybody looks at what the line says: what is read is what will be written.
fn clean(line: &mut ContentLine, problems: &mut Problems) {
    let declared = Head::of(&line.text).and_then(|head| head.param(&line.text, "CHARSET"));
    // ISO-2022-JP says with ESC which letters follow.
    let needs_escape = declared.is_some_and(|name| name.eq_ignore_ascii_case(b"ISO-2022-JP"));
    let before = line.text.len();
    line.text.retain(|byte| !fold::is_control(*byte) || (needs_escape && *byte == 0x1B));
    if line.text.len() < before {
        problems.push(line.number, Reason::Control);
    }
}

fn push(line: &mut ContentLine, text: &[u8]) {
    let room = LONGEST.saturating_sub(line.text.len());
    line.cut |= text.len() > room;
    line.text.extend_from_slice(text.get(..room).unwrap_or(text));
}

/// Seen: files put together from others have their byte order marks in the middle.
fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

/// Whether a fold may have cut a property before its colon: `SUMMARY` and `DTSTART;TZID=Amer`.
fn begins_a_head(text: &[u8]) -> bool {
    let length = text.iter().take_while(|byte| is_name(**byte)).count();
    length > 0 && matches!(text.get(length), None | Some(b';'))
}

/// Whether it does, and is no more of the text before it: `X-rays of both: none` may be prose, `X-GOOGLE TALK:x` is not.
fn begins_a_property(text: &[u8], line: &ContentLine, in_text: bool) -> bool {
    let Some(head) = Head::of(text) else { return false };
    let has_spaces = head.is_odd() && !head.name(text).iter().all(|byte| is_name(*byte));
    if !in_text && !has_spaces {
        return true;
    }
    let is_loud = !head.name(text).iter().any(u8::is_ascii_lowercase);
    if has_spaces { !in_text && (is_loud || !is_text(line)) } else { is_loud }
}

/// The head of a line that is being put together.
fn short_head(line: &[u8]) -> Option<Head> {
    Head::of(line.get(..LONGEST_HEAD).unwrap_or(line))
}

fn is_broken_head(line: &[u8]) -> bool {
    line.len() <= LONGEST_HEAD && begins_a_head(line) && line.contains(&b';') && Head::of(line).is_none()
}

fn is_frame(text: &[u8]) -> bool {
    let starts = |word: &[u8]| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    starts(b"END:V") || starts(b"BEGIN:V")
}

fn ends_softly(line: &ContentLine) -> bool {
    line.text.last() == Some(&b'=')
        && short_head(&line.text)
            // A fold within quotes: what they hold is no parameter, whatever it looks like.
            .is_some_and(|head| {
                !head.has_open_quote(&line.text) && head.says(&line.text, b"QUOTED-PRINTABLE")
            })
}

fn is_base64(line: &ContentLine) -> bool {
    short_head(&line.text).is_some_and(|head| {
        head.says(&line.text, b"BASE64") || head.says(&line.text, b"B") || line.text.ends_with(b";base64,")
    })
}

fn only_base64(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b' ' | b'\t'))
}

/// Whether its value is text for people, which may have had lines of its own.
fn is_text(line: &ContentLine) -> bool {
    const TEXTS: [&str; 10] = [
        "SUMMARY",
        "DESCRIPTION",
        "COMMENT",
        "LOCATION",
        "CONTACT",
        "NOTE",
        "LABEL",
        "ADR",
        "RESOURCES",
        "X-ALT-DESC",
    ];
    short_head(&line.text).is_some_and(|head| {
        let name = head.name(&line.text);
        let is_own = name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"X-"));
        is_own || TEXTS.iter().any(|text| name.eq_ignore_ascii_case(text.as_bytes()))
    })
}

#[cfg(test)]
mod tests;
