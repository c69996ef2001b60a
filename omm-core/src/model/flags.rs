//! Flags and keywords, and the difference between two sets of them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{collections::BTreeSet, fmt};

/// The system flags of RFC 9051 §2.3.2, without \Recent, which belongs to a session and never travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SystemFlag {
    /// Has been read.
    Seen,
    /// Has been answered.
    Answered,
    /// Marked for attention.
    Flagged,
    /// Marked for removal.
    Deleted,
    /// Not finished composing.
    Draft,
}

impl SystemFlag {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Seen, Self::Answered, Self::Flagged, Self::Deleted, Self::Draft];

    /// The name on the wire, with its backslash.
    pub fn name(self) -> &'static str {
        match self {
            Self::Seen => "\\Seen",
            Self::Answered => "\\Answered",
            Self::Flagged => "\\Flagged",
            Self::Deleted => "\\Deleted",
            Self::Draft => "\\Draft",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of system flags and keywords. Keywords keep their spelling and compare without case (RFC 9051 §2.3.2).
///
/// The text form is the names separated by blanks: `\Seen $Forwarded`.
#[derive(Clone, Default)]
pub struct Flags {
    system: u8,
    // Invariant: no two keywords are equal without case; sorted by their lower-case form.
    keywords: Vec<Box<str>>,
}

impl Flags {
    /// No flag at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads the text form. \Recent and unknown backslash flags are dropped: they are the server's own.
    pub fn parse(text: &str) -> Self {
        text.split_ascii_whitespace().fold(Self::none(), |mut flags, name| {
            flags.insert_named(name);
            flags
        })
    }

    /// The same set with a system flag more.
    #[must_use]
    pub fn with(mut self, flag: SystemFlag) -> Self {
        self.insert(flag);
        self
    }

    /// The same set with a keyword more.
    #[must_use]
    pub fn with_keyword(mut self, keyword: &str) -> Self {
        self.insert_keyword(keyword);
        self
    }

    /// Adds a system flag.
    pub fn insert(&mut self, flag: SystemFlag) {
        self.system |= flag.bit();
    }

    /// Takes a system flag out.
    pub fn remove(&mut self, flag: SystemFlag) {
        self.system &= !flag.bit();
    }

    /// Adds a keyword, unless it is there already in some spelling. Blanks in it become underscores.
    pub fn insert_keyword(&mut self, keyword: &str) {
        let keyword: Box<str> = keyword.split_whitespace().collect::<Vec<_>>().join("_").into_boxed_str();
        if keyword.is_empty() {
            return;
        }
        if let Err(at) = self.position(&keyword) {
            self.keywords.insert(at, keyword);
        }
    }

    /// Whether a system flag is set.
    pub fn contains(&self, flag: SystemFlag) -> bool {
        self.system & flag.bit() != 0
    }

    /// Whether a keyword is set, in any spelling.
    pub fn contains_keyword(&self, keyword: &str) -> bool {
        self.position(keyword).is_ok()
    }

    /// The system flags that are set.
    pub fn system(&self) -> impl Iterator<Item = SystemFlag> {
        SystemFlag::ALL.into_iter().filter(|flag| self.contains(*flag))
    }

    /// The keywords that are set, in a stable order.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        self.keywords.iter().map(AsRef::as_ref)
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.system == 0 && self.keywords.is_empty()
    }

    /// What is in `self` and not in `other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self {
            system: self.system & !other.system,
            keywords: self.keywords.iter().filter(|k| !other.contains_keyword(k)).cloned().collect(),
        }
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            system: self.system & other.system,
            keywords: self.keywords.iter().filter(|k| other.contains_keyword(k)).cloned().collect(),
        }
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.system |= other.system;
        other.keywords().for_each(|keyword| all.insert_keyword(keyword));
        all
    }

    fn insert_named(&mut self, name: &str) {
        match SystemFlag::ALL.into_iter().find(|flag| flag.name().eq_ignore_ascii_case(name)) {
            Some(flag) => self.insert(flag),
            None if name.starts_with('\\') => {}
            None => self.insert_keyword(name),
        }
    }

    fn position(&self, keyword: &str) -> Result<usize, usize> {
        let wanted = keyword.to_lowercase();
        self.keywords.binary_search_by(|held| held.to_lowercase().as_str().cmp(wanted.as_str()))
    }
}

impl PartialEq for Flags {
    fn eq(&self, other: &Self) -> bool {
        self.system == other.system && self.folded() == other.folded()
    }
}

impl Eq for Flags {}

impl Flags {
    fn folded(&self) -> BTreeSet<String> {
        self.keywords.iter().map(|keyword| keyword.to_lowercase()).collect()
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<&str> = self.system().map(SystemFlag::name).collect();
        names.extend(self.keywords());
        f.write_str(&names.join(" "))
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({self})")
    }
}

impl Serialize for Flags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Flags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&String::deserialize(deserializer)?))
    }
}

/// Additions and removals: what travels when flags change, so that changes made on the other side survive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagDelta {
    /// Set these.
    pub add: Flags,
    /// Clear these.
    pub remove: Flags,
}

impl FlagDelta {
    /// What leads from `before` to `after`.
    pub fn between(before: &Flags, after: &Flags) -> Self {
        Self { add: after.minus(before), remove: before.minus(after) }
    }

    /// What takes this delta back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self { add: self.remove.clone(), remove: self.add.clone() }
    }

    /// The flags after this delta.
    pub fn apply(&self, flags: &Flags) -> Flags {
        flags.minus(&self.remove).union(&self.add)
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        for (text, shown) in [
            ("", ""),
            ("\\seen", "\\Seen"),
            ("\\Recent \\Draft", "\\Draft"),
            ("b A a", "A b"),
            ("$Forwarded \\Flagged", "\\Flagged $Forwarded"),
        ] {
            assert_eq!(Flags::parse(text).to_string(), shown, "{text}");
        }
    }

    #[test]
    fn keywords_compare_without_case() {
        assert_eq!(Flags::parse("ToDo"), Flags::parse("todo"));
        assert!(Flags::parse("ToDo").minus(&Flags::parse("TODO")).is_empty());
    }

    #[test]
    fn a_delta_keeps_what_the_other_side_did() {
        // base \Seen at both; the source adds \Flagged, the destination adds a keyword and drops \Seen.
        let delta = FlagDelta::between(&Flags::parse("\\Seen"), &Flags::parse("\\Seen \\Flagged"));
        assert_eq!(delta.apply(&Flags::parse("Mine")), Flags::parse("\\Flagged Mine"));
        assert_eq!(delta.inverse().apply(&Flags::parse("\\Flagged Mine")), Flags::parse("Mine"));
    }
}
