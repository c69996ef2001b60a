//! Mailbox names: as people write them, and as they are on the wire.
//!
//! Two spellings: modified UTF-7 (RFC 3501 §5.1.3), and UTF-8 once UTF8=ACCEPT or IMAP4rev2 is enabled (RFC 6855 §3,
//! RFC 9051 §5.1). Reading takes whatever servers have, so two wire names may read alike (`R&D`, not encoded, and
//! `R&-D`): a folder is known by its wire name. Writing follows the standards.

use std::fmt::Write;

/// Which spelling is in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Modified UTF-7.
    #[default]
    Utf7,
    /// UTF-8, `&` meaning itself.
    Utf8,
}

/// The name in clear. INBOX comes out in upper case (RFC 9051 §5.1: its case does not matter); what cannot be decoded is
/// taken as UTF-8, and where it is none either, as Latin-1.
pub(crate) fn decode(wire: &[u8], spelling: Spelling) -> String {
    if is_inbox(wire) {
        return "INBOX".to_owned();
    }
    let Ok(text) = std::str::from_utf8(wire) else {
        return wire.iter().map(|byte| char::from(*byte)).collect();
    };
    match spelling {
        Spelling::Utf7 if text.is_ascii() => decode_utf7(text).unwrap_or_else(|| text.to_owned()),
        Spelling::Utf7 | Spelling::Utf8 => text.to_owned(),
    }
}

/// The name on the wire; nothing if no server can be told it.
pub(crate) fn encode(name: &str, spelling: Spelling) -> Option<Vec<u8>> {
    // RFC 9051 §5.1: neither of them is a name, and NUL is in no string.
    if name.is_empty() || name.contains('\0') {
        return None;
    }
    match spelling {
        Spelling::Utf7 => Some(encode_utf7(name).into_bytes()),
        // RFC 9051 §5.1.1 wants names without control characters.
        Spelling::Utf8 if name.chars().any(char::is_control) => None,
        Spelling::Utf8 => Some(name.as_bytes().to_vec()),
    }
}

/// RFC 9051 §5.1: INBOX is the same in any case.
pub(crate) fn is_inbox(wire: &[u8]) -> bool {
    wire.eq_ignore_ascii_case(b"INBOX")
}

fn decode_utf7(name: &str) -> Option<String> {
    let mut clear = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('&') {
        clear.push_str(before);
        let (shifted, after) = after.split_once('-')?;
        if shifted.is_empty() {
            clear.push('&')
        } else {
            clear.push_str(&shifted_text(shifted)?)
        }
        rest = after;
    }
    clear.push_str(rest);
    // A spelling that nobody would write is no spelling of this name: it may have a twin that is.
    (encode_utf7(&clear) == name).then_some(clear)
}

/// Base64 with `,` for `/` and without padding, over UTF-16BE.
fn shifted_text(shifted: &str) -> Option<String> {
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut units = Vec::new();
    for byte in shifted.bytes() {
        bits = (bits << 6) | value(byte)?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push((bits >> held) as u16);
            bits &= (1 << held) - 1;
        }
    }
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}

fn value(byte: u8) -> Option<u32> {
    ALPHABET.iter().position(|letter| *letter == byte).and_then(|at| u32::try_from(at).ok())
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

fn encode_utf7(name: &str) -> String {
    let mut wire = String::with_capacity(name.len());
    let mut shifted = String::new();
    for letter in name.chars() {
        // RFC 3501 §5.1.3: printable US-ASCII stands for itself, and must.
        if !(' '..='~').contains(&letter) {
            shifted.push(letter);
            continue;
        }
        shift(&mut shifted, &mut wire);
        wire.push(letter);
        if letter == '&' {
            wire.push('-');
        }
    }
    shift(&mut shifted, &mut wire);
    wire
}

fn shift(shifted: &mut String, wire: &mut String) {
    if shifted.is_empty() {
        return;
    }
    wire.push('&');
    let (mut bits, mut held) = (0_u32, 0_u32);
    for unit in shifted.encode_utf16() {
        bits = (bits << 16) | u32::from(unit);
        held += 16;
        while held >= 6 {
            held -= 6;
            wire.push(letter(bits >> held));
            bits &= (1 << held) - 1;
        }
    }
    if held > 0 {
        wire.push(letter(bits << (6 - held)));
    }
    wire.push('-');
    shifted.clear();
}

fn letter(sextet: u32) -> char {
    char::from(ALPHABET[(sextet & 63) as usize])
}

/// A name for a log line: what is not printable is escaped.
pub(crate) fn shown(wire: &[u8]) -> String {
    let mut text = String::new();
    for byte in wire {
        // Writing to a string does not fail.
        let _ = match byte {
            b' '..=b'~' => write!(text, "{}", char::from(*byte)),
            _ => write!(text, "\\x{byte:02x}"),
        };
    }
    text
}

#[cfg(test)]
mod tests;
