//! Series by the months of calendars that RRULE does not know, as days.
//!
//! The Hijri calendar is that of Windows, by arithmetic: years of 354 and 355 days in turns of thirty. Its users move it
//! by a day or two to what was seen in the sky, so it is moved to what the first occurrence says. The Hebrew calendar is
//! exact. Of the calendars of eastern Asia, Saka and Um Al Qura only the first occurrence is known here: they need tables.

use super::{
    first::in_month,
    pattern::{Ending, Kind, Pattern},
};
use chrono::{Datelike, NaiveDate};

/// How many days are written of a series without an end.
const MOST: usize = 600;
/// For how many years.
const YEARS: i32 = 60;

/// A month: its first day (0001-01-01 is 1), its length, and what it is called.
#[derive(Clone, Copy)]
struct Month {
    begin: i32,
    length: u32,
    name: Name,
}

/// A month's place in its year, such that it means the same in each.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    /// Counted from the first.
    FromStart(usize),
    /// The month that only leap years have: Adar I.
    Leap,
    /// Counted from the last.
    FromEnd(usize),
}

type Year = fn(i32) -> Vec<Month>;

/// The days of a series, and whether they are all of them.
pub(super) fn dates(pattern: &Pattern) -> (Vec<NaiveDate>, bool) {
    let Some(start) = pattern.start else { return (Vec::new(), false) };
    let day = start.num_days_from_ce();
    let found = match pattern.calendar {
        6 => [0, 1, -1, 2, -2]
            .into_iter()
            .find_map(|moved| place(hijri, day + moved, pattern.kind).map(|at| (at, moved))),
        8 => place(hebrew, day, pattern.kind).map(|at| (at, 0)),
        _ => None,
    };
    let Some(((year, month), moved)) = found else { return (vec![start], false) };
    let calendar: Year = if pattern.calendar == 6 { hijri } else { hebrew };
    let (most, end) = match pattern.ending {
        Ending::Count(count) => (usize::try_from(count).unwrap_or(MOST), None),
        Ending::Date => (MOST, pattern.end),
        Ending::Never => (MOST, None),
    };
    let until = start.year() + YEARS;
    let days = months(calendar, year, month, pattern.interval())
        .map_while(|month| {
            let begin = NaiveDate::from_num_days_from_ce_opt(month.begin - moved)?;
            in_month(begin, month.length, pattern.kind)
        })
        .filter(|day| *day >= start);
    let mut all: Vec<_> = days
        .take(most.min(MOST))
        .take_while(|day| day.year() <= until && end.is_none_or(|end| *day <= end))
        .collect();
    if all.is_empty() {
        all.push(start);
    }
    let whole = match pattern.ending {
        Ending::Count(count) => usize::try_from(count).is_ok_and(|count| all.len() == count),
        Ending::Date => all.len() < MOST && end.is_some_and(|end| end.year() <= until),
        Ending::Never => false,
    };
    (all, whole)
}

/// The year, and the month in it, where this day is what the pattern says.
fn place(calendar: Year, day: i32, kind: Kind) -> Option<(i32, usize)> {
    // Both calendars have a year within a few of this one.
    let rough = if calendar(1)[0].begin > 0 { (day - 227_014) / 355 } else { (day + 1_373_427) / 366 };
    (rough.max(1)..rough.max(1) + 60).find_map(|year| {
        let months = calendar(year);
        let at = months
            .iter()
            .position(|month| (month.begin..month.begin + month.length as i32).contains(&day))?;
        let month = months.get(at)?;
        let begin = NaiveDate::from_num_days_from_ce_opt(month.begin)?;
        (in_month(begin, month.length, kind)?.num_days_from_ce() == day).then_some((year, at))
    })
}

/// That month, and each that follows in step.
fn months(calendar: Year, year: i32, month: usize, interval: u32) -> Box<dyn Iterator<Item = Month>> {
    let first = calendar(year).get(month).map(|month| month.name);
    let interval = interval as usize;
    if !interval.is_multiple_of(12) {
        let all = (year..year + 2 * YEARS).flat_map(calendar).skip(month);
        return Box::new(all.step_by(interval));
    }
    let years = (year..year + 2 * YEARS).step_by(interval / 12);
    Box::new(years.filter_map(move |year| {
        let months = calendar(year);
        let named = |name: Name| months.iter().find(|month| month.name == name).copied();
        // A day of Adar I is kept in Adar where there is one Adar alone.
        named(first?).or_else(|| named(Name::FromEnd(6)))
    }))
}

/// Windows' Hijri calendar: the first year began on 622-07-18, years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29 of thirty
/// are leap years.
fn hijri(year: i32) -> Vec<Month> {
    let before = year - 1;
    let mut begin = 227_014 + before * 354 + (before * 11 + 14) / 30;
    let leap = (year * 11 + 14) % 30 < 11;
    (0..12)
        .map(|at| {
            let length = if at % 2 == 0 || at == 11 && leap { 30 } else { 29 };
            let month = Month { begin, length, name: Name::FromStart(at) };
            begin += length as i32;
            month
        })
        .collect()
}

/// The Hebrew calendar, from Tishri on.
fn hebrew(year: i32) -> Vec<Month> {
    let mut begin = hebrew_new_year(year);
    let days = hebrew_new_year(year + 1) - begin;
    let leap = days > 380;
    // Heshvan and Kislev take up what the rules about New Year leave.
    let (heshvan, kislev) = match days % 10 {
        3 => (29, 29),
        4 => (29, 30),
        _ => (30, 30),
    };
    let mut lengths = vec![30, heshvan, kislev, 29, 30];
    lengths.extend(leap.then_some(30));
    lengths.extend([29, 30, 29, 30, 29, 30, 29]);
    let count = lengths.len();
    lengths
        .into_iter()
        .enumerate()
        .map(|(at, length)| {
            let name = match at {
                0..5 => Name::FromStart(at),
                5 if leap => Name::Leap,
                _ => Name::FromEnd(count - 1 - at),
            };
            let month = Month { begin, length, name };
            begin += length as i32;
            month
        })
        .collect()
}

/// The first of Tishri, put off as the four rules say.
fn hebrew_new_year(year: i32) -> i32 {
    let elapsed = |year: i32| {
        let months = i64::from((235 * year - 234).div_euclid(19));
        let day = 29 * months + (12_084 + 13_753 * months).div_euclid(25_920);
        if (3 * (day + 1)).rem_euclid(7) < 3 { day as i32 + 1 } else { day as i32 }
    };
    let (last, this, next) = (elapsed(year - 1), elapsed(year), elapsed(year + 1));
    let delay = match () {
        () if next - this == 356 => 2,
        () if this - last == 382 => 1,
        () => 0,
    };
    -1_373_427 + this + delay
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_years() {
        let date = |day| NaiveDate::from_num_days_from_ce_opt(day).unwrap().to_string();
        for (year, expected) in
            [(5768, "2007-09-13"), (5784, "2023-09-16"), (5785, "2024-10-03"), (5786, "2025-09-23")]
        {
            assert_eq!(date(hebrew(year)[0].begin), expected, "{year}");
        }
        // 1 Muharram as tables of the arithmetic calendar have it, within the day by which they differ.
        for (year, expected) in [(1, "0622-07-18"), (1400, "1979-11-20"), (1445, "2023-07-18")] {
            assert_eq!(date(hijri(year)[0].begin), expected, "{year}");
        }
        // A year ends where the next begins.
        for year in 1..3000 {
            for calendar in [hijri as Year, hebrew] {
                let last = *calendar(year).last().unwrap();
                assert_eq!(last.begin + last.length as i32, calendar(year + 1)[0].begin, "{year}");
            }
        }
    }
}
