//! When clocks are changed in a zone, over some years.

use super::{Zone, rules, shifted};
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::{OffsetComponents, OffsetName, Tz};
use std::ops::RangeInclusive;

/// A change of clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transition {
    /// What clocks show when it happens, before they are changed.
    pub onset: NaiveDateTime,
    /// Seconds ahead of UTC before.
    pub from: i32,
    /// Seconds ahead of UTC after.
    pub to: i32,
    /// Whether it is summer time after.
    pub daylight: bool,
    /// What the time is called after; empty if nobody says.
    pub name: String,
}

/// The state on the first of January of the first year, as a transition, and all that follow.
pub(super) fn of(zone: &Zone, years: RangeInclusive<i32>) -> Vec<Transition> {
    match zone {
        Zone::Iana(zone) => of_iana(*zone, years),
        Zone::Custom { rules, .. } => of_rules(rules, years),
    }
}

fn new_year(year: i32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN)
}

fn of_rules(all: &[(i32, rules::Rules)], years: RangeInclusive<i32>) -> Vec<Transition> {
    let first = rules::in_year(all, *years.start()).at_new_year(*years.start());
    let daylight =
        |rules: &rules::Rules, offset: i32| rules.switches.is_some() && offset != rules.standard * 60;
    let mut found = vec![Transition {
        onset: new_year(*years.start()),
        from: first,
        to: first,
        daylight: daylight(&rules::in_year(all, *years.start()), first),
        name: String::new(),
    }];
    let mut offset = first;
    for year in years {
        let rules = rules::in_year(all, year);
        // Rules change at New Year, and the offset may change with them.
        let begins = rules.at_new_year(year);
        let at_new_year = (new_year(year), offset, begins, daylight(&rules, begins));
        for (onset, from, to, daylight) in std::iter::once(at_new_year).chain(rules.changes(year)) {
            if from != to {
                found.push(Transition { onset, from, to, daylight, name: String::new() });
            }
            offset = to;
        }
    }
    found
}

/// How far apart two looks at a zone are. Summer time was broken off for a month at a time, never for less.
const STEP: Duration = Duration::days(14);

fn of_iana(zone: Tz, years: RangeInclusive<i32>) -> Vec<Transition> {
    let state = |at: NaiveDateTime| {
        let offset = zone.offset_from_utc_datetime(&at);
        let (base, summer) = (offset.base_utc_offset(), offset.dst_offset());
        (
            (base + summer).num_seconds() as i32,
            !summer.is_zero(),
            offset.abbreviation().unwrap_or_default().to_owned(),
        )
    };
    let (mut at, end) = (new_year(*years.start()), new_year(years.end() + 1));
    let mut before = state(at);
    let mut found = vec![Transition {
        onset: shifted(at, before.0),
        from: before.0,
        to: before.0,
        daylight: before.1,
        name: before.2.clone(),
    }];
    while at < end {
        let next = at + STEP;
        let after = state(next);
        if (after.0, after.1) != (before.0, before.1) {
            // Between `at` and `next`, to the second.
            let (mut low, mut high) = (0, STEP.num_seconds());
            while high - low > 1 {
                let middle = (low + high) / 2;
                let then = state(at + Duration::seconds(middle));
                if (then.0, then.1) == (before.0, before.1) { low = middle } else { high = middle }
            }
            let onset = shifted(at + Duration::seconds(high), before.0);
            let (to, daylight, name) = after.clone();
            found.push(Transition { onset, from: before.0, to, daylight, name });
        }
        (at, before) = (next, after);
    }
    found.retain(|one| one.onset.year() <= *years.end());
    found
}
