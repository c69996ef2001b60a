//! The arguments of a command, read from left to right.

use super::Set;
use crate::imap::session::Refusal;

/// What is left of a command. Literals stand in it as they came, sizes included.
#[derive(Clone, Debug)]
pub(crate) struct Args<'a> {
    rest: &'a [u8],
}

type Read<T> = Result<T, Refusal>;

impl<'a> Args<'a> {
    pub(crate) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Whether what follows is this byte, which is then behind us.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.rest = &self.rest[1..];
        }
        is_next
    }

    pub(crate) fn expect(&mut self, byte: u8) -> Read<()> {
        if self.take(byte) { Ok(()) } else { Err(bad(&format!("'{}' expected", char::from(byte)))) }
    }

    pub(crate) fn space(&mut self) -> Read<()> {
        if self.take(b' ') { Ok(()) } else { Err(bad("blank expected")) }
    }

    /// Nothing may follow.
    pub(crate) fn end(&self) -> Read<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(bad("unexpected argument")) }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Whether what follows is this word, in any case; then it is behind us.
    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let is_next =
            self.rest.len() >= word.len() && self.rest[..word.len()].eq_ignore_ascii_case(word.as_bytes());
        let ends = !self.rest.get(word.len()).is_some_and(|byte| is_atom_byte(*byte) && *byte != b'[');
        if is_next && ends {
            self.rest = &self.rest[word.len()..];
        }
        is_next && ends
    }

    pub(crate) fn tag(&mut self) -> Option<String> {
        let text = self.run(|byte| is_astring_byte(byte) && byte != b'+');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// An atom in capitals: a keyword of the protocol.
    pub(crate) fn word(&mut self) -> Read<String> {
        self.atom().map(str::to_ascii_uppercase)
    }

    pub(crate) fn atom(&mut self) -> Read<&'a str> {
        match self.run(is_atom_byte) {
            "" => Err(bad("atom expected")),
            text => Ok(text),
        }
    }

    /// RFC 9051 §9 `flag`: an atom, or a backslash and an atom. `\*` is for the server only.
    pub(crate) fn flag(&mut self) -> Read<String> {
        let is_system = self.take(b'\\');
        let name = self.atom()?;
        Ok(if is_system { format!("\\{name}") } else { name.to_owned() })
    }

    pub(crate) fn number(&mut self) -> Read<u64> {
        self.run(|byte| byte.is_ascii_digit()).parse().map_err(|_| bad("number expected"))
    }

    pub(crate) fn set(&mut self) -> Read<Set> {
        Set::read(self.run(|byte| byte.is_ascii_digit() || b"*:,$".contains(&byte)))
    }

    pub(crate) fn astring(&mut self) -> Read<Vec<u8>> {
        match self.peek() {
            Some(b'"' | b'{') => self.string(),
            _ => self.letters(is_astring_byte, "string expected"),
        }
    }

    /// RFC 9051 §9 `list-mailbox`: an astring that may hold wildcards.
    pub(crate) fn pattern(&mut self) -> Read<Vec<u8>> {
        match self.peek() {
            Some(b'"' | b'{') => self.string(),
            _ => {
                self.letters(|byte| is_astring_byte(byte) || byte == b'%' || byte == b'*', "pattern expected")
            }
        }
    }

    pub(crate) fn nstring(&mut self) -> Read<Option<Vec<u8>>> {
        if self.take_word("NIL") { Ok(None) } else { self.string().map(Some) }
    }

    pub(crate) fn string(&mut self) -> Read<Vec<u8>> {
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'{') => self.literal().map(<[u8]>::to_vec),
            _ => Err(bad("string expected")),
        }
    }

    /// The bytes of a literal. The framer has seen to it that they are all there.
    pub(crate) fn literal(&mut self) -> Read<&'a [u8]> {
        self.expect(b'{')?;
        let size = usize::try_from(self.number()?).map_err(|_| bad("literal too large"))?;
        self.take(b'+');
        self.expect(b'}')?;
        self.take(b'\r');
        self.expect(b'\n')?;
        let (bytes, rest) = self.rest.split_at_checked(size).ok_or_else(|| bad("literal too short"))?;
        self.rest = rest;
        Ok(bytes)
    }

    /// `(` items `)`, blanks between; empty ones too.
    pub(crate) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        self.expect(b'(')?;
        let mut items = Vec::new();
        while !self.take(b')') {
            if !items.is_empty() {
                self.space()?;
            }
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn quoted(&mut self) -> Read<Vec<u8>> {
        self.expect(b'"')?;
        let mut text = Vec::new();
        loop {
            let (&byte, rest) = self.rest.split_first().ok_or_else(|| bad("quoted string without end"))?;
            self.rest = rest;
            match byte {
                b'"' => return Ok(text),
                b'\\' => {
                    let (&escaped, rest) =
                        self.rest.split_first().ok_or_else(|| bad("quoted string without end"))?;
                    self.rest = rest;
                    // RFC 9051 §9 `QUOTED-CHAR`: only these two may be escaped.
                    if !matches!(escaped, b'"' | b'\\') {
                        return Err(bad("escaped character that needs none"));
                    }
                    text.push(escaped);
                }
                b'\r' | b'\n' | 0 => return Err(bad("line end in a quoted string")),
                _ => text.push(byte),
            }
        }
    }

    fn letters(&mut self, is_part: impl Fn(u8) -> bool, missing: &str) -> Read<Vec<u8>> {
        let count = self.rest.iter().take_while(|byte| is_part(**byte)).count();
        let (letters, rest) = self.rest.split_at(count);
        self.rest = rest;
        if letters.is_empty() { Err(bad(missing)) } else { Ok(letters.to_vec()) }
    }

    /// ASCII only, so it is text.
    fn run(&mut self, is_part: impl Fn(u8) -> bool) -> &'a str {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii() && is_part(**byte)).count();
        let (run, rest) = self.rest.split_at(count);
        self.rest = rest;
        std::str::from_utf8(run).unwrap_or_default()
    }
}

pub(crate) fn bad(text: &str) -> Refusal {
    Refusal::Bad(text.to_owned())
}

/// RFC 9051 §9 `ATOM-CHAR`.
fn is_atom_byte(byte: u8) -> bool {
    byte > b' ' && byte < 0x7f && !b"(){%*\"\\]".contains(&byte)
}

/// RFC 9051 §9 `ASTRING-CHAR`; bytes above ASCII are for clients that send names as they are.
fn is_astring_byte(byte: u8) -> bool {
    is_atom_byte(byte) || byte == b']'
}
