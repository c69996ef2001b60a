//! Dates and times: ISO 8601, basic or extended.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// A date or a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) at: NaiveDateTime,
    pub(crate) has_time: bool,
    pub(crate) is_utc: bool,
}

impl Moment {
    /// Reads one; nothing if it is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
        let (text, is_utc) = match text.strip_suffix(['Z', 'z']) {
            Some(rest) => (rest, true),
            None => (text.as_str(), false),
        };
        let date = NaiveDate::parse_from_str(text.get(..8)?, "%Y%m%d").ok()?;
        let rest = text.get(8..).filter(|rest| !rest.is_empty());
        let time = match rest {
            None => NaiveTime::MIN,
            Some(rest) => {
                let digits = rest.strip_prefix(['T', 't'])?;
                let digits = if digits.len() == 4 { format!("{digits}00") } else { digits.to_owned() };
                NaiveTime::parse_from_str(&digits, "%H%M%S").ok()?
            }
        };
        Some(Self { at: date.and_time(time), has_time: rest.is_some(), is_utc })
    }

    /// As iCalendar has it.
    pub(crate) fn text(&self) -> String {
        match (self.has_time, self.is_utc) {
            (false, _) => self.at.format("%Y%m%d").to_string(),
            (true, utc) => self.at.format("%Y%m%dT%H%M%S").to_string() + if utc { "Z" } else { "" },
        }
    }

    /// As a time in UTC, which it is taken for if it says nothing.
    pub(crate) fn as_utc(&self) -> String {
        self.at.format("%Y%m%dT%H%M%SZ").to_string()
    }
}

/// RFC 5545 §3.3.6.
pub(crate) fn duration(delta: TimeDelta) -> String {
    let sign = if delta < TimeDelta::zero() { "-" } else { "" };
    let seconds = delta.num_seconds().unsigned_abs();
    let (days, hours, minutes, rest) =
        (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{sign}P");
    if days > 0 {
        text += &format!("{days}D");
    }
    if seconds % 86_400 > 0 || days == 0 {
        text.push('T');
        for (count, unit) in [(hours, 'H'), (minutes, 'M'), (rest, 'S')] {
            if count > 0 || (unit == 'M' && seconds == 0) {
                text += &format!("{count}{unit}");
            }
        }
    }
    text
}
