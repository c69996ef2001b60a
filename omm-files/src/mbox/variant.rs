//! The four ways of quoting.

use omm_core::error::{Error, ErrorKind, Result, Side};

/// How a file is quoted, or that the evidence shall say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Variant {
    #[default]
    ByEvidence,
    Rd,
    O,
    Cl,
    Cl2,
}

/// What is taken from body lines of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// Nothing.
    None,
    /// One `>` of `>From `, `>>From ` and so on.
    AnyDepth,
    /// The `>` of `>From ` only.
    OneDeep,
}

impl Variant {
    /// Reads the option `mbox`.
    pub(crate) fn parse(option: Option<&str>) -> Result<Self> {
        match option {
            None | Some("" | "auto") => Ok(Self::ByEvidence),
            Some("rd") => Ok(Self::Rd),
            Some("o") => Ok(Self::O),
            Some("cl") => Ok(Self::Cl),
            Some("cl2") => Ok(Self::Cl2),
            Some(other) => Err(Error::new(
                ErrorKind::Config,
                Side::Source,
                "read the options",
                format!("mbox={other:?} is not known; write rd, o, cl or cl2, or leave it out"),
            )),
        }
    }

    /// The word of the option.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ByEvidence => "auto",
            Self::Rd => "rd",
            Self::O => "o",
            Self::Cl => "cl",
            Self::Cl2 => "cl2",
        }
    }

    /// Whether Content-Length is looked at.
    pub(super) fn counts(self) -> bool {
        matches!(self, Self::ByEvidence | Self::Cl | Self::Cl2)
    }

    /// The quoting of a message whose end Content-Length gave, or did not.
    pub(super) fn quoting(self, counted: bool) -> Quoting {
        match (self, counted) {
            (Self::Cl2, _) | (Self::ByEvidence, true) => Quoting::None,
            (Self::O, _) => Quoting::OneDeep,
            (Self::Rd | Self::Cl, _) | (Self::ByEvidence, false) => Quoting::AnyDepth,
        }
    }
}

impl Quoting {
    /// Whether this beginning of a body line lost its first byte to quoting.
    pub(super) fn quotes(self, line: &[u8]) -> bool {
        let depth = line.iter().take_while(|byte| **byte == b'>').count();
        let deep_enough = match self {
            Self::None => false,
            Self::AnyDepth => depth >= 1,
            Self::OneDeep => depth == 1,
        };
        deep_enough && line[depth..].starts_with(b"From ")
    }
}
