//! How arguments are spelt.

use super::{Command, LiteralMode, Part};
use zeroize::Zeroizing;

/// Which literals a server takes without being asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Literals {
    /// None.
    #[default]
    Synchronising,
    /// LITERAL-, IMAP4rev2: up to 4096 bytes (RFC 7888 §5).
    Minus,
    /// LITERAL+: of any length.
    Plus,
}

impl Literals {
    /// How a literal of this length is announced.
    pub(crate) fn mode(self, len: u64) -> LiteralMode {
        match self {
            Self::Plus => LiteralMode::NonSynchronising,
            Self::Minus if len <= 4096 => LiteralMode::NonSynchronising,
            Self::Minus | Self::Synchronising => LiteralMode::Synchronising,
        }
    }
}

/// What the server on the other side understands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) literals: Literals,
    /// UTF8=ACCEPT or IMAP4rev2 is enabled: quoted strings may be UTF-8 (RFC 6855 §3).
    pub(crate) utf8: bool,
}

/// Puts a command together; neighbouring text becomes one part.
#[derive(Default)]
pub(super) struct Builder {
    parts: Vec<Part>,
}

impl Builder {
    pub(super) fn new(text: &str) -> Self {
        Self::default().text(text)
    }

    pub(super) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// `before`, and then the items with blanks between.
    pub(super) fn words<'a>(self, words: impl IntoIterator<Item = &'a str>) -> Self {
        let joined: Vec<&str> = words.into_iter().collect();
        self.text(&joined.join(" "))
    }

    /// Quoted where that is possible, else a literal (RFC 9051 §4.3).
    pub(super) fn string(mut self, bytes: &[u8], dialect: Dialect) -> Self {
        if is_quotable(bytes, dialect.utf8) {
            // As long as it can become: what a larger one leaves behind is not wiped.
            let mut quoted = Zeroizing::new(Vec::with_capacity(2 * bytes.len() + 2));
            quoted.push(b'"');
            for byte in bytes {
                if matches!(byte, b'"' | b'\\') {
                    quoted.push(b'\\');
                }
                quoted.push(*byte);
            }
            quoted.push(b'"');
            return self.bytes(&quoted);
        }
        let mode = dialect.literals.mode(bytes.len() as u64);
        self.parts.push(Part::Literal { bytes: bytes.to_vec().into(), mode });
        self
    }

    pub(super) fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    pub(super) fn build(self) -> Command {
        Command { parts: self.parts, secret: false }
    }

    pub(super) fn build_secret(self) -> Command {
        Command { parts: self.parts, secret: true }
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        match self.parts.last_mut() {
            Some(Part::Text(text)) => {
                let longer = Zeroizing::new([&text[..], bytes].concat());
                *text = longer;
            }
            _ => self.parts.push(Part::Text(bytes.to_vec().into())),
        }
        self
    }
}

/// RFC 9051 §9, quoted: no CR, LF or NUL; 8-bit letters only as UTF-8, and only once that is enabled. Long ones go as
/// literals, since servers limit lines (RFC 7162 §4: 8192 octets).
fn is_quotable(bytes: &[u8], utf8: bool) -> bool {
    const LONGEST_QUOTED: usize = 1024;
    let plain = bytes.is_ascii() || (utf8 && std::str::from_utf8(bytes).is_ok());
    plain && bytes.len() <= LONGEST_QUOTED && !bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0))
}
