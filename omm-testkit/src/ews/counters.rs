//! What came in and went out, counted.

use std::collections::BTreeMap;

/// What a server has done since it was made, or since [`super::MockEws::reset_counters`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Connections accepted.
    pub connections: u64,
    /// Requests by operation, those that were refused too: `GetItem`, `Autodiscover`. `401` are those that nobody
    /// was logged in for.
    pub operations: BTreeMap<String, u64>,
    /// Bytes from the network.
    pub bytes_received: u64,
    /// Bytes to the network.
    pub bytes_sent: u64,
    /// Items and occurrences given in full by GetItem.
    pub items_read: u64,
    /// MIME contents given.
    pub mime_read: u64,
    /// Items created, uploads too.
    pub items_created: u64,
    /// Items that were deleted in any way.
    pub items_deleted: u64,
    /// Requests refused because of throttling.
    pub throttled: u64,
    /// Requests that came before the pause was over that a refusal had asked for.
    pub too_early: u64,
    /// The most requests that were not yet answered at one time.
    pub most_in_flight: u64,
    /// The most connections that were open at one time.
    pub most_connections: u64,
}

impl Counters {
    /// How often this operation was asked for.
    pub fn operation(&self, name: &str) -> u64 {
        self.operations.get(name).copied().unwrap_or_default()
    }

    /// Operations in all, without Autodiscover and without what was answered 401.
    pub fn all_operations(&self) -> u64 {
        let is_one = |name: &str| !matches!(name, "401" | "Autodiscover" | "GetUserSettings");
        self.operations.iter().filter(|(name, _)| is_one(name)).map(|(_, count)| count).sum()
    }

    pub(super) fn count(&mut self, operation: &str) {
        *self.operations.entry(operation.to_owned()).or_default() += 1;
    }
}

/// Something that a real server would have sent to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The operation that did it.
    pub operation: String,
    /// What: `message`, `invitation`, `update`, `cancellation`, `read receipt`, `not-read receipt`.
    pub what: &'static str,
    /// The subject of what it is about.
    pub subject: String,
    /// To whom, as far as that is known.
    pub to: Vec<String>,
}
