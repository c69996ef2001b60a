//! What servers do beside the standard, and how one knows them.

use crate::capability::Capabilities;

/// What this server does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quirks {
    /// RETR marks a message as read for the account's other clients, TOP does not, and gives all of it. Seen: Dovecot 2.3,
    /// however the session ends, unless `pop3_no_flag_updates` is set.
    pub(crate) retr_marks_as_read: bool,
}

impl Quirks {
    /// From the greeting and what is announced. Who forges these makes us read by TOP, which is no harm: it gives whole
    /// messages everywhere (RFC 1939 §7).
    pub(crate) fn of(greeting: &str, capabilities: &Capabilities) -> Self {
        // Nobody else names the very command that was asked.
        let is_dovecot = greeting.contains("Dovecot") || capabilities.has("CAPA");
        Self { retr_marks_as_read: is_dovecot && capabilities.has("TOP") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dovecot_is_known_by_its_words() {
        for (greeting, words, marks) in [
            ("Dovecot (Debian) ready.", &["TOP", "UIDL"][..], true),
            ("welcome", &["CAPA", "TOP", "UIDL"], true),
            ("Dovecot ready.", &["UIDL"], false),
            ("welcome", &["TOP", "UIDL"], false),
        ] {
            let quirks = Quirks::of(greeting, &Capabilities::new(words));
            assert_eq!(quirks.retr_marks_as_read, marks, "{greeting} {words:?}");
        }
    }
}
