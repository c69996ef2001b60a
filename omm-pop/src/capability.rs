//! What a server says it can do (RFC 2449).

use std::{collections::BTreeMap, time::Duration};

/// The longest pause between two logins that anybody waits for.
const DAY: u64 = 24 * 3600;

/// A server's capabilities: names in upper case, with their arguments. None is known on a server without CAPA.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    words: BTreeMap<String, Vec<String>>,
    /// Whether CAPA was understood. If not, nothing is known of what is missing here.
    pub(crate) told: bool,
}

impl Capabilities {
    /// From the lines of CAPA.
    pub(crate) fn new<L: AsRef<[u8]>>(lines: impl IntoIterator<Item = L>) -> Self {
        let mut words = BTreeMap::new();
        for line in lines {
            let line = String::from_utf8_lossy(line.as_ref()).to_ascii_uppercase();
            let mut parts = line.split_ascii_whitespace().map(str::to_owned);
            if let Some(name) = parts.next() {
                words.insert(name, parts.collect());
            }
        }
        Self { words, told: true }
    }

    /// Whether this is announced.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.words.contains_key(name)
    }

    /// Whether something that is older than CAPA may be tried: it is announced, or nobody can tell.
    pub(crate) fn may_have(&self, name: &str) -> bool {
        !self.told || self.has(name)
    }

    /// The SASL mechanisms that are offered (RFC 5034 §6).
    pub(crate) fn mechanisms(&self) -> Vec<String> {
        self.words.get("SASL").cloned().unwrap_or_default()
    }

    /// What the server calls itself (RFC 2449 §6.9).
    pub(crate) fn implementation(&self) -> Option<String> {
        self.words.get("IMPLEMENTATION").map(|words| words.join(" "))
    }

    /// How long one has to wait between two logins (RFC 2449 §6.5).
    pub(crate) fn login_delay(&self) -> Option<Duration> {
        let seconds: u64 = self.words.get("LOGIN-DELAY")?.first()?.parse().ok()?;
        Some(Duration::from_secs(seconds.min(DAY)))
    }

    /// Whether the server removes what was read when the session ends (RFC 2449 §6.7: 0 days).
    pub(crate) fn expires_at_once(&self) -> bool {
        self.words.get("EXPIRE").and_then(|days| days.first()).is_some_and(|days| days == "0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_and_what_follows() {
        let said =
            Capabilities::new(["SASL PLAIN scram-sha-256", "login-delay 900 USER", "EXPIRE 0", "", "Top"]);
        assert_eq!(said.mechanisms(), ["PLAIN", "SCRAM-SHA-256"]);
        assert_eq!(said.login_delay(), Some(Duration::from_secs(900)));
        assert!(said.expires_at_once() && said.has("TOP") && !said.may_have("UIDL"));
        let unknown = Capabilities::default();
        assert!(unknown.may_have("UIDL") && !unknown.has("UIDL") && unknown.login_delay().is_none());
        let never = Capabilities::new(["EXPIRE NEVER", "LOGIN-DELAY x", "LOGIN-DELAY 99999999999999999999"]);
        assert!(!never.expires_at_once() && never.login_delay().is_none());
    }
}
