//! VEVENT (RFC 5545 §3.6.1), a series with the occurrences that differ.

use super::{Context, alarm, entry, time::Length};
use crate::{
    calendar::{Busy, Event, EventFacts, Importance, Instance, Recurrence, Response, Time},
    loss::Lost,
    read::{
        Problem, Reason,
        component::{Component, Property},
    },
};

/// Changed occurrences of a series; more are no series.
const MOST: usize = 10_000;

/// Reads the components of one UID.
pub(super) fn read(all: &[&Component], context: &mut Context<'_>) -> Result<Event, Problem> {
    let is_change = |one: &&&Component| one.property("RECURRENCE-ID").is_some();
    let (changes, masters): (Vec<_>, Vec<_>) = all.iter().partition(is_change);
    let mut masters = masters.into_iter();
    let mut changes = changes.into_iter();
    // Without its series, the first of them goes for all.
    let first = masters.next().or_else(|| changes.next());
    let first = first.ok_or(Problem { line: 1, reason: Reason::NoItem })?;
    let mut event = one(first, context)?;
    for other in masters {
        context.lose("VEVENT", Lost::Item, &other.property("UID").map(Property::text).unwrap_or_default());
    }
    for change in changes {
        if event.exceptions.len() == MOST {
            context.lose("VEVENT", Lost::TooMany, "");
            break;
        }
        match one(change, context) {
            // With a RECURRENCE-ID that nobody can read it would be a series of its own.
            Ok(exception) if exception.instead_of.is_none() => {
                context.lose("VEVENT", Lost::Occurrence, "nobody can read which one it is");
            }
            Ok(exception) => event.exceptions.push(exception),
            Err(_) => context.lose("VEVENT", Lost::Occurrence, "it has no start"),
        }
    }
    Ok(event)
}

fn one(component: &Component, context: &mut Context<'_>) -> Result<Event, Problem> {
    let none = Problem { line: component.line, reason: Reason::NoStart };
    let start = component.property("DTSTART").and_then(|start| context.one_time(start)).ok_or(none)?;
    let mut event = Event::at(start);
    let (mut end, mut length) = (None, None);
    let (mut recurrence, mut facts) = (Recurrence::default(), EventFacts::default());
    let begin = event.start.clone();
    let (mut instead_of, mut transparent) = (None, None);
    let own = |property: &Property, context: &mut Context<'_>| match property.name.as_str() {
        "DTSTART" => true,
        "DTEND" if end.is_none() => {
            end = context.one_time(property);
            true
        }
        "DURATION" => {
            length = context.length(property);
            true
        }
        "RECURRENCE-ID" if instead_of.is_none() => {
            instead_of = context.one_time(property);
            if property.has("RANGE", "THISANDFUTURE") {
                context.lose("RECURRENCE-ID", Lost::ThisAndFuture, property.value());
            }
            true
        }
        "TRANSP" => {
            // The writer says one of the two.
            if !entry::set(&mut transparent, is_transparent(property)) {
                context.lose("TRANSP", Lost::Value, property.value());
            }
            true
        }
        _ => {
            entry::recurrence(property, Some(&begin), &mut recurrence, context) || fact(property, &mut facts)
        }
    };
    event.entry = entry::read(component, context, own);
    event.transparent = transparent.unwrap_or(false);
    event.end = match (end, length) {
        (Some(end), _) => after(&event.start, end, context),
        (None, Some(length)) => {
            context.later(&event.start, length).and_then(|end| after(&event.start, end, context))
        }
        (None, None) => None,
    };
    (event.recurrence, event.instead_of, event.facts) = (recurrence, instead_of, facts);
    let summary = event.entry.summary.as_deref();
    // RFC 5545 §3.6.1: a day without an end is one day, a time without one takes no time.
    let is_day = matches!(event.start, Time::Date(_));
    let least = || context.later(&event.start, Length { days: i64::from(is_day), seconds: 0 });
    let until = event.end.clone().or_else(least);
    event.entry.alarms = alarm::read(component, (Some(&event.start), until.as_ref()), summary, context);
    Ok(event)
}

/// An end that is after the start (RFC 5545 §3.8.2.2); one at the start says nothing.
fn after(start: &Time, end: Time, context: &mut Context<'_>) -> Option<Time> {
    let is_day = |time: &Time| matches!(time, Time::Date(_));
    if is_day(start) != is_day(&end) {
        context.lose("DTEND", Lost::End, &end.value());
        return None;
    }
    let (from, to) = if start.is_like(&end) {
        (start.local(), end.local())
    } else {
        (context.utc(start), context.utc(&end))
    };
    if to < from {
        context.lose("DTEND", Lost::End, &end.value());
    }
    (to > from).then_some(end)
}

fn is_transparent(property: &Property) -> Option<bool> {
    match property.value().trim().to_ascii_uppercase().as_str() {
        "TRANSPARENT" => Some(true),
        "OPAQUE" => Some(false),
        _ => None,
    }
}

/// What Outlook and Exchange say beside iCalendar; false for a word that is not known, which is kept as its line.
fn fact(property: &Property, facts: &mut EventFacts) -> bool {
    use entry::set;
    let value = property.value();
    match property.name.as_str() {
        "X-MICROSOFT-CDO-BUSYSTATUS" => set(&mut facts.busy, Busy::of_word(value)),
        "X-MICROSOFT-CDO-INTENDEDSTATUS" => set(&mut facts.intended, Busy::of_word(value)),
        "X-MICROSOFT-CDO-ALLDAYEVENT" => set(&mut facts.all_day, flag(value)),
        "X-MICROSOFT-CDO-IMPORTANCE" => set(&mut facts.importance, Importance::of_word(value)),
        "X-MICROSOFT-CDO-INSTTYPE" => set(&mut facts.instance, Instance::of_word(value)),
        "X-MICROSOFT-CDO-OWNERAPPTID" => set(&mut facts.owner_id, value.trim().parse().ok()),
        "X-MICROSOFT-DISALLOW-COUNTER" => set(&mut facts.disallow_counter, flag(value)),
        "X-OMM-RESPONSE" => set(&mut facts.response, Response::of_word(value)),
        _ => false,
    }
}

fn flag(value: &str) -> Option<bool> {
    match value.trim().to_ascii_uppercase().as_str() {
        "TRUE" => Some(true),
        "FALSE" => Some(false),
        _ => None,
    }
}
