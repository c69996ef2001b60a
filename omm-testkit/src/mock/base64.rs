//! Base64 (RFC 4648 §4), also with another letter for 63, as modified UTF-7 has it.

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// With `=` at the end; `last` is the letter for 63.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = letters(bytes, '/');
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// `None` when it is none. White space is not allowed, `=` at the end is wanted.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 2 { None } else { from_letters(&text[..text.len() - padding], b'/') }
}

/// Without `=` at the end.
pub(crate) fn letters(bytes: &[u8], last: char) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let word =
            group.iter().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            let value = (word >> (18 - 6 * place)) as usize & 63;
            text.push(match value {
                62 => '+',
                63 => last,
                _ => char::from(LETTERS[value]),
            });
        }
    }
    text
}

/// What [`letters`] wrote; `None` when it is none.
pub(crate) fn from_letters(text: &[u8], last: u8) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for group in text.chunks(4) {
        let mut word = 0_u32;
        for byte in group {
            let value = match *byte {
                b'+' => 62,
                byte if byte == last => 63,
                byte => LETTERS.iter().position(|letter| *letter == byte)?,
            };
            word = (word << 6) | value as u32;
        }
        if group.len() == 1 {
            return None;
        }
        word <<= 6 * (4 - group.len());
        bytes.extend(&word.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}
