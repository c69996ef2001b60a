//! A pattern as RRULE ([MS-OXCICAL] §2.1.3.2.2, RFC 5545 §3.3.10).

use super::pattern::{Days, Ending, Kind, Pattern};
use chrono::{Datelike, NaiveDate};
use omm_content::calendar::{ByDay, End, Frequency, Rule, Time};

/// What a pattern becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rendered {
    /// A first day and a rule.
    Rule(NaiveDate, Box<Rule>),
    /// Days, and whether they are all.
    Dates(Vec<NaiveDate>, bool),
}

impl Pattern {
    /// As a rule where iCalendar has one, else as days. `until` makes UNTIL of the last day. Nothing if no day is known.
    pub fn render(&self, until: impl FnOnce(NaiveDate) -> Time) -> Option<Rendered> {
        if self.is_lunar() {
            let (dates, all) = super::lunar::dates(self);
            return (!dates.is_empty()).then_some(Rendered::Dates(dates, all));
        }
        let first = self.first_date()?;
        let mut rule = self.without_end(first);
        rule.end = match self.ending {
            Ending::Never => End::Never,
            Ending::Count(count) => End::Count(count),
            Ending::Date => self.end.map_or(End::Never, |end| End::Until(until(end.max(first)))),
        };
        Some(Rendered::Rule(first, Box::new(rule)))
    }

    /// Whether it counts months of a calendar whose months are not those of RRULE.
    pub fn is_lunar(&self) -> bool {
        // [MS-OXOCAL] §2.2.1.44.1: Hijri, Hebrew, the lunar ones, Saka, Um Al Qura. The others differ in how years are
        // counted and named alone.
        let other_months = matches!(self.calendar, 0x06 | 0x08 | 0x0E..=0x14 | 0x17);
        other_months && !matches!(self.kind, Kind::Day | Kind::Week(_))
    }

    fn without_end(&self, first: NaiveDate) -> Rule {
        let interval = self.interval();
        let by_months = |rule: Rule| match interval.is_multiple_of(12) {
            true => Rule {
                frequency: Frequency::Yearly,
                interval: interval / 12,
                by_month: vec![first.month()],
                ..rule
            },
            false => Rule { interval, ..rule },
        };
        match self.kind {
            Kind::Day => Rule { interval, ..Rule::each(Frequency::Daily) },
            Kind::Week(days) => Rule {
                interval,
                by_day: days.iter().map(ByDay::each).collect(),
                week_start: Some(self.first_day),
                ..Rule::each(Frequency::Weekly)
            },
            Kind::Month(day) => by_months(day_of_month(day)),
            Kind::MonthEnd => by_months(day_of_month(31)),
            Kind::MonthNth(days, nth) => by_months(nth_of_month(days, nth)),
        }
    }
}

/// Outlook takes the last day of a month that is shorter; RRULE would leave the month out.
fn day_of_month(day: u32) -> Rule {
    let day = day as i32;
    let monthly = Rule::each(Frequency::Monthly);
    match day {
        ..=28 => Rule { by_month_day: vec![day], ..monthly },
        29 | 30 => Rule { by_month_day: (28..=day).collect(), by_position: vec![-1], ..monthly },
        _ => Rule { by_month_day: vec![-1], ..monthly },
    }
}

fn nth_of_month(days: Days, nth: u32) -> Rule {
    let nth = if nth >= 5 { -1 } else { nth as i32 };
    let days: Vec<_> = days.iter().collect();
    let monthly = Rule::each(Frequency::Monthly);
    match days.as_slice() {
        [day] => Rule { by_day: vec![ByDay { nth: Some(nth), day: *day }], ..monthly },
        _ => Rule { by_day: days.into_iter().map(ByDay::each).collect(), by_position: vec![nth], ..monthly },
    }
}
