//! What the clocks of an appointment show.

use crate::midnight;
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use omm_content::calendar::{Time, Zone, zone::Rules};

/// The zone of an appointment, and whether days are all that count.
#[derive(Clone)]
pub(super) struct Clock {
    /// Nothing if nobody says.
    pub(super) zone: Option<Zone>,
    /// Whether it lasts all day.
    pub(super) all_day: bool,
}

impl Clock {
    /// What a local time is in iCalendar.
    pub(super) fn time(&self, local: NaiveDateTime) -> Time {
        match &self.zone {
            _ if self.all_day => Time::Date(local.date()),
            Some(zone) if zone.is_utc() => Time::Utc(local),
            Some(zone) => Time::Zoned(local, zone.id().to_owned()),
            None => Time::Floating(local),
        }
    }

    /// What a time in UTC is in iCalendar.
    pub(super) fn instant(&self, utc: NaiveDateTime) -> Time {
        match &self.zone {
            _ if self.all_day => Time::Date(self.day(utc)),
            // The second of two equal local times has no other name (RFC 5545 §3.3.5).
            Some(zone) if zone.utc(zone.local(utc)) == utc => self.time(zone.local(utc)),
            _ => Time::Utc(utc),
        }
    }

    /// The local time of one in UTC.
    pub(super) fn local(&self, utc: NaiveDateTime) -> NaiveDateTime {
        match &self.zone {
            Some(zone) => zone.local(utc),
            None if self.all_day => self.day(utc).and_time(NaiveTime::MIN),
            None => utc,
        }
    }

    /// UNTIL for a rule of this clock (RFC 5545 §3.3.10).
    pub(super) fn until(&self, local: NaiveDateTime) -> Time {
        match &self.zone {
            _ if self.all_day => Time::Date(local.date()),
            Some(zone) => Time::Utc(zone.utc(local)),
            None => Time::Floating(local),
        }
    }

    /// The zone, if times name it.
    pub(super) fn zones(&self) -> Vec<Zone> {
        self.zone.iter().filter(|zone| !self.all_day && !zone.is_utc()).cloned().collect()
    }

    /// The day of which this is the midnight.
    fn day(&self, utc: NaiveDateTime) -> NaiveDate {
        // Outlook 2003 and older keep no zone of an appointment that does not recur.
        let Some(zone) = &self.zone else { return midnight::day(utc) };
        let local = zone.local(utc);
        // Written in a zone whose rules have changed since, midnight is shown as 23:00 or 01:00.
        if local.hour() >= 23 { (local + Duration::hours(1)).date() } else { local.date() }
    }
}

/// A zone that is always so far ahead of UTC as a local time is; nothing for what no zone is.
pub(super) fn fixed(local: NaiveDateTime, utc: NaiveDateTime) -> Option<Zone> {
    let ahead = local - utc;
    let minutes = i32::try_from(ahead.num_minutes()).ok().filter(|minutes| minutes.abs() <= 14 * 60)?;
    match minutes {
        0 => Some(Zone::Iana(chrono_tz::Tz::UTC)),
        _ if minutes % 15 == 0 => Zone::custom("", vec![(1601, Rules::fixed(minutes))]),
        _ => None,
    }
}
