//! What every item of ours carries, so that it is known again: the digest of what was sent, and whether it is whole.

use crate::{
    convert::{Draft, Kind, Property, Set},
    ops::{ExtendedPath, Item, OMM_DIGEST, OMM_MARK},
};
use omm_core::model::{Body, Digest};

/// The mark of an item of which nothing is missing.
pub(crate) const WHOLE: &str = "1 whole";
/// The mark of a series whose occurrences are still being written.
pub(crate) const PART: &str = "1 part";

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
        let text = value(item, &OMM_DIGEST)?;
        let (digest, len) = text.split_once(' ')?;
        Some(Self { digest: digest.to_owned(), len: len.parse().ok()? })
    }
}

/// Whether an item is ours and whole.
pub(crate) fn is_whole(item: &Item) -> bool {
    value(item, &OMM_MARK).is_some_and(|mark| mark == WHOLE)
}

/// Puts both on an item that will be made.
pub(crate) fn put(draft: &mut Draft, print: &Print, mark: &str) {
    let property = |word| Property::word(Set::PublicStrings, word, Kind::String);
    draft.property(property("omm-mark"), mark);
    draft.property(property("omm-digest"), &print.text());
}

fn value(item: &Item, path: &ExtendedPath) -> Option<String> {
    item.extended(&path.name).and_then(|property| property.text().map(str::to_owned))
}
