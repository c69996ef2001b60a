//! A group of contacts.

use super::part::Class;
use crate::line::Line;
use chrono::{DateTime, Utc};

/// A distribution list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// What tells it from every other, for good: a URI such as `urn:uuid:…`.
    pub uid: String,
    /// When it was changed last.
    pub revised: Option<DateTime<Utc>>,
    /// Its name.
    pub name: String,
    /// Its members, in their order.
    pub members: Vec<Member>,
    /// Categories.
    pub categories: Vec<String>,
    /// Notes.
    pub notes: String,
    /// Who may see it.
    pub class: Class,
    /// Other properties, as they stood in the card that it was read from.
    pub lines: Vec<Line>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name that is shown; may be empty. `X-CN` parameter.
    pub name: String,
    /// Where it is.
    pub address: MemberAddress,
}

/// Who a member is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberAddress {
    /// A mail address, without `mailto:`.
    Mail(String),
    /// Another card, by its UID: a URI.
    Card(String),
    /// Nothing but the name is known. `X-MEMBER`, because `MEMBER` must be a URI (RFC 6350 §6.6.5).
    Unknown,
}
