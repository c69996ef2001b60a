//! Text that mail can carry: encoded words, quoted-printable.

use base64::{Engine, engine::general_purpose::STANDARD};
use std::fmt::Write;

/// RFC 2045 §6.7: lines of quoted-printable, with the `=` at their end.
const LONGEST_LINE: usize = 76;
/// RFC 5322 §2.1.1: lines should not be longer; those that are get an encoding.
const LONGEST_PLAIN_LINE: usize = 78;
/// RFC 2047 §2: an encoded word has at most 75 letters; so much fits into it with its frame, in whole groups of base64.
const ENCODED_WORD: usize = 45;

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
pub(super) fn crlf(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() + text.len() / 32);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' => {
                letters.next_if_eq(&'\n');
                lines.push_str("\r\n");
            }
            '\n' => lines.push_str("\r\n"),
            '\0' => {}
            _ => lines.push(letter),
        }
    }
    lines
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
        let odd = text.iter().filter(|byte| !matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')).count();
        // A byte is three letters in one and four thirds of a letter in the other.
        if odd > text.len() / 6 { Self::Base64 } else { Self::QuotedPrintable }
    }
}

/// RFC 2045 §2.7: whether bytes are lines of ASCII that end with CRLF, none of them longer than this, and none of them a boundary of ours.
pub(super) fn is_plain(text: &[u8], longest: usize) -> bool {
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

/// RFC 2045 §6.7. A line end that is not CRLF is part of the data and encoded like the rest.
pub(super) fn quoted_printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut length = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let ends_line =
            |from: usize| bytes.get(from..).is_none_or(|rest| rest.is_empty() || rest.starts_with(b"\r\n"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_lines() {
        for (bytes, expected) in [
            (&b"a=b\r\n\xe4 \r\nc\t"[..], "a=3Db\r\n=E4=20\r\nc=09"),
            (b"one\ntwo\rthree\0", "one=0Atwo=0Dthree=00"),
            (b"From x\r\n.\r\n", "=46rom x\r\n=2E\r\n"),
        ] {
            assert_eq!(quoted_printable(bytes), expected);
        }
        let long = quoted_printable(&[b'x'; 300]);
        assert!(long.lines().all(|line| line.len() <= LONGEST_LINE));
        assert_eq!(long.replace("=\r\n", ""), "x".repeat(300));
        let odd = quoted_printable("ü".repeat(100).as_bytes());
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
        assert_eq!(crlf("a\nb\rc\r\nd\0"), "a\r\nb\r\nc\r\nd");
    }
}
