//! What a CSV file is written in.

use super::{columns::Columns, records::Records};
use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252,
};
use std::borrow::Cow;

/// Without a mark and no UTF-8: the code page of the machine that wrote it, of which the headers tell. The first is the most likely.
const GUESSES: [&Encoding; 7] = [WINDOWS_1252, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, GBK, EUC_KR, BIG5];
/// As much of a file as its header may take, in bytes.
const HEADER: usize = 64 << 10;

/// Decodes a file, or the beginning of one.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let encoding = encoding(bytes);
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    text
}

fn encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    match bytes {
        // UTF-16 without a mark: the first letter of a header is nearly always ASCII.
        [1..=0x7F, 0, 1..=0x7F, 0, ..] => return UTF_16LE,
        [0, 1..=0x7F, 0, 1..=0x7F, ..] => return UTF_16BE,
        _ => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => UTF_8,
        // Cut within a letter.
        Err(error) if error.error_len().is_none() => UTF_8,
        Err(_) => by_header(bytes),
    }
}

/// The encoding in which most headers are known; where that does not tell, the one that its bytes look like.
fn by_header(bytes: &[u8]) -> &'static Encoding {
    let head = &bytes[..bytes.len().min(HEADER)];
    let default = if looks_like_shift_jis(bytes) { SHIFT_JIS } else { WINDOWS_1252 };
    let known = |encoding: &'static Encoding| {
        let text = encoding.decode_without_bom_handling(head).0;
        [b',', b';', b'\t'].into_iter().map(|delimiter| columns_known(&text, delimiter)).max().unwrap_or(0)
    };
    let mut best = (known(default), default);
    for guess in GUESSES {
        let count = known(guess);
        if count > best.0 {
            best = (count, guess);
        }
    }
    best.1
}

fn columns_known(text: &str, delimiter: u8) -> usize {
    let header = Records::new(text, delimiter).next().and_then(|record| record.cells.ok());
    header.map_or(0, |header| Columns::of(&header).known())
}

/// Japanese text is well-formed, and has bytes that windows-1252 does not use, or kana.
fn looks_like_shift_jis(bytes: &[u8]) -> bool {
    let unused = bytes.iter().any(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D));
    let text = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
    text.is_some_and(|text| unused || text.contains(|letter| ('\u{3041}'..='\u{30FA}').contains(&letter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_of_real_files() {
        for (bytes, expected) in [
            (&b"\xEF\xBB\xBFName"[..], "Name"),
            (b"\xFF\xFEN\0a\0", "Na"),
            (b"N\0a\0m\0e\0", "Name"),
            (b"\0N\0a\0m\0e", "Name"),
            ("Müller".as_bytes(), "Müller"),
            (b"Vorname\nM\xFCller", "Vorname\nMüller"),
            (b"Name\n\x8C\xC3\x90\xEC", "Name\n古川"),
            (b"Name\n\x96\xBC\x96\xB3\x82\xB5\x82\xCC", "Name\n名無しの"),
            // Known by its headers: "Imię", "Płeć".
            (b"Imi\xEA,Nazwisko,P\xB3e\xE6\n\xB3", "Imię,Nazwisko,Płeć\nł"),
            (&"Müller".as_bytes()[..2], "M\u{FFFD}"),
        ] {
            assert_eq!(decode(bytes), expected);
        }
    }
}
