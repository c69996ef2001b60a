//! What a series says that can be understood in more than one way: how it is understood here, in words for the report.

use super::plan::{Exceptions, Writer};
use chrono::NaiveDateTime;
use omm_content::calendar::{End, Time};
use std::collections::BTreeSet;

impl Writer<'_> {
    /// Says of an appointment that recurs what readers of it may take otherwise.
    pub(super) fn odd(
        &self,
        exceptions: &Exceptions<'_>,
        except: &BTreeSet<NaiveDateTime>,
        losses: &mut Vec<String>,
    ) {
        let event = self.event;
        let end = event.recurrence.rule.as_ref().map(|rule| &rule.end);
        let has_zone = matches!(event.start, Time::Utc(_) | Time::Zoned(..));
        let changed = event.exceptions.iter().filter_map(|one| one.instead_of.as_ref());
        for (is_so, words) in [
            (
                matches!(end, Some(End::Until(Time::Floating(_)))) && has_zone,
                "the end of its rule is in no zone: that of its start is taken",
            ),
            (
                matches!(end, Some(End::Until(Time::Date(_)))) && !event.is_all_day(),
                "the end of its rule is a day: what begins on that day is the last",
            ),
            (
                matches!(end, Some(End::Until(Time::Utc(_)))) && matches!(event.start, Time::Floating(_)),
                "the end of its rule is in UTC and its start in no zone: that of the mailbox is taken",
            ),
            (
                !event.is_all_day() && event.recurrence.also.iter().any(|time| matches!(time, Time::Date(_))),
                "an occurrence beside its rule is a day, which its series is not",
            ),
            (
                end.and_then(|end| self.until(end)).is_some_and(|last| last < self.start.date()),
                "its rule ends before it begins: its start alone is kept",
            ),
            (
                event.recurrence.except.iter().any(|time| self.is_another_hour(time)),
                "what is left out names another hour than the series: the occurrence of its day is left out",
            ),
            (
                changed.clone().any(|time| self.is_another_hour(time)),
                "a changed occurrence names another hour than the series: it stands for the one of its day",
            ),
            (
                exceptions.keys().any(|original| except.contains(original)),
                "an occurrence that is left out and changed as well is kept as it was changed",
            ),
            (
                event.instead_of.is_some() && event.recurrence.rule.is_some(),
                "it stands for an occurrence of another series and has a rule of its own: the rule is kept",
            ),
        ] {
            if is_so {
                losses.push(words.to_owned());
            }
        }
    }

    /// Whether a time names no occurrence but by its day.
    fn is_another_hour(&self, time: &Time) -> bool {
        let is_day = matches!(time, Time::Date(_)) || self.event.is_all_day();
        !is_day && self.original(time) != self.times.local(time, &self.zone)
    }
}
