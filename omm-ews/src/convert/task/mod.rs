//! Tasks ([MS-OXWSTASK]) and the model of VTODO.
//!
//! # What becomes of each field
//!
//! | of the task | of the model |
//! |---|---|
//! | the UID that it had elsewhere; else its search key | the UID |
//! | Subject, Body, Categories, Sensitivity, Importance | summary, text, categories, class, priority |
//! | StartDate, DueDate | days: Exchange keeps midnight of a day, wherever that is |
//! | CompleteDate | when it was done |
//! | Status | how far it is; waiting and deferred are stages of what is not begun |
//! | PercentComplete, ActualWork, TotalWork | the same, in minutes |
//! | Owner, Delegator; PidLidTaskOwner, PidLidTaskAssigner, PidLidTeamTask | whose it is |
//! | Companies, Contacts, Mileage, BillingInformation | the same |
//! | ReminderDueBy | an alarm at that time |
//! | Recurrence | a rule from the occurrence at hand on; of one that is made anew, the rule for that |

use super::{
    draft::Draft,
    entry,
    mailbox::Mailbox,
    moment,
    node::Node,
    order::Schema,
    recurrence::{self, Range, Series},
    words,
};
use crate::{
    ops::{ExtendedPath, PropertySet, PropertyType},
    xml::Element,
};
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use omm_content::calendar::{Alarm, End, Entry, Recurrence, Stage, Status, Task, TaskFacts, Time, Trigger};

const OWNER: ExtendedPath = ExtendedPath::id(PropertySet::TASK, 0x811F, PropertyType::String);
const ASSIGNER: ExtendedPath = ExtendedPath::id(PropertySet::TASK, 0x8121, PropertyType::String);
const TEAM: ExtendedPath = ExtendedPath::id(PropertySet::TASK, 0x8103, PropertyType::Boolean);

/// What must be asked for beside what the schema has.
pub(crate) const PROPERTIES: &[ExtendedPath] = &[OWNER, ASSIGNER, TEAM];

/// [MS-OXWSTASK] TaskStatusType.
const STATUSES: [(&str, Status, Option<Stage>); 5] = [
    ("NotStarted", Status::NeedsAction, None),
    ("InProgress", Status::InProcess, None),
    ("Completed", Status::Completed, None),
    ("WaitingOnOthers", Status::NeedsAction, Some(Stage::Waiting)),
    ("Deferred", Status::NeedsAction, Some(Stage::Deferred)),
];

/// Reads a task. What is lost is added to `losses`.
pub(crate) fn task(item: &Element, losses: &mut Vec<String>) -> Task {
    let status = STATUSES.iter().find(|(word, ..)| item.text_of("Status") == Some(word));
    let done = words::is(item, "IsComplete").then_some(&("Completed", Status::Completed, None));
    let (_, status, stage) = done.or(status).unwrap_or(&("NotStarted", Status::NeedsAction, None));
    let minutes = |name: &str| item.text_of(name)?.parse::<u32>().ok().filter(|minutes| *minutes > 0);
    let text = |name: &str| item.text_of(name).map(str::to_owned);
    let percent = item.text_of("PercentComplete").and_then(|text| text.parse::<f64>().ok());
    let mut task = Task {
        entry: Entry {
            status: Some(*status),
            alarms: alarm(item).into_iter().collect(),
            ..entry::read(item)
        },
        start: day(item, "StartDate").map(Time::Date),
        due: day(item, "DueDate").map(Time::Date),
        completed: item.text_of("CompleteDate").and_then(moment::utc),
        percent: percent
            .filter(|percent| percent.is_finite())
            .map(|percent| percent.clamp(0.0, 100.0).round() as u32),
        recurrence: Recurrence::default(),
        facts: TaskFacts {
            stage: *stage,
            owner: text("Owner").or_else(|| OWNER.text(item)),
            assigner: text("Delegator").or_else(|| ASSIGNER.text(item)),
            actual_minutes: minutes("ActualWork"),
            total_minutes: minutes("TotalWork"),
            team: words::is(item, "IsTeamTask") || TEAM.is(item),
            regenerates: None,
        },
    };
    if let Some(recurrence) = item.child("Recurrence") {
        recurs(recurrence, &mut task, losses);
    }
    task
}

/// The day of which a time is the midnight, in whatever zone.
fn day(item: &Element, name: &str) -> Option<NaiveDate> {
    item.text_of(name).and_then(moment::utc).map(omm_mapi::midnight::day)
}

fn alarm(item: &Element) -> Option<Alarm> {
    let time = item.text_of("ReminderDueBy").and_then(moment::utc)?;
    words::is(item, "ReminderIsSet").then_some(Alarm { trigger: Trigger::At(time) })
}

/// The rule from the occurrence at hand on; those before it are tasks of their own, done.
fn recurs(element: &Element, task: &mut Task, losses: &mut Vec<String>) {
    if let Some(rule) = recurrence::regeneration(element) {
        losses.push("it is made anew after it was done, which iCalendar cannot say".to_owned());
        task.facts.regenerates = Some(rule);
        return;
    }
    let Some(mut series) = Series::read(element) else {
        losses.push("its pattern is not known: it is kept as a single task".to_owned());
        return;
    };
    let at_hand = task.start.iter().chain(&task.due).map(|time| time.local().date()).next();
    let begin = at_hand.unwrap_or(series.start);
    if let (Range::Count(_), true) = (series.range, begin != series.start) {
        // How many there are is counted from the first; what is at hand is a later one.
        series.range = series.days().last().map_or(series.range, |last| Range::Until(*last));
    }
    series.start = begin;
    let reach = begin.checked_add_signed(Duration::days(36_525)).unwrap_or(begin);
    let first = series.days_until(reach).first().copied().unwrap_or(begin);
    // RFC 5545 §3.8.5.3: a series is reckoned from its start.
    if task.start.is_none() {
        task.start = Some(Time::Date(task.due.as_ref().map_or(first, |due| first.min(due.local().date()))));
    }
    task.recurrence.rule = Some(series.rule(first, Time::Date));
}

/// Makes a task.
pub(crate) fn draft(task: &Task, mailbox: &Mailbox) -> Draft {
    let mut draft = Draft::new(Schema::Task);
    draft.property_text(words::UID, &task.entry.uid);
    entry::write(&task.entry, None, &mut draft);
    words::set_list(&mut draft, "task:Companies", "t:Companies", &task.entry.companies);
    words::set_list(&mut draft, "task:Contacts", "t:Contacts", &task.entry.contacts);
    draft.text("task:Mileage", "t:Mileage", task.entry.mileage.as_deref().unwrap_or_default());
    let billing = task.entry.billing.as_deref().unwrap_or_default();
    draft.text("task:BillingInformation", "t:BillingInformation", billing);
    for (uri, element, time) in
        [("task:StartDate", "t:StartDate", &task.start), ("task:DueDate", "t:DueDate", &task.due)]
    {
        if let Some(time) = time {
            draft.set(
                uri,
                Node::text(element, &moment::written(time.local().date().and_time(NaiveTime::MIN))),
            );
        }
    }
    progress(task, &mut draft);
    facts(&task.facts, &mut draft);
    remind(task, mailbox, &mut draft);
    rule(task, &mut draft);
    lost(task, &mut draft);
    draft
}

fn progress(task: &Task, draft: &mut Draft) {
    let (status, stage) = (task.entry.status.unwrap_or(Status::NeedsAction), task.facts.stage);
    let done = task.completed.is_some() || status == Status::Completed;
    let word = STATUSES.iter().find(|(_, known, of)| *known == status && *of == stage);
    let word = if done { "Completed" } else { word.map_or("NotStarted", |(word, ..)| word) };
    if let Some(time) = task.completed {
        draft.set("task:CompleteDate", Node::text("t:CompleteDate", &moment::written(time)));
    }
    // Whichever of the three a server looks at last, all say the same.
    if let Some(percent) = if done { Some(100) } else { task.percent } {
        draft.set("task:PercentComplete", Node::text("t:PercentComplete", &percent.min(100).to_string()));
    }
    draft.set("task:Status", Node::text("t:Status", word));
    if status == Status::Cancelled {
        draft.lose("that it is cancelled");
    }
}

fn facts(facts: &TaskFacts, draft: &mut Draft) {
    for (uri, element, minutes) in [
        ("task:ActualWork", "t:ActualWork", facts.actual_minutes),
        ("task:TotalWork", "t:TotalWork", facts.total_minutes),
    ] {
        if let Some(minutes) = minutes {
            draft.set(uri, Node::text(element, &minutes.to_string()));
        }
    }
    draft.property_text(OWNER, facts.owner.as_deref().unwrap_or_default());
    draft.property_text(ASSIGNER, facts.assigner.as_deref().unwrap_or_default());
    if facts.team {
        draft.property(TEAM, "true");
    }
}

fn remind(task: &Task, mailbox: &Mailbox, draft: &mut Draft) {
    let begin = task.start.as_ref().or(task.due.as_ref());
    let begin = begin.map(|time| mailbox.zone().utc(time.local()));
    let time = |alarm: &Alarm| match alarm.trigger {
        Trigger::At(time) => Some(time),
        Trigger::Before(before) => begin?.checked_sub_signed(before),
    };
    let times: Vec<NaiveDateTime> = task.entry.alarms.iter().filter_map(time).collect();
    draft.set(
        "item:ReminderIsSet",
        Node::text("t:ReminderIsSet", if times.is_empty() { "false" } else { "true" }),
    );
    if let Some(time) = times.first() {
        draft.set("item:ReminderDueBy", Node::text("t:ReminderDueBy", &moment::written(*time)));
    }
    if task.entry.alarms.len() > 1 {
        draft.lose(format!("{} of its reminders: Exchange has one", task.entry.alarms.len() - 1));
    } else if times.is_empty() && !task.entry.alarms.is_empty() {
        draft.lose("a reminder before a time that it does not have");
    }
}

fn rule(task: &Task, draft: &mut Draft) {
    let first = task.start.as_ref().or(task.due.as_ref()).map(|time| time.local().date());
    if let (Some(rule), Some(first)) = (&task.facts.regenerates, first) {
        match recurrence::regeneration_node(rule, first, Range::NoEnd) {
            Some(node) => draft.set("task:Recurrence", node),
            None => draft.lose(format!("how it is made anew: {}", rule.value())),
        }
        return;
    }
    let Some(rule) = &task.recurrence.rule else { return };
    let Some(first) = first else {
        draft.lose("its rule: it has neither a start nor a due date");
        return;
    };
    let until = if let End::Until(time) = &rule.end { Some(time.local().date()) } else { None };
    let planned = recurrence::plan(rule, first, until);
    match planned.parts.as_slice() {
        [part, rest @ ..] => {
            draft.set("task:Recurrence", part.series.node());
            if !rest.is_empty() || !part.deleted.is_empty() {
                draft.lose(format!("its rule, {}: the nearest that Exchange has is kept", rule.value()));
            }
        }
        [] => draft.lose(format!("its rule, {}: it is kept as a single task", rule.value())),
    }
}

fn lost(task: &Task, draft: &mut Draft) {
    let times = [&task.start, &task.due].into_iter().flatten();
    for (what, is) in [
        (
            "the hours of its start and due date: days are kept",
            times.into_iter().any(|time| time.local().time() != NaiveTime::MIN),
        ),
        ("occurrences beside its rule", !task.recurrence.also.is_empty()),
        ("that occurrences are left out", !task.recurrence.except.is_empty()),
        ("its location", task.entry.location.is_some()),
        ("its URL", task.entry.url.is_some()),
        ("its people", task.entry.organizer.is_some() || !task.entry.attendees.is_empty()),
        ("where it can be joined from afar", !task.entry.conferences.is_empty()),
    ] {
        if is {
            draft.lose(what);
        }
    }
}

#[cfg(test)]
mod tests;
