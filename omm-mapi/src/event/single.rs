//! An appointment that does not recur.

use super::{Draft, clock::Clock, status};
use crate::{
    entry::name,
    error::{Error, Result},
    property::Properties,
    time_zone,
};
use chrono::{Datelike, Duration, NaiveDateTime};
use omm_content::calendar::{Entry, Event, Recurrence, Time, zone::naive};

pub(super) fn event(properties: &Properties, mut entry: Entry, losses: Vec<String>) -> Result<Draft> {
    let (start, end) = whole(properties).ok_or_else(|| Error::malformed("an appointment without a start"))?;
    let all_day = properties.is_named(&name::SUB_TYPE);
    let clock = Clock { zone: time_zone::of_start(properties, start.year()), all_day };
    let mut zones = clock.zones();
    let end = match all_day {
        true => all_day_end(&clock, start, end),
        false => {
            // A flight ends in another zone than it begins in.
            let there =
                Clock { zone: time_zone::of_end(properties, end.year()).or(clock.zone.clone()), all_day };
            zones.extend(there.zones());
            there.instant(end)
        }
    };
    status::add(&mut entry, &status::Facts::of(properties), status::Instance::Single);
    let event = Event {
        transparent: status::is_transparent(properties.named_number(&name::BUSY_STATUS)),
        entry,
        start: clock.instant(start),
        end: Some(end).filter(|_| end_is_later(properties)),
        recurrence: Recurrence::default(),
        instead_of: None,
        exceptions: Vec::new(),
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

/// RFC 5545 §3.6.1: a day without an end lasts one day, a time without one takes no time.
fn end_is_later(properties: &Properties) -> bool {
    whole(properties).is_some_and(|(start, end)| end > start)
}

fn all_day_end(clock: &Clock, start: NaiveDateTime, end: NaiveDateTime) -> Time {
    // Counted from the start, so that a change of clocks in between takes no day away.
    let days = ((end - start).num_minutes() + 720) / 1440;
    let first = clock.instant(start).local().date();
    Time::Date(first.checked_add_signed(Duration::days(days.max(1))).unwrap_or(first))
}
