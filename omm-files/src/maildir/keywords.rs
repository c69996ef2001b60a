//! The file `dovecot-keywords`, which says what the letters `a` to `z` stand for.

use super::suffix::needs_letter;
use omm_core::model::Flags;
use std::{io, path::Path};

/// Its name, in every folder that has keywords.
pub(crate) const KEYWORD_FILE: &str = "dovecot-keywords";
/// There is a letter for each.
const MOST: usize = 26;

/// Keywords by their letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keywords(Vec<Option<String>>);

impl Keywords {
    /// The keywords of a folder; none when it has no such file or it cannot be read.
    pub(crate) fn of_folder(dir: &Path) -> Self {
        std::fs::read(dir.join(KEYWORD_FILE)).map_or_else(|_| Self::default(), |text| Self::parse(&text))
    }

    /// The same, telling "no such file" from "cannot be read": who writes the file must know.
    pub(crate) fn of_own_folder(dir: &Path) -> io::Result<Self> {
        match std::fs::read(dir.join(KEYWORD_FILE)) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    fn parse(text: &[u8]) -> Self {
        let mut names = vec![None; MOST];
        for line in String::from_utf8_lossy(text).lines() {
            let Some((number, name)) = line.split_once(' ') else { continue };
            if let Some(place) = number.parse().ok().and_then(|at: usize| names.get_mut(at)) {
                *place = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
            }
        }
        Self(names)
    }

    /// The file's text: `0 first`, `1 second` …
    pub(crate) fn text(&self) -> String {
        let lines = self.0.iter().enumerate();
        lines.filter_map(|(at, name)| name.as_ref().map(|name| format!("{at} {name}\n"))).collect()
    }

    /// What a letter stands for.
    pub(crate) fn name(&self, letter: char) -> Option<&str> {
        let at = (letter as usize).checked_sub('a' as usize)?;
        self.0.get(at)?.as_deref()
    }

    /// The letter of a keyword.
    pub(crate) fn letter(&self, keyword: &str) -> Option<char> {
        let held = |name: &Option<String>| name.as_ref().is_some_and(|name| same(name, keyword));
        self.0.iter().position(held).map(|at| (b'a' + at as u8) as char)
    }

    /// Gives every keyword of these flags a letter, as long as there is one. Says whether something was added.
    pub(crate) fn add_all(&mut self, flags: &Flags) -> bool {
        let new: Vec<_> = flags.keywords().filter(|k| needs_letter(k) && self.letter(k).is_none()).collect();
        let mut changed = false;
        for keyword in new {
            changed |= self.add(keyword);
        }
        changed
    }

    pub(super) fn add(&mut self, keyword: &str) -> bool {
        let free = self.0.iter().position(Option::is_none);
        match free {
            Some(at) => self.0[at] = Some(keyword.to_owned()),
            None if self.0.len() < MOST => self.0.push(Some(keyword.to_owned())),
            None => return false,
        }
        true
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_round_trips_and_a_gap_stays() {
        let keywords = Keywords::parse(b"0 Work\n2 $label1\nnonsense\n99 far\n");
        assert_eq!(keywords.letter("work"), Some('a'));
        assert_eq!((keywords.name('b'), keywords.name('c')), (None, Some("$label1")));
        assert_eq!(Keywords::parse(keywords.text().as_bytes()), keywords);
    }

    #[test]
    fn the_27th_keyword_gets_no_letter() {
        let many: Vec<String> = (0..27).map(|at| format!("k{at:02}")).collect();
        let mut keywords = Keywords::default();
        assert!(keywords.add_all(&Flags::parse(&many.join(" "))));
        assert_eq!((keywords.letter("k25"), keywords.letter("k26")), (Some('z'), None));
        assert!(!keywords.add_all(&Flags::parse("k26 $Forwarded")));
    }
}
