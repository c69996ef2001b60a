//! Time zones: IANA's, or rules of their own.
//!
//! Calendars of Outlook name zones by Windows names and repeat the rules beside them. A name that is known becomes IANA's,
//! whose future is kept up to date by whoever reads it; rules that no known zone has are written out.

mod names;
mod observance;
mod rules;
mod transition;

pub use names::{iana_of, windows_of};
pub use rules::{Rules, Switch};

use chrono::{DateTime, Datelike, Duration, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

pub(super) use observance::write;

/// A time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// One of IANA's.
    Iana(Tz),
    /// Rules of their own.
    Custom {
        /// What names it in a document: stable, and different for different rules.
        id: String,
        /// The rules, each from a year on, in their order; never empty.
        rules: Vec<(i32, Rules)>,
    },
}

impl Zone {
    /// A zone by rules of its own, each from its year on; nothing for none. `name` is for people.
    pub fn custom(name: &str, mut rules: Vec<(i32, Rules)>) -> Option<Self> {
        rules.sort_by_key(|(year, _)| *year);
        rules.dedup_by_key(|(year, _)| *year);
        let (_, first) = rules.first()?;
        let name = if name.is_empty() { first.name() } else { name.to_owned() };
        // A TZID is no name of IANA's or Windows', so that no reader takes it for a zone that it knows.
        let id = format!("{name} #{:08x}", rules::digest(&rules));
        Some(Self::Custom { id, rules })
    }

    /// What names it in a document.
    pub fn id(&self) -> &str {
        match self {
            Self::Iana(zone) => zone.name(),
            Self::Custom { id, .. } => id,
        }
    }

    /// Whether it is UTC itself.
    pub fn is_utc(&self) -> bool {
        let Self::Iana(zone) = self else { return false };
        // All the names that IANA has for it.
        let name = zone.name().strip_prefix("Etc/").unwrap_or(zone.name());
        ["UTC", "UCT", "GMT", "GMT0", "GMT-0", "GMT+0", "Greenwich", "Universal", "Zulu"].contains(&name)
    }

    /// What clocks show in it at a time in UTC.
    pub fn local(&self, utc: NaiveDateTime) -> NaiveDateTime {
        shifted(utc, self.offset(utc))
    }

    /// The time in UTC at which clocks show this. The first of two; for what clocks never show, as if they had not been
    /// put forward (RFC 5545 §3.3.5).
    pub fn utc(&self, local: NaiveDateTime) -> NaiveDateTime {
        // The offsets before and after whatever happens near that time.
        let before = self.offset(shifted(local, -86_400));
        let after = self.offset(shifted(local, 86_400));
        let mut found: Vec<_> = [before, after, self.offset(local)]
            .into_iter()
            .map(|offset| shifted(local, -offset))
            .filter(|utc| self.local(*utc) == local)
            .collect();
        found.sort_unstable();
        found.first().copied().unwrap_or_else(|| shifted(local, -before))
    }

    /// Seconds by which clocks are ahead of UTC at a time in UTC.
    pub fn offset(&self, utc: NaiveDateTime) -> i32 {
        match self {
            Self::Iana(zone) => zone.offset_from_utc_datetime(&utc).fix().local_minus_utc(),
            Self::Custom { rules, .. } => rules::offset(rules, utc),
        }
    }

    /// Whether both show the same times in a year, to the minute.
    pub fn agrees_with(&self, other: &Self, year: i32) -> bool {
        let seen = |zone: &Self| -> Vec<_> {
            let all = transition::of(zone, year..=year);
            // Windows puts clocks forward a millisecond before midnight where others do at midnight.
            let minute =
                |one: &transition::Transition| shifted(one.onset, 59 - one.from).and_utc().timestamp() / 60;
            // What all begins with has no time.
            let state = all.first().map(|first| (0, first.to));
            state.into_iter().chain(all.iter().skip(1).map(|one| (minute(one), one.to))).collect()
        };
        seen(self) == seen(other)
    }
}

fn shifted(time: NaiveDateTime, seconds: i32) -> NaiveDateTime {
    time.checked_add_signed(Duration::seconds(i64::from(seconds))).unwrap_or(time)
}

/// The UTC time of a date that has a zone already.
pub fn naive(time: DateTime<Utc>) -> NaiveDateTime {
    // FILETIMEs have parts of a second, calendars have none.
    time.naive_utc()
        .date()
        .and_hms_opt(
            chrono::Timelike::hour(&time),
            chrono::Timelike::minute(&time),
            chrono::Timelike::second(&time),
        )
        .unwrap_or_default()
}

/// The year of a time in UTC.
pub fn year_of(time: NaiveDateTime) -> i32 {
    time.date().year()
}
