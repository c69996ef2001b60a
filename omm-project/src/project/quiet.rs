//! Hours of the day in which a project leaves the servers alone.

use super::Invalid;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// From a time of the day to another, on the clocks of a place; over midnight if the second is the earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct QuietHours {
    /// When they begin: `08:00`.
    pub from: String,
    /// When they end.
    pub to: String,
    /// Whose clocks: a name of the IANA time zones, such as `Europe/Paris`.
    pub zone: String,
}

/// The same, understood.
struct Understood {
    from: NaiveTime,
    to: NaiveTime,
    zone: Tz,
}

impl QuietHours {
    /// Hours that repeat daily.
    pub fn new(from: &str, to: &str, zone: &str) -> Self {
        Self { from: from.to_owned(), to: to.to_owned(), zone: zone.to_owned() }
    }

    /// What is wrong with them.
    pub fn check(&self) -> Vec<Invalid> {
        match self.understood() {
            Ok(_) => Vec::new(),
            Err(invalid) => vec![invalid],
        }
    }

    /// When it will be over, if it is quiet at this moment. Hours that are not valid are none.
    pub fn quiet_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let hours = self.understood().ok()?;
        let is_quiet = |at: DateTime<Utc>| {
            let time = at.with_timezone(&hours.zone).time();
            match hours.from <= hours.to {
                true => hours.from <= time && time < hours.to,
                false => hours.from <= time || time < hours.to,
            }
        };
        if !is_quiet(now) {
            return None;
        }
        // Minute by minute, because clocks are put forward and back in the night.
        let minutes = (1..=26 * 60).map(|minute| floor_to_minute(now) + TimeDelta::minutes(minute));
        minutes.into_iter().find(|at| !is_quiet(*at))
    }

    fn understood(&self) -> Result<Understood, Invalid> {
        let time = |field, text: &str| {
            NaiveTime::parse_from_str(text, "%H:%M")
                .map_err(|_| Invalid::new(field, "write a time of the day, for example 08:00"))
        };
        let (from, to) = (time("quiet-hours.from", &self.from)?, time("quiet-hours.to", &self.to)?);
        if from == to {
            return Err(Invalid::new(
                "quiet-hours.to",
                "write another time than they begin; to rest all day, pause the project",
            ));
        }
        let zone = self.zone.parse();
        let zone = zone.map_err(|_| {
            Invalid::new("quiet-hours.zone", "write an IANA time zone, for example Europe/Paris")
        })?;
        Ok(Understood { from, to, zone })
    }
}

fn floor_to_minute(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp().div_euclid(60) * 60, 0).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours() {
        for (from, to, zone, now, until) in [
            ("08:00", "18:00", "UTC", "2026-01-01T08:00:00Z", Some("2026-01-01T18:00:00Z")),
            ("08:00", "18:00", "UTC", "2026-01-01T07:59:59Z", None),
            ("08:00", "18:00", "UTC", "2026-01-01T18:00:00Z", None),
            ("08:00", "18:00", "Europe/Paris", "2026-07-01T06:30:30Z", Some("2026-07-01T16:00:00Z")),
            ("08:00", "18:00", "Europe/Paris", "2026-01-01T06:30:00Z", None),
            ("22:00", "06:00", "UTC", "2026-01-01T23:00:00Z", Some("2026-01-02T06:00:00Z")),
            ("22:00", "06:00", "UTC", "2026-01-01T05:00:00Z", Some("2026-01-01T06:00:00Z")),
            ("22:00", "06:00", "UTC", "2026-01-01T12:00:00Z", None),
            // The clocks are put back in this night, and forward in that.
            ("22:00", "06:00", "Europe/Paris", "2026-10-24T21:00:00Z", Some("2026-10-25T05:00:00Z")),
            ("22:00", "06:00", "Europe/Paris", "2026-03-28T22:00:00Z", Some("2026-03-29T04:00:00Z")),
            // 02:30 is left out in that night.
            ("00:00", "02:30", "Europe/Paris", "2026-03-29T00:00:00Z", Some("2026-03-29T01:00:00Z")),
            ("nonsense", "06:00", "UTC", "2026-01-01T05:00:00Z", None),
        ] {
            let now: DateTime<Utc> = now.parse().unwrap();
            let until: Option<DateTime<Utc>> = until.map(|until| until.parse().unwrap());
            assert_eq!(
                QuietHours::new(from, to, zone).quiet_until(now),
                until,
                "{from} {to} {zone} at {now}"
            );
        }
    }

    #[test]
    fn hours_that_are_none_are_told() {
        for (from, to, zone, field) in [
            ("25:00", "06:00", "UTC", "quiet-hours.from"),
            ("22:00", "6", "UTC", "quiet-hours.to"),
            ("22:00", "22:00", "UTC", "quiet-hours.to"),
            ("22:00", "06:00", "Paris", "quiet-hours.zone"),
        ] {
            assert_eq!(QuietHours::new(from, to, zone).check()[0].field, field);
        }
        assert_eq!(QuietHours::new("22:00", "06:00", "Asia/Kolkata").check(), []);
    }
}
