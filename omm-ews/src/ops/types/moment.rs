//! Times as servers write them: fractions of a second of any length, with and without a zone, days where times belong.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// A time of XML Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A time with its offset from UTC.
    Zoned(DateTime<FixedOffset>),
    /// A time without a zone: which one is said elsewhere.
    Local(NaiveDateTime),
    /// A day only, with or without an offset, which says nothing of a day.
    Day(NaiveDate),
}

impl Moment {
    /// Reads an `xs:dateTime` or an `xs:date`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (day, rest) = text.split_at_checked(10)?;
        let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
        let Some(time) = rest.strip_prefix(['T', 't', ' ']) else {
            return (rest.is_empty() || offset(rest).is_some()).then_some(Self::Day(day));
        };
        let end = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
        let (time, zone) = time.split_at_checked(end)?;
        let local = clock(day, time)?;
        if zone.is_empty() {
            return Some(Self::Local(local));
        }
        local.and_local_timezone(offset(zone)?).single().map(Self::Zoned)
    }

    /// In UTC; a time without a zone and a day's beginning are taken for UTC.
    pub(crate) fn utc(self) -> DateTime<Utc> {
        match self {
            Self::Zoned(time) => time.with_timezone(&Utc),
            Self::Local(time) => time.and_utc(),
            Self::Day(day) => day.and_time(NaiveTime::MIN).and_utc(),
        }
    }
}

/// `14:15:11.1234567`, `14:15`; 24:00:00 is the next day's beginning.
fn clock(day: NaiveDate, text: &str) -> Option<NaiveDateTime> {
    let (text, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut numbers = text.split(':').map(two_digits);
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = numbers.next().unwrap_or(Some(0))?;
    if numbers.next().is_some() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Nanoseconds; what is below is cut.
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    if (hour, minute, second) == (24, 0, 0) {
        return day.succ_opt()?.and_hms_opt(0, 0, 0);
    }
    // A leap second is the last of its minute.
    day.and_hms_nano_opt(hour, minute, second.min(59), digits.parse().ok()?)
}

fn two_digits(text: &str) -> Option<u32> {
    (text.len() == 2).then(|| text.parse().ok()).flatten().filter(|number| *number <= 60)
}

/// `Z`, `+02:00`, `-05:00`.
fn offset(text: &str) -> Option<FixedOffset> {
    if text.eq_ignore_ascii_case("z") {
        return FixedOffset::east_opt(0);
    }
    let (sign, clock) = match text.split_at_checked(1)? {
        ("+", clock) => (1, clock),
        ("-", clock) => (-1, clock),
        _ => return None,
    };
    let (hours, minutes) = clock.split_once(':')?;
    let hours = TimeDelta::hours(two_digits(hours)?.into());
    let seconds = hours + TimeDelta::minutes(two_digits(minutes)?.into());
    FixedOffset::east_opt(sign * i32::try_from(seconds.num_seconds()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_every_form() {
        for (text, utc) in [
            ("2020-09-10T14:15:11Z", "2020-09-10 14:15:11 UTC"),
            (" 2020-09-10T14:15:11.5Z ", "2020-09-10 14:15:11.500 UTC"),
            ("2020-09-10T14:15:11.1234567+02:00", "2020-09-10 12:15:11.123456700 UTC"),
            ("2020-09-10T14:15:11.12345678901234-05:30", "2020-09-10 19:45:11.123456789 UTC"),
            ("2020-09-10T14:15:11", "2020-09-10 14:15:11 UTC"),
            ("2020-09-10T14:15", "2020-09-10 14:15:00 UTC"),
            ("2020-09-10t24:00:00z", "2020-09-11 00:00:00 UTC"),
            ("2016-12-31T23:59:60Z", "2016-12-31 23:59:59 UTC"),
            ("2020-09-10", "2020-09-10 00:00:00 UTC"),
            ("2020-09-10Z", "2020-09-10 00:00:00 UTC"),
            ("2020-09-10+02:00", "2020-09-10 00:00:00 UTC"),
            ("0001-01-01T00:00:00Z", "0001-01-01 00:00:00 UTC"),
        ] {
            assert_eq!(
                Moment::read(text).map(|moment| moment.utc().to_string()).as_deref(),
                Some(utc),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "yesterday",
            "2020-09-31",
            "2020-13-01T00:00:00Z",
            "2020-09-10T25:00:00Z",
            "2020-09-10T1:2:3",
            "2020-09-10T10:00:00.xZ",
            "2020-09-10T10:00:00+2",
            "2020-09-10 €",
            "2020-09-1€",
            "2020-09-10T10:00:00:00",
            "2020-09-10T10:00:00+99:00",
            "2020-09-10T10:61:00Z",
            "2020-09-10X",
        ] {
            assert_eq!(Moment::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_not_a_time() {
        let day = NaiveDate::from_ymd_opt(2020, 9, 10).expect("a day");
        assert_eq!(Moment::read("2020-09-10-05:00"), Some(Moment::Day(day)));
        assert_eq!(Moment::read("2020-09-10T00:00:00"), Some(Moment::Local(day.and_time(NaiveTime::MIN))));
        assert_eq!(Moment::Day(day).utc().to_rfc3339(), "2020-09-10T00:00:00+00:00");
    }
}
