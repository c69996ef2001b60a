//! The tokens of a skeleton.

use super::super::UidSet;

/// A place in a skeleton. Reading never goes back, and stops at the end.
#[derive(Clone, Debug)]
pub(in super::super) struct Scan<'a> {
    line: &'a [u8],
    /// Where the `{0}` of streamed literals stand.
    streamed: &'a [usize],
    at: usize,
}

/// A string, or what stands in its place (RFC 9051 §9, nstring).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Nil,
    Bytes(Vec<u8>),
    /// A literal whose bytes went by.
    Streamed,
}

impl<'a> Scan<'a> {
    pub(in super::super) fn new(line: &'a [u8], streamed: &'a [usize], at: usize) -> Self {
        Self { line, streamed, at }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        &self.line[self.at..]
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.line.len()
    }

    /// Moves on by `bytes` of [`Scan::rest`].
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.line.len());
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// Steps over this byte if it is next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    /// Up to a blank, a parenthesis or the end; may be empty.
    pub(super) fn word(&mut self) -> &'a [u8] {
        self.until(|byte| matches!(byte, b' ' | b'(' | b')' | b'\r' | b'\n'))
    }

    pub(super) fn until(&mut self, is_end: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let len = rest.iter().position(|byte| is_end(*byte)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        number(self.word())
    }

    pub(super) fn number_u32(&mut self) -> Option<u32> {
        number_u32(self.word())
    }

    pub(super) fn uid_set(&mut self) -> Option<UidSet> {
        UidSet::parse(self.word())
    }

    /// A string: quoted, literal, or an atom. NIL is an atom like others.
    pub(super) fn astring(&mut self) -> Option<Vec<u8>> {
        match self.peek()? {
            b'"' => self.quoted(),
            b'{' | b'~' if self.is_at_literal() => match self.literal()? {
                Text::Bytes(bytes) => Some(bytes),
                Text::Nil | Text::Streamed => None,
            },
            _ => {
                let word = self.word();
                (!word.is_empty()).then(|| word.to_vec())
            }
        }
    }

    /// A string or NIL, and nothing else: an odd atom must not become a message.
    pub(super) fn nstring(&mut self) -> Option<Text> {
        match self.peek()? {
            b'{' | b'~' if self.is_at_literal() => self.literal(),
            b'"' => self.quoted().map(Text::Bytes),
            _ => self.word().eq_ignore_ascii_case(b"NIL").then_some(Text::Nil),
        }
    }

    /// As [`Scan::nstring`], but atoms are taken for strings: servers forget quotes.
    pub(super) fn loose_nstring(&mut self) -> Option<Text> {
        if self.is_at_literal() || self.peek() == Some(b'"') {
            return self.nstring();
        }
        let word = self.word();
        match word {
            b"" => None,
            atom if atom.eq_ignore_ascii_case(b"NIL") => Some(Text::Nil),
            atom => Some(Text::Bytes(atom.to_vec())),
        }
    }

    /// As [`Scan::loose_nstring`], as text for people.
    pub(super) fn nstring_text(&mut self) -> Option<Option<String>> {
        match self.loose_nstring()? {
            Text::Bytes(bytes) => Some(Some(readable(&bytes))),
            Text::Nil | Text::Streamed => Some(None),
        }
    }

    /// Steps over one value of any kind: atom, string, or parentheses with all that is in them.
    pub(super) fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            self.skip_blanks();
            match self.peek()? {
                b'(' => {
                    self.at += 1;
                    depth += 1;
                }
                b')' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b'\r' | b'\n' => return None,
                _ => {
                    self.astring_or_streamed()?;
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// The words between parentheses, as text; strings count as words.
    pub(super) fn words_in_parentheses(&mut self) -> Option<Vec<String>> {
        let mut words = Vec::new();
        self.in_parentheses(|scan| {
            words.push(readable(&scan.astring()?));
            Some(())
        })?;
        Some(words)
    }

    /// Calls `each` at every element until the parenthesis closes. A line that ends before it does is taken as it is.
    pub(super) fn in_parentheses(&mut self, mut each: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if !self.eat(b'(') {
            return None;
        }
        loop {
            self.skip_blanks();
            if self.eat(b')') || self.is_at_end() {
                return Some(());
            }
            let before = self.at;
            each(self)?;
            // What does not move on would never end.
            if self.at == before {
                return None;
            }
        }
    }

    fn astring_or_streamed(&mut self) -> Option<()> {
        if self.is_at_literal() { self.literal().map(drop) } else { self.astring().map(drop) }
    }

    /// RFC 9051 §9, quoted; a backslash before anything but `"` and `\` means itself (seen: Domino).
    fn quoted(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let mut text = Vec::new();
        loop {
            let rest = self.rest();
            let len = memchr::memchr2(b'"', b'\\', rest)?;
            text.extend_from_slice(&rest[..len]);
            self.at += len + 1;
            if rest[len] == b'"' {
                return Some(text);
            }
            match self.peek() {
                Some(byte @ (b'"' | b'\\')) => {
                    text.push(byte);
                    self.at += 1;
                }
                _ => text.push(b'\\'),
            }
        }
    }

    fn is_at_literal(&self) -> bool {
        self.announced().is_some()
    }

    /// The length that is announced here, and where the bytes begin.
    fn announced(&self) -> Option<(usize, usize)> {
        let rest = self.rest();
        let inside = rest.strip_prefix(b"~").unwrap_or(rest).strip_prefix(b"{")?;
        let digits = inside.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let len: usize = std::str::from_utf8(&inside[..digits]).ok()?.parse().ok()?;
        let behind = &inside[digits..];
        let behind = behind.strip_prefix(b"+").unwrap_or(behind).strip_prefix(b"}\r\n")?;
        Some((len, self.line.len() - behind.len()))
    }

    fn literal(&mut self) -> Option<Text> {
        let (len, begin) = self.announced()?;
        if self.streamed.binary_search(&self.at).is_ok() {
            self.at = begin;
            return Some(Text::Streamed);
        }
        let bytes = self.line.get(begin..begin.checked_add(len)?)?;
        self.at = begin + len;
        Some(Text::Bytes(bytes.to_vec()))
    }
}

/// Text for people: UTF-8, or with a mark where it is none.
pub(super) fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(super) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

pub(super) fn number_u32(digits: &[u8]) -> Option<u32> {
    number(digits).and_then(|number| u32::try_from(number).ok())
}
