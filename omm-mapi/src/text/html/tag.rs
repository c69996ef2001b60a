//! Takes HTML apart into tags and text.

/// A piece of HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text, its entities as they are.
    Text(&'a str),
    /// A tag: its name as it is written, without `/`, and what follows the name.
    Tag { name: &'a str, closing: bool, attributes: &'a str },
}

/// The longest tag. What is longer is no tag but text.
const LONGEST: usize = 64 << 10;

/// The pieces of a document. Comments, declarations and processing instructions are left out.
///
/// Each byte is looked at a fixed number of times, whatever is not closed.
#[derive(Clone, Debug)]
pub(super) struct Pieces<'a> {
    rest: &'a str,
    /// Where the next `<` is looked for: what is before was looked at and is text.
    from: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Self { rest: html, from: 0 }
    }

    /// Passes over everything up to `</name`; all of the rest if there is none.
    pub(super) fn pass(&mut self, name: &str) {
        let bytes = self.rest.as_bytes();
        let found = memchr::memmem::find_iter(bytes, b"</").find(|at| {
            let word = bytes.get(at + 2..at + 2 + name.len());
            word.is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
        });
        self.split(found.unwrap_or(self.rest.len()));
    }

    fn split(&mut self, at: usize) -> &'a str {
        let (before, rest) = self.rest.split_at_checked(at).unwrap_or((self.rest, ""));
        (self.rest, self.from) = (rest, 0);
        before
    }

    /// The next markup at the beginning of what is left; nothing if that is text, however long.
    fn markup(&mut self) -> Option<Option<Piece<'a>>> {
        let rest = self.rest;
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = memchr::memmem::find(comment.as_bytes(), b"-->");
            self.split(end.map_or(rest.len(), |end| 4 + end + 3));
            return Some(None);
        }
        let after = rest.strip_prefix('<')?;
        let (closing, name_on) = match after.strip_prefix('/') {
            Some(name_on) => (true, name_on),
            None => (false, after),
        };
        let first = name_on.bytes().next()?;
        if !(first.is_ascii_alphabetic() || !closing && matches!(first, b'!' | b'?')) {
            self.from = 1;
            return None;
        }
        let Some(end) = end_of_tag(rest.as_bytes()) else {
            self.from = ceiling(rest, LONGEST);
            return None;
        };
        let whole = self.split(end + 1);
        if !first.is_ascii_alphabetic() {
            return Some(None);
        }
        let inside = whole.get(1 + usize::from(closing)..whole.len() - 1)?;
        let name_end =
            inside.find(|letter: char| letter.is_ascii_whitespace() || letter == '/').unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(name_end);
        Some(Some(Piece::Tag { name, closing, attributes }))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if self.from == 0 && self.rest.starts_with('<') {
                match self.markup() {
                    Some(Some(piece)) => return Some(piece),
                    Some(None) => continue,
                    // A lone `<`.
                    None => self.from = self.from.max(1),
                }
            }
            let looked_at = self.from;
            let next = self.rest.as_bytes().get(looked_at..).and_then(|bytes| memchr::memchr(b'<', bytes));
            let text = self.split(next.map_or(self.rest.len(), |next| looked_at + next));
            if !text.is_empty() {
                return Some(Piece::Text(text));
            }
        }
    }
}

/// Where the `>` of a tag is: the first one outside quotes.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate().take(LONGEST) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            // Quotes count where a value begins: `don't` in a broken tag opens nothing.
            (None, b'"' | b'\'') if before(bytes, at) == Some(b'=') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The last byte before a place that is no blank.
fn before(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at.saturating_sub(8)..at)?.iter().rev().find(|byte| !byte.is_ascii_whitespace()).copied()
}

/// The next place at or behind `at` where a letter begins.
fn ceiling(text: &str, at: usize) -> usize {
    (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// The value of an attribute, its entities as they are.
pub(super) fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        let end =
            rest.find(|letter: char| letter.is_ascii_whitespace() || letter == '=').unwrap_or(rest.len());
        let (found, behind) = rest.split_at(end);
        let (value, behind) = match behind.trim_start().strip_prefix('=') {
            Some(value) => value_of(value.trim_start()),
            None => ("", behind),
        };
        if found.is_empty() && behind.len() >= rest.len() {
            return None;
        }
        if found.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = behind;
        if rest.is_empty() {
            return None;
        }
    }
}

fn value_of(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    text.split_at(text.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::{Piece::*, *};

    #[test]
    fn pieces() {
        let tag = |name, closing, attributes| Tag { name, closing, attributes };
        for (html, expected) in [
            ("a<b c='>'>d</b>", vec![Text("a"), tag("b", false, " c='>'"), Text("d"), tag("b", true, "")]),
            ("1 < 2 <!-- <p> --><!DOCTYPE x><?xml?>3", vec![Text("1 "), Text("< 2 "), Text("3")]),
            ("<br/>x<", vec![tag("br", false, "/"), Text("x"), Text("<")]),
            ("<p", vec![Text("<p")]),
            ("<!-- never closed", vec![]),
            ("<a title=\"never closed>ä", vec![Text("<a title=\"never closed>ä")]),
        ] {
            assert_eq!(Pieces::new(html).collect::<Vec<_>>(), expected, "{html}");
        }
    }

    #[test]
    fn attributes() {
        for (attributes, expected) in [
            (" HREF=\"a b\" x", Some("a b")),
            (" x=1 href = 'c'", Some("c")),
            (" href=d/e", Some("d/e")),
            (" href", Some("")),
            (" data-href=1 = =", None),
            ("", None),
        ] {
            assert_eq!(attribute(attributes, "href"), expected, "{attributes}");
        }
    }
}
