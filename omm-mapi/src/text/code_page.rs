//! Windows code pages: numbers that say what 8-bit text is written in.

use super::dos;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Text in a Windows code page; bytes that mean nothing in it become U+FFFD, an unknown code page is taken for windows-1252.
pub fn decode(bytes: &[u8], code_page: u32) -> String {
    match dos::upper_half(code_page) {
        Some(letters) => dos::decode(bytes, letters),
        None => encoding(code_page).unwrap_or(WINDOWS_1252).decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Whether this is a code page that [`decode`] knows.
pub fn is_code_page(code_page: u32) -> bool {
    dos::upper_half(code_page).is_some() || encoding(code_page).is_some()
}

/// What to call a code page in the charset parameter of a text part (RFC 2046 §4.1.2); nothing for what may not stand there
/// (UTF-16 has no CRLF, RFC 2781 §A.2) and for what has no name.
pub(crate) fn charset(code_page: u32) -> Option<&'static str> {
    match code_page {
        // The names differ from what encoding_rs calls the superset that it reads them with.
        1200 | 1201 => None,
        20127 => Some("us-ascii"),
        28591 => Some("iso-8859-1"),
        28599 => Some("iso-8859-9"),
        _ => encoding(code_page).map(Encoding::name),
    }
}

/// Whether bytes have a meaning in a code page from the first to the last. True for unknown ones.
pub(crate) fn fits(bytes: &[u8], code_page: u32) -> bool {
    match code_page {
        20127 => bytes.is_ascii(),
        65001 => std::str::from_utf8(bytes).is_ok(),
        _ => encoding(code_page)
            .is_none_or(|it| it.decode_without_bom_handling_and_without_replacement(bytes).is_some()),
    }
}

/// The code pages that Windows gives to text in files and mail, by the encodings of the web.
fn encoding(code_page: u32) -> Option<&'static Encoding> {
    use encoding_rs as e;
    Some(match code_page {
        866 => e::IBM866,
        874 | 28601 => e::WINDOWS_874,
        932 => e::SHIFT_JIS,
        936 | 51936 => e::GBK,
        949 | 51949 => e::EUC_KR,
        950 => e::BIG5,
        1200 => e::UTF_16LE,
        1201 => e::UTF_16BE,
        1250 => e::WINDOWS_1250,
        1251 => e::WINDOWS_1251,
        1252 | 20127 | 28591 => WINDOWS_1252,
        1253 => e::WINDOWS_1253,
        1254 | 28599 => e::WINDOWS_1254,
        1255 => e::WINDOWS_1255,
        1256 => e::WINDOWS_1256,
        1257 => e::WINDOWS_1257,
        1258 => e::WINDOWS_1258,
        10000 => e::MACINTOSH,
        10001 => e::SHIFT_JIS,
        10007 => e::X_MAC_CYRILLIC,
        20866 => e::KOI8_R,
        20932 | 51932 => e::EUC_JP,
        21866 => e::KOI8_U,
        28592 => e::ISO_8859_2,
        28593 => e::ISO_8859_3,
        28594 => e::ISO_8859_4,
        28595 => e::ISO_8859_5,
        28596 => e::ISO_8859_6,
        28597 => e::ISO_8859_7,
        28598 => e::ISO_8859_8,
        28600 => e::ISO_8859_10,
        28603 => e::ISO_8859_13,
        28604 => e::ISO_8859_14,
        28605 => e::ISO_8859_15,
        28606 => e::ISO_8859_16,
        38598 => e::ISO_8859_8_I,
        50220..=50222 => e::ISO_2022_JP,
        54936 => e::GB18030,
        65001 => UTF_8,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_page_has_its_letters() {
        // What Python's codecs say of the same bytes.
        for (code_page, bytes, expected) in [
            (1250, &b"\x8a\xe8"[..], "Šč"),
            (1251, b"\xcf\xf0", "Пр"),
            (1252, b"\x80\xfc", "€ü"),
            (1253, b"\xe1", "α"),
            (1254, b"\xfe", "ş"),
            (1255, b"\xe0", "א"),
            (1256, b"\xc7", "ا"),
            (1257, b"\xe0", "ą"),
            (1258, b"\xf5", "ơ"),
            (874, b"\xa1", "ก"),
            (932, b"\x93\xfa\x96{", "日本"),
            (936, b"\xc4\xe3", "你"),
            (949, b"\xc7\xd1", "한"),
            (950, b"\xa7A", "你"),
            (65001, "ž".as_bytes(), "ž"),
            (20127, b"a", "a"),
            (28592, b"\xe8", "č"),
            (28605, b"\xa4", "€"),
            (20866, b"\xf0", "П"),
            (21866, b"\xa4", "є"),
            (50220, b"\x1b$BF|K\\\x1b(B", "日本"),
            (51932, b"\xc6\xfc", "日"),
            (51936, b"\xc4\xe3", "你"),
            (51949, b"\xc7\xd1", "한"),
            (54936, b"\xc4\xe3", "你"),
            (10000, b"\x8a", "ä"),
            (437, b"\x84\xe1", "äß"),
            (850, b"\x84\xd5", "äı"),
            (852, b"\x84\x9f", "äč"),
            (866, b"\x8f", "П"),
            (1200, b"a\0", "a"),
            (1201, b"\0a", "a"),
            // Unknown, and no text at all.
            (0, b"\xe9", "é"),
            (65001, b"\xff", "\u{FFFD}"),
        ] {
            assert_eq!(decode(bytes, code_page), expected, "{code_page}");
        }
    }

    #[test]
    fn bytes_that_mean_nothing_are_seen() {
        for (code_page, bytes, expected) in [
            (65001, &b"\xff"[..], false),
            (20127, b"\xe9", false),
            (932, b"\x93\xfa", true),
            (7, b"\xff", true),
        ] {
            assert_eq!(fits(bytes, code_page), expected, "{code_page}");
        }
    }
}
