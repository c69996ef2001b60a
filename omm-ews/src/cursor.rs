//! Where a reader of a folder's feed stands, as the text that core keeps.
//!
//! | text      | meaning                                                                         |
//! |-----------|---------------------------------------------------------------------------------|
//! | `1 l S`   | in the middle of the first listing; S is the server's state                       |
//! | `1 d S`   | the listing was told to its end, and what changed until S                         |
//! | `1 p N I` | in the middle of a list that is read by pages; N items were told, I is the last one |
//! | `1 p N`   | the same, where nobody knows which was the last one                               |
//! | `1 e`     | such a list was told to its end                                                   |

use omm_core::model::Cursor;

/// Stands first, so that another form can be told apart.
const VERSION: &str = "1";

/// A position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// Whether the first listing is still going on.
    pub(crate) is_listing: bool,
    /// The server's state (SyncState), opaque.
    pub(crate) state: String,
}

impl Position {
    /// Reads the text form; nothing if it is not one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.splitn(3, ' ');
        let is_ours = words.next() == Some(VERSION);
        let is_listing = match words.next()? {
            "l" => true,
            "d" => false,
            _ => return None,
        };
        let state = words.next().filter(|state| is_ours && !state.is_empty())?.to_owned();
        Some(Self { is_listing, state })
    }

    /// The text form.
    pub(crate) fn cursor(&self) -> Cursor {
        let word = if self.is_listing { "l" } else { "d" };
        Cursor::new(format!("{VERSION} {word} {}", self.state))
    }
}

/// A place in a list that is read by pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Behind so many items, of which this is the last.
    Behind(u32, Option<String>),
    /// Behind all.
    End,
}

impl Place {
    /// Reads the text form; nothing if it is not one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let is_ours = words.next() == Some(VERSION);
        match (is_ours, words.next()?, words.next(), words.next(), words.next()) {
            (true, "e", None, None, None) => Some(Self::End),
            (true, "p", Some(told), last, None) => {
                Some(Self::Behind(told.parse().ok()?, last.map(str::to_owned)))
            }
            _ => None,
        }
    }

    /// The text form.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor::new(match self {
            Self::Behind(told, Some(last)) => format!("{VERSION} p {told} {last}"),
            Self::Behind(told, None) => format!("{VERSION} p {told}"),
            Self::End => format!("{VERSION} e"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms() {
        for (is_listing, text) in [(true, "1 l H4sIAA=="), (false, "1 d H4sIAA==")] {
            let position = Position { is_listing, state: "H4sIAA==".to_owned() };
            assert_eq!(position.cursor().as_str(), text);
            assert_eq!(Position::parse(text), Some(position));
        }
        for text in ["", "1", "1 l", "1 l ", "2 l x", "1 x y", "l x"] {
            assert_eq!(Position::parse(text), None, "{text}");
        }
        for (place, text) in [
            (Place::Behind(12, Some("AAMk/x=".to_owned())), "1 p 12 AAMk/x="),
            (Place::Behind(0, None), "1 p 0"),
            (Place::End, "1 e"),
        ] {
            assert_eq!(place.cursor().as_str(), text);
            assert_eq!(Place::parse(text), Some(place));
        }
        for text in ["", "1", "1 p", "1 p x", "1 p -1", "1 e x", "1 p 1 x y", "2 e", "1 l x"] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
