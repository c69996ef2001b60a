//! What goes next: pure, so that every store chooses alike.

use super::{Row, State};
use crate::notify::{Address, pace};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// So many events at most go in one message; the others wait for the next one.
pub const MOST_IN_ONE: usize = 20_000;

/// What goes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice<T> {
    /// These, in one message.
    Now(T),
    /// Nothing before this moment, when something is due or a lease is over; `None` where nothing waits and nobody is at
    /// anything.
    Not(Option<DateTime<Utc>>),
}

/// One message: a row that goes by itself, or all that goes to one recipient about one project.
#[derive(Default)]
struct Lane<'a> {
    rows: Vec<&'a Row>,
    waiting: pace::Waiting,
    told: pace::Told,
    /// After a failure nothing is tried there before.
    not_before: Option<DateTime<Utc>>,
    is_held: bool,
}

/// Chooses among all rows of an outbox. What is stale must have expired before ([`Row::expire`]).
///
/// A store with many rows keeps what this computes in indexes; the memory one asks here each time.
pub fn choose<'a>(
    rows: impl Iterator<Item = &'a Row>,
    now: DateTime<Utc>,
    interval: TimeDelta,
) -> Choice<Vec<&'a Row>> {
    let mut lanes: BTreeMap<(&str, &Address), Lane<'_>> = BTreeMap::new();
    let mut first: Option<(DateTime<Utc>, Vec<&Row>)> = None;
    // Among those that are due the one that has waited longest, so that nobody waits for ever.
    let mut offer = |due: DateTime<Utc>, rows: Vec<&'a Row>| {
        if first.as_ref().is_none_or(|(other, _)| due < *other) {
            first = Some((due, rows));
        }
    };
    let mut leases: Option<DateTime<Utc>> = None;
    for row in rows {
        if let Some(lease) = row.lease.filter(|_| row.state.is_held()) {
            leases = Some(leases.map_or(lease, |known| known.min(lease)));
        }
        match row.bundle() {
            Some(project) => lanes.entry((project, &row.address)).or_default().add(row),
            None if row.state == State::Waiting => offer(row.due, vec![row]),
            None => {}
        }
    }
    for lane in lanes.into_values().filter(|lane| !lane.is_held) {
        if let Some(due) = due(lane.waiting, lane.told, lane.not_before, interval) {
            offer(due, lane.message());
        }
    }
    match first {
        Some((due, rows)) if due <= now => Choice::Now(rows),
        first => {
            let due = first.map(|(due, _)| due);
            Choice::Not(due.into_iter().chain(leases).min())
        }
    }
}

/// When the next message goes to one recipient about one project; after a failure nothing is tried there before.
pub fn due(
    waiting: pace::Waiting,
    told: pace::Told,
    not_before: Option<DateTime<Utc>>,
    interval: TimeDelta,
) -> Option<DateTime<Utc>> {
    pace::due(waiting, told, interval).map(|due| not_before.map_or(due, |moment| due.max(moment)))
}

/// Whether something urgent is among these.
pub fn is_urgent<'a>(rows: impl IntoIterator<Item = &'a Row>) -> bool {
    rows.into_iter().any(|row| row.event.is_urgent())
}

impl<'a> Lane<'a> {
    fn add(&mut self, row: &'a Row) {
        match row.state {
            State::Waiting => {
                let oldest = &mut self.waiting.oldest;
                *oldest = Some(oldest.map_or(row.filed, |known| known.min(row.filed)));
                if row.event.is_urgent() {
                    let oldest = &mut self.waiting.oldest_urgent;
                    *oldest = Some(oldest.map_or(row.filed, |known| known.min(row.filed)));
                }
                if row.attempts > 0 {
                    self.not_before = self.not_before.max(Some(row.due));
                }
                self.rows.push(row);
            }
            _ => {
                self.is_held |= row.state.is_held();
                self.told.last = self.told.last.max(row.left);
                if row.left_urgently {
                    self.told.last_urgent = self.told.last_urgent.max(row.left);
                }
            }
        }
    }

    fn message(mut self) -> Vec<&'a Row> {
        self.rows.sort_by_key(|row| (!row.event.is_urgent(), row.filed));
        self.rows.truncate(MOST_IN_ONE);
        self.rows
    }
}
