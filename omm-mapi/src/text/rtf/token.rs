//! What RTF is made of: groups, control words, control symbols, text.

/// A piece of RTF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// `\word`, with its number if it has one.
    Word(&'a [u8], Option<i32>),
    /// `\` and a character that is no letter.
    Symbol(u8),
    /// `\'xx`.
    Hex(u8),
    /// Bytes as they are, without line ends.
    Text(&'a [u8]),
}

/// Takes RTF apart. Never fails: what is no control is text.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(rtf: &'a [u8]) -> Self {
        // Seen: RTF that ends with a NUL, and nothing behind it.
        Self { rest: rtf }
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let letters = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if letters == 0 {
            return match self.take(1) {
                [b'\''] => Some(self.hex()),
                [byte] => Some(Token::Symbol(*byte)),
                _ => None,
            };
        }
        let word = self.take(letters);
        let number = self.number();
        if let [b' ', ..] = self.rest {
            self.take(1);
        }
        if word == b"bin" {
            // Binary data, which no reader here wants.
            self.take(number.and_then(|count| usize::try_from(count).ok()).unwrap_or(0));
        }
        Some(Token::Word(word, number))
    }

    fn number(&mut self) -> Option<i32> {
        let sign = usize::from(self.rest.first() == Some(&b'-'));
        let digits = self.rest.iter().skip(sign).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let text = self.take(sign + digits);
        // Larger than anything real: as good as no number.
        std::str::from_utf8(text).ok()?.parse().ok()
    }

    fn hex(&mut self) -> Token<'a> {
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match self.rest {
            [high, low, ..] => match (digit(high), digit(low)) {
                (Some(high), Some(low)) => {
                    self.take(2);
                    Token::Hex(high << 4 | low)
                }
                _ => Token::Symbol(b'\''),
            },
            _ => Token::Symbol(b'\''),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            match self.rest.first()? {
                b'{' => {
                    self.take(1);
                    return Some(Token::Open);
                }
                b'}' => {
                    self.take(1);
                    return Some(Token::Close);
                }
                b'\\' => {
                    self.take(1);
                    return self.control();
                }
                // Line ends say nothing in RTF.
                b'\r' | b'\n' | 0 => {
                    self.take(1);
                }
                _ => {
                    let special = |byte: &u8| matches!(byte, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0);
                    let end = self.rest.iter().position(special).unwrap_or(self.rest.len());
                    return Some(Token::Text(self.take(end)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Token::*, *};

    #[test]
    fn tokens() {
        for (rtf, expected) in [
            (
                &b"{\\b1 x\r\ny\\'e4\\~\\u-5?}"[..],
                vec![
                    Open,
                    Word(b"b", Some(1)),
                    Text(b"x"),
                    Text(b"y"),
                    Hex(0xe4),
                    Symbol(b'~'),
                    Word(b"u", Some(-5)),
                    Text(b"?"),
                    Close,
                ],
            ),
            (b"\\bin3 }}}\\par", vec![Word(b"bin", Some(3)), Word(b"par", None)]),
            (b"\\bin99999999999 a", vec![Word(b"bin", None), Text(b"a")]),
            (b"\\", vec![]),
            (b"\\'g1", vec![Symbol(b'\''), Text(b"g1")]),
            (b"\\f-x", vec![Word(b"f", None), Text(b"-x")]),
        ] {
            assert_eq!(Tokens::new(rtf).collect::<Vec<_>>(), expected, "{}", String::from_utf8_lossy(rtf));
        }
    }
}
