//! Of which series an appointment is an occurrence, when it lies alone: in an invitation to it, or in the calendar of
//! somebody who was asked to that day only.

use super::clock::Clock;
use crate::{
    entry::name,
    property::{Named, Properties, named::PSETID_MEETING},
};
use chrono::{NaiveDate, NaiveDateTime};
use omm_content::calendar::{Time, zone::naive};

const IS_EXCEPTION: Named = Named::Id(PSETID_MEETING, 0x000A);

/// What an appointment is that has no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// An appointment of its own.
    Alone,
    /// The occurrence that a series has at this time.
    Of(Time),
    /// An occurrence of a series, and nobody says which.
    Unknown,
}

/// What an appointment stands for that begins at `start`, in UTC.
///
/// RFC 5545 §3.8.4.4: RECURRENCE-ID has the type of DTSTART, so it is said by the same clock.
pub(super) fn standing(properties: &Properties, clock: &Clock, start: NaiveDateTime) -> Standing {
    let day = day(properties);
    if day.is_none() && !properties.is_named(&IS_EXCEPTION) {
        return Standing::Alone;
    }
    if let Some(replaced) = properties.named_time(&name::EXCEPTION_REPLACE_TIME) {
        return Standing::Of(clock.instant(naive(replaced)));
    }
    match day {
        // Most changes leave the hour: it is the best guess where only the day is known.
        Some(day) => Standing::Of(clock.time(day.and_time(clock.local(start).time()))),
        None => Standing::Unknown,
    }
}

/// [MS-OXOCAL] §2.2.1.27: the year (high byte first), month and day of the occurrence; zeros in the id of a series.
fn day(properties: &Properties) -> Option<NaiveDate> {
    let id = properties.named_binary(&name::GLOBAL_OBJECT_ID)?;
    let [high, low, month, day] = *id.get(16..)?.first_chunk()?;
    NaiveDate::from_ymd_opt(i32::from(u16::from_be_bytes([high, low])), u32::from(month), u32::from(day))
}
