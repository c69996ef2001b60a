//! The first occurrence of a pattern ([MS-OXOCAL] §2.2.1.44.1: FirstDateTime, StartDate).
//!
//! StartDate is the first occurrence where Outlook wrote it. Others write a day that the pattern does not have; iCalendar
//! wants the first occurrence itself (RFC 5545 §3.8.5.3), so it is looked for. FirstDateTime says which periods count.

use super::{
    bytes::time,
    pattern::{Days, Kind, Pattern},
};
use chrono::{Datelike, Days as Count, NaiveDate};

/// No series rests longer than this many months.
const LONGEST: u32 = 12_000;

impl Pattern {
    /// Period in days, weeks or months, never 0.
    pub fn interval(&self) -> u32 {
        match self.kind {
            Kind::Day => (self.period / 1440).max(1),
            // "Every weekday" is a daily frequency with a weekly pattern.
            _ => self.period.clamp(1, LONGEST),
        }
    }

    /// The first occurrence that is not before StartDate, in a calendar with Gregorian months.
    pub fn first_date(&self) -> Option<NaiveDate> {
        let start = self.start?;
        match self.kind {
            // Whatever FirstDateTime says: Outlook begins with StartDate, and so does the first appointment.
            Kind::Day => Some(start),
            Kind::Week(days) => self.first_in_week(start, days),
            kind => self.first_in_month(start, kind),
        }
    }

    fn first_in_week(&self, start: NaiveDate, days: Days) -> Option<NaiveDate> {
        let week = |day: NaiveDate| day.week(self.first_day).checked_first_day();
        // FirstDateTime is the first day of a week that counts; of no use if it is none.
        let anchor = week(time(self.first).date())
            .filter(|day| *day == time(self.first).date())
            .or_else(|| week(start))?;
        let interval = i64::from(self.interval());
        (0..=7 * (u64::from(self.interval()) + 1)).find_map(|ahead| {
            let day = start.checked_add_days(Count::new(ahead))?;
            let weeks = (week(day)? - anchor).num_days() / 7;
            let counts = ahead < 7 && week(day)? == week(start)? || weeks.rem_euclid(interval) == 0;
            (days.has(day.weekday()) && counts).then_some(day)
        })
    }

    fn first_in_month(&self, start: NaiveDate, kind: Kind) -> Option<NaiveDate> {
        let month = |day: NaiveDate| (day.year() - 1601) * 12 + day.month0() as i32;
        let first = time(self.first).date();
        let anchor = if first.day() == 1 { month(first) } else { month(start) };
        let interval = self.interval() as i32;
        (0..=2 * interval).find_map(|ahead| {
            let at = month(start) + ahead;
            let counts = ahead == 0 || (at - anchor).rem_euclid(interval) == 0;
            let begin = NaiveDate::from_ymd_opt(1601 + at.div_euclid(12), at.rem_euclid(12) as u32 + 1, 1)?;
            let day = in_month(begin, u32::from(begin.num_days_in_month()), kind)?;
            (counts && day >= start).then_some(day)
        })
    }
}

/// The day that a pattern has in a month with this first day and length.
pub(super) fn in_month(begin: NaiveDate, length: u32, kind: Kind) -> Option<NaiveDate> {
    let day = |nth: u32| begin.checked_add_days(Count::new(u64::from(nth.clamp(1, length)) - 1));
    match kind {
        Kind::Month(nth) => day(nth),
        Kind::MonthEnd => day(length),
        Kind::MonthNth(days, nth) => {
            let fits: Vec<_> = (1..=length).filter_map(day).filter(|day| days.has(day.weekday())).collect();
            if nth >= 5 { fits.last().copied() } else { fits.get(nth as usize - 1).copied() }
        }
        Kind::Day | Kind::Week(_) => None,
    }
}
