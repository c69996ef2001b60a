//! One letter for a migration, with published thresholds.

use super::Counts;
use crate::journal::Verified;
use serde::Serialize;
use std::fmt;

/// How well a migration went.
///
/// | grade | means |
/// |---|---|
/// | A | every item that was to be carried is at the destination and was verified |
/// | B | all are there; some copies were changed by the destination, or were not verified yet |
/// | C | of what was to be carried at most 1 in 1,000 failed or is missing at the destination |
/// | D | at most 1 in 100 |
/// | F | more, or the run is not complete, or a folder could not be finished |
///
/// What was skipped does not lower the grade, be it because of options or because the destination's user is known to
/// have deleted it. Nor does a missing copy of an item that is gone at the source. A copy that is missing for no
/// known reason does: nobody can tell a deletion from a loss ([`Counts::missing`]). The two
/// levels of verification are not mixed: [`Counts::verified`] says how many were looked at and how many read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[allow(missing_docs, reason = "the table above says what each letter means")]
pub enum Grade {
    A,
    B,
    C,
    D,
    F,
}

impl Grade {
    /// The grade of these numbers.
    pub fn of(counts: &Counts, finished: bool) -> Self {
        let bad = counts.failed + counts.missing;
        let wanted = counts.found.saturating_sub(counts.left_out());
        let soft = counts.verdict(Verified::Altered) + counts.verdict(Verified::No);
        if !finished || counts.unsettled > 0 {
            Self::F
        } else if bad == 0 {
            if soft == 0 { Self::A } else { Self::B }
        } else if bad * 1000 <= wanted {
            Self::C
        } else if bad * 100 <= wanted {
            Self::D
        } else {
            Self::F
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds() {
        let counts = |found, failed, altered| Counts {
            found,
            failed,
            verified: [("altered", altered)].into(),
            ..Counts::default()
        };
        let missing = Counts { found: 1000, missing: 1, ..Counts::default() };
        assert_eq!(Grade::of(&missing, true), Grade::C);
        let of_gone = Counts { found: 1000, verified: [("missing", 9)].into(), ..Counts::default() };
        assert_eq!(Grade::of(&of_gone, true), Grade::A);
        // What was left out makes no failure smaller.
        let skipped = [("kind-not-held", 998), ("folder-not-wanted", 1)].into();
        let one_of_one = Counts { found: 1000, failed: 1, skipped, ..Counts::default() };
        assert_eq!(Grade::of(&one_of_one, true), Grade::F);
        for (found, failed, altered, complete, grade) in [
            (0, 0, 0, true, Grade::A),
            (10, 0, 0, true, Grade::A),
            (10, 0, 0, false, Grade::F),
            (10, 0, 1, true, Grade::B),
            (1000, 1, 0, true, Grade::C),
            (999, 1, 0, true, Grade::D),
            (99, 1, 0, true, Grade::F),
        ] {
            assert_eq!(
                Grade::of(&counts(found, failed, altered), complete),
                grade,
                "{found} {failed} {altered}"
            );
        }
    }
}
