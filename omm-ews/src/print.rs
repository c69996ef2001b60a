//! What every item of ours carries, so that it is known again: the digest of what was sent, and whether it is whole.

use crate::ops::{ExtendedPath, ExtendedProperty, Item, OMM_DIGEST, OMM_MARK};
use omm_core::model::{Body, Digest};

/// The mark of an item of which nothing is missing.
pub(crate) const WHOLE: &str = "1 whole";
/// The mark of a series whose occurrences are still being written.
pub(crate) const PART: &str = "1 part";

/// What was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Print {
    /// Of the body in its interchange form.
    pub(crate) digest: Digest,
    /// Its length in bytes.
    pub(crate) len: u64,
}

impl Print {
    /// Of what will be sent.
    pub(crate) fn of(body: &Body) -> Self {
        Self { digest: body.fingerprint().body, len: body.len() }
    }

    /// As the item carries it.
    pub(crate) fn text(self) -> String {
        format!("{} {}", self.digest, self.len)
    }

    /// What an item says of itself; nothing for one that is not ours.
    pub(crate) fn read(item: &Item) -> Option<Self> {
        let text = value(item, &OMM_DIGEST)?;
        let (digest, len) = text.split_once(' ')?;
        Some(Self { digest: digest.parse().ok()?, len: len.parse().ok()? })
    }
}

/// Whether an item is ours and whole.
pub(crate) fn is_whole(item: &Item) -> bool {
    value(item, &OMM_MARK).is_some_and(|mark| mark == WHOLE)
}

/// The properties of an item that will be made.
pub(crate) fn properties(print: Print, mark: &str) -> [ExtendedProperty; 2] {
    [ExtendedProperty::one(OMM_MARK, mark), ExtendedProperty::one(OMM_DIGEST, print.text())]
}

fn value(item: &Item, path: &ExtendedPath) -> Option<String> {
    item.extended(&path.name).and_then(|property| property.text().map(str::to_owned))
}
