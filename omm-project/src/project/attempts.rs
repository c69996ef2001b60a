//! How often somebody may try a password: pure, so that every store keeps the same rule.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How many attempts there are, and how long one waits after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// So many are free.
    pub free: u32,
    /// How long the first wait after them is; each failure doubles it.
    pub first_wait: TimeDelta,
    /// The longest wait.
    pub longest_wait: TimeDelta,
    /// After so long without an attempt all is forgotten.
    pub forgotten_after: TimeDelta,
}

impl Rule {
    /// For one address: a person who mistypes, or a program that guesses.
    pub const ADDRESS: Self = Self {
        free: 5,
        first_wait: TimeDelta::seconds(30),
        longest_wait: TimeDelta::hours(1),
        forgotten_after: TimeDelta::hours(24),
    };

    /// For one project, from wherever. More are free, and no wait is long: else a stranger could keep its owner out.
    pub const PROJECT: Self = Self {
        free: 20,
        first_wait: TimeDelta::seconds(2),
        longest_wait: TimeDelta::seconds(60),
        forgotten_after: TimeDelta::hours(24),
    };
}

/// The attempts so far, of one address or upon one project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// How many have failed, or are under way.
    pub failed: u32,
    /// When the last one was made.
    pub last: Option<DateTime<Utc>>,
}

impl Attempts {
    /// One more attempt at this moment. It counts as failed from now on, so that a hundred at once are a hundred; if it
    /// succeeds, give it back.
    ///
    /// # Errors
    /// How long to wait, when it comes too early; then it does not count.
    pub fn next(self, rule: &Rule, now: DateTime<Utc>) -> Result<Self, TimeDelta> {
        let known = if self.is_forgotten(rule, now) { Self::default() } else { self };
        if let Some(last) = known.last {
            // A clock that was put back must not let somebody wait for years.
            let since = (now - last).max(TimeDelta::zero());
            let left = known.wait(rule) - since;
            if left > TimeDelta::zero() {
                return Err(left);
            }
        }
        Ok(Self { failed: known.failed.saturating_add(1), last: Some(now) })
    }

    /// One attempt less: it has succeeded. The others stay, or whoever knows one password could guess another for ever.
    #[must_use]
    pub fn given_back(self) -> Self {
        Self { failed: self.failed.saturating_sub(1), ..self }
    }

    /// Whether a store may throw this away.
    pub fn is_forgotten(&self, rule: &Rule, now: DateTime<Utc>) -> bool {
        self.last.is_none_or(|last| now - last >= rule.forgotten_after)
    }

    fn wait(self, rule: &Rule) -> TimeDelta {
        let Some(beyond) = self.failed.checked_sub(rule.free) else { return TimeDelta::zero() };
        let doubled = 1_i32.checked_shl(beyond.min(30)).and_then(|times| rule.first_wait.checked_mul(times));
        doubled.map_or(rule.longest_wait, |wait| wait.min(rule.longest_wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        free: 3,
        first_wait: TimeDelta::seconds(10),
        longest_wait: TimeDelta::seconds(60),
        forgotten_after: TimeDelta::hours(1),
    };

    /// What becomes of attempts at these seconds: 0 when it may be made, else how many seconds to wait.
    fn waits(seconds: &[i64]) -> Vec<i64> {
        let mut attempts = Attempts::default();
        let at = |second: &i64| DateTime::UNIX_EPOCH + TimeDelta::seconds(*second);
        let answer = |second| match attempts.next(&RULE, at(second)) {
            Ok(next) => {
                attempts = next;
                0
            }
            Err(wait) => wait.num_seconds(),
        };
        seconds.iter().map(answer).collect()
    }

    #[test]
    fn the_more_failures_the_longer_the_wait() {
        assert_eq!(waits(&[0, 0, 0, 0, 5, 10]), [0, 0, 0, 10, 5, 0]);
        // 10, 20, 40, and then never more than 60.
        assert_eq!(
            waits(&[0, 0, 0, 10, 11, 30, 31, 70, 71, 130, 131]),
            [0, 0, 0, 0, 19, 0, 39, 0, 59, 0, 59]
        );
        assert_eq!(waits(&[0, 0, 0, 3600, 3600, 3600, 3600]), [0, 0, 0, 0, 0, 0, 10]);
        // The clock is put back by a day.
        assert_eq!(waits(&[86_400, 86_400, 86_400, 0, 10]), [0, 0, 0, 10, 10]);
    }

    #[test]
    fn no_number_of_failures_overflows() {
        let last = Some(DateTime::UNIX_EPOCH);
        let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(1);
        for failed in [31, 33, 34, 35, 64, u32::MAX] {
            let next = Attempts { failed, last }.next(&RULE, now);
            assert_eq!(next.unwrap_err(), TimeDelta::seconds(59), "{failed}");
        }
        let next = Attempts { failed: u32::MAX, last }.next(&RULE, now + TimeDelta::seconds(60)).unwrap();
        assert_eq!(next.failed, u32::MAX);
    }
}
