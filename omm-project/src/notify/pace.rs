//! How often a project's people are told: never a flood.
//!
//! A project has thousands of migrations, each of which starts, ends, and may meet a full mailbox. What is told of them goes
//! to each recipient by two clocks:
//!
//! - **the digest**: at most one in an interval (an hour, unless set), with everything that waits;
//! - **what is urgent**: the first at once, taking along what waits; those that follow within the interval together, at its
//!   end. A hundred logins that are refused because a password policy changed are two mails.
//!
//! So nobody gets more than two messages in an interval about one project, however many migrations it has.

use chrono::{DateTime, TimeDelta, Utc};

/// What waits for one recipient about one project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// When the oldest of it was filed.
    pub oldest: Option<DateTime<Utc>>,
    /// When the oldest urgent one was filed.
    pub oldest_urgent: Option<DateTime<Utc>>,
}

/// What that recipient was told last about that project. What may have arrived counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Anything.
    pub last: Option<DateTime<Utc>>,
    /// Something urgent.
    pub last_urgent: Option<DateTime<Utc>>,
}

/// When the next message goes; nothing where nothing waits.
pub fn due(waiting: Waiting, told: Told, interval: TimeDelta) -> Option<DateTime<Utc>> {
    let digest = waiting.oldest.map(|filed| digest_due(filed, told.last, interval));
    let urgent = waiting.oldest_urgent.map(|filed| match told.last_urgent {
        Some(last) => filed.max(after(last, interval)),
        None => filed,
    });
    match (digest, urgent) {
        (Some(digest), Some(urgent)) => Some(digest.min(urgent)),
        (digest, urgent) => digest.or(urgent),
    }
}

/// With the next digest; where there was none for a while, one begins to be gathered.
fn digest_due(filed: DateTime<Utc>, last: Option<DateTime<Utc>>, interval: TimeDelta) -> DateTime<Utc> {
    match last.map(|last| after(last, interval)) {
        Some(next) if next > filed => next,
        _ => after(filed, interval),
    }
}

fn after(moment: DateTime<Utc>, interval: TimeDelta) -> DateTime<Utc> {
    moment.checked_add_signed(interval).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    #[test]
    fn when_the_next_message_goes() {
        let none = None;
        for (oldest, oldest_urgent, last, last_urgent, expected) in [
            (none, none, none, none, none),
            (none, none, Some(0), Some(0), none),
            // A digest is gathered for an hour.
            (Some(10), none, none, none, Some(70)),
            // One was sent lately: the next one an hour after it.
            (Some(10), none, Some(0), none, Some(60)),
            (Some(59), none, Some(0), none, Some(60)),
            (Some(60), none, Some(0), none, Some(120)),
            (Some(500), none, Some(0), none, Some(560)),
            // The first urgent one at once, even just after a digest.
            (Some(10), Some(10), none, none, Some(10)),
            (Some(10), Some(10), Some(9), none, Some(10)),
            (Some(10), Some(40), none, none, Some(40)),
            // Those that follow, together.
            (Some(10), Some(10), Some(5), Some(5), Some(65)),
            (Some(64), Some(64), Some(5), Some(5), Some(65)),
            (Some(66), Some(66), Some(5), Some(5), Some(66)),
            // The digest that is due first takes them along.
            (Some(10), Some(30), Some(-20), Some(0), Some(40)),
        ] {
            let waiting = Waiting { oldest: oldest.map(at), oldest_urgent: oldest_urgent.map(at) };
            let told = Told { last: last.map(at), last_urgent: last_urgent.map(at) };
            assert_eq!(due(waiting, told, TimeDelta::hours(1)), expected.map(at), "{waiting:?} {told:?}");
        }
    }

    #[test]
    fn a_day_of_troubles_is_no_flood() {
        // One trouble a minute, told as the rule says, taking along what waits.
        let (mut told, mut waiting, mut messages) = (Told::default(), Waiting::default(), Vec::new());
        for minute in 0..1440 {
            waiting.oldest = waiting.oldest.or(Some(at(minute)));
            waiting.oldest_urgent = waiting.oldest_urgent.or(Some(at(minute)));
            if due(waiting, told, TimeDelta::hours(1)).is_some_and(|due| due <= at(minute)) {
                messages.push(minute);
                waiting = Waiting::default();
                told = Told { last: Some(at(minute)), last_urgent: Some(at(minute)) };
            }
        }
        let expected: Vec<i64> = (0..24).map(|hour| hour * 60).collect();
        assert_eq!(messages, expected);
    }

    #[test]
    fn an_endless_interval_is_no_overflow() {
        let waiting = Waiting { oldest: Some(at(0)), oldest_urgent: None };
        assert_eq!(due(waiting, Told::default(), TimeDelta::MAX), Some(DateTime::<Utc>::MAX_UTC));
    }
}
