//! What is found out about a mailbox beside its folders and items: for its converters, once in a run.
//!
//! | room | what |
//! |---|---|
//! | `clock` | in which zone it is, and which zones its server knows |
//! | `colours` | those of its categories |
//! | `people` | mail addresses of those of whom Exchange has only its own |

mod clock;
mod colours;
mod people;

use crate::{account::Account, convert::Mailbox, soap::Version};
use futures::lock::Mutex;
use std::collections::BTreeMap;

pub(crate) use people::with_addresses;

/// What was found out. Nothing to begin with.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The zones. One request for them at a time.
    clock: Mutex<Option<clock::Clock>>,
    /// Addresses of Exchange, and the mail addresses that the directory has for them.
    people: Mutex<BTreeMap<String, Option<String>>>,
    /// Whether it was asked for the colours of categories.
    colours: Mutex<bool>,
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
