//! Events, tasks and notes: iCalendar as calcard reads it, as lines.

use crate::words::{self, plain};
use calcard::{
    common::timezone::Tz,
    icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarValue, Uri},
};
use chrono::{DateTime, TimeDelta, Utc};

/// [MS-OXOCAL] §2.2.1.2, by number.
pub(crate) const BUSY: [&str; 5] = ["FREE", "TENTATIVE", "BUSY", "OOF", "WORKINGELSEWHERE"];

/// As many occurrences of a series are compared.
pub(crate) const OCCURRENCES: usize = 60;

type Lines = Vec<(&'static str, String)>;

/// The subject of an item and its lines.
pub(crate) fn read(text: &str) -> (String, Lines) {
    let calendar = ICalendar::parse(text).unwrap_or_else(|error| panic!("{error:?}: {text}"));
    let is_item = |component: &&ICalendarComponent| {
        matches!(
            component.component_type,
            ICalendarComponentType::VEvent | ICalendarComponentType::VTodo | ICalendarComponentType::VJournal
        )
    };
    let item = calendar.components.iter().find(is_item).expect("an item");
    let mut lines = match item.component_type {
        ICalendarComponentType::VEvent => event(&calendar, item),
        ICalendarComponentType::VTodo => task(item),
        _ => note(item),
    };
    lines.extend(words::text(&value(item, "DESCRIPTION")).map(|text| ("text", text)));
    (plain(&value(item, "SUMMARY")), lines)
}

/// A time to the second, in UTC.
pub(crate) fn second(time: &str) -> String {
    DateTime::parse_from_rfc3339(time).map(|time| shown(time.to_utc())).unwrap_or_default()
}

/// The day whose midnight, somewhere, this is.
pub(crate) fn nearest_day(time: &str) -> String {
    let time = DateTime::parse_from_rfc3339(time).map(|time| time + TimeDelta::hours(12));
    time.map(|time| time.format("%Y-%m-%d").to_string()).unwrap_or_default()
}

fn shown(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn event(calendar: &ICalendar, event: &ICalendarComponent) -> Lines {
    let mut expanded = calendar.expand_dates(Tz::Floating, 500);
    assert!(expanded.errors.is_empty(), "{:?}", expanded.errors);
    expanded.events.sort_by_key(|event| event.start.timestamp());
    let first = &expanded.events[0];
    let all_day = value(event, "X-MICROSOFT-CDO-ALLDAYEVENT") == "TRUE";
    let (start, end) = first.timestamps();
    let time = |seconds: i64| {
        let time = DateTime::from_timestamp(seconds, 0).expect("a time");
        if all_day { time.format("%Y-%m-%d").to_string() } else { shown(time) }
    };
    let mut lines = vec![
        ("span", format!("{} to {}", time(start), time(end))),
        ("location", plain(&value(event, "LOCATION"))),
    ];
    let busy = value(event, "X-MICROSOFT-CDO-BUSYSTATUS");
    lines.extend((!busy.is_empty()).then_some(("busy", busy)));
    let class = value(event, "CLASS");
    lines.extend((!class.is_empty() && class != "PUBLIC").then(|| ("private", String::new())));
    for alarm in event.component_ids.iter().filter_map(|id| calendar.component_by_id(*id)) {
        lines.extend(minutes_before(alarm).map(|minutes| ("reminder", minutes.to_string())));
    }
    lines.extend(files(event).into_iter().map(|file| ("file", file)));
    if all(event, "RRULE").next().is_some() {
        let times = expanded.events.iter().take(OCCURRENCES);
        let shown = times.map(|event| event.start.naive_local().format("%Y-%m-%d %H:%M").to_string());
        lines.extend(shown.map(|time| ("occurrence", time)));
    }
    lines
}

fn minutes_before(alarm: &ICalendarComponent) -> Option<i64> {
    all(alarm, "TRIGGER").find_map(|value| match value {
        ICalendarValue::Duration(duration) => Some(-duration.as_seconds() / 60),
        _ => None,
    })
}

fn files(event: &ICalendarComponent) -> Vec<String> {
    let sum = |bytes: &[u8]| format!("{} {}", bytes.len(), words::sha256(bytes));
    all(event, "ATTACH")
        .map(|value| match value {
            ICalendarValue::Binary(bytes) => sum(bytes),
            ICalendarValue::Uri(Uri::Data(data)) => sum(&data.data),
            // What calcard makes of bytes that are text.
            ICalendarValue::Text(text) => sum(text.as_bytes()),
            other => format!("{other:?}"),
        })
        .collect()
}

fn task(task: &ICalendarComponent) -> Lines {
    let percent = all(task, "PERCENT-COMPLETE").find_map(ICalendarValue::as_integer).unwrap_or_default();
    let mut lines = vec![("percent", percent.to_string()), ("status", value(task, "STATUS"))];
    lines.extend(time_of(task, "COMPLETED").map(|time| ("completed", time)));
    lines
}

fn note(note: &ICalendarComponent) -> Lines {
    let color = value(note, "COLOR");
    let entry = plain(&value(note, "X-ENTRY-TYPE"));
    match time_of(note, "DTSTART") {
        Some(start) => vec![("entry", format!("{entry} {start}"))],
        None => vec![("color", color)],
    }
}

fn time_of(component: &ICalendarComponent, name: &str) -> Option<String> {
    let time = all(component, name).find_map(|value| value.as_partial_date_time())?;
    Some(second(&time.to_rfc3339()?))
}

fn all<'a>(component: &'a ICalendarComponent, name: &str) -> impl Iterator<Item = &'a ICalendarValue> {
    let named = move |entry: &&calcard::icalendar::ICalendarEntry| entry.name.as_str() == name;
    component.entries.iter().filter(named).flat_map(|entry| &entry.values)
}

fn value(component: &ICalendarComponent, name: &str) -> String {
    all(component, name).find_map(ICalendarValue::as_text).unwrap_or_default().to_owned()
}
