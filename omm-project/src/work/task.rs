//! What a migration is to do when its turn comes, and what somebody wishes of one that runs.

use crate::store::State;
use serde::{Deserialize, Serialize};

/// What a migration is to do at its next turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Task {
    /// Copy what is missing: the first run, a later one, or the rest of an interrupted one.
    #[default]
    Copy,
    /// The same, and offer every item again that failed.
    Retry,
    /// Look at every copy.
    Verify {
        /// Read every body again, instead of only looking at it.
        read_back: bool,
    },
    /// Delete the copies again that were made from a sync point on.
    Undo {
        /// The first sync point to take back.
        from: u32,
        /// Leave copies that were read since.
        keep_read: bool,
    },
}

/// What somebody wishes of a migration. Whoever works on it hears it within a second; of one that waits for its turn or a
/// time it is done at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Wish {
    /// That it rests, and goes on later from where it was.
    Pause,
    /// That it ends; what is copied stays.
    Stop,
}

impl Wish {
    /// What becomes of a migration by it.
    pub fn state(self) -> State {
        match self {
            Self::Pause => State::Paused,
            Self::Stop => State::Stopped,
        }
    }

    /// Why it is that, for people.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Pause => Some("on request"),
            Self::Stop => None,
        }
    }

    /// As it is stored; a number that was released keeps its meaning.
    pub fn code(self) -> u8 {
        match self {
            Self::Pause => 1,
            Self::Stop => 2,
        }
    }

    /// What was stored as this.
    pub fn of_code(code: i64) -> Option<Self> {
        [Self::Pause, Self::Stop].into_iter().find(|wish| i64::from(wish.code()) == code)
    }
}
