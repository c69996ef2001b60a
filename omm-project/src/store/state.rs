//! What a migration of a project is doing, and what may follow what.

use serde::{Deserialize, Serialize};

/// What a migration is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It waits for its turn.
    NotStarted,
    /// It waits for a time.
    Scheduled,
    /// Somebody works on it.
    Running,
    /// It rests until somebody, or the trouble that paused it, lets it go on.
    Paused,
    /// It is on its way to a tidy place.
    Stopping,
    /// It was stopped for good; what is copied stays.
    Stopped,
    /// Everything is there.
    Done,
    /// Everything that can be there is there.
    DoneWithFailures,
    /// It cannot go on; the reason is with it.
    Failed,
}

use State::*;

impl State {
    /// All of them.
    pub const ALL: [Self; 9] =
        [NotStarted, Scheduled, Running, Paused, Stopping, Stopped, Done, DoneWithFailures, Failed];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            NotStarted => "not started",
            Scheduled => "scheduled",
            Running => "running",
            Paused => "paused",
            Stopping => "stopping",
            Stopped => "stopped",
            Done => "done",
            DoneWithFailures => "done with failures",
            Failed => "failed",
        }
    }

    /// Whether nothing more happens unless somebody asks for it.
    pub fn is_final(self) -> bool {
        matches!(self, Stopped | Done | DoneWithFailures | Failed)
    }

    /// Whether it may become the other. What is over begins again when its turn comes, or at a time. Every store asks here.
    pub fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (NotStarted | Scheduled | Paused, NotStarted | Scheduled | Running | Paused | Stopped) => {
                self != next
            }
            // Whoever worked on it is shut down, or has to leave the servers alone for a while.
            (Running | Stopping, NotStarted | Scheduled) => true,
            (Running, Stopping) => true,
            (Running | Stopping, Paused | Stopped | Done | DoneWithFailures | Failed) => true,
            (Stopped | Done | DoneWithFailures | Failed, NotStarted | Scheduled) => true,
            _ => false,
        }
    }

    /// As it is stored; a number that was released keeps its meaning.
    pub fn code(self) -> u8 {
        match self {
            NotStarted => 0,
            Scheduled => 1,
            Running => 2,
            Paused => 3,
            Stopping => 4,
            Stopped => 5,
            Done => 6,
            DoneWithFailures => 7,
            Failed => 8,
        }
    }

    /// What was stored as this.
    pub fn of_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| i64::from(state.code()) == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_follow_what() {
        let may: Vec<String> = State::ALL
            .into_iter()
            .map(|from| {
                let next = State::ALL.into_iter().filter(|next| from.may_become(*next)).map(State::name);
                format!("{}: {}", from.name(), next.collect::<Vec<_>>().join(", "))
            })
            .collect();
        assert_eq!(
            may,
            [
                "not started: scheduled, running, paused, stopped",
                "scheduled: not started, running, paused, stopped",
                "running: not started, scheduled, paused, stopping, stopped, done, done with failures, failed",
                "paused: not started, scheduled, running, stopped",
                "stopping: not started, scheduled, paused, stopped, done, done with failures, failed",
                "stopped: not started, scheduled",
                "done: not started, scheduled",
                "done with failures: not started, scheduled",
                "failed: not started, scheduled",
            ]
        );
        for state in State::ALL {
            assert_eq!(State::of_code(i64::from(state.code())), Some(state));
        }
        assert_eq!(State::of_code(9), None);
    }
}
