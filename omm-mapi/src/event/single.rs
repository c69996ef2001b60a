//! An appointment that does not recur.

use super::{
    Draft,
    clock::Clock,
    occurrence::{Standing, standing},
    status::{self, Facts},
};
use crate::{
    entry::{self, name},
    error::{Error, Result},
    property::Properties,
    time_zone,
};
use chrono::{Datelike, Duration, NaiveDateTime};
use omm_content::calendar::{Entry, Event, Instance, Recurrence, Time, zone::naive};

pub(super) fn event(properties: &Properties, mut entry: Entry, mut losses: Vec<String>) -> Result<Draft> {
    let (start, end) = whole(properties).ok_or_else(|| Error::malformed("an appointment without a start"))?;
    let clock = clock(properties, start);
    let mut zones = clock.zones();
    let last = match clock.all_day {
        true => all_day_end(&clock, start, end),
        false => {
            let there = end_clock(properties, &clock, end);
            zones.extend(there.zones());
            there.instant(end)
        }
    };
    let standing = standing(properties, &clock, start);
    if standing == Standing::Unknown {
        losses.push(
            "it is an occurrence of a series, nobody says which: it is kept as one of its own".to_owned(),
        );
        // With the UID of the series it would be a second series.
        entry.uid = entry::own_uid(properties);
    }
    let (instead_of, instance) = match standing {
        Standing::Of(time) => (Some(time), Instance::Exception),
        Standing::Alone | Standing::Unknown => (None, Instance::Single),
    };
    let facts = Facts::of(properties);
    entry.status = facts.status();
    let event = Event {
        transparent: status::is_transparent(properties.named_number(&name::BUSY_STATUS)),
        entry,
        start: clock.instant(start),
        // RFC 5545 §3.6.1: a day without an end lasts one day, a time without one takes no time.
        end: Some(last).filter(|_| end > start),
        recurrence: Recurrence::default(),
        instead_of,
        exceptions: Vec::new(),
        facts: facts.written(instance),
    };
    Ok(Draft { event, zones, losses })
}

/// When it begins and ends, in UTC.
pub(super) fn whole(properties: &Properties) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let time = |of: &_| properties.named_time(of).map(naive);
    let start = time(&name::START_WHOLE).or_else(|| time(&name::COMMON_START));
    let start = start.or_else(|| properties.time(0x0060).map(naive))?;
    let minutes = properties.named_number(&name::DURATION).unwrap_or(0).clamp(0, 5_256_000);
    let end = time(&name::END_WHOLE).or_else(|| time(&name::COMMON_END)).filter(|end| *end >= start);
    Some((start, end.unwrap_or_else(|| start + Duration::minutes(minutes))))
}

/// The clock by which the start of an appointment is shown.
pub(super) fn clock(properties: &Properties, start: NaiveDateTime) -> Clock {
    let all_day = properties.is_named(&name::SUB_TYPE);
    Clock { zone: time_zone::of_start(properties, start.year()), all_day }
}

/// A flight ends in another zone than it begins in.
fn end_clock(properties: &Properties, start: &Clock, end: NaiveDateTime) -> Clock {
    let zone = time_zone::of_end(properties, end.year()).or_else(|| start.zone.clone());
    Clock { zone, ..*start }
}

fn all_day_end(clock: &Clock, start: NaiveDateTime, end: NaiveDateTime) -> Time {
    // Counted from the start, so that a change of clocks in between takes no day away.
    let days = ((end - start).num_minutes() + 720) / 1440;
    let first = clock.instant(start).local().date();
    Time::Date(first.checked_add_signed(Duration::days(days.max(1))).unwrap_or(first))
}
