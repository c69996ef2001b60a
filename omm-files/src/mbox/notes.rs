//! What the headers of a message in an mbox say about it: its flags, and its length.

use super::lines::trimmed;
use omm_core::model::{Flags, SystemFlag};

/// Headers that mail programs rewrite in place. They travel with the message like every other, but an id must not
/// change when a message is read or answered, so they do not count for it.
const VOLATILE: [&str; 11] = [
    "status",
    "x-status",
    "x-mozilla-status",
    "x-mozilla-status2",
    "x-mozilla-keys",
    "x-keywords",
    "x-uid",
    "x-imap",
    "x-imapbase",
    "content-length",
    "lines",
];

/// The notes taken while the header of one message passes by.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) flags: Flags,
    pub(super) content_length: Option<u64>,
    in_volatile: bool,
}

impl Notes {
    /// Takes a header line; says whether it counts for the id.
    pub(super) fn line(&mut self, line: &[u8]) -> bool {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return !self.in_volatile;
        }
        let text = String::from_utf8_lossy(trimmed(line));
        let (name, value) = text.split_once(':').unwrap_or(("", ""));
        let name = name.trim_end().to_ascii_lowercase();
        self.in_volatile = VOLATILE.contains(&name.as_str());
        self.note(&name, value.trim());
        !self.in_volatile
    }

    fn note(&mut self, name: &str, value: &str) {
        match name {
            "content-length" => self.content_length = value.parse().ok(),
            "status" if value.contains('R') => self.flags.insert(SystemFlag::Seen),
            "x-status" => self.x_status(value),
            "x-mozilla-status" => self.mozilla(u32::from_str_radix(value, 16).unwrap_or(0)),
            "x-keywords" | "x-mozilla-keys" => {
                value.split([' ', ',']).for_each(|keyword| self.flags.insert_keyword(keyword));
            }
            _ => {}
        }
    }

    /// The letters of the c-client library.
    fn x_status(&mut self, value: &str) {
        use SystemFlag::{Answered, Deleted, Draft, Flagged};
        for (letter, flag) in [('A', Answered), ('F', Flagged), ('D', Deleted), ('T', Draft)] {
            if value.contains(letter) {
                self.flags.insert(flag);
            }
        }
    }

    /// nsMsgMessageFlags of Mozilla.
    fn mozilla(&mut self, bits: u32) {
        use SystemFlag::{Answered, Deleted, Flagged, Seen};
        for (bit, flag) in [(0x1, Seen), (0x2, Answered), (0x4, Flagged), (0x8, Deleted)] {
            if bits & bit != 0 {
                self.flags.insert(flag);
            }
        }
        if bits & 0x1000 != 0 {
            self.flags.insert_keyword("$Forwarded");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_from_headers() {
        for (headers, flags) in [
            (&["Status: RO", "X-Status: AF"][..], "\\Seen \\Answered \\Flagged"),
            (&["Status: O"], ""),
            (
                &["X-Mozilla-Status: 1003", "X-Mozilla-Keys: $label1 work"],
                "\\Seen \\Answered $Forwarded $label1 work",
            ),
            (&["X-Mozilla-Status: 0008"], "\\Deleted"),
            (&["Subject: Status: R"], ""),
        ] {
            let mut notes = Notes::default();
            headers.iter().for_each(|line| {
                notes.line(line.as_bytes());
            });
            assert_eq!(notes.flags, Flags::parse(flags), "{headers:?}");
        }
    }

    #[test]
    fn a_folded_volatile_header_does_not_count_to_its_end() {
        let mut notes = Notes::default();
        let counts: Vec<bool> =
            ["X-Keywords: a", "\tb", "Subject: c", " d"].map(|l| notes.line(l.as_bytes())).into();
        assert_eq!(counts, [false, false, true, true]);
    }
}
