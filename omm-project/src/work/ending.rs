//! How a turn ended, and what follows from it. One table, without I/O.

use super::Wish;
use crate::store::State;
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::{
    Error,
    engine::{UndoOutcome, Verification},
    error::{ErrorKind, Retry, Side},
    report::Report,
};
use std::time::Duration;

/// What a turn came to, if nothing went wrong with it as a whole.
pub(super) enum Outcome {
    Copied(Box<Report>),
    /// What was seen of the copies, and the report of the whole migration: copies that are good may be few of many.
    Verified(Box<Verification>, Box<Report>),
    Undone(Box<UndoOutcome>, Box<Report>),
    /// Nothing was begun: somebody else has its journal, for so long.
    Busy(Duration),
    /// Nothing was begun: somebody else writes into its mailbox. The store gives it no turn before that is over.
    Occupied,
    /// Nothing was begun: its server has as much open as the project allows, or as is its part of what all may have.
    Full,
}

/// Why a turn was cut short, if somebody asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Wished(Wish),
    /// The project's quiet hours began, and end then.
    Quiet(DateTime<Utc>),
    /// This worker is being shut down: another turn, here or elsewhere, goes on.
    Drained,
    /// Its project's options are others by now, and leave it no place or another work: another turn goes on.
    Changed,
    /// It is not ours any more: what becomes of it is for somebody else to say.
    Lost,
}

/// What becomes of a migration after its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ending {
    /// What it is doing now.
    pub state: State,
    /// Why, for people, with the remedy where there is one.
    pub reason: Option<String>,
    /// When it goes on by itself.
    pub again: Option<DateTime<Utc>>,
    /// How many turns in a row have ended in trouble, this one included.
    pub failed_turns: u32,
    /// Whether what was to be done is done: the next turn copies, unless somebody wishes otherwise. What failed or was
    /// stopped is to be done still: nobody who goes on with an undo wants a copy.
    pub is_over: bool,
    /// Its passwords are not needed any more, and are erased with it.
    pub erases_passwords: bool,
}

/// The first pause after trouble that may go away by itself, and the longest.
const PAUSES: [TimeDelta; 2] = [TimeDelta::minutes(5), TimeDelta::hours(6)];
/// Until a store is asked again that was out of reach. Each time costs it no more than an opening.
const MOMENT: TimeDelta = TimeDelta::seconds(30);
/// A full mailbox is emptied by a person, which takes longer.
const FULL: [TimeDelta; 2] = [TimeDelta::hours(1), TimeDelta::hours(24)];
/// Where others of the project have all that it allows at a server, one of them may end in a moment.
const FULL_SERVER: TimeDelta = TimeDelta::seconds(10);
const OCCUPIED: &str = "something else is written into its mailbox just now; it goes on when that is over";
const SERVER_IS_FULL: &str = "its server was found to be one at which the project has as much open as it may; it goes on when there is room";
/// So many turns in a row may end in trouble before it is given up, unless a person is what is missing.
const TURNS: u32 = 20;

impl Outcome {
    /// Of the whole migration, where something was done to it.
    pub(super) fn report(&self) -> Option<&Report> {
        match self {
            Self::Copied(report) | Self::Verified(_, report) | Self::Undone(_, report) => Some(report),
            Self::Busy(_) | Self::Occupied | Self::Full => None,
        }
    }
}

impl Ending {
    /// Nothing but what it is doing now: for a host that tells a store how something of its own ended.
    pub fn becoming(state: State) -> Self {
        Self::new(state, None)
    }

    /// The `failed` turns before this one ended in trouble, one after the other.
    pub(super) fn of(
        outcome: &Result<Outcome, Error>,
        cut: Option<Cut>,
        failed: u32,
        now: DateTime<Utc>,
    ) -> Self {
        match outcome {
            Ok(Outcome::Copied(report)) => Self::copied(report),
            Ok(Outcome::Verified(found, report)) => Self::verified(found, report),
            Ok(Outcome::Undone(undone, _)) => Self::undone(undone),
            Ok(Outcome::Busy(free_in)) => Self::busy(*free_in, now),
            Ok(Outcome::Occupied) => Self::new(State::NotStarted, Some(OCCUPIED.to_owned())),
            Ok(Outcome::Full) => Self {
                again: Some(now + FULL_SERVER),
                ..Self::new(State::Scheduled, Some(SERVER_IS_FULL.to_owned()))
            },
            Err(error) => match cut.filter(|_| error.kind() == ErrorKind::Stopped) {
                Some(cut) => Self::cut(cut),
                None => Self::trouble(error, failed, now),
            },
        }
    }

    /// A turn that had to be dropped where it stood, because its grace was over.
    pub(super) fn cut(cut: Cut) -> Self {
        match cut {
            Cut::Wished(Wish::Pause) => Self::rests(Wish::Pause.reason().unwrap_or_default(), None),
            Cut::Wished(Wish::Stop) => Self::new(State::Stopped, None),
            Cut::Quiet(until) => {
                let reason = "the project's quiet hours".to_owned();
                Self { again: Some(until), ..Self::new(State::Scheduled, Some(reason)) }
            }
            Cut::Drained | Cut::Changed | Cut::Lost => Self::new(State::NotStarted, None),
        }
    }

    /// Its journal is in somebody else's hands, for so long at most unless he is still at work then.
    fn busy(free_in: Duration, now: DateTime<Utc>) -> Self {
        let wait = TimeDelta::from_std(free_in).unwrap_or(PAUSES[0]).clamp(TimeDelta::seconds(1), PAUSES[0]);
        Self { again: Some(now + wait), ..Self::new(State::Scheduled, Some(OCCUPIED.to_owned())) }
    }

    fn copied(report: &Report) -> Self {
        let bad = report.totals.failed + report.totals.missing;
        let unfinished = report.folders.iter().filter(|folder| folder.trouble.is_some()).count();
        if bad == 0 && unfinished == 0 && report.complete {
            return Self::over(State::Done, None);
        }
        let mut parts = Vec::new();
        if bad > 0 {
            parts.push(format!("{bad} of {} items failed", report.totals.found));
        }
        if unfinished > 0 {
            parts.push(format!("{unfinished} folders could not be finished"));
        }
        if parts.is_empty() {
            parts.push("it did not come to its end".to_owned());
        }
        let reason = format!("{}; the report names each, and retry offers them again", parts.join(", "));
        Self::over(State::DoneWithFailures, Some(reason))
    }

    /// That every copy is good says nothing of what was never copied, or was taken back.
    fn verified(found: &Verification, report: &Report) -> Self {
        if found.good != found.copies {
            let reason = format!(
                "of {} copies {} are missing, {} altered and {} could not be read",
                found.copies, found.missing, found.altered, found.unreadable
            );
            return Self::over(State::DoneWithFailures, Some(reason));
        }
        let open = report.totals.unsettled;
        if report.complete && open == 0 {
            return Self::copied(report);
        }
        let left = match open {
            0 => "not everything was copied".to_owned(),
            open => format!("{open} of {} items are not copied", report.totals.found),
        };
        Self::over(State::Stopped, Some(format!("every copy is good, but {left}; sync goes on with it")))
    }

    /// What was taken back is to be asked for again, not done again by itself.
    fn undone(undone: &UndoOutcome) -> Self {
        let left = match undone.left_in_all {
            0 => String::new(),
            left => format!(", {left} were left because somebody had changed them"),
        };
        let copies = if undone.deleted == 1 {
            "1 copy was".to_owned()
        } else {
            format!("{} copies were", undone.deleted)
        };
        Self::over(State::Stopped, Some(format!("{copies} deleted again{left}")))
    }

    /// What may go away by itself is tried again, more and more rarely; what needs a person waits for him.
    fn trouble(error: &Error, failed: u32, now: DateTime<Utc>) -> Self {
        use ErrorKind::{Auth, Credentials, Journal, Local, Quota, Throttled, Unreachable};
        let reason = said(error);
        let after = |pauses: [TimeDelta; 2]| {
            let pause = pauses[0] * 2_i32.saturating_pow(failed.min(16)).min(1 << 16);
            now + pause.min(pauses[1])
        };
        if matches!((error.kind(), error.retry_advice()), (Journal, Retry::Backoff)) {
            // A store that was out of reach for a moment is no trouble of the migration's own: nobody is told of it, and nothing
            // counts.
            let ending = Self::new(State::Scheduled, Some(reason));
            return Self { again: Some(now + MOMENT), failed_turns: failed, ..ending };
        }
        let again = match (error.kind(), error.retry_advice()) {
            // A refused password stays refused, and asking again locks accounts.
            (Auth, _) => return Self::rests(&reason, None),
            (Throttled | Unreachable | Credentials, Retry::After(pause)) => {
                // A server that names more than a day is asked within a day all the same.
                let pause = TimeDelta::from_std(pause).unwrap_or(PAUSES[1]);
                now + pause.clamp(PAUSES[0], FULL[1])
            }
            // A name that does not exist, a certificate that does not hold: a person mends it, and nobody knows when.
            (Quota, _) | (Unreachable, Retry::Never) => after(FULL),
            (Throttled | Unreachable | Credentials | Local | Journal, _) => after(PAUSES),
            _ => return Self::new(State::Failed, Some(reason)),
        };
        match failed < TURNS {
            true => Self { failed_turns: failed + 1, ..Self::rests(&reason, Some(again)) },
            false => Self::new(State::Failed, Some(format!("{reason}; tried {TURNS} times"))),
        }
    }

    fn rests(reason: &str, again: Option<DateTime<Utc>>) -> Self {
        Self { again, ..Self::new(State::Paused, Some(reason.to_owned())) }
    }

    fn over(state: State, reason: Option<String>) -> Self {
        Self { is_over: true, ..Self::new(state, reason) }
    }

    fn new(state: State, reason: Option<String>) -> Self {
        Self { state, reason, again: None, failed_turns: 0, is_over: false, erases_passwords: false }
    }
}

/// On which side, and what.
fn said(error: &Error) -> String {
    let side = match error.side() {
        Side::Source => "source: ",
        Side::Destination => "destination: ",
        Side::Journal | Side::Host => "",
    };
    format!("{side}{error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use omm_core::report::report;
    use omm_testkit::journal::MemoryJournal;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    fn after(kind: ErrorKind, retry: Retry, failed: u32) -> (State, Option<i64>) {
        let error = Error::new(kind, Side::Destination, "test", "no").retry(retry);
        let ending = Ending::of(&Err(error), None, failed, now());
        let reason = ending.reason.expect("trouble has a reason");
        assert!(reason.starts_with("destination: "), "{reason}");
        (ending.state, ending.again.map(|again| (again - now()).num_minutes()))
    }

    // Would catch: an account locked by us, a project that gives up over a night, one that never does.
    #[test]
    fn what_goes_away_is_tried_again_and_what_needs_a_person_waits() {
        use ErrorKind::*;
        let named = |minutes: u64| Retry::After(Duration::from_secs(minutes * 60));
        for (kind, retry, failed, state, minutes) in [
            (Auth, Retry::Backoff, 0, State::Paused, None),
            (Credentials, Retry::Never, 0, State::Paused, Some(5)),
            (Unreachable, Retry::Backoff, 0, State::Paused, Some(5)),
            (Unreachable, Retry::Backoff, 3, State::Paused, Some(40)),
            (Unreachable, Retry::Backoff, 19, State::Paused, Some(360)),
            (Unreachable, Retry::Backoff, 20, State::Failed, None),
            (Unreachable, Retry::Never, 0, State::Paused, Some(60)),
            (Throttled, named(90), 0, State::Paused, Some(90)),
            (Throttled, named(1), 7, State::Paused, Some(5)),
            (Throttled, named(60 * 24 * 30), 0, State::Paused, Some(24 * 60)),
            (Quota, Retry::Never, 0, State::Paused, Some(60)),
            (Quota, Retry::Never, 9, State::Paused, Some(24 * 60)),
            (Local, Retry::Never, 0, State::Paused, Some(5)),
            (Journal, Retry::Never, 1, State::Paused, Some(10)),
            (Journal, Retry::Backoff, 0, State::Scheduled, Some(0)),
            (Journal, Retry::Backoff, 50, State::Scheduled, Some(0)),
            (Config, Retry::Never, 0, State::Failed, None),
            (Denied, Retry::Never, 0, State::Failed, None),
            (SourceEmptied, Retry::Never, 0, State::Failed, None),
        ] {
            assert_eq!(after(kind, retry, failed), (state, minutes), "{kind:?} {retry:?} after {failed}");
        }
    }

    #[test]
    fn who_asked_decides_what_follows_a_stop() {
        let later = now() + TimeDelta::hours(3);
        for (cut, state, again) in [
            (Cut::Wished(Wish::Pause), State::Paused, None),
            (Cut::Wished(Wish::Stop), State::Stopped, None),
            (Cut::Quiet(later), State::Scheduled, Some(later)),
            (Cut::Drained, State::NotStarted, None),
            (Cut::Changed, State::NotStarted, None),
            (Cut::Lost, State::NotStarted, None),
        ] {
            let ending = Ending::of(&Err(Error::stopped()), Some(cut), 0, now());
            assert_eq!((ending.state, ending.again), (state, again), "{cut:?}");
            // Trouble that came first is told, although somebody had asked.
            let refused = Error::new(ErrorKind::Auth, Side::Source, "log in", "wrong password");
            let ending = Ending::of(&Err(refused), Some(cut), 0, now());
            assert_eq!(ending.state, State::Paused);
            assert!(ending.reason.is_some_and(|reason| reason.contains("wrong password")));
        }
    }

    // Would catch: a migration that spins while another one has its mailbox, and one that waits for hours after it.
    #[test]
    fn who_finds_it_busy_comes_again() {
        for (free_in, seconds) in [(0, 1), (40, 40), (100_000, 300)] {
            let ending = Ending::of(&Ok(Outcome::Busy(Duration::from_secs(free_in))), None, 0, now());
            assert_eq!(ending.state, State::Scheduled);
            assert_eq!(ending.again, Some(now() + TimeDelta::seconds(seconds)));
        }
        // Whoever writes there may be done in a second: it is the store that knows.
        let ending = Ending::of(&Ok(Outcome::Occupied), None, 0, now());
        assert_eq!((ending.state, ending.again), (State::NotStarted, None));
        assert!(ending.reason.is_some());
    }

    // Would catch: a migration that is called done because the little that was copied of it is good.
    #[test]
    fn verified_and_undone() {
        let ending = |outcome| Ending::of(&Ok(outcome), None, 0, now());
        let verified = |good, complete, unsettled, failed| {
            let mut found = Verification::default();
            (found.copies, found.good, found.missing) = (7, good, 7 - good);
            let mut whole = block_on(report(&MemoryJournal::new())).expect("an empty journal has a report");
            whole.complete = complete;
            (whole.totals.found, whole.totals.unsettled, whole.totals.failed) = (9, unsettled, failed);
            ending(Outcome::Verified(Box::new(found), Box::new(whole)))
        };
        for (good, complete, unsettled, failed, state, reason) in [
            (7, true, 0, 0, State::Done, None),
            (6, true, 0, 0, State::DoneWithFailures, Some("of 7 copies 1 are missing")),
            (7, true, 0, 2, State::DoneWithFailures, Some("2 of 9 items failed")),
            (7, true, 2, 0, State::Stopped, Some("2 of 9 items are not copied")),
            (7, false, 0, 0, State::Stopped, Some("not everything was copied")),
        ] {
            let ending = verified(good, complete, unsettled, failed);
            assert_eq!(ending.state, state);
            let said = ending.reason.unwrap_or_default();
            assert!(reason.is_none_or(|reason| said.contains(reason)), "{said}");
        }
        let mut undone = UndoOutcome::default();
        (undone.deleted, undone.left_in_all) = (5, 2);
        let whole = block_on(report(&MemoryJournal::new())).expect("an empty journal has a report");
        let ending = ending(Outcome::Undone(Box::new(undone), Box::new(whole)));
        assert_eq!(ending.state, State::Stopped);
        assert_eq!(
            ending.reason.as_deref(),
            Some("5 copies were deleted again, 2 were left because somebody had changed them")
        );
    }
}
