//! With projects that cannot be looked at just now.

use crate::{exit::Failure, output};
use omm::{ErrorKind, core::error::Retry};
use std::time::Duration;

/// So long they may be out of reach; a worker bears as much.
const LONGEST: Duration = Duration::from_mins(10);
/// Between two lines about that.
const TOLD: Duration = Duration::from_secs(10);

/// Of somebody who looks again and again.
#[derive(Default)]
pub(super) struct Patience {
    since: Option<Duration>,
    told: Option<Duration>,
}

impl Patience {
    /// They can be looked at.
    pub(super) fn is_heard(&mut self) {
        *self = Self::default();
    }

    /// Says what passes, and gives back what lasts.
    pub(super) fn bears(&mut self, failure: Failure, now: Duration) -> Result<(), Failure> {
        match failure {
            Failure::Sdk(error) if passes(&error) => {
                let since = *self.since.get_or_insert(now);
                if now.saturating_sub(since) > LONGEST {
                    return Err(Failure::Sdk(error));
                }
                // Once at first, and then now and then: it is asked every second.
                if self.told.is_none_or(|told| now.saturating_sub(told) >= TOLD) {
                    self.told = Some(now);
                    output::note(&format!("omm: cannot look just now, and looks again: {error}"));
                }
                Ok(())
            }
            failure => Err(failure),
        }
    }
}

/// Whether it may be otherwise a moment later: a store that is restarted, busy, or turned to its standby.
fn passes(error: &omm::Error) -> bool {
    error.kind() == ErrorKind::Journal && error.retry_advice() != Retry::Never
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm::{Error, Side};

    fn trouble(kind: ErrorKind, retry: Retry) -> Failure {
        Failure::Sdk(Error::new(kind, Side::Journal, "look", "no").retry(retry))
    }

    // Would catch: a watch that ends because its database was restarted, and one that never ends although nothing will change.
    #[test]
    fn what_passes_is_borne_for_a_while_and_what_lasts_is_not() {
        let at = |seconds| Duration::from_secs(seconds);
        let mut patience = Patience::default();
        let away = || trouble(ErrorKind::Journal, Retry::Backoff);
        for second in [5, 6, 300, 605] {
            assert!(patience.bears(away(), at(second)).is_ok(), "{second}");
        }
        assert!(patience.bears(away(), at(606)).is_err(), "it is away for more than ten minutes");
        patience.is_heard();
        assert!(patience.bears(away(), at(607)).is_ok(), "away again, and for another reason perhaps");
        for lasting in [
            trouble(ErrorKind::Journal, Retry::Never),
            trouble(ErrorKind::Config, Retry::Never),
            Failure::Usage("there is no such project".to_owned()),
            Failure::Unheard,
        ] {
            assert!(patience.bears(lasting, at(608)).is_err());
        }
    }
}
