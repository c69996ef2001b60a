//! What every item of ours carries, so that it is known again: the digest of what was sent, and what of that it is.
//!
//! | mark         | meaning                                                                            |
//! |--------------|------------------------------------------------------------------------------------|
//! | `1 whole`    | all of it                                                                            |
//! | `1 whole N`  | the first of N items that are it together, all of which are there                    |
//! | `1 part`     | the only item, or the first one: something of it, or of those behind it, is missing  |
//! | `1 bound F`  | likewise; it was made where items of its kind may be made, and is on its way into the folder F |
//! | `1 with K I` | the K-th item of it, from 2; I is the id of the first one, which knows the rest      |

use crate::{
    convert::Draft,
    ops::{Item, OMM_DIGEST, OMM_MARK},
};
use omm_core::model::{Body, Digest};

/// What an item is of what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// All of it, together with those that are [`Mark::With`] it: so many in all.
    Whole(usize),
    /// The first item of it, while not everything is there yet.
    Part,
    /// The same while it is not where it shall be: the id of that folder.
    Bound(String),
    /// Another item of it: which one, and the id of the first.
    With(usize, String),
}

impl Mark {
    /// As the item carries it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Whole(0 | 1) => "1 whole".to_owned(),
            Self::Whole(all) => format!("1 whole {all}"),
            Self::Part => "1 part".to_owned(),
            Self::Bound(folder) => format!("1 bound {folder}"),
            Self::With(place, first) => format!("1 with {place} {first}"),
        }
    }

    /// What an item says of itself; nothing for one that is not ours.
    pub(crate) fn read(item: &Item) -> Option<Self> {
        let text = OMM_MARK.text(&item.element)?;
        let mut words = text.strip_prefix("1 ")?.splitn(3, ' ');
        match (words.next()?, words.next(), words.next()) {
            ("whole", None, None) => Some(Self::Whole(1)),
            ("whole", Some(all), None) => Some(Self::Whole(all.parse().ok()?)),
            ("part", None, None) => Some(Self::Part),
            ("bound", Some(folder), None) => Some(Self::Bound(folder.to_owned())),
            ("with", Some(place), Some(first)) => Some(Self::With(place.parse().ok()?, first.to_owned())),
            _ => None,
        }
    }
}

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Print {
    /// The digest of the body in its interchange form.
    digest: String,
    /// Its length in bytes.
    pub(crate) len: u64,
}

impl Print {
    /// Of what was sent or will be.
    pub(crate) fn new(digest: Digest, len: u64) -> Self {
        Self { digest: digest.to_string(), len }
    }

    /// Of a body.
    pub(crate) fn of(body: &Body) -> Self {
        Self::new(body.fingerprint().body, body.len())
    }

    /// As the item carries it.
    pub(crate) fn text(&self) -> String {
        format!("{} {}", self.digest, self.len)
    }

    /// What an item says of itself; nothing for one that is not ours.
    pub(crate) fn read(item: &Item) -> Option<Self> {
        let text = OMM_DIGEST.text(&item.element)?;
        let (digest, len) = text.split_once(' ')?;
        Some(Self { digest: digest.to_owned(), len: len.parse().ok()? })
    }
}

/// Whether an item is ours and whole.
pub(crate) fn is_whole(item: &Item) -> bool {
    matches!(Mark::read(item), Some(Mark::Whole(_)))
}

/// Puts both on an item that will be made.
pub(crate) fn put(draft: &mut Draft, print: &Print, mark: &Mark) {
    draft.property(OMM_MARK, &mark.text());
    draft.property(OMM_DIGEST, &print.text());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::element;

    fn marked(text: &str) -> Item {
        Item::read(&element(&format!(
            "<Message><ItemId Id='a'/><ExtendedProperty><ExtendedFieldURI DistinguishedPropertySetId='PublicStrings' \
             PropertyName='omm-mark' PropertyType='String'/><Value>{text}</Value></ExtendedProperty></Message>"
        )))
        .expect("an item")
    }

    #[test]
    fn marks_are_read_as_they_are_written() {
        for (mark, text) in [
            (Mark::Whole(1), "1 whole"),
            (Mark::Whole(3), "1 whole 3"),
            (Mark::Part, "1 part"),
            (Mark::Bound("AAMk/f=".to_owned()), "1 bound AAMk/f="),
            (Mark::With(2, "AAMk/x=".to_owned()), "1 with 2 AAMk/x="),
        ] {
            assert_eq!(mark.text(), text);
            assert_eq!(Mark::read(&marked(text)), Some(mark));
        }
        for text in
            ["", "1", "2 whole", "1 whole x", "1 part 2", "1 bound", "1 with 2", "1 with x y", "whole"]
        {
            assert_eq!(Mark::read(&marked(text)), None, "{text}");
        }
    }
}
