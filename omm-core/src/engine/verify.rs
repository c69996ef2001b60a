//! Looking at the copies.

use serde::Serialize;

/// How closely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Id, size, flags and date are read: one metadata request per batch.
    Listed,
    /// Every body is read again and hashed.
    ReadBack,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// Copies looked at.
    pub copies: u64,
    /// As they should be.
    pub good: u64,
    /// Not there.
    pub missing: u64,
    /// With another body.
    pub altered: u64,
}
