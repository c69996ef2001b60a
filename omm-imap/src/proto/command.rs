//! Commands as parts: text, literals, and bodies that are too large to be copied.

/// How a literal is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LiteralMode {
    /// `{n}`: the server must say `+` first (RFC 9051 §4.3).
    Synchronising,
    /// `{n+}` (RFC 7888).
    NonSynchronising,
}

/// A part of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Text(Vec<u8>),
    /// `{n}` CRLF and these bytes. `secret` bytes are never shown in a trace.
    Literal {
        bytes: Vec<u8>,
        mode: LiteralMode,
    },
    /// `{n}` CRLF (or `~{n}`, RFC 6855 UTF8) and `len` bytes of body number `index`, given by the driver when they
    /// are due.
    Body {
        index: usize,
        len: u64,
        mode: LiteralMode,
        literal8: bool,
    },
}

/// A command without tag and final CRLF, which the machine adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) parts: Vec<Part>,
    /// Whether a trace must show only its first word: LOGIN, AUTHENTICATE.
    pub(crate) secret: bool,
}
