//! The name of a file as somebody's machine calls it: a name and never a path.

use std::fmt;

/// A name that is safe in a folder of ours, with an ending that tells what is in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(String);

/// What can be read: Outlook's data files, calendars, address books, mailboxes.
pub(crate) const ENDINGS: [&str; 5] = ["pst", "ost", "ics", "vcf", "mbox"];

/// No name of ours is longer.
const CHARS: usize = 60;

impl Name {
    /// Of what a browser tells; nothing for a file that cannot be read here.
    pub(crate) fn of(told: &str) -> Option<Self> {
        // Some browsers have told the whole path, of whichever system.
        let last = told.rsplit(['/', '\\']).next()?;
        let (stem, ending) = last.rsplit_once('.')?;
        let ending = ending.to_ascii_lowercase();
        if !ENDINGS.contains(&ending.as_str()) {
            return None;
        }
        let plain =
            |letter: char| if letter.is_alphanumeric() || "-_ ()".contains(letter) { letter } else { '_' };
        let stem: String = stem.chars().map(plain).take(CHARS).collect();
        let stem = match stem.trim() {
            "" => "file",
            stem => stem,
        };
        Some(Self(format!("{stem}.{ending}")))
    }

    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a file that is written elsewhere, or over what was announced.
    #[test]
    fn a_name_is_no_path() {
        for (told, name) in [
            ("Outlook.pst", Some("Outlook.pst")),
            ("C:\\Users\\anna\\Alte Mails (2).PST", Some("Alte Mails (2).pst")),
            ("../../etc/passwd.ics", Some("passwd.ics")),
            ("a/../b.vcf", Some("b.vcf")),
            ("..pst", Some("_.pst")),
            (".pst", Some("file.pst")),
            ("été.ics", Some("été.ics")),
            ("a\0b\r\n<script>.ics", Some("a_b___script_.ics")),
            ("meta.json", None),
            ("a.pst.exe", None),
            ("pst", None),
            ("", None),
        ] {
            assert_eq!(Name::of(told).as_ref().map(Name::as_str), name, "{told:?}");
        }
        let long = Name::of(&format!("{}.pst", "é".repeat(500))).unwrap();
        assert!(long.as_str().len() < 255, "no file system takes more");
    }
}
