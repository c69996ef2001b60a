//! Where a reader stands in the listing, as the text that core keeps.
//!
//! | text          | meaning                                                                              |
//! |---------------|--------------------------------------------------------------------------------------|
//! | `1 l P N`     | in the middle of the listing whose print is P, with N messages told                  |
//! | `1 s H H …`   | a listing was told to its end; some of its ids are these, hashed                     |
//!
//! POP3 has no feed of changes: after a listing comes the next one. The hashes tell a server that has given every message
//! a new id from one that has not.

use omm_core::model::{Cursor, Digest, SourceItemId};
use std::str::FromStr;

/// Stands first, so that another form can be told apart.
const VERSION: &str = "1";
/// How many ids are remembered.
const SAMPLES: usize = 4;

/// A position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// In the middle of a listing.
    Listing { print: String, told: usize },
    /// A listing was told to its end.
    Done { samples: Vec<u64> },
}

impl Position {
    /// Reads the text form; nothing if it is not one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        if words.next() != Some(VERSION) {
            return None;
        }
        match words.next()? {
            "l" => {
                let (print, told) = (words.next()?.to_owned(), number(words.next()?)?);
                words.next().is_none().then_some(Self::Listing { print, told })
            }
            "s" => {
                let samples: Option<Vec<u64>> =
                    words.map(|word| u64::from_str_radix(word, 16).ok()).collect();
                Some(Self::Done { samples: samples.filter(|samples| samples.len() <= SAMPLES)? })
            }
            _ => None,
        }
    }

    /// The text form.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor::new(match self {
            Self::Listing { print, told } => format!("{VERSION} l {print} {told}"),
            Self::Done { samples } => {
                samples.iter().fold(format!("{VERSION} s"), |text, sample| format!("{text} {sample:x}"))
            }
        })
    }
}

/// Some of so many ids, spread over all of them.
pub(crate) fn samples(count: usize, id: impl Fn(usize) -> SourceItemId) -> Vec<u64> {
    let places = (0..SAMPLES.min(count)).map(|sample| sample * count / SAMPLES.min(count));
    places.map(|place| hash(&id(place))).collect()
}

/// What is remembered of an id.
pub(crate) fn hash(id: &SourceItemId) -> u64 {
    Digest::of(id.as_str().as_bytes()).short()
}

/// Digits only: no sign, no blank.
fn number<T: FromStr>(digits: &str) -> Option<T> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_there_and_back() {
        for (position, text) in [
            (Position::Listing { print: "1:ab".to_owned(), told: 7 }, "1 l 1:ab 7"),
            (Position::Done { samples: vec![] }, "1 s"),
            (Position::Done { samples: vec![1, u64::MAX] }, "1 s 1 ffffffffffffffff"),
        ] {
            assert_eq!(position.cursor().as_str(), text);
            assert_eq!(Position::parse(text), Some(position));
        }
    }

    #[test]
    fn what_is_no_cursor_of_ours() {
        for text in [
            "",
            "\u{1}not a cursor",
            "1",
            "1 ",
            "1 l",
            "1 l p",
            "1 l p -1",
            "1 l p 1 2",
            "1 s x",
            "1 s 1 2 3 4 5",
            "1 x",
            "2 s",
            "1 s ",
            " 1 s",
        ] {
            assert_eq!(Position::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn samples_are_spread() {
        let id = |place: usize| SourceItemId::new(place.to_string());
        let hashes = |places: &[usize]| places.iter().map(|place| hash(&id(*place))).collect::<Vec<_>>();
        for (count, places) in [(0, &[][..]), (1, &[0]), (3, &[0, 1, 2]), (100, &[0, 25, 50, 75])] {
            assert_eq!(samples(count, id), hashes(places), "{count}");
        }
    }
}
