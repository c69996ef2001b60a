//! Windows' time zones.

use super::WINDOWS;
use crate::ews::{store::Item, xml::Element};
use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use std::sync::LazyLock;
use windows_timezones::WindowsTimezone;

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

/// To which bias clocks change, and when: month, day and time.
type Rules = Vec<(i32, Vec<String>)>;

/// The zones that it knows, by their rules: those of today first, then those of earlier years.
static KNOWN: LazyLock<Vec<(Rules, Tz)>> = LazyLock::new(|| {
    let of = |name: &str, year: i32| Some((rules(&definition_in(name, true, year))?, named(name)?));
    let years = [TODAY, 2000, 1980].into_iter();
    years.flat_map(|year| WINDOWS.iter().filter_map(move |name| of(name, year))).collect()
});

/// The year whose rules the server shows.
const TODAY: i32 = 2025;

/// One that a client describes itself: the first of those that the server knows whose clocks change at the same times,
/// else its first period in whole hours, all year round.
fn custom(zone: &Element) -> Option<Tz> {
    let own = rules(zone)?;
    // Of rules that no zone has, those that change in the same months are near enough.
    let months = |rules: &Rules| -> Vec<_> {
        rules.iter().map(|(bias, when)| (*bias, when.first().cloned())).collect()
    };
    let known = || KNOWN.iter().find(|(rules, _)| *rules == own);
    let near = || KNOWN.iter().find(|(rules, _)| months(rules) == months(&own));
    if own.len() > 1
        && let Some((_, zone)) = known().or_else(near)
    {
        return Some(*zone);
    }
    let hours = minutes(zone.child("Periods")?.children.first()?.attribute("Bias")?)? / 60;
    // The names of these zones count the other way round, as a bias does.
    format!("Etc/GMT{hours:+}").parse().ok()
}

/// The rules that a zone has in the end.
fn rules(zone: &Element) -> Option<Rules> {
    let named = |parent: &str, id: &str| {
        zone.child(parent)?.children.iter().find(|child| child.attribute("Id") == Some(id))
    };
    let last = zone.child("Transitions")?.children.last()?.text_of("To")?;
    let mut found = Vec::new();
    for change in &named("TransitionsGroups", last)?.children {
        let bias = minutes(named("Periods", change.text_of("To")?)?.attribute("Bias")?)?;
        let mut when: Vec<_> = ["Month", "DayOfWeek", "Occurrence", "Day"]
            .iter()
            .map(|name| change.text_of(name).unwrap_or_default().to_owned())
            .collect();
        when.push(change.text_of("TimeOffset").and_then(minutes).unwrap_or(0).to_string());
        found.push((bias, when));
    }
    found.sort();
    Some(found)
}

/// Minutes of a duration: `PT5H`, `-PT60M`, `P0DT2H0M0.0S`.
fn minutes(duration: &str) -> Option<i32> {
    let (sign, rest) = duration.strip_prefix('-').map_or((1, duration), |rest| (-1, rest));
    let (days, time) = rest.strip_prefix('P')?.split_once('T')?;
    let mut all = days.trim_end_matches('D').parse::<i32>().unwrap_or(0) * 1440;
    let mut digits = String::new();
    for letter in time.chars() {
        match letter {
            'H' => all += digits.parse::<i32>().ok()? * 60,
            'M' => all += digits.parse::<i32>().ok()?,
            'S' => {}
            digit => {
                digits.push(digit);
                continue;
            }
        }
        digits.clear();
    }
    Some(sign * all)
}

/// A TimeZoneDefinition; with its rules, as they are in 2025, when `is_full`.
pub(in crate::ews) fn definition(name: &str, is_full: bool) -> Element {
    definition_in(name, is_full, TODAY)
}

fn definition_in(name: &str, is_full: bool, year: i32) -> Element {
    let element = Element::new("TimeZoneDefinition").with("Id", name).with("Name", description(name));
    let Some(zone) = named(name).filter(|_| is_full) else { return element };
    let changes = changes(zone, year);
    let bias = |seconds: i32| match -seconds / 60 {
        minutes if minutes < 0 => format!("-PT{}M", -minutes),
        minutes => format!("PT{minutes}M"),
    };
    let standard =
        changes.iter().map(|change| change.1).chain([offset(zone, new_year(year))]).min().unwrap_or(0);
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

/// When clocks change in a year: the moment, the offset after and before.
fn changes(zone: Tz, year: i32) -> Vec<(DateTime<Utc>, i32, i32)> {
    let mut found = Vec::new();
    let mut day = new_year(year);
    while day.year() == year {
        let next = day + TimeDelta::days(1);
        let (before, after) = (offset(zone, day), offset(zone, next));
        if before != after {
            let mut hours = (1..=24).map(|hour| day + TimeDelta::hours(hour));
            found.push((hours.find(|time| offset(zone, *time) == after).unwrap_or(next), after, before));
        }
        day = next;
    }
    found
}

fn new_year(year: i32) -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc()
}

fn offset(zone: Tz, time: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&time.naive_utc()).fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kills: zones that are taken for their first period all year round.
    #[test]
    fn a_zone_that_a_client_describes() {
        let as_custom = |name: &str| {
            let mut zone = definition(name, true);
            zone.attributes.retain(|(attribute, _)| attribute != "Id");
            custom(&zone)
        };
        assert_eq!(as_custom("Eastern Standard Time"), Some(Tz::America__New_York));
        assert_eq!(as_custom("Cen. Australia Standard Time"), Some(Tz::Australia__Adelaide));
        assert_eq!(as_custom("Tokyo Standard Time"), Some(Tz::Etc__GMTMinus9));
        for (text, expected) in [("PT5H", 300), ("-PT60M", -60), ("P0DT2H0M0.0S", 120), ("-PT5H30M", -330)] {
            assert_eq!(minutes(text), Some(expected), "{text}");
        }
    }
}
