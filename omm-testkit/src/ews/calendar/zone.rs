//! Windows' time zones.

use crate::ews::{store::Item, xml::Element};
use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use windows_timezones::WindowsTimezone;

/// Zones that the server knows by their Windows names.
pub(in crate::ews) const WINDOWS: [&str; 40] = [
    "UTC",
    "GMT Standard Time",
    "Greenwich Standard Time",
    "W. Europe Standard Time",
    "Central Europe Standard Time",
    "Romance Standard Time",
    "Central European Standard Time",
    "W. Central Africa Standard Time",
    "GTB Standard Time",
    "E. Europe Standard Time",
    "Egypt Standard Time",
    "South Africa Standard Time",
    "FLE Standard Time",
    "Israel Standard Time",
    "Turkey Standard Time",
    "Russian Standard Time",
    "Arab Standard Time",
    "Iran Standard Time",
    "Arabian Standard Time",
    "Afghanistan Standard Time",
    "Pakistan Standard Time",
    "India Standard Time",
    "Nepal Standard Time",
    "SE Asia Standard Time",
    "China Standard Time",
    "Singapore Standard Time",
    "Tokyo Standard Time",
    "Korea Standard Time",
    "Cen. Australia Standard Time",
    "AUS Eastern Standard Time",
    "New Zealand Standard Time",
    "Hawaiian Standard Time",
    "Alaskan Standard Time",
    "Pacific Standard Time",
    "US Mountain Standard Time",
    "Mountain Standard Time",
    "Central Standard Time",
    "Eastern Standard Time",
    "E. South America Standard Time",
    "Newfoundland Standard Time",
];

/// The zone of this Windows name.
pub(in crate::ews) fn named(name: &str) -> Option<Tz> {
    if matches!(name, "UTC" | "Utc" | "tzone://Microsoft/Utc") {
        return Some(Tz::UTC);
    }
    name.parse::<WindowsTimezone>().ok()?.tzdb_id().parse().ok()
}

/// `(UTC+01:00) Brussels, Copenhagen, Madrid, Paris`
pub(in crate::ews) fn description(name: &str) -> String {
    let known = name.parse::<WindowsTimezone>().map(|zone| zone.description().to_owned());
    known.unwrap_or_else(|_| name.to_owned())
}

/// In which an appointment recurs.
pub(in crate::ews) fn of_item(item: &Item) -> Tz {
    let modern = item.field("StartTimeZone");
    let old = item.field("MeetingTimeZone").and_then(|zone| zone.attribute("TimeZoneName"));
    let known = modern.and_then(|zone| zone.attribute("Id")).or(old).and_then(named);
    known.or_else(|| custom(modern?)).unwrap_or(Tz::UTC)
}

/// One that a client describes itself: its first period in whole hours, all year round.
fn custom(zone: &Element) -> Option<Tz> {
    let bias = zone.child("Periods")?.children.first()?.attribute("Bias")?;
    let (sign, rest) = bias.strip_prefix('-').map_or((1, bias), |rest| (-1, rest));
    let rest = rest.strip_prefix("PT")?;
    let (hours, rest) = rest.split_once('H').unwrap_or(("0", rest));
    let minutes = rest.split('M').next().unwrap_or_default();
    let number = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i32>().ok() };
    let hours = number(hours)? + number(minutes)? / 60;
    // The names of these zones count the other way round, as a bias does.
    format!("Etc/GMT{:+}", sign * hours).parse().ok()
}

/// A TimeZoneDefinition; with its rules, as they are in 2025, when `is_full`.
pub(in crate::ews) fn definition(name: &str, is_full: bool) -> Element {
    let element = Element::new("TimeZoneDefinition").with("Id", name).with("Name", description(name));
    let Some(zone) = named(name).filter(|_| is_full) else { return element };
    let changes = changes(zone);
    let bias = |seconds: i32| match -seconds / 60 {
        minutes if minutes < 0 => format!("-PT{}M", -minutes),
        minutes => format!("PT{minutes}M"),
    };
    let standard = changes.iter().map(|change| change.1).chain([offset(zone, new_year())]).min().unwrap_or(0);
    let period = |id: &str, name: &str, seconds: i32| {
        Element::new("Period").with("Bias", bias(seconds)).with("Name", name).with("Id", id)
    };
    let mut periods = Element::new("Periods").holding(period("std", "Standard", standard));
    let mut group = Element::new("TransitionsGroup").with("Id", "0");
    for (at, after, before) in &changes {
        let is_daylight = *after != standard;
        if is_daylight {
            periods = periods.holding(period("dlt", "Daylight", *after));
        }
        group = group.holding(transition(*at, *before, if is_daylight { "dlt" } else { "std" }));
    }
    if changes.is_empty() {
        let to = Element::text("To", "std").with("Kind", "Period");
        group = group.holding(Element::new("Transition").holding(to));
    }
    let to = Element::text("To", "0").with("Kind", "Group");
    element
        .holding(periods)
        .holding(Element::new("TransitionsGroups").holding(group))
        .holding(Element::new("Transitions").holding(Element::new("Transition").holding(to)))
}

fn transition(at: DateTime<Utc>, before: i32, to: &str) -> Element {
    let local = at.naive_utc() + TimeDelta::seconds(i64::from(before));
    let minutes = local.hour() * 60 + local.minute();
    let is_last = (local.date() + TimeDelta::days(7)).month() != local.month();
    let occurrence = if is_last { "-1".to_owned() } else { ((local.day() - 1) / 7 + 1).to_string() };
    Element::new("RecurringDayTransition")
        .holding(Element::text("To", to).with("Kind", "Period"))
        .holding(Element::text("TimeOffset", format!("PT{minutes}M")))
        .holding(Element::text("Month", local.month().to_string()))
        .holding(Element::text("DayOfWeek", local.format("%A").to_string()))
        .holding(Element::text("Occurrence", occurrence))
}

/// When clocks change in 2025: the moment, the offset after and before.
fn changes(zone: Tz) -> Vec<(DateTime<Utc>, i32, i32)> {
    let mut found = Vec::new();
    let mut time = new_year();
    while time.year() == 2025 {
        let (before, after) = (offset(zone, time), offset(zone, time + TimeDelta::hours(1)));
        if before != after {
            found.push((time + TimeDelta::hours(1), after, before));
        }
        time += TimeDelta::hours(1);
    }
    found
}

fn new_year() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap_or_default();
    day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc()
}

fn offset(zone: Tz, time: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&time.naive_utc()).fix().local_minus_utc()
}
