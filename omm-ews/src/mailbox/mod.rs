//! What is found out about a mailbox beside its folders and items: for its converters, once in a run.
//!
//! | room | what |
//! |---|---|
//! | `clock` | in which zone it is, and which zones its server knows |
//! | `colours` | those of its categories |
//! | `owner` | its owner's mail addresses |
//! | `people` | mail addresses of those of whom Exchange has only its own |

mod clock;
mod colours;
mod owner;
mod people;

use crate::{account::Account, convert::Mailbox, soap::Version};
use futures::lock::Mutex;
use std::{collections::BTreeMap, sync};

pub(crate) use people::with_addresses;

/// So often an item is asked for that the server breaks over.
const TRIES: u8 = 3;
/// More of them are not remembered.
const MOST_BROKEN: usize = 10_000;

/// What was found out. Nothing to begin with.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The zones. One request for them at a time.
    clock: Mutex<Option<clock::Clock>>,
    /// The mail addresses of its owner.
    owner: Mutex<Option<Vec<String>>>,
    /// Addresses of Exchange, and the mail addresses that the directory has for them.
    people: Mutex<BTreeMap<String, Option<String>>>,
    /// Whether it was asked for the colours of categories.
    colours: Mutex<bool>,
    /// How often items could not be shown that the server broke over.
    broken: sync::Mutex<BTreeMap<String, u8>>,
}

impl Known {
    /// Whether an item that the server broke over is asked for once more before the others go on without it.
    pub(crate) fn is_worth_a_try(&self, id: &str) -> bool {
        let mut broken = self.broken.lock().unwrap_or_else(sync::PoisonError::into_inner);
        if broken.len() >= MOST_BROKEN && !broken.contains_key(id) {
            return false;
        }
        let tries = broken.entry(id.to_owned()).or_default();
        *tries = tries.saturating_add(1);
        *tries < TRIES
    }
}

impl Account {
    /// Whose mailbox it is, and of which version its server is.
    pub(crate) fn mailbox(&self) -> Mailbox {
        let version = match self.facts().version {
            Some(version) if version < Version::E2010 => 8,
            Some(version) if version < Version::E2013 => 14,
            _ => 15,
        };
        let mut mailbox = Mailbox::new(version);
        mailbox.owner.extend(self.config.mailbox().map(str::to_owned));
        mailbox
    }
}
