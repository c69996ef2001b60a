//! File names as text, without loss: what is not UTF-8 becomes `%XX`, and `%` becomes `%25`.
//!
//! Ids of folders and items are text; the names behind them are bytes on Unix.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

/// One file name as text.
pub(crate) fn to_text(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(&chunk.valid().replace('%', "%25"));
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// The path behind a text made of [`to_text`] names joined by `/`.
pub(crate) fn to_path(base: &Path, text: &str) -> PathBuf {
    text.split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .fold(base.to_owned(), |path, part| path.join(to_name(part)))
}

/// The file name as people read it.
pub(crate) fn shown(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

#[cfg(unix)]
fn to_name(text: &str) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(unescape(text))
}

#[cfg(not(unix))]
fn to_name(text: &str) -> OsString {
    String::from_utf8_lossy(&unescape(text)).into_owned().into()
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    bytes
}

pub(crate) fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn every_name_comes_back() {
        use std::os::unix::ffi::OsStrExt;
        for bytes in [&b"plain"[..], b"100%", b"%41", b"caf\xe9", b"\xff%\xfe", "é".as_bytes()] {
            let text = to_text(OsStr::from_bytes(bytes));
            assert_eq!(to_name(&text).as_bytes(), bytes, "{text}");
        }
    }

    #[test]
    fn a_text_never_leaves_its_base() {
        assert_eq!(to_path(Path::new("base"), "../../etc/./x"), Path::new("base/etc/x"));
    }
}
