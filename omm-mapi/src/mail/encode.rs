//! Text that mail can carry: encoded words, quoted-printable.

use base64::{Engine, engine::general_purpose::STANDARD};

/// RFC 2045 §6.7: lines of quoted-printable, with the `=` at their end.
const LONGEST_LINE: usize = 76;
/// RFC 5322 §2.1.1: lines should not be longer; those that are get an encoding.
const LONGEST_PLAIN_LINE: usize = 78;
/// RFC 2047 §2: an encoded word has at most 75 letters, its line at most 76; so many bytes leave room for the name of a field.
const ENCODED_WORD: usize = 36;

/// What no line of a body may begin with that is not encoded: all boundaries of ours begin so, and in quoted-printable and base64 it cannot
/// stand.
pub(super) const BOUNDARY: &str = "=_omm_";

/// RFC 2047 §2: text as encoded words in UTF-8, each for itself; they stand together with blanks between them, which are not part of the text.
pub(super) fn encoded_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = ENCODED_WORD.min(rest.len());
        // RFC 2047 §5: no letter is divided.
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (word, behind) = rest.split_at(end);
        words.push(format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
        rest = behind;
    }
    words
}

/// Text of one line: what is no letter becomes a blank, so that nothing can begin a field of its own.
pub(super) fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    line.trim().to_owned()
}

/// Lines that end with CRLF, whatever they ended with (RFC 2046 §4.1.1).
pub(super) fn crlf(text: String) -> String {
    if has_crlf(text.as_bytes()) {
        return text;
    }
    let mut lines = String::with_capacity(text.len() + text.len() / 32);
    let mut from = 0;
    for at in memchr::memchr3_iter(b'\r', b'\n', b'\0', text.as_bytes()) {
        // The second half of a line end that is written already.
        if at < from {
            continue;
        }
        lines.push_str(text.get(from..at).unwrap_or_default());
        let rest = text.get(at..).unwrap_or_default();
        from = at + if rest.starts_with("\r\n") { 2 } else { 1 };
        if !rest.starts_with('\0') {
            lines.push_str("\r\n");
        }
    }
    lines.push_str(text.get(from..).unwrap_or_default());
    lines
}

/// Whether all lines end with CRLF, and nothing in them is a NUL or half a line end.
fn has_crlf(text: &[u8]) -> bool {
    let mut odd = memchr::memchr3_iter(b'\r', b'\n', b'\0', text);
    while let Some(at) = odd.next() {
        if text.get(at..at + 2) != Some(b"\r\n") {
            return false;
        }
        odd.next();
    }
    true
}

/// A transfer encoding (RFC 2045 §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    SevenBit,
    QuotedPrintable,
    Base64,
}

impl Transfer {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
        }
    }

    /// The encoding that suits a text: none for short lines of ASCII, quoted-printable for what is mostly ASCII. Each gives back the same
    /// bytes.
    pub(super) fn of(text: &[u8]) -> Self {
        if is_plain(text, LONGEST_PLAIN_LINE) {
            return Self::SevenBit;
        }
        // A byte is three letters in one and four thirds of a letter in the other.
        if odd_bytes(text) > text.len() / 6 { Self::Base64 } else { Self::QuotedPrintable }
    }
}

/// How many bytes are neither ASCII that is shown nor blanks and line ends.
fn odd_bytes(text: &[u8]) -> usize {
    let is_odd = |byte: &u8| !matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n');
    // As many as a byte can count, so that many are looked at together.
    let count = |run: &[u8]| run.iter().fold(0u8, |odd, byte| odd + u8::from(is_odd(byte)));
    text.chunks(u8::MAX.into()).map(|run| usize::from(count(run))).sum()
}

/// RFC 2045 §2.7: whether bytes are lines of ASCII that end with CRLF, none of them longer than this, and none of them a boundary of ours.
pub(super) fn is_plain(text: &[u8], longest: usize) -> bool {
    // Without a branch for each byte, so that many are looked at together.
    let is_text = |line: &[u8]| line.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~' | b'\t'));
    let is_line = |line: &[u8]| line.len() <= longest && is_text(line);
    let mut from = 0;
    for at in memchr::memchr_iter(b'\n', text) {
        match text.get(from..at).and_then(|line| line.strip_suffix(b"\r")) {
            Some(line) if is_line(line) => from = at + 1,
            _ => return false,
        }
    }
    is_line(text.get(from..).unwrap_or_default()) && memchr::memmem::find(text, BOUNDARY.as_bytes()).is_none()
}

/// RFC 2045 §6.7. A line end that is not CRLF is part of the data and encoded like the rest. What is appended is ASCII.
pub(super) fn quoted_printable(bytes: &[u8], text: &mut Vec<u8>) {
    let mut quoting = Quoting { text, length: 0 };
    let mut from = 0;
    for at in memchr::memchr_iter(b'\n', bytes) {
        let Some(line) = bytes.get(from..at).and_then(|line| line.strip_suffix(b"\r")) else { continue };
        quoting.line(line);
        quoting.text.extend_from_slice(b"\r\n");
        (quoting.length, from) = (0, at + 1);
    }
    quoting.line(bytes.get(from..).unwrap_or_default());
}

/// A line of quoted-printable that is being written.
struct Quoting<'a> {
    text: &'a mut Vec<u8>,
    /// Letters on it, since it was last broken.
    length: usize,
}

impl Quoting<'_> {
    fn line(&mut self, line: &[u8]) {
        let Some((last, mut rest)) = line.split_last() else { return };
        while let Some(&first) = rest.first() {
            let room = (LONGEST_LINE - 1).saturating_sub(self.length).min(rest.len());
            let run = rest.get(..room).map_or(0, plain_run);
            if run == 0 || (self.length == 0 && is_odd_at_the_beginning(first)) {
                self.letter(first, first == b' ' || first == b'\t' || self.is_plain(first), LONGEST_LINE - 1);
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let (plain, behind) = rest.split_at(run);
            self.text.extend_from_slice(plain);
            (self.length, rest) = (self.length + run, behind);
        }
        // Blanks at the end of a line are lost on the way. Nothing follows, so no `=` needs room.
        self.letter(*last, self.is_plain(*last), LONGEST_LINE);
    }

    /// A letter that is no blank and stands for itself here.
    fn is_plain(&self, byte: u8) -> bool {
        byte.is_ascii_graphic() && byte != b'=' && !(self.length == 0 && is_odd_at_the_beginning(byte))
    }

    fn letter(&mut self, byte: u8, plain: bool, room: usize) {
        if self.length + if plain { 1 } else { 3 } > room {
            self.text.extend_from_slice(b"=\r\n");
            self.length = 0;
        }
        // The line may have begun anew, and with it the meaning of a dot.
        if plain && !(self.length == 0 && is_odd_at_the_beginning(byte)) {
            self.text.push(byte);
            self.length += 1;
        } else {
            let half = |half: u8| DIGITS[usize::from(half & 0xF)];
            self.text.extend_from_slice(&[b'=', half(byte >> 4), half(byte)]);
            self.length += 3;
        }
    }
}

/// RFC 2045 §6.7: in capitals.
const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// How many bytes from the first one on may stand for themselves within a line.
fn plain_run(bytes: &[u8]) -> usize {
    // Without a branch for each byte, so that many are looked at together.
    let (blocks, _) = bytes.as_chunks::<16>();
    let whole = |block: &[u8; 16]| block.iter().fold(true, |all, byte| all & is_plain_within(*byte));
    let run = 16 * blocks.iter().take_while(|block| whole(block)).count();
    let rest = bytes.get(run..).unwrap_or_default();
    run + rest.iter().take_while(|byte| is_plain_within(**byte)).count()
}

/// A dot and a "From" have other meanings at the beginning of a line.
fn is_odd_at_the_beginning(byte: u8) -> bool {
    byte == b'.' || byte == b'F'
}

/// What may stand for itself within a line.
fn is_plain_within(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t') & (byte != b'=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn written(bytes: &[u8]) -> String {
        let mut text = Vec::new();
        quoted_printable(bytes, &mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn quoted_printable_lines() {
        for (bytes, expected) in [
            (&b"a=b\r\n\xe4 \r\nc\t"[..], "a=3Db\r\n=E4=20\r\nc=09"),
            (b"one\ntwo\rthree\0", "one=0Atwo=0Dthree=00"),
            (b"From x\r\n.\r\n", "=46rom x\r\n=2E\r\n"),
        ] {
            assert_eq!(written(bytes), expected);
        }
        let long = written(&[b'x'; 300]);
        assert!(long.lines().all(|line| line.len() <= LONGEST_LINE));
        assert_eq!(long.replace("=\r\n", ""), "x".repeat(300));
        let odd = written("ü".repeat(100).as_bytes());
        assert!(odd.lines().all(|line| line.len() <= LONGEST_LINE));
    }

    #[test]
    fn encodings_by_what_the_text_is() {
        for (text, expected) in [
            (&b"short\r\nlines\r\n"[..], Transfer::SevenBit),
            (b"", Transfer::SevenBit),
            (b"bare\nends", Transfer::QuotedPrintable),
            (b"--=_omm_1\r\n", Transfer::QuotedPrintable),
            (&[b'x'; 79], Transfer::QuotedPrintable),
            ("ein schönes Lied".as_bytes(), Transfer::QuotedPrintable),
            ("日本語".as_bytes(), Transfer::Base64),
            (b"mac\rends", Transfer::QuotedPrintable),
            (b"end\r", Transfer::QuotedPrintable),
        ] {
            assert_eq!(Transfer::of(text), expected, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn encoded_words_are_short_and_whole() {
        let words = encoded_words(&"aß日😀".repeat(20));
        assert!(words.iter().all(|word| word.len() <= 75));
        let decoded = words.iter().map(|word| {
            let inside = word.strip_prefix("=?utf-8?B?").unwrap().strip_suffix("?=").unwrap();
            String::from_utf8(STANDARD.decode(inside).unwrap()).unwrap()
        });
        assert_eq!(decoded.collect::<String>(), "aß日😀".repeat(20));
    }

    #[test]
    fn line_ends() {
        for (text, expected) in [
            ("a\nb\rc\r\nd\0", "a\r\nb\r\nc\r\nd"),
            ("\r\r\n\n", "\r\n\r\n\r\n"),
            ("\r\0\n", "\r\n\r\n"),
            ("a\r\nb\r\n", "a\r\nb\r\n"),
            ("a\r\nb\r", "a\r\nb\r\n"),
            ("é\nü", "é\r\nü"),
            ("", ""),
        ] {
            assert_eq!(crlf(text.to_owned()), expected, "{text:?}");
        }
    }

    // Would catch: a run that goes over the end of a line or hides a dot, a blank or a bare line end within it.
    #[test]
    fn runs_give_what_single_bytes_give() {
        let mut state = 1u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        const LETTERS: &[u8] = b"aaaaaaaaaaaaaaaaaaaa  .F=\t\r\n\xc3~!\0";
        for _ in 0..20_000 {
            let length = random(400);
            let mut text = Vec::new();
            while (text.len() as u64) < length {
                match random(12) {
                    0 => text.extend_from_slice(b"\r\n"),
                    1 => text.extend(std::iter::repeat_n(b'x', 70 + random(8) as usize)),
                    _ => text.push(LETTERS[random(LETTERS.len() as u64) as usize]),
                }
            }
            assert_eq!(written(&text), slow_quoted_printable(&text), "{:?}", String::from_utf8_lossy(&text));
            for longest in [3, 78] {
                assert_eq!(
                    is_plain(&text, longest),
                    slow_is_plain(&text, longest),
                    "{:?}",
                    String::from_utf8_lossy(&text)
                );
            }
        }
    }

    /// The same, a byte at a time.
    fn slow_quoted_printable(bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
        let mut length = 0;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let ends_line = |from: usize| {
                bytes.get(from..).is_none_or(|rest| rest.is_empty() || rest.starts_with(b"\r\n"))
            };
            if byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                text.push_str("\r\n");
                (length, at) = (0, at + 2);
                continue;
            }
            // Blanks at the end of a line are lost on the way; a dot and a "From" at its beginning have other meanings there.
            let plain = match byte {
                b' ' | b'\t' => !ends_line(at + 1),
                b'.' | b'F' => length > 0,
                b'!'..=b'<' | b'>'..=b'~' => true,
                _ => false,
            };
            let width = if plain { 1 } else { 3 };
            let room = if ends_line(at + 1) { LONGEST_LINE } else { LONGEST_LINE - 1 };
            if length + width > room {
                text.push_str("=\r\n");
                length = 0;
                continue;
            }
            if plain {
                text.push(char::from(byte));
            } else {
                let _ = write!(text, "={byte:02X}");
            }
            (length, at) = (length + width, at + 1);
        }
        text
    }

    /// The same, a byte at a time.
    fn slow_is_plain(text: &[u8], longest: usize) -> bool {
        let mut length = 0;
        let mut before = 0;
        for &byte in text {
            match (before, byte) {
                (b'\r', b'\n') => length = 0,
                (b'\r', _) | (_, b'\n') => return false,
                (_, b' '..=b'~' | b'\t' | b'\r') => length += usize::from(byte != b'\r'),
                _ => return false,
            }
            if length > longest {
                return false;
            }
            before = byte;
        }
        before != b'\r' && memchr::memmem::find(text, BOUNDARY.as_bytes()).is_none()
    }
}
