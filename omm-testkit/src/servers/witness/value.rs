//! The few forms in which IMAP says things (RFC 3501 §4): atoms, strings, lists.

use super::wire::Piece;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A word, a number, a flag; `NIL` too. Brackets belong to the word: `BODY[HEADER.FIELDS (A)]`.
    Atom(String),
    /// A quoted string or a literal.
    Text(Vec<u8>),
    List(Vec<Value>),
}

impl Value {
    /// An atom's or string's text.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Atom(text) => Some(text.clone()),
            Self::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Self::List(_) => None,
        }
    }

    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> &[Value] {
        match self {
            Self::List(values) => values,
            _ => &[],
        }
    }

    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Atom(text) if text.eq_ignore_ascii_case(word))
    }
}

/// Reads a response. A closing parenthesis too many is ignored, a missing one added: a witness reports, it does not
/// judge grammar.
pub(super) fn read(pieces: Vec<Piece>) -> Vec<Value> {
    let mut open: Vec<Vec<Value>> = vec![Vec::new()];
    for piece in pieces {
        match piece {
            Piece::Literal(bytes) => push(&mut open, Value::Text(bytes)),
            Piece::Text(text) => read_text(&text, &mut open),
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop().unwrap_or_default()
}

fn read_text(text: &[u8], open: &mut Vec<Vec<Value>>) {
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b' ' => after,
            b'(' => {
                open.push(Vec::new());
                after
            }
            b')' => {
                close(open);
                after
            }
            b'"' => quoted(after, open),
            _ => atom(rest, open),
        };
    }
}

fn quoted<'a>(text: &'a [u8], open: &mut [Vec<Value>]) -> &'a [u8] {
    let mut content = Vec::new();
    let mut at = 0;
    while at < text.len() && text[at] != b'"' {
        if text[at] == b'\\' {
            at += 1;
        }
        content.extend(text.get(at));
        at += 1;
    }
    push(open, Value::Text(content));
    text.get(at + 1..).unwrap_or_default()
}

fn atom<'a>(text: &'a [u8], open: &mut [Vec<Value>]) -> &'a [u8] {
    let mut brackets = 0_usize;
    let ends = |byte: &u8| {
        match byte {
            b'[' => brackets += 1,
            b']' => brackets = brackets.saturating_sub(1),
            b' ' | b'(' | b')' => return brackets == 0,
            _ => {}
        }
        false
    };
    let end = text.iter().position(ends).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    push(open, Value::Atom(String::from_utf8_lossy(word).into_owned()));
    rest
}

fn push(open: &mut [Vec<Value>], value: Value) {
    if let Some(list) = open.last_mut() {
        list.push(value);
    }
}

fn close(open: &mut Vec<Vec<Value>>) {
    if open.len() > 1 {
        let list = open.pop().unwrap_or_default();
        push(open, Value::List(list));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetch_with_literal_quotes_and_brackets() {
        let pieces = vec![
            Piece::Text(br#"* 1 FETCH (FLAGS (\Seen a) X "q\"\\" BODY[HEADER.FIELDS (A B)] "#.to_vec()),
            Piece::Literal(b"(not a list)".to_vec()),
            Piece::Text(b" UID 7)".to_vec()),
        ];
        let atom = |text: &str| Value::Atom(text.to_owned());
        let values = read(pieces);
        assert_eq!(values[..3], [atom("*"), atom("1"), atom("FETCH")]);
        let expected = [
            atom("FLAGS"),
            Value::List(vec![atom("\\Seen"), atom("a")]),
            atom("X"),
            Value::Text(br#"q"\"#.to_vec()),
            atom("BODY[HEADER.FIELDS (A B)]"),
            Value::Text(b"(not a list)".to_vec()),
            atom("UID"),
            atom("7"),
        ];
        assert_eq!(values[3].list(), expected);
    }
}
