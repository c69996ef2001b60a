//! Strings and flags in answers.

/// Quoted where that is allowed, else a literal.
pub(crate) fn string(bytes: &[u8]) -> Vec<u8> {
    let is_plain = bytes.len() < 1000 && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain { quoted(bytes) } else { literal(bytes) }
}

/// `NIL`, or a string.
pub(crate) fn nstring(bytes: Option<&[u8]>) -> Vec<u8> {
    bytes.map_or_else(|| b"NIL".to_vec(), string)
}

pub(crate) fn literal(bytes: &[u8]) -> Vec<u8> {
    let mut text = format!("{{{}}}\r\n", bytes.len()).into_bytes();
    text.extend(bytes);
    text
}

/// `(\Seen odd)`.
pub(crate) fn flags<'a>(flags: impl IntoIterator<Item = &'a str>) -> String {
    format!("({})", flags.into_iter().collect::<Vec<_>>().join(" "))
}

pub(crate) fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut text = vec![b'"'];
    for byte in bytes {
        if matches!(byte, b'"' | b'\\') {
            text.push(b'\\');
        }
        text.push(*byte);
    }
    text.push(b'"');
    text
}
