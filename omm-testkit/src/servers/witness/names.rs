//! Folder names on the wire: modified UTF-7 (RFC 3501 §5.1.3), the separator, the namespace's prefix.

use omm_core::model::FolderPath;
use std::io;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// How a server writes paths.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) separator: Option<char>,
    /// What personal folders begin with, its separator included: `INBOX.`, say.
    pub(super) prefix: String,
}

impl Names {
    /// The path that a name on the wire stands for.
    pub(super) fn path(&self, name: &str) -> FolderPath {
        let is_inbox = name.eq_ignore_ascii_case("INBOX");
        let inside = if is_inbox { name } else { name.strip_prefix(&self.prefix).unwrap_or(name) };
        let segments: Vec<String> = match self.separator {
            Some(separator) => inside.split(separator).map(decode).collect(),
            None => vec![decode(inside)],
        };
        let first_inbox = |(at, segment): (usize, String)| {
            if at == 0 && segment.eq_ignore_ascii_case("INBOX") { "INBOX".to_owned() } else { segment }
        };
        FolderPath::new(segments.into_iter().enumerate().map(first_inbox))
    }

    /// The name on the wire of a path.
    ///
    /// # Errors
    /// When a segment contains the separator: no such folder can be there.
    pub(super) fn wire(&self, path: &FolderPath) -> io::Result<String> {
        let separator = self.separator.unwrap_or('/');
        if path.segments().any(|segment| segment.contains(separator)) {
            return Err(io::Error::other(format!("{path}: {separator:?} separates folders here")));
        }
        let name = path.segments().map(encode).collect::<Vec<_>>().join(&separator.to_string());
        if name.eq_ignore_ascii_case("INBOX") { Ok(name) } else { Ok(format!("{}{name}", self.prefix)) }
    }
}

/// A quoted string (RFC 3501 §4.3); for text without line ends.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

pub(super) fn encode(name: &str) -> String {
    let mut out = String::new();
    let mut foreign: Vec<u16> = Vec::new();
    for letter in name.chars() {
        if (' '..='~').contains(&letter) {
            flush(&mut foreign, &mut out);
            out.push(letter);
            if letter == '&' {
                out.push('-');
            }
        } else {
            foreign.extend(letter.encode_utf16(&mut [0; 2]).iter());
        }
    }
    flush(&mut foreign, &mut out);
    out
}

fn flush(foreign: &mut Vec<u16>, out: &mut String) {
    if foreign.is_empty() {
        return;
    }
    let bytes: Vec<u8> = foreign.drain(..).flat_map(u16::to_be_bytes).collect();
    out.push('&');
    sextets(&bytes, out);
    out.push('-');
}

/// Base64 as RFC 4648 §4 has it.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    sextets(bytes, &mut out);
    out = out.replace(',', "/");
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

fn sextets(bytes: &[u8], out: &mut String) {
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..=chunk.len() {
            let index = (bits >> (18 - 6 * place)) & 63;
            out.push(char::from(ALPHABET[index as usize]));
        }
    }
}

/// What cannot be decoded stays as it is, so that the difference is seen.
pub(super) fn decode(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('-') else { break };
        let coded = &rest[at + 1..at + end];
        match (coded, letters(coded)) {
            ("", _) => out.push('&'),
            (_, Some(text)) => out.push_str(&text),
            (_, None) => out.push_str(&rest[at..=at + end]),
        }
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    out
}

fn letters(coded: &str) -> Option<String> {
    let mut units = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for byte in coded.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == byte)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push(u16::try_from((bits >> held) & 0xffff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        // The examples of RFC 3501 §5.1.3, and names beyond the first plane.
        for (name, wire) in [
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("A&B", "A&-B"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("😀", "&2D3eAA-"),
        ] {
            assert_eq!(encode(name), wire);
            assert_eq!(decode(wire), name);
        }
        assert_eq!(decode("&broken"), "&broken");
        assert_eq!(base64(b"\xff\xff\xfe\0"), "///+AA==");
    }

    #[test]
    fn a_prefix_is_not_part_of_the_path() {
        let names = Names { separator: Some('.'), prefix: "INBOX.".to_owned() };
        let path = FolderPath::new(["Sent", "x&y"]);
        assert_eq!(names.wire(&path).expect("it can be written"), "INBOX.Sent.x&-y");
        assert_eq!(names.path("INBOX.Sent.x&-y"), path);
        assert_eq!(names.path("inbox"), FolderPath::new(["INBOX"]));
        assert!(names.wire(&FolderPath::new(["a.b"])).is_err());
    }
}
