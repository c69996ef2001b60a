//! The days of a series, counted one by one from the pattern that libpff read: no rule of iCalendar is involved.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta};
use serde_json::Value;

/// As many occurrences of a series without an end are counted.
const MOST: usize = 200;

/// When the occurrences are, on the clock of the series, in their order.
pub(crate) fn expand(pattern: &Value) -> Vec<String> {
    let number = |name: &str| pattern[name].as_i64().unwrap_or_default();
    let minutes = TimeDelta::minutes(number("start_offset_min"));
    let deleted: Vec<NaiveDate> = days(&pattern["deleted_instances"]).collect();
    let mut times: Vec<NaiveDateTime> = all(pattern)
        .into_iter()
        .filter(|day| !deleted.contains(day))
        .map(|day| day.and_time(chrono::NaiveTime::MIN) + minutes)
        .collect();
    for exception in pattern["exceptions"].as_array().into_iter().flatten() {
        let start = exception["start"].as_str().unwrap_or_default();
        times.push(NaiveDateTime::parse_from_str(start, "%Y-%m-%dT%H:%M").expect("a time"));
    }
    times.sort();
    times.iter().map(|time| time.format("%Y-%m-%d %H:%M").to_string()).collect()
}

fn days(list: &Value) -> impl Iterator<Item = NaiveDate> {
    list.as_array().into_iter().flatten().map(day)
}

fn day(value: &Value) -> NaiveDate {
    value.as_str().and_then(|day| day.parse().ok()).expect("a day")
}

/// All days of the pattern, deleted ones too.
fn all(pattern: &Value) -> Vec<NaiveDate> {
    let number = |name: &str| pattern[name].as_i64().unwrap_or_default();
    let period = number("period_raw").max(1);
    let start = day(&pattern["start_date"]);
    let last = match pattern["end_type"].as_str() {
        Some("never") => NaiveDate::MAX,
        _ => day(&pattern["end_date"]),
    };
    let most = if pattern["end_type"] == "count" { number("count") as usize } else { MOST };
    let mut found = Vec::new();
    for step in 0.. {
        let next = match pattern["freq"].as_str() {
            // In minutes.
            Some("daily") => Some(start + Days::new(step * (period / 1440) as u64)),
            Some("weekly") => Some(start + Days::new(step)),
            _ => start.with_day(1).map(|first| first + Months::new((step * period as u64) as u32)),
        };
        let Some(next) = next else { break };
        let next = match pattern["freq"].as_str() {
            Some("daily") => next,
            Some("weekly") if fits(next, start, pattern, period) => next,
            Some("weekly") => continue,
            // The 31st is the last day of a shorter month.
            _ => (1..=number("day") as u32).rev().find_map(|day| next.with_day(day)).unwrap_or(next),
        };
        if next > last || found.len() == most {
            break;
        }
        found.push(next);
    }
    found
}

/// Whether a series by weeks has this day.
fn fits(day: NaiveDate, start: NaiveDate, pattern: &Value, period: i64) -> bool {
    let number = |name: &str| pattern[name].as_i64().unwrap_or_default();
    let weekday = |day: NaiveDate| i64::from(day.weekday().num_days_from_sunday());
    let first = start - TimeDelta::days((weekday(start) - number("first_dow")).rem_euclid(7));
    (day - first).num_days() / 7 % period == 0 && number("weekday_mask") >> weekday(day) & 1 == 1
}
