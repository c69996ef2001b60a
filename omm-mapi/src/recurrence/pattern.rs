//! RecurrencePattern ([MS-OXOCAL] §2.2.1.44.1).

use super::{
    bytes::{Bytes, time},
    cut_off,
};
use crate::error::{Error, Result};
use chrono::{NaiveDate, Weekday};

/// On which days something recurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// RecurFrequency: 0x200A daily, 0x200B weekly, 0x200C monthly, 0x200D yearly.
    pub frequency: u16,
    /// PatternType, and what belongs to it.
    pub kind: Kind,
    /// CalendarType, as [MS-OXOCAL] §2.2.1.44.1 numbers them; 6, Hijri, for the Hijri pattern types too.
    pub calendar: u16,
    /// FirstDateTime: minutes since 1601 of the first period of all that is in step with this series.
    pub first: u32,
    /// Period: in minutes for days, in weeks, in months.
    pub period: u32,
    /// SlidingFlag: a task that is made anew so long after it was done.
    pub sliding: bool,
    /// When it ends.
    pub ending: Ending,
    /// The day a week begins with.
    pub first_day: Weekday,
    /// DeletedInstanceDates: the days that have no occurrence, those that were moved or changed included.
    pub deleted: Vec<NaiveDate>,
    /// ModifiedInstanceDates: the days on which changed occurrences are now.
    pub modified: Vec<NaiveDate>,
    /// StartDate, nothing if the blob ends before.
    pub start: Option<NaiveDate>,
    /// EndDate, nothing if the blob ends before.
    pub end: Option<NaiveDate>,
}

/// What a pattern counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Days, so many minutes apart.
    Day,
    /// These days of a week.
    Week(Days),
    /// A day of the month; the last one where the month is shorter.
    Month(u32),
    /// The last day of the month.
    MonthEnd,
    /// The nth of these days in the month; the last for 5.
    MonthNth(Days, u32),
}

/// Days of the week, Sunday the lowest bit ([MS-OXOCAL] §2.2.1.44.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(pub u32);

/// EndType and OccurrenceCount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With the day that `end` says.
    Date,
    /// After so many, deleted ones included.
    Count(u32),
    /// Never.
    Never,
}

impl Days {
    /// Each of them, Sunday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        [Sun, Mon, Tue, Wed, Thu, Fri, Sat]
            .into_iter()
            .enumerate()
            .filter_map(move |(bit, day)| (self.0 & (1 << bit) != 0).then_some(day))
    }

    /// Whether a day is one of them.
    pub fn has(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_sunday()) != 0
    }
}

/// Reads it; what is missing at its end is said.
pub(super) fn read(bytes: &mut Bytes<'_>) -> Result<(Pattern, Vec<String>)> {
    let mut short = || bytes.u16().ok_or_else(cut_off);
    // [MS-OXOCAL] §2.2.1.44.1: both versions are 0x3004. Another reader version is another structure.
    let reader = short()?;
    if reader != 0x3004 {
        return Err(Error::malformed(format!("a recurrence of version {reader:#06x}")));
    }
    let (_writer, frequency, kind, calendar) = (short()?, short()?, short()?, short()?);
    let [first, period, sliding] = bytes.fields::<3>().ok_or_else(cut_off)?;
    let hijri = (0x000A..=0x000C).contains(&kind);
    let kind = kind_of(kind, bytes)?;
    let [end_type, count, first_day] = bytes.fields::<3>().ok_or_else(cut_off)?;
    let mut losses = Vec::new();
    let deleted = dates(bytes, "deleted", &mut losses);
    let modified = dates(bytes, "changed", &mut losses);
    let limits = bytes.fields::<2>().filter(|_| losses.is_empty());
    if limits.is_none() {
        losses.push("the recurrence ends before its dates".to_owned());
    }
    let day = |minutes: u32| time(minutes).date();
    let pattern = Pattern {
        frequency,
        kind,
        calendar: if hijri { 6 } else { calendar },
        first,
        period,
        sliding: sliding != 0,
        ending: match end_type {
            0x2021 => Ending::Date,
            0x2022 => Ending::Count(count.max(1)),
            // 0x2023, or 0xFFFFFFFF of old writers.
            _ => Ending::Never,
        },
        first_day: match first_day {
            1 => Weekday::Mon,
            2 => Weekday::Tue,
            3 => Weekday::Wed,
            4 => Weekday::Thu,
            5 => Weekday::Fri,
            6 => Weekday::Sat,
            _ => Weekday::Sun,
        },
        deleted,
        modified,
        start: limits.map(|[start, _]| day(start)),
        end: limits.map(|[_, end]| day(end)),
    };
    Ok((pattern, losses))
}

/// PatternTypeSpecific ([MS-OXOCAL] §2.2.1.44.1.3 to §2.2.1.44.1.6).
fn kind_of(kind: u16, bytes: &mut Bytes<'_>) -> Result<Kind> {
    let mut number = || bytes.u32().ok_or_else(cut_off);
    let days = |mask: u32| match Days(mask & 0x7F) {
        Days(0) => Err(Error::malformed("a recurrence on no day of the week")),
        days => Ok(days),
    };
    Ok(match kind {
        0x0000 => Kind::Day,
        0x0001 => Kind::Week(days(number()?)?),
        0x0002 | 0x000A => Kind::Month(number()?.clamp(1, 31)),
        0x0004 | 0x000C => number().map(|_| Kind::MonthEnd)?,
        0x0003 | 0x000B => Kind::MonthNth(days(number()?)?, number()?.clamp(1, 5)),
        other => return Err(Error::malformed(format!("a recurrence of unknown type {other:#06x}"))),
    })
}

fn dates(bytes: &mut Bytes<'_>, which: &str, losses: &mut Vec<String>) -> Vec<NaiveDate> {
    let count = bytes.u32().unwrap_or(u32::MAX);
    let there = u32::try_from(bytes.left() / 4).unwrap_or(u32::MAX);
    if count > there {
        losses.push(format!("the recurrence ends within the dates of its {which} occurrences"));
    }
    (0..count.min(there)).filter_map(|_| bytes.u32()).map(|minutes| time(minutes).date()).collect()
}
