//! What servers do beside the standard: each a fact found at run time, from the greeting, from ID, or from an answer.
//! Nothing here is asked of a server that did not show it.

use crate::{capability::Capabilities, gmail};

/// The facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quirks {
    /// Seen: Courier. UIDVALIDITY is not the real one under EXAMINE: folders are opened with SELECT.
    pub(crate) select_to_read: bool,
    /// Seen: Exchange. \Flagged given with APPEND is forgotten; only STORE sets it.
    pub(crate) flagged_by_store: bool,
    /// Seen: Exchange. The longest line that is taken; a longer one is answered with `BAD Command Argument Error. 11`.
    pub(crate) longest_line: Option<u64>,
    /// Seen: FTGate, DBmail, ProtonMail bridge, DavMail before 2025. APPENDUID is missing or names another message.
    pub(crate) distrust_append_uid: bool,
    /// Seen: Domino, DBmail. Headers are changed on APPEND.
    pub(crate) rewrites_headers: bool,
    /// Seen: Domino, Yandex, QQ. SEARCH fails or finds nothing: folders are listed by FETCH.
    pub(crate) no_search: bool,
    /// Seen: Yahoo. A message without a final CRLF is refused.
    pub(crate) wants_final_crlf: bool,
    /// Gmail (X-GM-EXT-1).
    pub(crate) gmail: bool,
    /// Seen: Cyrus. Messages are looked into before they are stored, and names have fewer letters.
    pub(crate) cyrus: bool,
    /// Seen: Exchange. The connection ends after ten refusals; else found out when it does.
    pub(crate) bye_after_errors: bool,
    /// Seen: Exchange; else found out when CREATE says that a folder of another case is there.
    pub(crate) folds_case: bool,
}

impl Quirks {
    /// What the greeting gives away.
    pub(crate) fn learn_greeting(&mut self, text: &str) {
        let text = text.to_ascii_lowercase();
        self.select_to_read |= text.contains("courier");
        if text.contains("microsoft exchange") {
            self.exchange();
        }
        self.cyrus |= text.contains("cyrus imap");
        self.rewrites_headers |= text.contains("domino") || text.contains("dbmail");
        self.no_search |= text.contains("domino");
        self.distrust_append_uid |= text.contains("dbmail") || text.contains("ftgate");
    }

    /// What the answer to ID gives away (RFC 2971).
    pub(crate) fn learn_id(&mut self, fields: &[(String, Option<String>)]) {
        let name = fields.iter().find(|(field, _)| field.eq_ignore_ascii_case("name"));
        if let Some((_, Some(name))) = name {
            self.learn_greeting(name);
        }
    }

    /// What the capabilities give away.
    pub(crate) fn learn_capabilities(&mut self, offered: &Capabilities) {
        self.gmail |= offered.has(gmail::EXTENSION);
    }

    fn exchange(&mut self) {
        self.bye_after_errors = true;
        self.flagged_by_store = true;
        self.longest_line = Some(9_900);
        self.folds_case = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_greetings_give_away() {
        let of = |text: &str| {
            let mut quirks = Quirks::default();
            quirks.learn_greeting(text);
            quirks
        };
        assert_eq!(of("Dovecot (Debian) ready."), Quirks::default());
        assert!(of("Courier-IMAP ready. Copyright 1998-2018").select_to_read);
        let exchange = of("The Microsoft Exchange IMAP4 service is ready.");
        assert!(exchange.flagged_by_store && exchange.longest_line == Some(9_900));
        assert!(of("Domino IMAP4 Server Release 9.0").rewrites_headers);
    }
}
