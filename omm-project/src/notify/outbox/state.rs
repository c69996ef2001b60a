//! How far a row of the outbox is: one table of what may follow what.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How far a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// To be sent when it is due.
    Waiting,
    /// Somebody is at it. Nothing has left that could arrive.
    Claimed,
    /// It may arrive from now on: durable before the first byte of a mail's text is sent.
    Sending,
    /// The other side has taken it.
    Sent,
    /// It was refused for good, or too often.
    GaveUp,
    /// It may have arrived and nobody knows: whoever sent it died, or the answer was lost. It is not sent again.
    Unknown,
}

/// What happens to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody takes it.
    Claim,
    /// It is about to leave.
    Begin,
    /// The other side took it.
    Sent,
    /// The other side did not take it, for sure, and may later.
    Later,
    /// The other side did not take it, for sure, and is not asked again.
    GiveUp,
    /// No answer came, or whoever was at it is gone.
    Lost,
}

/// A step that the table does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// How far the row was.
    pub state: State,
    /// What was to happen.
    pub step: Step,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Claimed, Self::Sending, Self::Sent, Self::GaveUp, Self::Unknown];

    /// What the step makes of it.
    ///
    /// # Errors
    /// [`Illegal`] when the table does not have it.
    pub fn next(self, step: Step) -> Result<Self, Illegal> {
        match (self, step) {
            (Self::Waiting, Step::Claim) => Ok(Self::Claimed),
            (Self::Claimed, Step::Begin) => Ok(Self::Sending),
            // A webhook goes without the begin: its receiver knows it by its id.
            (Self::Claimed | Self::Sending, Step::Sent) => Ok(Self::Sent),
            (Self::Claimed | Self::Sending, Step::Later) => Ok(Self::Waiting),
            (Self::Claimed | Self::Sending, Step::GiveUp) => Ok(Self::GaveUp),
            (Self::Claimed, Step::Lost) => Ok(Self::Waiting),
            // The one decision of this file: at most once, not at least once.
            (Self::Sending, Step::Lost) => Ok(Self::Unknown),
            // Whoever was thought dead was slow, and has the answer after all.
            (Self::Unknown, Step::Sent) => Ok(Self::Sent),
            (Self::Unknown, Step::Later) => Ok(Self::Waiting),
            (Self::Unknown, Step::GiveUp) => Ok(Self::GaveUp),
            (state, step) => Err(Illegal { state, step }),
        }
    }

    /// Whether nothing more happens to it by itself.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Sent | Self::GaveUp | Self::Unknown)
    }

    /// Whether somebody is at it.
    pub fn is_held(self) -> bool {
        matches!(self, Self::Claimed | Self::Sending)
    }

    /// The word that a store keeps.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Claimed => "claimed",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::GaveUp => "gave-up",
            Self::Unknown => "unknown",
        }
    }

    /// The way back.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl fmt::Display for Illegal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a notice that is {} cannot be followed by {:?}", self.state.name(), self.step)
    }
}

impl std::error::Error for Illegal {}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 6] = [Step::Claim, Step::Begin, Step::Sent, Step::Later, Step::GiveUp, Step::Lost];

    #[test]
    fn what_may_have_arrived_is_never_sent_again_without_an_answer() {
        // By steps that bring no answer nothing leads from there to where it could be claimed.
        for state in [State::Sending, State::Unknown, State::Sent] {
            for step in [Step::Claim, Step::Begin, Step::Lost] {
                let next = state.next(step).unwrap_or(state);
                assert!(!matches!(next, State::Waiting | State::Claimed), "{state:?} {step:?} {next:?}");
            }
        }
    }

    #[test]
    fn what_is_sent_or_given_up_stays_so() {
        for step in STEPS {
            assert!(State::Sent.next(step).is_err(), "{step:?}");
            assert!(State::GaveUp.next(step).is_err(), "{step:?}");
        }
    }

    #[test]
    fn the_whole_table() {
        let table: Vec<String> = State::ALL
            .into_iter()
            .flat_map(|state| STEPS.into_iter().map(move |step| (state, step)))
            .filter_map(|(state, step)| {
                let next = state.next(step).ok()?;
                Some(format!("{} {step:?} {}", state.name(), next.name()))
            })
            .collect();
        assert_eq!(
            table,
            [
                "waiting Claim claimed",
                "claimed Begin sending",
                "claimed Sent sent",
                "claimed Later waiting",
                "claimed GiveUp gave-up",
                "claimed Lost waiting",
                "sending Sent sent",
                "sending Later waiting",
                "sending GiveUp gave-up",
                "sending Lost unknown",
                "unknown Sent sent",
                "unknown Later waiting",
                "unknown GiveUp gave-up",
            ]
        );
        for state in State::ALL {
            assert_eq!(State::from_name(state.name()), Some(state));
        }
    }
}
