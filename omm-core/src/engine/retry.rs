//! What follows from an error: the whole recovery policy, in one table.

use crate::error::{Effect, Error, Retry, Scope};
use std::time::Duration;

/// How often something is tried before it is given up.
const ATTEMPTS: u32 = 5;
/// The longest pause that is not asked for by the server.
const LONGEST: Duration = Duration::from_secs(60);

/// What the engine does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The item failed; the others go on.
    NoteAndGoOn,
    /// Wait, look for what may have been written, and try again.
    Again {
        /// How long.
        wait: Duration,
        /// Whether a write must be located first.
        locate: bool,
    },
    /// This folder is given up for this run.
    EndFolder,
    /// The run is given up.
    EndRun,
}

/// From how far an error reaches, whether something may have been written, when to try again, and how often it was
/// tried already, to what follows.
pub fn decide(scope: Scope, effect: Effect, retry: Retry, attempt: u32) -> Decision {
    let wait = match retry {
        Retry::Never => None,
        _ if attempt >= ATTEMPTS => None,
        Retry::Backoff => Some(Duration::from_secs(1 << attempt.min(6)).min(LONGEST)),
        Retry::After(pause) => Some(pause),
    };
    match (scope, effect, wait) {
        (Scope::Run, _, _) => Decision::EndRun,
        (Scope::Item, Effect::None, None) => Decision::NoteAndGoOn,
        // An item whose fate is unknown is never given up without a look.
        (Scope::Item, Effect::Unknown, None) if attempt == 0 => {
            Decision::Again { wait: Duration::ZERO, locate: true }
        }
        (Scope::Item, Effect::Unknown, None) => Decision::NoteAndGoOn,
        (_, effect, Some(wait)) => Decision::Again { wait, locate: effect == Effect::Unknown },
        (Scope::Folder, _, None) => Decision::EndFolder,
        (Scope::Account, _, None) => Decision::EndRun,
    }
}

impl Error {
    /// What follows from this error at this attempt.
    pub fn decision(&self, attempt: u32) -> Decision {
        decide(self.reach(), self.effect(), self.retry_advice(), attempt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        use Decision::*;
        let second = Duration::from_secs(1);
        for (scope, effect, retry, attempt, decision) in [
            (Scope::Item, Effect::None, Retry::Never, 0, NoteAndGoOn),
            (Scope::Item, Effect::Unknown, Retry::Never, 0, Again { wait: Duration::ZERO, locate: true }),
            (Scope::Item, Effect::Unknown, Retry::Never, 1, NoteAndGoOn),
            (Scope::Item, Effect::None, Retry::Backoff, 0, Again { wait: second, locate: false }),
            (Scope::Folder, Effect::None, Retry::Never, 0, EndFolder),
            (Scope::Folder, Effect::Unknown, Retry::Backoff, 2, Again { wait: 4 * second, locate: true }),
            (Scope::Folder, Effect::Unknown, Retry::Backoff, 5, EndFolder),
            (Scope::Account, Effect::None, Retry::Never, 0, EndRun),
            (
                Scope::Account,
                Effect::None,
                Retry::After(9 * second),
                4,
                Again { wait: 9 * second, locate: false },
            ),
            (Scope::Account, Effect::None, Retry::After(9 * second), 5, EndRun),
            (Scope::Run, Effect::None, Retry::Backoff, 0, EndRun),
        ] {
            assert_eq!(
                decide(scope, effect, retry, attempt),
                decision,
                "{scope:?} {effect:?} {retry:?} {attempt}"
            );
        }
    }
}
