//! Texts in values and parameters, and lists of them.

use std::iter;

/// A TEXT without its escapes (RFC 5545 §3.3.11, RFC 6350 §3.4). A backslash before another letter is one; but many
/// programs write one before quotation marks and colons, where none belongs.
pub(super) fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().filter(|_| letter == '\\');
        match next {
            Some('n' | 'N') => out.push('\n'),
            Some(escaped @ ('\\' | ',' | ';' | '"' | ':')) => out.push(escaped),
            _ => {
                out.push(letter);
                continue;
            }
        }
        letters.next();
    }
    out
}

/// A list of TEXTs, parted by commas.
pub(super) fn texts(value: &str) -> impl Iterator<Item = String> {
    split(value, ',').map(unescaped)
}

/// Fields parted by semicolons, as they stand there.
pub(super) fn fields(value: &str) -> impl Iterator<Item = &str> {
    split(value, ';')
}

/// What stands between letters that are not escaped.
fn split(value: &str, at: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(value);
    iter::from_fn(move || {
        let text = rest?;
        let mut escaped = false;
        let end = text.char_indices().find_map(|(place, letter)| {
            let found = letter == at && !escaped;
            escaped = letter == '\\' && !escaped;
            found.then_some(place)
        });
        match end {
            Some(end) => {
                rest = text.get(end + at.len_utf8()..);
                text.get(..end)
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
}

/// The values of a parameter: parted by commas that stand in no quotes.
pub(super) fn parts(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    value.split(move |byte| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    })
}

/// RFC 6868 §3.2.
pub(super) fn without_carets(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().filter(|_| letter == '^');
        match next {
            Some('n') => out.push('\n'),
            Some('^') => out.push('^'),
            Some('\'') => out.push('"'),
            _ => {
                out.push(letter);
                continue;
            }
        }
        letters.next();
    }
    out
}

/// The bytes of a URI, without its `%` (RFC 3986 §2.1).
pub(super) fn decoded(uri: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                out.extend(u8::try_from(high * 16 + low));
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}

/// The text of a URI, without its `%`; as it stands there if that is no text.
pub(crate) fn decode(uri: &str) -> String {
    String::from_utf8(decoded(uri)).unwrap_or_else(|_| uri.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_parted_where_nothing_is_escaped() {
        assert_eq!(texts("a\\,b, c,\\\\,").collect::<Vec<_>>(), ["a,b", " c", "\\", ""]);
        assert_eq!(fields("a\\;b;;c\\\\;d").collect::<Vec<_>>(), ["a\\;b", "", "c\\\\", "d"]);
        assert_eq!(unescaped("a\\nb\\Nc\\x\\:\\\"\\"), "a\nb\nc\\x:\"\\");
        assert_eq!(parts(b"\"a,b\",c").collect::<Vec<_>>(), [&b"\"a,b\""[..], b"c"]);
        assert_eq!(without_carets("^n^^^'^x^"), "\n^\"^x^");
        assert_eq!(decode("a%20b%zz%C3%BC%"), "a b%zzü%");
    }
}
