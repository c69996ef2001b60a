//! Points in time, as iCalendar tells them apart (RFC 5545 §3.3.4, §3.3.5).

use crate::line::Line;
use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// A day, or a time with what says when it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Time {
    /// A day wherever one is.
    Date(NaiveDate),
    /// A time wherever one is.
    Floating(NaiveDateTime),
    /// A time in UTC.
    Utc(NaiveDateTime),
    /// A local time and the id of its zone ([`super::Zone::id`]).
    Zoned(NaiveDateTime, String),
}

impl Time {
    /// The year it is written with.
    pub fn year(&self) -> i32 {
        self.local().year()
    }

    /// What it says, without zone; midnight for a day.
    pub fn local(&self) -> NaiveDateTime {
        match self {
            Self::Date(day) => day.and_time(chrono::NaiveTime::MIN),
            Self::Floating(time) | Self::Utc(time) | Self::Zoned(time, _) => *time,
        }
    }

    /// Its value, without the zone.
    pub fn value(&self) -> String {
        match self {
            Self::Date(day) => day.format("%Y%m%d").to_string(),
            Self::Utc(time) => utc(*time),
            Self::Floating(time) | Self::Zoned(time, _) => time.format("%Y%m%dT%H%M%S").to_string(),
        }
    }

    /// A property with this value.
    pub fn line(&self, name: &str) -> Line {
        self.params(Line::new(name)).plain(&self.value())
    }

    /// A property with these values, which are of one kind and zone; nothing for none.
    pub fn list(name: &str, times: &[Self]) -> Option<Line> {
        let values: Vec<_> = times.iter().map(Self::value).collect();
        Some(times.first()?.params(Line::new(name)).plain(&values.join(",")))
    }

    /// Whether both can stand in one list.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Zoned(_, one), Self::Zoned(_, two)) => one == two,
            (one, two) => std::mem::discriminant(one) == std::mem::discriminant(two),
        }
    }

    fn params(&self, line: Line) -> Line {
        match self {
            Self::Date(_) => line.param("VALUE", "DATE"),
            Self::Zoned(_, zone) => line.param("TZID", zone),
            Self::Floating(_) | Self::Utc(_) => line,
        }
    }
}

/// RFC 5545 §3.3.5, form 2.
pub(super) fn utc(time: NaiveDateTime) -> String {
    time.format("%Y%m%dT%H%M%SZ").to_string()
}
