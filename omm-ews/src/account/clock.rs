//! What time it is where the mailbox is. The times of items are by the server's clock, and ours may be another.

use chrono::{DateTime, Utc};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// The server's clock, as its last answer told it.
#[derive(Debug, Default)]
pub(super) struct Clock(Mutex<Option<(DateTime<Utc>, Duration)>>);

impl Clock {
    /// An answer said this (RFC 9110 §6.6.1) at this time of ours, which only ever goes on.
    pub(super) fn note(&self, date: &str, now: Duration) {
        if let Ok(date) = DateTime::parse_from_rfc2822(date.trim()) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((date.to_utc(), now));
        }
    }

    /// What it shows now; nothing if it was never told.
    pub(super) fn shows(&self, now: Duration) -> Option<DateTime<Utc>> {
        let (date, then) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        date.checked_add_signed(chrono::TimeDelta::from_std(now.saturating_sub(then)).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_between_answers() {
        let (clock, at) = (Clock::default(), Duration::from_secs);
        clock.note("soon", at(1));
        assert_eq!(clock.shows(at(2)), None);
        clock.note("Tue, 14 Nov 2023 22:13:20 GMT", at(10));
        let shown = clock.shows(at(70)).expect("it was told");
        assert_eq!(shown.to_rfc3339(), "2023-11-14T22:14:20+00:00");
        assert_eq!(clock.shows(at(9)).expect("never back").to_rfc3339(), "2023-11-14T22:13:20+00:00");
    }
}
