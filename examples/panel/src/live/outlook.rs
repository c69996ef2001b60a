//! When all of a project will have come to an end: by how many did lately, for nobody knows how large those are that wait.

use omm::project::store::{Counts, State};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// How many have ended, at each look of the last minutes.
#[derive(Default)]
pub(super) struct Outlook(VecDeque<(Instant, u64)>);

/// So far back is looked.
const LATELY: Duration = Duration::from_mins(10);
/// Of less than this nothing is told.
const AT_LEAST: Duration = Duration::from_secs(30);

impl Outlook {
    /// How long the rest will take, where that can be told.
    pub(super) fn left(&mut self, counts: &Counts, now: Instant) -> Option<Duration> {
        let sum = |states: &[State]| states.iter().map(|state| counts.of(*state)).sum();
        let left: u64 = sum(&[State::NotStarted, State::Waiting, State::Running, State::Stopping]);
        let ended = sum(&[State::Done, State::DoneWithFailures, State::Failed, State::Stopped]);
        self.of(left, ended, now)
    }

    fn of(&mut self, left: u64, ended: u64, now: Instant) -> Option<Duration> {
        self.0.push_back((now, ended));
        while self.0.front().is_some_and(|(then, _)| now.saturating_duration_since(*then) > LATELY) {
            self.0.pop_front();
        }
        let (then, before) = self.0.front()?;
        let (passed, more) = (now.saturating_duration_since(*then), ended.saturating_sub(*before));
        // Whoever synchronises everything again has fewer that ended than before.
        if left == 0 || more == 0 || passed < AT_LEAST {
            return None;
        }
        Duration::try_from_secs_f64(passed.as_secs_f64() * left as f64 / more as f64).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a time that is told of nothing, and one that a quick beginning has spoilt for ever.
    #[test]
    fn the_rest_by_what_ended_lately() {
        let (mut outlook, begin) = (Outlook::default(), Instant::now());
        let at = |seconds| begin + Duration::from_secs(seconds);
        assert_eq!(outlook.of(100, 0, at(0)), None);
        assert_eq!(outlook.of(90, 10, at(20)), None, "too early");
        assert_eq!(outlook.of(80, 20, at(40)), Some(Duration::from_secs(160)));
        assert_eq!(outlook.of(0, 100, at(60)), None, "nothing is left");
        // Ten minutes later only the last ten count.
        assert_eq!(outlook.of(50, 100, at(700)), None, "nothing has ended");
        assert_eq!(outlook.of(40, 110, at(800)), Some(Duration::from_secs(400)));
        assert_eq!(outlook.of(100, 5, at(830)), None, "begun anew");
    }
}
