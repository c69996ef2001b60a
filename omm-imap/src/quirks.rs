//! What servers do beside the standard: each a fact found at run time, from the greeting, from ID, or from an answer.
//! Nothing here is asked of a server that did not show it.
//!
//! | seen at | habit | found out by | test, in `tests/` |
//! |---|---|---|---|
//! | Exchange | no long lines; \Flagged only by STORE | greeting | `destination_mock/appending`: `exchange_takes_no_long_lines_and_flags_only_by_store` |
//! | Exchange | BYE after ten refusals | greeting, or the BYE | `destination_mock/quirks`: `exchange_is_left_before_it_says_bye`, `a_bye_after_ten_errors_is_met_once` |
//! | Exchange, iCloud | `a` and `A` are one folder | greeting, or CREATE and STATUS | `destination_mock/making`: `names_that_differ_in_case_may_be_one_folder` |
//! | Exchange | sizes that are wrong | a look | `destination_mock/appending`: `sizes_that_are_not_true_do_not_hide_a_copy`; `source_mock/contract` |
//! | Exchange, Gmail | blanks in names | greeting, X-GM-EXT-1 | `destination_mock/quirks`: `blanks_at_the_end_of_a_name_never_reach_exchange` |
//! | 163, 126 | ID before SELECT | always done | `destination_mock/quirks`: `who_we_are_is_said_before_a_folder_is_opened`; `source_mock/contract` |
//! | Yahoo | a final CRLF | BAD to APPEND | `destination_mock/appending`: `yahoo_gets_its_final_line_end` |
//! | Gmail | labels; no \Deleted; equal messages once; trash; names; pauses | X-GM-EXT-1 | `source_mock/gmail`; `destination_mock/quirks`: `gmail_…` |
//! | Courier | SELECT, not EXAMINE | greeting | `source_mock/contract`: `with_bad_habits` |
//! | Domino, Yandex, QQ | SEARCH is refused, unknown or empty | NO, BAD, a count; never asked at a destination | `source_mock/contract`: `with_bad_habits`; `destination_mock/removing`: `without_uidplus_the_marks_of_others_survive` |
//! | FTGate, DBmail, DavMail, ProtonMail | APPENDUID wrong or missing | a look at the first ones | `destination_mock/appending`: `an_append_uid_is_believed_after_a_look` |
//! | Domino, DBmail | headers changed on APPEND | greeting, ID | `destination_mock/quirks`: `headers_that_are_changed_are_foreseen` |
//! | Cyrus | refuses NUL and headers that are none; names | greeting, ID | `destination_mock/quirks`: `what_cyrus_finds_in_a_message_costs_that_message`; `destination_cyrus`, `destination_names` |
//!
//! All of them in whole small migrations, second run and undo included: `destination_mock/whole`.

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
    /// Seen: Gmail, Exchange. Blanks at the ends of names are lost, or end the connection (Exchange 2007).
    pub(crate) trims_blanks: bool,
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
        self.trims_blanks |= self.gmail;
    }

    fn exchange(&mut self) {
        self.bye_after_errors = true;
        self.flagged_by_store = true;
        self.longest_line = Some(9_900);
        self.folds_case = true;
        self.trims_blanks = true;
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
