//! VTIMEZONE (RFC 5545 §3.6.5).

use super::{
    Zone,
    transition::{self, Transition},
};
use crate::{
    calendar::{ByDay, End, Frequency, Rule, Time},
    line::Line,
};
use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// A zone is described from here on, or from the year of the item if that is earlier: nearly always the same, so that
/// documents with one TZID can be joined, and readers that keep zones by their TZID are not misled.
const FIRST: i32 = 1970;

/// And up to here; by its last rules from then on. IANA's own tables say little else about later years.
const HORIZON: i32 = 2037;

/// How many years in a row a rule must have held to hold for ever.
const STEADY: i32 = 3;

/// Writes a zone for an item that begins in this year or later.
pub(in crate::calendar) fn write(zone: &Zone, year: i32, text: &mut String) {
    // Times near New Year may lie in the neighbouring year elsewhere.
    let first = FIRST.min(year.max(1602) - 1);
    let last = HORIZON;
    let transitions = transition::of(zone, first..=last);
    let mut observances = Vec::<Observance>::new();
    for (at, transition) in transitions.iter().enumerate() {
        // The state that all begins with is no change, so it recurs never.
        let known =
            observances.iter_mut().skip(1).filter(|_| at > 0).find(|known| known.continues(transition));
        match known {
            Some(known) => known.last = transition.onset,
            None => observances.push(Observance::new(transition)),
        }
    }
    Line::new("BEGIN").plain("VTIMEZONE").write(text);
    Line::new("TZID").text(zone.id()).write(text);
    for observance in &observances {
        observance.write(observance.last.year() == last, text);
    }
    Line::new("END").plain("VTIMEZONE").write(text);
}

/// Changes that happen on the same day of neighbouring years.
struct Observance {
    first: Transition,
    /// The latest of them, as clocks showed it before.
    last: NaiveDateTime,
}

impl Observance {
    fn new(first: &Transition) -> Self {
        Self { last: first.onset, first: first.clone() }
    }

    fn continues(&self, next: &Transition) -> bool {
        let (one, two) = (&self.first, next);
        self.last.year() + 1 == two.onset.year()
            && (one.from, one.to, one.daylight, &one.name) == (two.from, two.to, two.daylight, &two.name)
            && one.onset.time() == two.onset.time()
            && day_of_year(one.onset) == day_of_year(two.onset)
    }

    fn write(&self, for_ever: bool, text: &mut String) {
        let Transition { onset, from, to, daylight, name } = &self.first;
        let kind = if *daylight { "DAYLIGHT" } else { "STANDARD" };
        Line::new("BEGIN").plain(kind).write(text);
        Time::Floating(*onset).line("DTSTART").write(text);
        Line::new("TZOFFSETFROM").plain(&offset(*from)).write(text);
        Line::new("TZOFFSETTO").plain(&offset(*to)).write(text);
        if !name.is_empty() {
            Line::new("TZNAME").text(name).write(text);
        }
        if self.last != *onset {
            let (month, nth, day) = day_of_year(*onset);
            // RFC 5545 §3.3.10: UNTIL of an observance is in UTC.
            let until = super::shifted(self.last, -*from);
            let steady = self.last.year() - onset.year() >= STEADY;
            let rule = Rule {
                by_month: vec![month],
                by_day: vec![ByDay { nth: Some(nth), day }],
                end: if for_ever && steady { End::Never } else { End::Until(Time::Utc(until)) },
                ..Rule::each(Frequency::Yearly)
            };
            Line::new("RRULE").plain(&rule.value()).write(text);
        }
        Line::new("END").plain(kind).write(text);
    }
}

/// The month, and which day of the week it is in it; -1 for the last one.
fn day_of_year(time: NaiveDateTime) -> (u32, i32, chrono::Weekday) {
    let date = time.date();
    let is_last = date
        .checked_add_days(chrono::Days::new(7))
        .is_none_or(|later: NaiveDate| later.month() != date.month());
    let nth = if is_last { -1 } else { (date.day0() / 7 + 1) as i32 };
    (date.month(), nth, date.weekday())
}

/// RFC 5545 §3.3.14.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let all = seconds.unsigned_abs();
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    match seconds {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;

    fn written(zone: &Zone, year: i32) -> String {
        let mut text = String::new();
        write(zone, year, &mut text);
        text
    }

    #[test]
    fn a_zone_says_what_all_years_need() {
        let text = written(&Zone::Iana(Tz::Europe__Berlin), 2024);
        assert!(text.contains("TZID:Europe/Berlin\r\n"), "{text}");
        assert!(text.contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"), "{text}");
        // Until 1995 summer ended in September.
        assert!(text.contains("RRULE:FREQ=YEARLY;UNTIL=19950924T010000Z;BYMONTH=9;BYDAY=-1SU\r\n"), "{text}");
        // The United States changed their rules in 2007; both are there.
        let text = written(&Zone::Iana(Tz::America__New_York), 2024);
        assert!(text.contains("BYMONTH=4;BYDAY=1SU") && text.contains("BYMONTH=3;BYDAY=2SU"), "{text}");
        assert_eq!(text, written(&Zone::Iana(Tz::America__New_York), 1999), "one TZID is one description");
    }
}
