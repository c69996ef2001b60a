//! What is wrong with bytes that should be MAPI, and where.

use std::{borrow::Cow, fmt, io};

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The file below could not be read.
    Io(io::Error),
    /// The bytes are not what they should be: what is wrong, and where (a block, a node, a property).
    Malformed {
        /// What is wrong, in a few words.
        what: Cow<'static, str>,
        /// Where; empty when the caller knows better.
        at: String,
    },
    /// Larger than anything real: read no further, to keep memory small.
    TooLarge {
        /// What is too large.
        what: Cow<'static, str>,
        /// Its size in bytes.
        bytes: u64,
    },
}

impl Error {
    /// Bytes that are not what they should be.
    pub fn malformed(what: impl Into<Cow<'static, str>>) -> Self {
        Self::Malformed { what: what.into(), at: String::new() }
    }

    /// The same with the place, if none is named yet.
    #[must_use]
    pub fn at(self, place: impl fmt::Display) -> Self {
        match self {
            Self::Malformed { what, at } if at.is_empty() => Self::Malformed { what, at: place.to_string() },
            other => other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(cause) => write!(f, "{cause}"),
            Self::Malformed { what, at } if at.is_empty() => f.write_str(what),
            Self::Malformed { what, at } => write!(f, "{what} ({at})"),
            Self::TooLarge { what, bytes } => write!(f, "{what} is too large: {bytes} bytes"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(cause) => Some(cause),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(cause: io::Error) -> Self {
        Self::Io(cause)
    }
}
