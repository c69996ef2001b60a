//! When a letter that was not taken is tried again: the whole policy, as one table.

use super::{Fate, outbox::Settlement};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// The waits after the first, second, … failure. After the last one it is given up: in all that is almost two days, in
/// which a server that is down is back.
pub const WAITS: [Duration; 10] = [
    Duration::from_secs(30),
    Duration::from_secs(2 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(3600),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(4 * 3600),
    Duration::from_secs(8 * 3600),
    Duration::from_secs(12 * 3600),
    Duration::from_secs(16 * 3600),
];
/// The longest pause that another side may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// What follows from a fate, after so many failures before.
pub(super) fn settlement(fate: Fate, failures: u32, now: DateTime<Utc>) -> Settlement {
    let wait = usize::try_from(failures).ok().and_then(|failures| WAITS.get(failures)).copied();
    let due = |wait: Duration| {
        let wait = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
        now.checked_add_signed(wait).unwrap_or(DateTime::<Utc>::MAX_UTC)
    };
    match (fate, wait) {
        (Fate::Taken(said), _) => Settlement::Sent { said },
        (Fate::Refused(said), _) => Settlement::GaveUp { said },
        (Fate::Later { why, .. }, None) => Settlement::GaveUp { said: format!("tried too often; {why}") },
        (Fate::Later { after, why }, Some(wait)) => {
            let asked = after.unwrap_or_default().min(LONGEST_PAUSE);
            Settlement::Later { due: due(wait.max(asked)), said: why }
        }
        // Where it cannot have arrived this is a failure like any other; the row knows.
        (Fate::Unknown(said), wait) => Settlement::Lost { due: due(wait.unwrap_or(LONGEST_PAUSE)), said },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_of(fate: Fate, failures: u32) -> Option<i64> {
        let now = DateTime::UNIX_EPOCH;
        match settlement(fate, failures, now) {
            Settlement::Later { due, .. } => Some((due - now).num_seconds()),
            Settlement::GaveUp { .. } => None,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_grow_and_end() {
        let later = |after| Fate::Later { after, why: "busy".to_owned() };
        for (after, failures, expected) in [
            (None, 0, Some(30)),
            (None, 1, Some(120)),
            (None, 9, Some(57_600)),
            (None, 10, None),
            (None, u32::MAX, None),
            // Whoever asks for a pause gets it, and no shorter one than ours.
            (Some(Duration::from_secs(90)), 0, Some(90)),
            (Some(Duration::from_secs(1)), 0, Some(30)),
            (Some(Duration::MAX), 0, Some(86_400)),
        ] {
            assert_eq!(wait_of(later(after), failures), expected, "{after:?} {failures}");
        }
        assert_eq!(wait_of(Fate::Refused("no".to_owned()), 0), None);
    }
}
