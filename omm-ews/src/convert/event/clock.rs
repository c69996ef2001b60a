//! What the clocks of an appointment show, on the way out; and when it is, on the way in.

use crate::convert::mailbox::Mailbox;
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use omm_content::calendar::{Time, Zone, zone::iana_of};

/// The zone of an appointment, and whether days are all that count.
#[derive(Clone, Debug)]
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
            None => Time::Utc(local),
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
            _ if self.all_day => self.day(utc).and_time(NaiveTime::MIN),
            Some(zone) => zone.local(utc),
            None => utc,
        }
    }

    /// UNTIL for a rule of this clock (RFC 5545 §3.3.10).
    pub(super) fn until(&self, local: NaiveDateTime) -> Time {
        match &self.zone {
            _ if self.all_day => Time::Date(local.date()),
            Some(zone) => Time::Utc(zone.utc(local)),
            None => Time::Utc(local),
        }
    }

    /// The zone, if times name it.
    pub(super) fn zones(&self) -> Vec<Zone> {
        self.zone.iter().filter(|zone| !self.all_day && !zone.is_utc()).cloned().collect()
    }

    /// Whether this is midnight, or was by the rules of another year.
    pub(super) fn is_midnight(local: NaiveDateTime) -> bool {
        matches!(local.hour(), 23 | 0) || (local.hour(), local.minute()) == (1, 0)
    }

    /// The day of which this is the midnight.
    fn day(&self, utc: NaiveDateTime) -> NaiveDate {
        let Some(zone) = &self.zone else { return omm_mapi::midnight::day(utc) };
        let local = zone.local(utc);
        // Written in a zone whose rules have changed since, midnight is shown as 23:00 or 01:00.
        let ahead = if local.hour() >= 23 { Duration::hours(1) } else { Duration::zero() };
        local.checked_add_signed(ahead).unwrap_or(local).date()
    }
}

/// When times of a document are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times<'a> {
    /// The zones that it has rules for.
    pub(super) zones: &'a [Zone],
    /// Where days and times of no zone are.
    pub(super) mailbox: &'a Mailbox,
}

impl Times<'_> {
    /// The zone of a time; that of the mailbox for one without.
    pub(super) fn zone(&self, time: &Time) -> Zone {
        match time {
            Time::Utc(_) => Zone::Iana(chrono_tz::Tz::UTC),
            Time::Zoned(_, id) => {
                let known = self.zones.iter().find(|zone| zone.id() == id).cloned();
                known.or_else(|| iana_of(id).map(Zone::Iana)).unwrap_or_else(|| self.mailbox.zone())
            }
            Time::Date(_) | Time::Floating(_) => self.mailbox.zone(),
        }
    }

    /// Whether nobody says in which zone a time is, and that of the mailbox is taken for it.
    pub(super) fn is_guess(&self, time: &Time) -> bool {
        match time {
            Time::Floating(_) => true,
            Time::Zoned(_, id) => self.zones.iter().all(|zone| zone.id() != id) && iana_of(id).is_none(),
            Time::Date(_) | Time::Utc(_) => false,
        }
    }

    /// A time in UTC.
    pub(super) fn utc(&self, time: &Time) -> NaiveDateTime {
        self.zone(time).utc(time.local())
    }

    /// What clocks show in a zone at a time; a day begins at its midnight everywhere.
    pub(super) fn local(&self, time: &Time, zone: &Zone) -> NaiveDateTime {
        match time {
            Time::Date(_) | Time::Floating(_) => time.local(),
            _ => zone.local(self.utc(time)),
        }
    }
}
