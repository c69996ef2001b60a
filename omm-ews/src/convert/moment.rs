//! Dates and times as servers write them (XML Schema Part 2 §3.2.7, §3.2.9): with `Z`, an offset or neither, with any number
//! of digits of a second; times where dates are expected, and dates where times are.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// Years beyond these are not believed: a calendar that reckons with them would not end.
const YEARS: std::ops::RangeInclusive<i32> = 1601..=4501;

/// A time and how far it is ahead of UTC, in minutes, if it says so.
fn parse(text: &str) -> Option<(NaiveDateTime, Option<i64>)> {
    use chrono::Datelike;
    let text = text.trim();
    let day = NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()?;
    let rest = text.get(10..)?;
    let (clock, zone) = match rest.strip_prefix('T').or_else(|| rest.strip_prefix(' ')) {
        Some(rest) => {
            let end = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
            rest.split_at_checked(end)?
        }
        None => ("", rest),
    };
    // Parts of a second say nothing of an appointment.
    let clock = clock.split('.').next().unwrap_or_default();
    let time = if clock.is_empty() {
        Some(NaiveTime::MIN)
    } else {
        NaiveTime::parse_from_str(clock, "%H:%M:%S").ok()
    };
    YEARS.contains(&day.year()).then_some((day.and_time(time?), offset(zone)?))
}

/// The outer nothing is a zone that is none.
fn offset(zone: &str) -> Option<Option<i64>> {
    let sign = match zone.as_bytes().first() {
        None => return Some(None),
        Some(b'Z' | b'z') => return Some(Some(0)),
        Some(b'-') => -1,
        Some(b'+') => 1,
        Some(_) => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(Some(sign * (hours * 60 + minutes)))
}

/// A time in UTC; one without a zone is taken for one.
pub(crate) fn utc(text: &str) -> Option<NaiveDateTime> {
    let (time, offset) = parse(text)?;
    time.checked_sub_signed(Duration::minutes(offset.unwrap_or(0)))
}

/// The same, as an instant.
pub(crate) fn instant(text: &str) -> Option<DateTime<Utc>> {
    utc(text).map(|time| time.and_utc())
}

/// A day as it is written, whatever zone stands behind it.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    parse(text).map(|(time, _)| time.date())
}

/// A time in UTC, as a request has it.
pub(crate) fn written(utc: NaiveDateTime) -> String {
    utc.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The minutes of a duration (XML Schema Part 2 §3.2.6), such as `-PT8H` or `P0DT2H0M0.0S`.
pub(crate) fn minutes(text: &str) -> Option<i64> {
    seconds(text).map(|seconds| seconds / 60)
}

/// The same in seconds.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let text = text.strip_prefix('P')?;
    let (days, clock) = text.split_once('T').unwrap_or((text, ""));
    let mut seconds: i64 = 0;
    let of_days: &[(char, i64)] = &[('D', 86_400), ('W', 604_800)];
    let of_clock: &[(char, i64)] = &[('H', 3_600), ('M', 60), ('S', 1)];
    for (part, units) in [(days, of_days), (clock, of_clock)] {
        let mut rest = part;
        while !rest.is_empty() {
            let end = rest.find(|letter: char| letter.is_ascii_alphabetic())?;
            let (count, behind) = rest.split_at(end);
            let unit = behind.chars().next()?;
            let (_, each) = units.iter().find(|(name, _)| *name == unit)?;
            let count: i64 = count.split('.').next()?.parse().ok()?;
            seconds = seconds.checked_add(count.checked_mul(*each)?)?;
            rest = behind.get(1..)?;
        }
    }
    Some(sign * seconds)
}

/// A duration of minutes, as a request has it.
pub(crate) fn duration(minutes: i64) -> String {
    let sign = if minutes < 0 { "-" } else { "" };
    let all = minutes.unsigned_abs();
    format!("{sign}PT{}H{}M", all / 60, all % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_every_form() {
        for (text, expected) in [
            ("2025-07-02T10:00:00Z", Some("2025-07-02 10:00:00")),
            (" 2025-07-02T10:00:00.1234567Z ", Some("2025-07-02 10:00:00")),
            ("2025-07-02T10:00:00+02:00", Some("2025-07-02 08:00:00")),
            ("2025-07-02T10:00:00.5-05:30", Some("2025-07-02 15:30:00")),
            ("2025-07-02T10:00:00", Some("2025-07-02 10:00:00")),
            ("2025-07-02Z", Some("2025-07-02 00:00:00")),
            ("2025-07-02+02:00", Some("2025-07-01 22:00:00")),
            ("2025-07-02", Some("2025-07-02 00:00:00")),
            ("2025-07-02T10:00:00+99:00", None),
            ("2025-13-02", None),
            ("0001-01-01T00:00:00Z", None),
            ("9999-12-31T23:59:59Z", None),
            ("2025-07-0é", None),
            ("", None),
        ] {
            assert_eq!(utc(text).map(|time| time.to_string()).as_deref(), expected, "{text}");
        }
        assert_eq!(day("2025-07-02+02:00").expect("a day").to_string(), "2025-07-02");
    }

    #[test]
    fn durations() {
        for (text, expected) in [
            ("-PT8H", Some(-480)),
            ("PT0S", Some(0)),
            ("P0DT2H0M0.0S", Some(120)),
            ("-P1DT30M", Some(-1470)),
            ("PT60M", Some(60)),
            ("P1Y", None),
            ("8H", None),
            ("PTH", None),
            ("PT99999999999999999999H", None),
            ("", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
        for minutes_of in [-690, 0, 90] {
            assert_eq!(minutes(&duration(minutes_of)), Some(minutes_of));
        }
    }
}
