//! The last occurrence of a pattern that ends after so many ([MS-OXOCAL] §2.2.1.44.1: OccurrenceCount, EndDate).

use super::{
    first::in_month,
    pattern::{Days, Ending, Kind, Pattern},
};
use chrono::{Datelike, Days as Count, Months, NaiveDate};

impl Pattern {
    /// The day it ends with; nothing if it never does, and where it cannot be told.
    ///
    /// EndDate says it for patterns that count, too; some writers leave 4500-08-31 there, as in those that never end.
    pub fn last_date(&self) -> Option<NaiveDate> {
        let stored = self.end.filter(|end| end.year() < 4500);
        match self.ending {
            Ending::Never => None,
            Ending::Date => stored,
            Ending::Count(_) if stored.is_some() => stored,
            Ending::Count(_) if self.is_lunar() => None,
            Ending::Count(count) => self.nth(u64::from(count.max(1)) - 1),
        }
    }

    /// The occurrence that has so many before it.
    fn nth(&self, before: u64) -> Option<NaiveDate> {
        let first = self.first_date()?;
        let interval = u64::from(self.interval());
        match self.kind {
            Kind::Day => first.checked_add_days(Count::new(before.checked_mul(interval)?)),
            Kind::Week(days) => self.nth_in_weeks(first, days, before),
            kind => {
                let months = u32::try_from(before.checked_mul(interval)?).ok()?;
                let month = first.with_day(1)?.checked_add_months(Months::new(months))?;
                in_month(month, u32::from(month.num_days_in_month()), kind)
            }
        }
    }

    /// The first week may be begun in its middle; each one after it is whole.
    fn nth_in_weeks(&self, first: NaiveDate, days: Days, before: u64) -> Option<NaiveDate> {
        let week = first.week(self.first_day).checked_first_day()?;
        let in_week = |week: NaiveDate| -> Vec<_> {
            (0..7)
                .filter_map(|day| week.checked_add_days(Count::new(day)))
                .filter(|day| days.has(day.weekday()))
                .collect()
        };
        let begun = in_week(week).iter().filter(|day| **day < first).count() as u64;
        let each = in_week(week).len() as u64;
        let before = before.checked_add(begun)?;
        let weeks = before.checked_div(each)?.checked_mul(u64::from(self.interval()))?;
        let last = week.checked_add_days(Count::new(weeks.checked_mul(7)?))?;
        in_week(last).get(usize::try_from(before.checked_rem(each)?).ok()?).copied()
    }
}
