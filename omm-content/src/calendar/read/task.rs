//! VTODO (RFC 5545 §3.6.2).

use super::{Context, alarm, entry, time::Length};
use crate::{
    calendar::{Recurrence, Stage, Task, TaskFacts, Time},
    loss::Lost,
    read::component::{Component, Property},
};

/// Reads the components of one UID: the model has no changed occurrences.
pub(super) fn read(all: &[&Component], context: &mut Context<'_>) -> Task {
    let is_master = |one: &&&Component| one.property("RECURRENCE-ID").is_none();
    let first = all.iter().find(is_master).or(all.first());
    let Some(first) = first else { return Task::default() };
    for other in all.iter().filter(|other| !std::ptr::eq(**other, *first)) {
        let id = other.property("RECURRENCE-ID").map(|id| id.value()).unwrap_or_default();
        context.lose("VTODO", Lost::Occurrence, id);
    }
    one(first, context)
}

fn one(component: &Component, context: &mut Context<'_>) -> Task {
    let time = |name: &str, context: &mut Context<'_>| {
        component.property(name).and_then(|property| context.one_time(property))
    };
    let start = time("DTSTART", context);
    let mut due = time("DUE", context);
    let (mut recurrence, mut facts) = (Recurrence::default(), TaskFacts::default());
    let (mut completed, mut percent, mut length) = (None, None, None);
    let own = |property: &Property, context: &mut Context<'_>| match property.name.as_str() {
        "DTSTART" | "DUE" => true,
        "DURATION" => {
            length = context.length(property);
            true
        }
        "COMPLETED" => {
            let time = context.time(property, property.value());
            entry::set(&mut completed, time.map(|time| context.utc(&time)))
        }
        "PERCENT-COMPLETE" => {
            let value = property.value().trim().parse().ok();
            entry::set(&mut percent, value.filter(|percent| *percent <= 100))
        }
        _ => {
            let begin = start.as_ref().or(due.as_ref());
            entry::recurrence(property, begin, &mut recurrence, context) || fact(property, &mut facts)
        }
    };
    let mut entry = entry::read(component, context, own);
    if let (None, Some(start), Some(length)) = (&due, &start, length) {
        due = context.later(start, length);
    }
    let summary = entry.summary.as_deref();
    entry.alarms = alarm::read(component, (start.as_ref(), due.as_ref()), summary, context);
    let start = start.filter(|start| ordered(start, due.as_ref(), context));
    Task { entry, start, due, completed, percent, recurrence, facts }
}

/// RFC 5545 §3.8.2.3: a start that is after the due date is no use.
fn ordered(start: &Time, due: Option<&Time>, context: &mut Context<'_>) -> bool {
    let is = due.is_none_or(|due| !start.is_like(due) || due.local() >= start.local());
    if !is {
        context.lose("DTSTART", Lost::Value, &start.value());
    }
    is
}

/// What Outlook says beside iCalendar; false for a word that is not known, which is kept as its line.
fn fact(property: &Property, facts: &mut TaskFacts) -> bool {
    use entry::set;
    let value = property.value();
    match property.name.as_str() {
        "X-OMM-TASK-STATUS" => set(&mut facts.stage, Stage::of_word(value)),
        "X-OMM-TASK-OWNER" => set(&mut facts.owner, Some(property.text())),
        "X-OMM-TASK-ASSIGNER" => set(&mut facts.assigner, Some(property.text())),
        "X-OMM-ACTUAL-WORK" => set(&mut facts.actual_minutes, minutes(value)),
        "X-OMM-TOTAL-WORK" => set(&mut facts.total_minutes, minutes(value)),
        "X-OMM-TEAM-TASK" => {
            facts.team |= property.is("TRUE");
            property.is("TRUE")
        }
        "X-OMM-REGENERATES" => set(&mut facts.regenerates, super::rule::read(value, None)),
        _ => false,
    }
}

fn minutes(value: &str) -> Option<u32> {
    let minutes = Length::of(value)?.duration().num_minutes();
    u32::try_from(minutes).ok().filter(|minutes| *minutes > 0)
}
