//! Commands as parts: text, literals, and bodies that are too large to be copied.

mod account;
mod append;
mod builder;
mod fetch;
mod login;
mod mailbox;
mod search;
mod store;

pub(crate) use account::{capability, compress_deflate, enable, get_quota_root, id, logout, namespace};
pub(crate) use append::{AppendMessage, Wrapper, append};
pub(crate) use builder::{Dialect, Literals};
pub(crate) use fetch::{uid_fetch, uid_fetch_text};
pub(crate) use login::{authenticate, login, proxy_auth, start_tls};
pub(crate) use mailbox::{
    ListReturn, Open, close, create, delete, list, list_extended, lsub, select, status, subscribe, unselect,
    unsubscribe,
};
pub(crate) use search::uid_search;
pub(crate) use store::{FlagChange, expunge, is_sendable_flag, uid_expunge, uid_move, uid_store};

use std::fmt;
use zeroize::Zeroizing;

/// How a literal is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LiteralMode {
    /// `{n}`: the server must say `+` first (RFC 9051 §4.3).
    Synchronising,
    /// `{n+}` (RFC 7888).
    NonSynchronising,
}

/// A part of a command.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Wiped, as are literals: it may be a password.
    Text(Zeroizing<Vec<u8>>),
    /// `{n}` CRLF and these bytes. `secret` bytes are never shown in a trace.
    Literal { bytes: Zeroizing<Vec<u8>>, mode: LiteralMode },
    /// `{n}` CRLF (or `~{n}`, RFC 6855 UTF8) and `len` bytes of body number `index`, given by the driver when they
    /// are due.
    Body { index: usize, len: u64, mode: LiteralMode, literal8: bool },
}

impl Part {
    /// How many bytes of it are in memory.
    pub(crate) fn held_bytes(&self) -> usize {
        match self {
            Self::Text(bytes) | Self::Literal { bytes, .. } => bytes.len(),
            Self::Body { .. } => 0,
        }
    }
}

/// A command without tag and final CRLF, which the machine adds.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) parts: Vec<Part>,
    /// Whether a trace must show only its first word: LOGIN, AUTHENTICATE.
    pub(crate) secret: bool,
}

impl Command {
    /// The first word, or two if the first is UID: all that a trace shows of a secret command.
    pub(crate) fn verb(&self) -> String {
        let Some(Part::Text(text)) = self.parts.first() else { return String::new() };
        let text = String::from_utf8_lossy(text);
        let words = if text.starts_with("UID ") { 2 } else { 1 };
        text.split(' ').take(words).collect::<Vec<_>>().join(" ")
    }
}

// A part does not know whether it is secret, so alone it says only how long it is.
impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Literal { bytes, mode } => write!(f, "Literal({} bytes, {mode:?})", bytes.len()),
            Self::Body { index, len, mode, literal8 } => {
                write!(f, "Body({index}, {len} bytes, {mode:?}, literal8: {literal8})")
            }
        }
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.secret {
            return write!(f, "Command({} …)", self.verb());
        }
        write!(f, "Command(")?;
        for part in &self.parts {
            match part {
                Part::Text(text) => write!(f, "{}", text.escape_ascii())?,
                part => write!(f, "{part:?}")?,
            }
        }
        write!(f, ")")
    }
}

#[cfg(test)]
mod tests;
