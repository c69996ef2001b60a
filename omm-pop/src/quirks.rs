//! What servers do beside the standard, and how one knows them.

use crate::capability::Capabilities;

/// What this server does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quirks {
    /// RETR marks a message as read for the account's other clients, TOP does not, and gives all of it. Seen: Dovecot 2.3,
    /// however the session ends, unless `pop3_no_flag_updates` is set.
    pub(crate) retr_marks_as_read: bool,
    /// Of a large mailbox it shows a part, and the next one after a QUIT, which we never say once something was read. Seen:
    /// Gmail, some hundred messages at a time.
    pub(crate) shows_a_part: bool,
}

impl Quirks {
    /// From the greeting and what is announced. Who forges these makes us read by TOP, which is no harm: it gives whole
    /// messages everywhere (RFC 1939 §7).
    pub(crate) fn of(greeting: &str, capabilities: &Capabilities) -> Self {
        // Nobody else names the very command that was asked.
        let is_dovecot = greeting.contains("Dovecot") || capabilities.has("CAPA");
        Self {
            retr_marks_as_read: is_dovecot && capabilities.has("TOP"),
            shows_a_part: greeting.starts_with("Gpop ready"),
        }
    }
}

/// Whether a server of this name [shows a part](Quirks::shows_a_part): then it need not be asked.
pub(crate) fn shows_a_part(host: &str) -> bool {
    ["pop.gmail.com", "pop.googlemail.com"].iter().any(|name| host.eq_ignore_ascii_case(name))
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

    #[test]
    fn gmail_is_known_by_its_words_and_by_its_name() {
        for (greeting, part) in [("Gpop ready for requests from 192.0.2.1 a1", true), ("ready, Gpop", false)]
        {
            assert_eq!(Quirks::of(greeting, &Capabilities::default()).shows_a_part, part, "{greeting}");
        }
        for (host, part) in
            [("pop.gmail.com", true), ("POP.Googlemail.com", true), ("pop.gmail.com.example", false)]
        {
            assert_eq!(shows_a_part(host), part, "{host}");
        }
    }
}
