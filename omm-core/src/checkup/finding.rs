//! One step of a check-up, and what came of it.

use super::remedy::remedy;
use crate::{
    error::{Error, ErrorKind},
    seam::Learned,
};
use serde::Serialize;
use std::fmt;

/// What is looked at, in the order in which one needs the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Check {
    /// Whether the address makes sense, and this build has a connector for it.
    Address,
    /// Whether the name of the host is known.
    Host,
    /// Whether somebody listens there.
    Connection,
    /// Whether the line is protected, and the certificate is right: name, issuer, dates.
    Encryption,
    /// Whether the server lets us in: the form of the login, the password, on whose behalf.
    Login,
    /// What the server offers beyond the least.
    Extensions,
    /// How long a request takes.
    Latency,
    /// Whether the folders can be listed.
    Folders,
    /// Whether what is in them can be read.
    Reading,
    /// Whether a folder can be made, and removed again.
    Writing,
    /// How much room is left.
    Room,
    /// The largest item that is taken.
    LargestItem,
    /// What else a destination does not keep, or keeps otherwise.
    Keeping,
    /// What this pair of accounts can carry.
    Pair,
}

impl Check {
    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Host => "host name",
            Self::Connection => "connection",
            Self::Encryption => "encryption",
            Self::Login => "login",
            Self::Extensions => "extensions",
            Self::Latency => "latency",
            Self::Folders => "folders",
            Self::Reading => "reading",
            Self::Writing => "writing",
            Self::Room => "room left",
            Self::LargestItem => "largest item",
            Self::Keeping => "keeping",
            Self::Pair => "this pair",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// It works.
    Good,
    /// It works, and something about it is worth knowing.
    Remark,
    /// It does not work.
    Bad,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// What came of it.
    pub verdict: Verdict,
    /// What was found, in one line without a secret.
    pub detail: String,
    /// What kind of error it was, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ErrorKind>,
    /// What to do about it, in one sentence; where it is bad and the detail does not say so itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<&'static str>,
}

impl Finding {
    /// It works.
    pub fn good(check: Check, detail: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Good, detail: detail.into(), kind: None, remedy: None }
    }

    /// It works, but.
    pub fn remark(check: Check, detail: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Remark, detail: detail.into(), kind: None, remedy: None }
    }

    /// It does not work.
    pub fn bad(check: Check, error: &Error) -> Self {
        let remedy = remedy(check, error.kind());
        Self { check, verdict: Verdict::Bad, detail: error.to_string(), kind: Some(error.kind()), remedy }
    }

    /// It does not work, by words that say what to do.
    pub fn blocked(check: Check, detail: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Bad, detail: detail.into(), kind: None, remedy: None }
    }

    /// Whether nothing that needs this can work.
    pub fn is_bad(&self) -> bool {
        self.verdict == Verdict::Bad
    }
}

/// What a connector found on the way to an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Examined {
    /// The steps, in order; one that is bad is the last.
    pub findings: Vec<Finding>,
    /// What it learned and need not find out again.
    pub learned: Learned,
}

impl Examined {
    /// These steps, and nothing learned.
    pub fn new(findings: Vec<Finding>) -> Self {
        Self { findings, learned: Learned::default() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.detail)?;
        self.remedy.map_or(Ok(()), |remedy| write!(f, "; {remedy}"))
    }
}
