//! The names of projects: whoever knows one may try passwords, so they are hard to guess; and they are read out on the phone, so a
//! slip of the tongue is noticed.

use omm_core::Result;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A project's name: 75 random bits and a check character, like `k7m3-q9xd-2vph-w5tn`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProjectId(Box<str>);

/// Crockford's base 32, as in the names of migrations: no i, l, o and u, so nothing is mistaken for 1 or 0 and nothing is rude.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM: usize = 15;
const GROUP: usize = 4;

impl ProjectId {
    /// A new one.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Local`] when the system gives no random numbers.
    pub fn random() -> Result<Self> {
        let mut digits = [0; RANDOM];
        crate::random::fill(&mut digits)?;
        Ok(Self::of(&digits.map(|digit| digit % 32)))
    }

    /// A name as somebody typed or heard it; case, dashes and blanks do not matter. Nothing if it cannot be one: then a
    /// letter is wrong, or two have changed places.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').map(digit);
        // What is too long is not read to its end.
        let digits: Vec<u8> = digits.take(RANDOM + 2).collect::<Option<_>>()?;
        let (digits, check) = digits.split_first_chunk::<RANDOM>()?;
        (check == [checked(digits)]).then(|| Self::of(digits))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(digits: &[u8; RANDOM]) -> Self {
        let mut name = String::with_capacity(RANDOM + RANDOM / GROUP + 1);
        for (at, digit) in digits.iter().copied().chain([checked(digits)]).enumerate() {
            if at > 0 && at % GROUP == 0 {
                name.push('-');
            }
            name.push(DIGITS.get(usize::from(digit)).copied().map_or('0', char::from));
        }
        Self(name.into())
    }
}

fn digit(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        letter => letter,
    };
    // Thirty-two of them.
    DIGITS.iter().position(|known| char::from(*known) == letter).map(|at| at as u8)
}

/// The sum of all digits, each multiplied by its own power of a generator of the field of 32 elements: it changes with any digit,
/// and whenever two that differ change places.
fn checked(digits: &[u8; RANDOM]) -> u8 {
    digits.iter().fold(0, |sum, digit| doubled(sum ^ digit))
}

/// Multiplied by `x` in GF(2)[x] modulo x⁵ + x² + 1.
fn doubled(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { (shifted ^ 0b10_0101) & 0b1_1111 }
}

impl fmt::Display for ProjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ProjectId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no name of a project")
    }
}

impl From<ProjectId> for String {
    fn from(id: ProjectId) -> Self {
        id.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_heard_as_they_are_meant() {
        let id = ProjectId::random().unwrap();
        let typed = id.as_str().to_uppercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(ProjectId::parse(&typed), Some(id.clone()));
        assert_eq!(serde_json::from_str::<ProjectId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        let long = format!("{id}0");
        for wrong in ["", "k7m3", "../../../../../..", &long, &id.as_str()[..18], "uuuu-uuuu-uuuu-uuuu"] {
            assert_eq!(ProjectId::parse(wrong), None, "{wrong}");
        }
    }

    // The promise of the check character, to the last pair of places.
    #[test]
    fn a_wrong_letter_and_two_that_changed_places_are_noticed() {
        for _ in 0..20 {
            let id = ProjectId::random().unwrap();
            let digits: Vec<u8> = id.as_str().bytes().filter(|byte| *byte != b'-').collect();
            let is_name = |digits: &[u8]| ProjectId::parse(std::str::from_utf8(digits).unwrap()).is_some();
            for at in 0..digits.len() {
                for digit in DIGITS {
                    let mut wrong = digits.clone();
                    wrong[at] = *digit;
                    assert_eq!(is_name(&wrong), wrong == digits);
                }
                for other in 0..at {
                    let mut wrong = digits.clone();
                    wrong.swap(at, other);
                    assert_eq!(is_name(&wrong), wrong == digits);
                }
            }
        }
    }
}
