//! VALARM (RFC 5545 §3.6.6): when to remind.

use super::{
    Context,
    time::{self, Length, Moment},
};
use crate::{
    calendar::{Alarm, Time, Trigger},
    loss::Lost,
    read::component::{Component, Property},
};
use chrono::Duration;

/// Alarms of an item that begins and ends then.
pub(super) fn read(
    component: &Component,
    (start, end): (Option<&Time>, Option<&Time>),
    summary: Option<&str>,
    context: &mut Context<'_>,
) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    for alarm in component.all("VALARM") {
        let action = alarm.property("ACTION").map(|action| action.value().trim().to_ascii_uppercase());
        match action.as_deref() {
            Some("DISPLAY") => {}
            // Apple's way to say that there is none.
            Some("NONE") => continue,
            other => context.lose("VALARM", Lost::AlarmAction, other.unwrap_or_default()),
        }
        let trigger =
            alarm.property("TRIGGER").and_then(|trigger| read_trigger(trigger, start, end, context));
        match trigger {
            Some(trigger) => alarms.push(Alarm { trigger }),
            None => context.lose("VALARM", Lost::Alarm, ""),
        }
        details(alarm, summary, context);
    }
    alarms
}

fn read_trigger(
    property: &Property,
    start: Option<&Time>,
    end: Option<&Time>,
    context: &mut Context<'_>,
) -> Option<Trigger> {
    context.parameters(property, &["RELATED", "TZID"]);
    let value = property.value();
    if let Some(moment) = Moment::of(value) {
        return Some(Trigger::At(match context.time(property, value) {
            Some(time) => context.utc(&time),
            None => moment.naive(),
        }));
    }
    let offset = Length::of(value)?.duration();
    if !property.has("RELATED", "END") {
        return Some(Trigger::Before(-offset));
    }
    let end = end?;
    let Some(start) = start else {
        // RFC 5545 §3.8.6.3: of a task that is only due.
        let at = context.utc(end).checked_add_signed(offset)?;
        return time::is_written(at.date()).then_some(Trigger::At(at));
    };
    let length: Duration = context.utc(end) - context.utc(start);
    Some(Trigger::Before(-(length.checked_add(&offset)?)))
}

/// Tells of all that an alarm says beside its time. Its text is mostly that of the item, or that there is one.
fn details(alarm: &Component, summary: Option<&str>, context: &mut Context<'_>) {
    const SAID: [&str; 6] = [
        "REMINDER",
        "THIS IS AN EVENT REMINDER",
        "EVENT REMINDER",
        "ALARM",
        "DEFAULT MOZILLA DESCRIPTION",
        "MOZILLA DEFAULT DESCRIPTION",
    ];
    let mut names = Vec::new();
    for property in &alarm.properties {
        let is_known = match property.name.as_str() {
            "ACTION" | "TRIGGER" | "UID" | "X-WR-ALARMUID" => true,
            "DESCRIPTION" | "SUMMARY" => {
                let text = property.text();
                let text = text.trim();
                text.is_empty()
                    || summary.is_some_and(|summary| summary.trim() == text)
                    || SAID.iter().any(|said| text.eq_ignore_ascii_case(said))
            }
            _ => false,
        };
        if !is_known {
            names.push(property.name.as_str());
        }
    }
    names.dedup();
    if !names.is_empty() {
        context.lose("VALARM", Lost::AlarmDetail, &names.join(", "));
    }
}
