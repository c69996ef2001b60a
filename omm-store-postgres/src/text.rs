//! Texts as PostgreSQL takes them: any but NUL, which a server's folder or id may hold all the same.

use omm_core::model::Digest;
use std::borrow::Cow;

/// What stands for a NUL, and for itself, with a digit behind it. Rare, so that nearly all texts are stored as they are.
const MARK: char = '\u{1}';

/// A text as it is stored.
pub fn stored(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', MARK]) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(MARK, "\u{1}1").replace('\0', "\u{1}0"))
}

/// A text as it was before it was stored.
pub fn read(text: String) -> String {
    if !text.contains(MARK) {
        return text;
    }
    text.replace("\u{1}0", "\0").replace("\u{1}1", "\u{1}")
}

/// What stands for a text of any length in an index, where two must not be taken for one.
pub(crate) fn hash(text: &str) -> Vec<u8> {
    let [_, hash @ ..] = digest(text).to_bytes();
    hash.iter().take(16).copied().collect()
}

/// What finds a text of any length in an index, where the text itself is looked at afterwards.
pub(crate) fn short(text: &str) -> i64 {
    digest(text).short().cast_signed()
}

/// A body's digest takes line ends of all kinds for one; a text is no body.
fn digest(text: &str) -> Digest {
    let text = stored(text);
    if !text.contains(['\r', '\n']) {
        return Digest::of(text.as_bytes());
    }
    Digest::of(text.replace('\r', "\u{1}2").replace('\n', "\u{1}3").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a text that is refused by the database, and two texts that become one.
    #[test]
    fn every_text_comes_back() {
        let texts = [
            "",
            "\\Seen 'a' \"ü\"",
            "\0",
            "\u{1}",
            "\u{1}0",
            "\u{1}1",
            "\0\u{1}1\0",
            "\u{1}\0",
            "\u{1}\u{1}0",
        ];
        let mut seen = Vec::new();
        for text in texts {
            let kept = stored(text).into_owned();
            assert!(!kept.contains('\0'), "{text:?}");
            assert!(!seen.contains(&kept), "{text:?} is stored as another one");
            assert_eq!(read(kept.clone()), text);
            seen.push(kept);
        }
    }
    // Would catch: two files of which the second one is never copied, because their names look alike to an index.
    #[test]
    fn every_text_is_found_by_itself() {
        let texts = ["a\nb", "a\r\nb", "a\rb", "a\u{1}3b", "ab", "a\0b", ""];
        let hashes: std::collections::BTreeSet<_> = texts.iter().map(|text| hash(text)).collect();
        assert_eq!(hashes.len(), texts.len());
    }
}
