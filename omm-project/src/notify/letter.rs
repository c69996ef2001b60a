//! What a carrier is given: one message to one recipient, written out.

use super::{Address, Key};
use chrono::{DateTime, Utc};

/// One message to one recipient.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Letter {
    /// What it is known by: the same at every attempt. It tells of one event, or of several.
    pub key: Key,
    /// To whom.
    pub address: Address,
    /// Of which project it tells.
    pub project: Option<String>,
    /// One line.
    pub subject: String,
    /// The text for people.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// For programs.
    pub json: serde_json::Value,
    /// When the event happened; of several, the last.
    pub at: DateTime<Utc>,
}
