//! The days of a pattern, as Exchange reckons them: the place of a day among them, from 1, is the index of its occurrence.
//! Occurrences that were deleted keep their place.

use super::{
    MOST_DAYS,
    pattern::{Pattern, Range, Series},
};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Patterns that reckon in vain so often have no day any more.
const LONGEST_REST: usize = 4_000;

impl Series {
    /// Its days in their order, those of [`MOST_DAYS`] occurrences at most.
    pub(crate) fn days(&self) -> Vec<NaiveDate> {
        self.days_until(NaiveDate::MAX)
    }

    /// The same up to a day.
    pub(crate) fn days_until(&self, last: NaiveDate) -> Vec<NaiveDate> {
        let (last, most) = match self.range {
            Range::NoEnd => (last, MOST_DAYS),
            Range::Until(end) => (last.min(end), MOST_DAYS),
            Range::Count(count) => (last, usize::try_from(count).unwrap_or(MOST_DAYS).min(MOST_DAYS)),
        };
        let mut found = Vec::new();
        let mut rest = 0;
        for period in 0..u64::MAX {
            let Some(days) = self.in_period(period) else { break };
            let counted = found.len();
            for day in days.into_iter().filter(|day| *day >= self.start) {
                if day > last || found.len() >= most {
                    return found;
                }
                found.push(day);
            }
            rest = if found.len() > counted { 0 } else { rest + 1 };
            if rest > LONGEST_REST {
                break;
            }
        }
        found
    }

    /// The days of the nth period; nothing beyond the calendar.
    fn in_period(&self, nth: u64) -> Option<Vec<NaiveDate>> {
        match &self.pattern {
            Pattern::Daily(interval) => {
                let ahead = nth.checked_mul(u64::from(*interval))?;
                self.start.checked_add_days(Days::new(ahead)).map(|day| vec![day])
            }
            Pattern::Weekly(interval, days, first) => {
                let week = self.start.week(first.unwrap_or(Weekday::Sun)).checked_first_day()?;
                let ahead = nth.checked_mul(u64::from(*interval))?.checked_mul(7)?;
                let week = week.checked_add_days(Days::new(ahead))?;
                let all = (0..7).filter_map(|day| week.checked_add_days(Days::new(day)));
                Some(all.filter(|day| days.contains(&day.weekday())).collect())
            }
            Pattern::AbsoluteMonthly(interval, day) => Some(absolute(self.month(nth, *interval)?, *day)),
            Pattern::RelativeMonthly(interval, days, index) => {
                Some(relative(self.month(nth, *interval)?, days, *index))
            }
            Pattern::AbsoluteYearly(day, month) => Some(absolute(self.year(nth, *month)?, *day)),
            Pattern::RelativeYearly(days, index, month) => {
                Some(relative(self.year(nth, *month)?, days, *index))
            }
        }
    }

    fn month(&self, nth: u64, interval: u32) -> Option<NaiveDate> {
        let ahead = u32::try_from(nth.checked_mul(u64::from(interval))?).ok()?;
        self.start.with_day(1)?.checked_add_months(Months::new(ahead))
    }

    fn year(&self, nth: u64, month: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.start.year().checked_add(i32::try_from(nth).ok()?)?, month, 1)
    }
}

/// A day of a month, the last one if it is shorter.
fn absolute(month: NaiveDate, day: u32) -> Vec<NaiveDate> {
    month.with_day(day.min(u32::from(month.num_days_in_month()))).into_iter().collect()
}

/// The nth of these days of a month.
pub(super) fn relative(month: NaiveDate, days: &[Weekday], nth: i32) -> Vec<NaiveDate> {
    let all = (1..=u32::from(month.num_days_in_month())).filter_map(|day| month.with_day(day));
    let all: Vec<_> = all.filter(|day| days.contains(&day.weekday())).collect();
    let at = match nth {
        1.. => usize::try_from(nth - 1).ok(),
        _ => usize::try_from(-i64::from(nth)).ok().and_then(|back| all.len().checked_sub(back)),
    };
    at.and_then(|at| all.get(at)).copied().into_iter().collect()
}
