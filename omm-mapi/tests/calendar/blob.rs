//! Blobs written after [MS-OXOCAL], for rows.

use crate::rows::{Ending, Kind, Row};
use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// Minutes since 1601.
pub(crate) fn minutes(time: NaiveDateTime) -> u32 {
    let start = NaiveDate::from_ymd_opt(1601, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
    u32::try_from((time - start).num_minutes()).unwrap()
}

pub(crate) fn midnight(day: NaiveDate) -> u32 {
    minutes(day.and_hms_opt(0, 0, 0).unwrap())
}

/// FirstDateTime ([MS-OXOCAL] §2.2.1.44.1).
pub(crate) fn first(row: &Row) -> u32 {
    let start = row.start();
    match row.kind {
        Kind::Day => midnight(start) % row.period,
        Kind::Week(_) => {
            let back = (start.weekday().num_days_from_sunday() + 7 - row.first_day) % 7;
            let week = midnight(start) - back * 1440;
            // The first such day of 1601 is less than a week after its first of January, a Monday.
            let base = (row.first_day + 6) % 7 * 1440;
            base + (week - base) % (row.period * 7 * 1440)
        }
        _ => {
            let months = (start.year() - 1601) as u32 * 12 + start.month0();
            let months = months % row.period;
            midnight(NaiveDate::from_ymd_opt(1601 + (months / 12) as i32, months % 12 + 1, 1).unwrap())
        }
    }
}

/// An AppointmentRecurrencePattern.
pub(crate) fn recurrence(row: &Row) -> Vec<u8> {
    let mut blob = Vec::new();
    let (number, specific): (u16, Vec<u32>) = match row.kind {
        Kind::Day => (0, vec![]),
        Kind::Week(mask) => (1, vec![mask]),
        Kind::Month(day) => (2, vec![day]),
        Kind::MonthEnd => (4, vec![31]),
        Kind::MonthNth(mask, nth) => (3, vec![mask, nth]),
    };
    [0x3004, 0x3004, row.frequency, number, 0].iter().for_each(|two: &u16| blob.extend(two.to_le_bytes()));
    let (end_type, count, end) = match row.ending {
        Ending::Never => (0x2023, 10, 0x5AE9_80DF),
        Ending::Count(count) => (0x2022, count, 0x5AE9_80DF),
        Ending::Until(day) => (0x2021, 0, midnight(day.parse().unwrap())),
    };
    let mut deleted: Vec<_> = row.deleted.iter().map(|day| midnight(day.parse().unwrap())).collect();
    deleted.extend(row.moved.iter().map(|(day, ..)| midnight(day.parse().unwrap())));
    deleted.sort_unstable();
    let mut modified: Vec<_> = row.moved.iter().map(|(_, to, _)| midnight(at(to).date())).collect();
    modified.sort_unstable();
    let mut numbers = vec![first(row), row.period, 0];
    numbers.extend(specific);
    numbers.extend([end_type, count, row.first_day]);
    for dates in [deleted, modified] {
        numbers.push(dates.len() as u32);
        numbers.extend(dates);
    }
    numbers.extend([midnight(row.start()), end, 0x3006, 0x3009, row.minutes.0, row.minutes.1]);
    numbers.iter().for_each(|four| blob.extend(four.to_le_bytes()));
    blob.extend((row.moved.len() as u16).to_le_bytes());
    for (day, to, length) in row.moved {
        let original = midnight(day.parse().unwrap()) + row.minutes.0;
        let start = minutes(at(to));
        [start, start + length, original].iter().for_each(|four: &u32| blob.extend(four.to_le_bytes()));
        // ARO_BUSYSTATUS and ARO_EXCEPTIONAL_BODY.
        blob.extend(0x0220_u16.to_le_bytes());
        blob.extend(3_u32.to_le_bytes());
    }
    blob.extend(0_u32.to_le_bytes());
    for _ in row.moved {
        [4_u32, 0, 0].iter().for_each(|four| blob.extend(four.to_le_bytes()));
    }
    blob.extend(0_u32.to_le_bytes());
    blob
}

pub(crate) fn at(time: &str) -> NaiveDateTime {
    time.parse().unwrap()
}

/// A change of clocks: month, day of the week, which of them, hour.
pub(crate) type Change = (u16, u16, u16, u16);

/// A zone as Windows keeps it: minutes behind UTC, when winter begins, when summer does.
#[derive(Clone, Copy)]
pub(crate) struct Region {
    pub(crate) key: &'static str,
    pub(crate) bias: i32,
    pub(crate) changes: Option<(Change, Change)>,
}

fn biases(region: &Region) -> Vec<u8> {
    let summer = if region.changes.is_some() { -60 } else { 0 };
    [region.bias, 0, summer].iter().flat_map(|four: &i32| four.to_le_bytes()).collect()
}

fn system_time(change: Option<Change>) -> Vec<u8> {
    let (month, weekday, nth, hour) = change.unwrap_or_default();
    [0, month, weekday, nth, hour, 0, 0, 0].iter().flat_map(|two: &u16| two.to_le_bytes()).collect()
}

/// A TZREG.
pub(crate) fn structure(region: &Region) -> Vec<u8> {
    let (winter, summer) = region.changes.unzip();
    [biases(region), vec![0; 2], system_time(winter), vec![0; 2], system_time(summer)].concat()
}

/// A TZDEFINITION with one rule.
pub(crate) fn definition(region: &Region) -> Vec<u8> {
    let name: Vec<u8> = region.key.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (winter, summer) = region.changes.unzip();
    let mut blob = vec![2, 1];
    blob.extend((name.len() as u16 + 6).to_le_bytes());
    blob.extend(2_u16.to_le_bytes());
    blob.extend((name.len() as u16 / 2).to_le_bytes());
    blob.extend(name);
    blob.extend([1, 0, 2, 1, 0x3E, 0, 3, 0]);
    blob.extend(1601_u16.to_le_bytes());
    blob.extend([0; 14]);
    [biases(region), system_time(winter), system_time(summer)].iter().for_each(|part| blob.extend(part));
    blob
}
