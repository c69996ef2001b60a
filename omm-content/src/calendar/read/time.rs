//! Values that are times or lengths (RFC 5545 §3.3.4 to §3.3.6, §3.3.14).

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};

/// A value before anybody asks in which zone it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Date(NaiveDate),
    Local(NaiveDateTime),
    Utc(NaiveDateTime),
}

impl Moment {
    /// Reads one. Seen besides: `2026-01-02T10:00:00Z`, and no seconds.
    pub(super) fn of(value: &str) -> Option<Self> {
        let value = value.trim();
        let (value, is_utc) = match value.strip_suffix(['Z', 'z']) {
            Some(rest) => (rest, true),
            None => (value, false),
        };
        let (day, time) = match value.split_once(['T', 't']) {
            Some((day, time)) => (day, Some(time)),
            None => (value, None),
        };
        let day = digits(day, '-').filter(|day| day.len() == 8)?;
        let part = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
        let year = i32::try_from(part(&day, 0, 4)?).ok()?;
        let date = NaiveDate::from_ymd_opt(year, part(&day, 4, 6)?, part(&day, 6, 8)?)?;
        let Some(time) = time else { return Some(Self::Date(date)) };
        let time = digits(time, ':').filter(|time| matches!(time.len(), 4 | 6))?;
        // RFC 5545 §3.3.12: a leap second is the one before it for whoever knows none.
        let seconds = part(&time, 4, 6).unwrap_or(0).min(59);
        let time = date.and_time(NaiveTime::from_hms_opt(part(&time, 0, 2)?, part(&time, 2, 4)?, seconds)?);
        Some(if is_utc { Self::Utc(time) } else { Self::Local(time) })
    }

    /// In UTC; what names no zone is taken as if it were.
    pub(super) fn naive(self) -> NaiveDateTime {
        match self {
            Self::Date(day) => day.and_time(NaiveTime::MIN),
            Self::Local(time) | Self::Utc(time) => time,
        }
    }
}

/// The year of a value.
pub(super) fn year(value: &str) -> Option<i32> {
    Moment::of(value).map(|moment| moment.naive().year())
}

fn digits(text: &str, between: char) -> Option<String> {
    let digits: String = text.chars().filter(|letter| *letter != between).collect();
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
}

/// A length: days by the calendar, and seconds by the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) days: i64,
    pub(super) seconds: i64,
}

/// Longest of each unit, and of all of them together, in days and in seconds: a unit may be said many times.
const LONGEST: i64 = 10_000_000;
const MOST_DAYS: i64 = LONGEST * 7;
const MOST_SECONDS: i64 = LONGEST * 3600;

impl Length {
    /// Reads one: `P1W`, `-PT15M`, `P1DT2H`.
    pub(super) fn of(value: &str) -> Option<Self> {
        let value = value.trim();
        let (value, sign) = match value.strip_prefix('-') {
            Some(rest) => (rest, -1),
            None => (value.strip_prefix('+').unwrap_or(value), 1),
        };
        let mut length = Self::default();
        let (mut number, mut timed, mut any) = (String::new(), false, false);
        for letter in value.strip_prefix(['P', 'p'])?.chars() {
            if letter.is_ascii_digit() {
                number.push(letter);
                continue;
            }
            let letter = letter.to_ascii_uppercase();
            if letter == 'T' && number.is_empty() {
                timed = true;
                continue;
            }
            let count = number.parse::<i64>().ok().filter(|count| *count <= LONGEST)? * sign;
            number.clear();
            any = true;
            match (letter, timed) {
                ('W', false) => length.days += count * 7,
                ('D', false) => length.days += count,
                ('H', true) => length.seconds += count * 3600,
                ('M', true) => length.seconds += count * 60,
                ('S', true) => length.seconds += count,
                _ => return None,
            }
            if length.days.abs() > MOST_DAYS || length.seconds.abs() > MOST_SECONDS {
                return None;
            }
        }
        (any && number.is_empty()).then_some(length)
    }

    /// As if each day had as many hours.
    pub(super) fn duration(self) -> Duration {
        Duration::days(self.days) + Duration::seconds(self.seconds)
    }
}

/// Whether a date can be written: its year has four digits (RFC 5545 §3.3.4).
pub(super) fn is_written(day: NaiveDate) -> bool {
    (0..=9999).contains(&day.year())
}

/// Seconds ahead of UTC: `+0100`, `-053000`.
pub(super) fn offset(value: &str) -> Option<i32> {
    let value = value.trim();
    let (digits, sign) = match value.strip_prefix('-') {
        Some(rest) => (rest, -1),
        None => (value.strip_prefix('+').unwrap_or(value), 1),
    };
    let digits: String = digits.chars().filter(|letter| *letter != ':').collect();
    let part = |from: usize| digits.get(from..from + 2)?.parse::<u32>().ok();
    let seconds = if digits.len() == 6 { part(4)? } else { 0 };
    let all = part(0)? * 3600 + part(2)? * 60 + seconds;
    // No clock is further from UTC than a day.
    (matches!(digits.len(), 4 | 6) && all < 86_400).then(|| i32::try_from(all).ok().map(|all| all * sign))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_lengths_and_offsets() {
        let time = |text: &str| text.parse::<NaiveDateTime>().unwrap();
        for (value, expected) in [
            ("20260102", Some(Moment::Date("2026-01-02".parse().unwrap()))),
            ("20260102T101112", Some(Moment::Local(time("2026-01-02T10:11:12")))),
            ("20260102T101160Z", Some(Moment::Utc(time("2026-01-02T10:11:59")))),
            (" 2026-01-02T10:11:12Z ", Some(Moment::Utc(time("2026-01-02T10:11:12")))),
            ("20260102T1011", Some(Moment::Local(time("2026-01-02T10:11:00")))),
            ("20260230", None),
            ("20260102T250000", None),
            ("", None),
            ("2026é102", None),
        ] {
            assert_eq!(Moment::of(value), expected, "{value}");
        }
        for (value, expected) in [
            ("P1W", Some((7, 0))),
            ("-P1DT2H3M4S", Some((-1, -7384))),
            ("+PT0S", Some((0, 0))),
            ("PT1D", None),
            ("P1M", None),
            ("P", None),
            ("PT5", None),
            ("PT99999999999999999999S", None),
            ("P9999999W", Some((69_999_993, 0))),
            (&format!("P{}", "9999999W".repeat(2_000)), None),
            (&format!("PT{}", "9999999H".repeat(2_000)), None),
        ] {
            assert_eq!(Length::of(value).map(|one| (one.days, one.seconds)), expected, "{value}");
        }
        for (value, expected) in [
            ("+0100", Some(3600)),
            ("-053015", Some(-19_815)),
            ("+9900", None),
            ("1", None),
            ("+01:00", Some(3600)),
        ] {
            assert_eq!(offset(value), expected, "{value}");
        }
    }
}
