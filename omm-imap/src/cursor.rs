//! Where a reader stands in a folder's change feed, as the text that core keeps.
//!
//! | text                | meaning                                                                    |
//! |---------------------|----------------------------------------------------------------------------|
//! | `1 a`               | a listing is to begin                                                      |
//! | `1 l v u n m`       | in the middle of a listing: UIDVALIDITY, the next UID, UIDNEXT and modseq  |
//! | `1 s v n m`         | everything below UIDNEXT `n` was told, and everything up to modseq `m`     |
//!
//! UIDNEXT and modseq are those at a listing's beginning, so that nothing is missed that happens meanwhile.

use omm_core::model::Cursor;

/// Stands first, so that another form can be told apart.
const VERSION: &str = "1";

/// A position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// Nothing was told yet.
    Anew,
    /// In the middle of a listing.
    Listing { next: u32, end: Synced },
    /// A listing was told to its end.
    Synced(Synced),
}

/// Up to where everything was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Synced {
    /// 0: the server never said.
    pub(crate) uid_validity: u32,
    pub(crate) uid_next: u32,
    /// 0: the server has none.
    pub(crate) mod_seq: u64,
}

impl Position {
    /// Reads the text form; nothing if it is not one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        if words.next() != Some(VERSION) {
            return None;
        }
        let position = match words.next()? {
            "a" => Self::Anew,
            "l" => {
                let uid_validity = number(words.next()?)?;
                let next = number(words.next()?)?;
                let (uid_next, mod_seq) = (number(words.next()?)?, number(words.next()?)?);
                Self::Listing { next, end: Synced { uid_validity, uid_next, mod_seq } }
            }
            "s" => {
                let uid_validity = number(words.next()?)?;
                let (uid_next, mod_seq) = (number(words.next()?)?, number(words.next()?)?);
                Self::Synced(Synced { uid_validity, uid_next, mod_seq })
            }
            _ => return None,
        };
        words.next().is_none().then_some(position)
    }

    /// The text form.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor::new(match self {
            Self::Anew => format!("{VERSION} a"),
            Self::Listing { next, end: Synced { uid_validity, uid_next, mod_seq } } => {
                format!("{VERSION} l {uid_validity} {next} {uid_next} {mod_seq}")
            }
            Self::Synced(Synced { uid_validity, uid_next, mod_seq }) => {
                format!("{VERSION} s {uid_validity} {uid_next} {mod_seq}")
            }
        })
    }
}

/// Digits only: no sign, no blank.
fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_there_and_back() {
        let end = Synced { uid_validity: u32::MAX, uid_next: 7, mod_seq: u64::MAX };
        for (position, text) in [
            (Position::Anew, "1 a"),
            (Position::Synced(end), "1 s 4294967295 7 18446744073709551615"),
            (Position::Listing { next: 3, end }, "1 l 4294967295 3 7 18446744073709551615"),
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
            "1 s",
            "1 s 1 2",
            "1 s 1 2 3 4",
            "1 s 1 2 3 ",
            "1 s +1 2 3",
            "1 s 1 2 -3",
            "1 s 4294967296 2 3",
            "1 s 1 2 18446744073709551616",
            "1  s 1 2 3",
            "1 l 1 2 3",
            "1 x 1 2 3",
            "2 s 1 2 3",
            " 1 s 1 2 3",
        ] {
            assert_eq!(Position::parse(text), None, "{text:?}");
        }
    }
}
