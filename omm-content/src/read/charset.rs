//! What the bytes of a line say: UTF-8 if they are, else what the line declares, else windows-1252; UTF-8 all the same where
//! most of what is not ASCII is.

use super::problem::Reason;
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// Decodes a line or a value of it. The second is what there is to say about it.
pub fn decode<'a>(bytes: &'a [u8], declared: Option<&[u8]>) -> (Cow<'a, str>, Option<Reason>) {
    let declared = declared.and_then(Encoding::for_label);
    // Seven bits: looks like UTF-8 and is not.
    let hides = declared == Some(ISO_2022_JP) && bytes.contains(&0x1B);
    if !hides && let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), None);
    }
    match declared.filter(|encoding| *encoding != UTF_8) {
        Some(encoding) => (encoding.decode_without_bom_handling(bytes).0, Some(Reason::Charset)),
        None if is_mostly_utf_8(bytes) => (String::from_utf8_lossy(bytes), Some(Reason::CharsetBroken)),
        None => (WINDOWS_1252.decode_without_bom_handling(bytes).0, Some(Reason::CharsetGuessed)),
    }
}

/// Seen: names that a telephone has cut within a letter.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_first_then_what_is_declared_then_a_guess() {
        for (bytes, declared, text, reason) in [
            (&b"\xC3\xBC"[..], Some("ISO-8859-1"), "ü", None),
            (b"\xFC", Some("ISO-8859-1"), "ü", Some(Reason::Charset)),
            (b"\xFC", Some("UTF-8"), "ü", Some(Reason::CharsetGuessed)),
            (b"\x80\xFC", None, "€ü", Some(Reason::CharsetGuessed)),
            (b"\x93\xFA\x96\x7B", Some("Shift_JIS"), "日本", Some(Reason::Charset)),
            (b"\x1B$BF|K\\\x1B(B", Some("iso-2022-jp"), "日本", Some(Reason::Charset)),
            (b"a", Some("no-such"), "a", None),
            (b"\xC3\xBC\xC3\xBC\xC3", Some("UTF-8"), "üü\u{FFFD}", Some(Reason::CharsetBroken)),
            (b"\xC3\xBC\xFC", None, "Ã¼ü", Some(Reason::CharsetGuessed)),
        ] {
            assert_eq!(decode(bytes, declared.map(str::as_bytes)), (text.into(), reason));
        }
    }
}
