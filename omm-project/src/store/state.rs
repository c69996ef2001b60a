//! What a migration of a project is doing, and what may follow what.

use serde::{Deserialize, Serialize};

/// What a migration is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It waits for its first turn.
    NotStarted,
    /// It was begun, and waits for another turn: what was put back by a limit or a restart, or is to be synchronised.
    Waiting,
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
    pub const ALL: [Self; 10] =
        [NotStarted, Waiting, Scheduled, Running, Paused, Stopping, Stopped, Done, DoneWithFailures, Failed];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            NotStarted => "not started",
            Waiting => "waiting",
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

    /// What waits for its turn: it has a journal if it was ever begun.
    pub fn in_line(is_begun: bool) -> Self {
        if is_begun { Waiting } else { NotStarted }
    }

    /// Whether it waits for its turn.
    pub fn is_in_line(self) -> bool {
        matches!(self, NotStarted | Waiting)
    }

    /// The same, as it is for a migration that was begun or not: nobody who puts one in the line need know. Every store asks here.
    #[must_use]
    pub fn knowing(self, is_begun: bool) -> Self {
        if self.is_in_line() { Self::in_line(is_begun) } else { self }
    }

    /// Whether it may become the other. What is over begins again when its turn comes, or at a time. Every store asks here.
    pub fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (
                NotStarted | Waiting | Scheduled | Paused,
                NotStarted | Waiting | Scheduled | Running | Paused | Stopped,
            ) => self != next,
            // Whoever worked on it is shut down, or has to leave the servers alone for a while.
            (Running | Stopping, NotStarted | Waiting | Scheduled) => true,
            (Running, Stopping) => true,
            (Running | Stopping, Paused | Stopped | Done | DoneWithFailures | Failed) => true,
            (Stopped | Done | DoneWithFailures | Failed, NotStarted | Waiting | Scheduled) => true,
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
            Waiting => 9,
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
                "not started: waiting, scheduled, running, paused, stopped",
                "waiting: not started, scheduled, running, paused, stopped",
                "scheduled: not started, waiting, running, paused, stopped",
                "running: not started, waiting, scheduled, paused, stopping, stopped, done, done with failures, failed",
                "paused: not started, waiting, scheduled, running, stopped",
                "stopping: not started, waiting, scheduled, paused, stopped, done, done with failures, failed",
                "stopped: not started, waiting, scheduled",
                "done: not started, waiting, scheduled",
                "done with failures: not started, waiting, scheduled",
                "failed: not started, waiting, scheduled",
            ]
        );
        for state in State::ALL {
            assert_eq!(State::of_code(i64::from(state.code())), Some(state));
        }
        assert_eq!(State::of_code(10), None);
        let known = |state: State| (state.knowing(false), state.knowing(true));
        assert_eq!((known(Waiting), known(Done)), ((NotStarted, Waiting), (Done, Done)));
    }
}
