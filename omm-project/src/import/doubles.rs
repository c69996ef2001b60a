//! Rows that contradict one another, or themselves.

use super::{Fault, Row};
use crate::MailboxKey;
use std::collections::HashMap;

/// What was read so far. A row costs some fifty bytes here.
#[derive(Default)]
pub(super) struct Doubles {
    pairs: HashMap<MailboxKey, u64>,
    destinations: HashMap<MailboxKey, u64>,
}

/// Whether several sources may go into one destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SharedDestination {
    /// It is taken for a mistake.
    #[default]
    Refused,
    /// Mailboxes are brought together.
    Allowed,
}

impl Doubles {
    /// What is wrong with a row after those before it; if nothing, it is remembered.
    pub(super) fn meet(&mut self, row: &Row, shared: SharedDestination) -> Option<Fault> {
        let (source, destination) = (MailboxKey::of(&row.source.spec), MailboxKey::of(&row.destination.spec));
        if source == destination {
            return Some(Fault::OntoItself);
        }
        let pair = MailboxKey::pair(source, destination);
        if let Some(line) = self.pairs.get(&pair) {
            return Some(Fault::SamePair(*line));
        }
        if let (Some(line), SharedDestination::Refused) = (self.destinations.get(&destination), shared) {
            return Some(Fault::SameDestination(*line));
        }
        self.pairs.insert(pair, row.line);
        self.destinations.entry(destination).or_insert(row.line);
        None
    }
}
