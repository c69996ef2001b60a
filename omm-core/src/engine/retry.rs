//! What follows from an error: the whole recovery policy, in one table.

use crate::error::{Effect, Error, ErrorKind, Retry, Scope};
use std::time::Duration;

/// How often something is tried before it is given up.
const ATTEMPTS: u32 = 5;
/// The same for a server that cannot be reached, or a provider of secrets: with the pauses between them about ten
/// minutes, which is more than a restart takes.
const ATTEMPTS_TO_REACH: u32 = 15;
/// The longest pause that is not asked for by the server.
const LONGEST: Duration = Duration::from_secs(60);
/// A pause that is shorter is none: whoever asks for one is asked again as one that names no time.
const SHORTEST: Duration = Duration::from_secs(1);
/// How many pauses in a row a server may ask for, and how long they may be together.
const RESTS: u32 = 100;
const REST: Duration = Duration::from_secs(24 * 3600);
/// A pause above which nobody keeps what others could use meanwhile.
pub(super) const LONG: Duration = Duration::from_secs(5);

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

impl Decision {
    /// How long is waited before it is tried again, if it is.
    pub(super) fn pause(self) -> Option<Duration> {
        match self {
            Self::Again { wait, .. } => Some(wait),
            Self::NoteAndGoOn | Self::EndFolder | Self::EndRun => None,
        }
    }
}

/// How often something was tried in vain since it last got on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// Attempts that failed.
    pub failed: u32,
    /// Pauses that the server asked for; they are no fault of what was tried.
    pub rests: u32,
    /// How long these were together.
    pub rested: Duration,
}

impl Tries {
    /// One more, after which so long a pause is made.
    pub fn count(&mut self, error: &Error, wait: Duration) {
        if is_rest(error.kind(), error.retry_advice()) {
            self.rests += 1;
            self.rested += wait;
        } else {
            self.failed += 1;
        }
    }
}

/// From what happened, how far it reaches, whether something may have been written, when to try again, and how often
/// it was tried already, to what follows.
pub fn decide(kind: ErrorKind, scope: Scope, effect: Effect, retry: Retry, tries: Tries) -> Decision {
    let attempts = match (kind, scope) {
        (ErrorKind::Unreachable | ErrorKind::Credentials, Scope::Account) => ATTEMPTS_TO_REACH,
        _ => ATTEMPTS,
    };
    let backoff = |tried: u32| Duration::from_secs(1 << tried.min(6)).min(LONGEST);
    let wait = match retry {
        Retry::Never => None,
        _ if is_rest(kind, retry) => {
            let pause = match retry {
                Retry::After(pause) if pause >= SHORTEST => pause,
                _ => backoff(tries.rests),
            };
            (tries.rests < RESTS && tries.rested.saturating_add(pause) <= REST).then_some(pause)
        }
        _ => (tries.failed < attempts).then(|| backoff(tries.failed)),
    };
    match (scope, effect, wait) {
        (Scope::Run, _, _) => Decision::EndRun,
        (Scope::Item, Effect::None, None) => Decision::NoteAndGoOn,
        // An item whose fate is unknown is never given up without a look.
        (Scope::Item, Effect::Unknown, None) if tries == Tries::default() => {
            Decision::Again { wait: Duration::ZERO, locate: true }
        }
        (Scope::Item, Effect::Unknown, None) => Decision::NoteAndGoOn,
        (_, effect, Some(wait)) => Decision::Again { wait, locate: effect == Effect::Unknown },
        (Scope::Folder, _, None) => Decision::EndFolder,
        (Scope::Account, _, None) => Decision::EndRun,
    }
}

fn is_rest(kind: ErrorKind, retry: Retry) -> bool {
    match retry {
        Retry::Never => false,
        Retry::Backoff => kind == ErrorKind::Throttled,
        Retry::After(_) => true,
    }
}

impl Error {
    /// What follows from this error after so many tries.
    pub fn decision(&self, tries: Tries) -> Decision {
        decide(self.kind(), self.reach(), self.effect(), self.retry_advice(), tries)
    }

    /// What follows from this error at the first try.
    pub(super) fn first_decision(&self) -> Decision {
        self.decision(Tries::default())
    }

    /// Whether a server asked for a pause, and did not say how long.
    pub(super) fn names_no_time(&self) -> bool {
        self.kind() == ErrorKind::Throttled && self.retry_advice() == Retry::Backoff
    }

    /// Whether the whole server asked for a pause, and not only for this account, item or folder. One account's secret is no
    /// matter of the others there.
    pub(super) fn rests_the_lane(&self) -> bool {
        if self.is_alone() || self.kind() == ErrorKind::Credentials {
            return false;
        }
        let named = matches!(self.retry_advice(), Retry::After(_)) && self.reach() >= Scope::Account;
        named || self.kind() == ErrorKind::Throttled
    }

    /// The same, met while a folder was counted of which nothing is carried. A connection that breaks over it is that
    /// folder's own affair: it is worth neither the run nor the patience that a server is worth.
    pub(super) fn over_a_count(self) -> Self {
        if self.is_break() { self.scope(Scope::Folder) } else { self }
    }

    /// Whether the connection broke over what was asked: trying again may help, and no pause was asked for.
    pub(super) fn is_break(&self) -> bool {
        self.reach() == Scope::Account
            && self.retry_advice() == Retry::Backoff
            && !matches!(self.kind(), ErrorKind::Throttled | ErrorKind::Credentials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(failed: u32) -> Tries {
        Tries { failed, ..Tries::default() }
    }

    fn rested(rests: u32, rested: Duration) -> Tries {
        Tries { rests, rested, failed: 0 }
    }

    #[test]
    fn the_table() {
        use Decision::*;
        use ErrorKind::{Auth, Credentials, Local, Protocol, Rejected, Throttled, Unreachable};
        let again = |seconds, locate| Again { wait: Duration::from_secs(seconds), locate };
        let (none, unknown) = (Effect::None, Effect::Unknown);
        let after = |seconds| Retry::After(Duration::from_secs(seconds));
        let hours = |hours: u64| Duration::from_secs(3600 * hours);
        for (kind, scope, effect, retry, tries, decision) in [
            (Rejected, Scope::Item, none, Retry::Never, failed(0), NoteAndGoOn),
            (Rejected, Scope::Item, unknown, Retry::Never, failed(0), again(0, true)),
            (Rejected, Scope::Item, unknown, Retry::Never, failed(1), NoteAndGoOn),
            (Rejected, Scope::Item, none, Retry::Backoff, failed(0), again(1, false)),
            (Rejected, Scope::Item, none, Retry::Backoff, failed(5), NoteAndGoOn),
            (Unreachable, Scope::Item, none, Retry::Backoff, failed(5), NoteAndGoOn),
            (Protocol, Scope::Folder, none, Retry::Never, failed(0), EndFolder),
            (Protocol, Scope::Folder, unknown, Retry::Backoff, failed(2), again(4, true)),
            (Protocol, Scope::Folder, unknown, Retry::Backoff, failed(5), EndFolder),
            (Unreachable, Scope::Account, none, Retry::Never, failed(0), EndRun),
            (Protocol, Scope::Account, none, Retry::Backoff, failed(5), EndRun),
            // A restart takes a minute or two, not thirty-one seconds.
            (Unreachable, Scope::Account, none, Retry::Backoff, failed(5), again(32, false)),
            (Unreachable, Scope::Account, none, Retry::Backoff, failed(14), again(60, false)),
            (Unreachable, Scope::Account, none, Retry::Backoff, failed(15), EndRun),
            // A pause that was asked for is no failure.
            (Throttled, Scope::Account, none, after(9), failed(15), again(9, false)),
            (Throttled, Scope::Account, none, after(9), rested(99, hours(1)), again(9, false)),
            (Throttled, Scope::Account, none, after(9), rested(100, hours(1)), EndRun),
            (Throttled, Scope::Account, none, after(3600), rested(3, hours(23)), again(3600, false)),
            (Throttled, Scope::Account, none, after(3601), rested(3, hours(23)), EndRun),
            (Throttled, Scope::Account, none, Retry::Backoff, failed(15), again(1, false)),
            (Throttled, Scope::Account, none, Retry::Backoff, rested(50, hours(1)), again(60, false)),
            (Unreachable, Scope::Account, none, Retry::After(Duration::MAX), rested(1, hours(1)), EndRun),
            // No pause at all would be asked for again a hundred times within a second.
            (Throttled, Scope::Account, none, after(0), rested(0, hours(0)), again(1, false)),
            (Throttled, Scope::Account, none, after(0), rested(3, hours(1)), again(8, false)),
            (
                Throttled,
                Scope::Account,
                none,
                Retry::After(Duration::from_millis(20)),
                rested(6, hours(1)),
                again(60, false),
            ),
            (Local, Scope::Run, none, Retry::Backoff, failed(0), EndRun),
            // A wrong password stays wrong; a vault that is sealed may be opened again.
            (Auth, Scope::Account, none, Retry::Never, failed(0), EndRun),
            (Credentials, Scope::Account, none, Retry::Never, failed(0), EndRun),
            (Credentials, Scope::Account, none, Retry::Backoff, failed(14), again(60, false)),
            (Credentials, Scope::Account, none, Retry::Backoff, failed(15), EndRun),
            (Credentials, Scope::Account, none, after(300), rested(3, hours(1)), again(300, false)),
        ] {
            let decided = decide(kind, scope, effect, retry, tries);
            assert_eq!(decided, decision, "{kind:?} {scope:?} {effect:?} {retry:?} {tries:?}");
        }
    }

    /// Kills: an item that is given up, or a server's lane that rests, since a token could not be had.
    #[test]
    fn a_provider_that_fails_is_nobody_elses_fault() {
        let error = |retry| {
            Error::new(ErrorKind::Credentials, crate::error::Side::Source, "test", "sealed").retry(retry)
        };
        for retry in [Retry::Never, Retry::Backoff, Retry::After(Duration::from_secs(9))] {
            assert!(!error(retry).is_break() && !error(retry).rests_the_lane(), "{retry:?}");
        }
    }

    /// Kills: a server's lane that rests for fifteen minutes since one of its accounts came back too early.
    #[test]
    fn a_pause_for_one_account_is_no_pause_for_its_server() {
        for retry in [Retry::Backoff, Retry::After(Duration::from_secs(900))] {
            let error =
                Error::new(ErrorKind::Throttled, crate::error::Side::Source, "test", "early").retry(retry);
            assert!(error.rests_the_lane() && error.repeated().rests_the_lane());
            let alone = error.alone();
            assert!(!alone.rests_the_lane() && !alone.repeated().rests_the_lane() && !alone.is_break());
            assert!(
                matches!(alone.decision(failed(99)), Decision::Again { .. }),
                "it is a pause all the same"
            );
        }
    }

    #[test]
    fn a_server_that_is_away_is_awaited_for_ten_minutes() {
        let away = Error::new(ErrorKind::Unreachable, crate::error::Side::Source, "test", "away");
        let (mut tries, mut waited) = (Tries::default(), Duration::ZERO);
        while let Decision::Again { wait, .. } = away.decision(tries) {
            tries.count(&away, wait);
            waited += wait;
        }
        assert_eq!(waited, Duration::from_secs(603));
    }
}
