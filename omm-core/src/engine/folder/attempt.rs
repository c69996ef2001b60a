//! What came of sending a batch once.

use super::copy::Ready;
use crate::{
    error::{Effect, Error},
    journal::EntryKey,
    seam::Stored,
};
use std::collections::HashMap;

/// Fates of an attempt: what is copied, what is still to be sent, and why.
pub(super) struct Attempt {
    pub(super) copied: Vec<(Ready, Stored)>,
    pub(super) left: Vec<Ready>,
    /// What was refused in its native form, and is to be sent without it.
    pub(super) again: Vec<Ready>,
    pub(super) trouble: Option<Trouble>,
}

/// Why items were not copied: one error for the whole batch, or one for each of them.
pub(super) struct Trouble {
    pub(super) worst: Error,
    /// Whose it is, if it is not the whole batch's.
    pub(super) of: Option<EntryKey>,
    pub(super) others: HashMap<EntryKey, Error>,
}

impl Attempt {
    pub(super) fn failed(left: Vec<Ready>, worst: Error) -> Self {
        let trouble = Trouble { worst, of: None, others: HashMap::new() };
        Self { copied: Vec::new(), left, again: Vec::new(), trouble: Some(trouble) }
    }
}

impl Trouble {
    /// One more item with an error of its own.
    pub(super) fn add(trouble: &mut Option<Self>, key: EntryKey, error: Error) {
        let Some(known) = trouble else {
            *trouble = Some(Self { worst: error, of: Some(key), others: HashMap::new() });
            return;
        };
        if error.reach() <= known.worst.reach() {
            known.others.insert(key, error);
            return;
        }
        let milder = std::mem::replace(&mut known.worst, error);
        if let Some(of) = known.of.replace(key) {
            known.others.insert(of, milder);
        }
    }

    pub(super) fn about(&self, key: EntryKey) -> &Error {
        self.others.get(&key).unwrap_or(&self.worst)
    }

    /// Whether any of them may be stored all the same.
    pub(super) fn unknown(&self) -> bool {
        self.errors().any(|error| error.effect() == Effect::Unknown)
    }

    /// Whether any of them may be stored later than it can be looked for now.
    pub(super) fn may_come_late(&self) -> bool {
        self.errors().any(Error::may_come_late)
    }

    fn errors(&self) -> impl Iterator<Item = &Error> {
        self.others.values().chain([&self.worst])
    }
}
