//! What a server says it can do.

use crate::proto::command::{Dialect, Literals};
use std::collections::BTreeSet;

/// The extensions that IMAP4rev2 contains (RFC 9051, appendix E) and that this connector asks for.
const IN_REV2: [&str; 11] = [
    "NAMESPACE",
    "UNSELECT",
    "UIDPLUS",
    "ESEARCH",
    "ENABLE",
    "SASL-IR",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "MOVE",
    "LITERAL-",
    "STATUS=SIZE",
];

/// A server's capabilities, in upper case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    words: BTreeSet<String>,
}

impl Capabilities {
    pub(crate) fn new<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Self {
        let mut words: BTreeSet<String> =
            words.into_iter().map(|word| word.as_ref().to_ascii_uppercase()).collect();
        if words.contains("IMAP4REV2") {
            words.extend(IN_REV2.map(str::to_owned));
        }
        // RFC 7162 §3.2.3: QRESYNC contains CONDSTORE.
        if words.contains("QRESYNC") {
            words.insert("CONDSTORE".to_owned());
        }
        Self { words }
    }

    /// Whether an extension is offered.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// All of them.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> + Clone {
        self.words.iter().map(String::as_str)
    }

    /// The SASL mechanisms that are offered.
    pub(crate) fn mechanisms(&self) -> Vec<String> {
        self.words.iter().filter_map(|word| word.strip_prefix("AUTH=")).map(str::to_owned).collect()
    }

    /// What commands may be spelt with; `utf8` once it is enabled.
    pub(crate) fn dialect(&self, utf8: bool) -> Dialect {
        let literals = if self.has("LITERAL+") {
            Literals::Plus
        } else if self.has("LITERAL-") {
            Literals::Minus
        } else {
            Literals::Synchronising
        };
        Dialect { literals, utf8 }
    }

    /// The largest message that APPEND takes, if one number counts for all folders (RFC 7889 §2).
    pub(crate) fn append_limit(&self) -> Option<u64> {
        self.words.iter().find_map(|word| word.strip_prefix("APPENDLIMIT=")?.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_the_words() {
        let rev2 = Capabilities::new(["IMAP4rev2", "AUTH=PLAIN", "auth=scram-sha-256"]);
        assert!(rev2.has("LIST-STATUS") && !rev2.has("QRESYNC"));
        assert_eq!(rev2.mechanisms(), ["PLAIN", "SCRAM-SHA-256"]);
        assert!(Capabilities::new(["QRESYNC"]).has("CONDSTORE"));
        assert_eq!(Capabilities::new(["APPENDLIMIT=35651584"]).append_limit(), Some(35_651_584));
        assert_eq!(Capabilities::new(["APPENDLIMIT"]).append_limit(), None);
    }

    #[test]
    fn literals_wait_unless_they_need_not() {
        use crate::proto::LiteralMode::*;
        for (words, len, mode) in [
            (&["IMAP4REV1"][..], 1, Synchronising),
            (&["LITERAL+"][..], 1 << 30, NonSynchronising),
            (&["LITERAL-"][..], 4096, NonSynchronising),
            (&["LITERAL-"][..], 4097, Synchronising),
            (&["LITERAL-", "LITERAL+"][..], 4097, NonSynchronising),
        ] {
            assert_eq!(Capabilities::new(words).dialect(false).literals.mode(len), mode, "{words:?} {len}");
        }
    }
}
