//! When a series happens, straight from what its blob says ([MS-OXOCAL] §2.2.1.44.1): every day is asked whether it is one.

use crate::{
    blob::{at, first, midnight},
    rows::{Ending, Kind, Row},
};
use chrono::{Datelike, Duration, LocalResult, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

/// How many years are looked at.
pub(crate) const YEARS: i32 = 6;

/// Starts and ends in UTC, or days of a series of whole days; sorted.
pub(crate) fn expand(row: &Row) -> Vec<(String, String)> {
    let (start, first) = (row.start(), first(row));
    let end = NaiveDate::from_ymd_opt(start.year() + YEARS, 1, 1).unwrap();
    let mut days: Vec<_> =
        start.iter_days().take_while(|day| *day < end).filter(|day| is_one(row, first, *day)).collect();
    match row.ending {
        Ending::Never => {}
        Ending::Count(count) => days.truncate(count as usize),
        Ending::Until(last) => days.retain(|day| *day <= last.parse().unwrap()),
    }
    let gone = |day: &NaiveDate| {
        let day = day.to_string();
        row.deleted.contains(&day.as_str()) || row.moved.iter().any(|(original, ..)| *original == day)
    };
    let mut found: Vec<_> = days
        .iter()
        .filter(|day| !gone(day))
        .map(|day| {
            let from =
                |minutes: u32| day.and_hms_opt(0, 0, 0).unwrap() + Duration::minutes(i64::from(minutes));
            said(row, from(row.minutes.0), from(row.minutes.1))
        })
        .collect();
    found.extend(
        row.moved
            .iter()
            .map(|(_, to, length)| said(row, at(to), at(to) + Duration::minutes(i64::from(*length)))),
    );
    found.sort();
    found
}

fn is_one(row: &Row, first: u32, day: NaiveDate) -> bool {
    let months = |day: NaiveDate| (day.year() as u32 - 1601) * 12 + day.month0();
    let month_first = NaiveDate::from_ymd_opt(1601, 1, 1).unwrap() + Duration::minutes(i64::from(first));
    let in_step = || (months(day) - months(month_first)) % row.period == 0;
    let bit = |day: NaiveDate| 1 << day.weekday().num_days_from_sunday();
    let length = u32::from(day.num_days_in_month());
    match row.kind {
        Kind::Day => (midnight(day) - first).is_multiple_of(row.period),
        Kind::Week(mask) => {
            let back = (day.weekday().num_days_from_sunday() + 7 - row.first_day) % 7;
            mask & bit(day) != 0
                && (midnight(day) - back * 1440 - first).is_multiple_of(row.period * 7 * 1440)
        }
        Kind::Month(nth) => in_step() && day.day() == nth.min(length),
        Kind::MonthEnd => in_step() && day.day() == length,
        Kind::MonthNth(mask, nth) => {
            let of_month =
                (1..=length).filter_map(|nth| day.with_day(nth)).filter(|day| mask & bit(*day) != 0);
            let days: Vec<_> = of_month.collect();
            let wanted = if nth == 5 { days.last() } else { days.get(nth as usize - 1) };
            in_step() && wanted == Some(&day)
        }
    }
}

fn said(row: &Row, start: NaiveDateTime, end: NaiveDateTime) -> (String, String) {
    if row.all_day {
        return (start.date().to_string(), end.date().to_string());
    }
    let zone: Tz = row.zone.1.parse().unwrap();
    let utc = |local: NaiveDateTime| {
        let time = match zone.from_local_datetime(&local) {
            LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time,
            LocalResult::None => panic!("{}: {local} is never shown", row.name),
        };
        time.naive_utc().format("%Y-%m-%dT%H:%M:%S").to_string()
    };
    (utc(start), utc(end))
}
