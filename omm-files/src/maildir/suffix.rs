//! The flag suffix of a Maildir file name: `unique:2,FRS`.

use super::Keywords;
use omm_core::model::{Flags, SystemFlag};

/// The keyword that `P` (passed) stands for.
const FORWARDED: &str = "$Forwarded";

const LETTERS: [(char, SystemFlag); 5] = [
    ('D', SystemFlag::Draft),
    ('F', SystemFlag::Flagged),
    ('R', SystemFlag::Answered),
    ('S', SystemFlag::Seen),
    ('T', SystemFlag::Deleted),
];

/// The unique base name and the flag letters. `;` and `!` stand for `:` where a file system refuses that.
pub(crate) fn split(name: &str) -> (&str, &str) {
    let at = [":2,", ";2,", "!2,"].iter().filter_map(|mark| name.rfind(mark)).max();
    at.map_or((name, ""), |at| (&name[..at], &name[at + 3..]))
}

/// The flags that the letters stand for. A letter that stands for nothing known is left out.
pub(crate) fn from_letters(letters: &str, keywords: &Keywords) -> Flags {
    let mut flags = Flags::none();
    for letter in letters.chars() {
        match LETTERS.iter().find(|(known, _)| *known == letter) {
            Some((_, flag)) => flags.insert(*flag),
            None if letter == 'P' => flags.insert_keyword(FORWARDED),
            None => {
                if let Some(keyword) = keywords.name(letter) {
                    flags.insert_keyword(keyword);
                }
            }
        }
    }
    flags
}

/// The letters for flags, sorted as Maildir wants them. Keywords that got no letter are left out.
pub(crate) fn to_letters(flags: &Flags, keywords: &Keywords) -> String {
    let mut letters: Vec<char> =
        LETTERS.iter().filter(|(_, flag)| flags.contains(*flag)).map(|(letter, _)| *letter).collect();
    letters.extend(flags.contains_keyword(FORWARDED).then_some('P'));
    letters.extend(flags.keywords().filter_map(|keyword| keywords.letter(keyword)));
    letters.sort_unstable();
    letters.dedup();
    letters.into_iter().collect()
}

/// Whether a keyword needs a letter of its own.
pub(super) fn needs_letter(keyword: &str) -> bool {
    !keyword.eq_ignore_ascii_case(FORWARDED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split() {
        for (name, base, letters) in [
            ("1.a.host", "1.a.host", ""),
            ("1.a.host:2,", "1.a.host", ""),
            ("1.a.host,S=5:2,FS", "1.a.host,S=5", "FS"),
            ("1.a.host;2,S", "1.a.host", "S"),
            ("1.a.host!2,Sab", "1.a.host", "Sab"),
            ("18:2,", "18", ""),
        ] {
            assert_eq!(split(name), (base, letters), "{name}");
        }
    }

    #[test]
    fn letters_and_flags() {
        let mut keywords = Keywords::default();
        keywords.add("Work");
        let flags = from_letters("DFPRSTaz", &keywords);
        assert_eq!(flags, Flags::parse("\\Draft \\Flagged $Forwarded \\Answered \\Seen \\Deleted Work"));
        assert_eq!(to_letters(&flags, &keywords), "DFPRSTa");
        assert_eq!(to_letters(&Flags::parse("Unknown"), &keywords), "");
    }
}
