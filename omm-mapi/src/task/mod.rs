//! Tasks as VTODO ([MS-OXOTASK], RFC 5545 §3.6.2).
//!
//! # What becomes of each field
//!
//! | field | where it goes |
//! |---|---|
//! | PidTagSearchKey | UID |
//! | PidTagSubject; PidTagBody, HTML | SUMMARY; DESCRIPTION, X-ALT-DESC |
//! | PidLidTaskStartDate, PidLidTaskDueDate | DTSTART, DUE, as days: Outlook keeps midnight of the local day as if it were UTC |
//! | a start after the due date | **lost**: RFC 5545 forbids it |
//! | PidLidTaskDateCompleted | COMPLETED, at midnight of its day |
//! | PidLidPercentComplete | PERCENT-COMPLETE |
//! | PidLidTaskStatus | STATUS; waiting and deferred are NEEDS-ACTION with X-OMM-TASK-STATUS |
//! | PidTagImportance, PidTagSensitivity, PidNameKeywords | PRIORITY, CLASS, CATEGORIES |
//! | PidLidTaskOwner | X-OMM-TASK-OWNER: a name without an address, which ORGANIZER would need |
//! | PidLidTaskAssigner | X-OMM-TASK-ASSIGNER |
//! | PidLidTaskActualEffort, PidLidTaskEstimatedEffort | X-OMM-ACTUAL-WORK, X-OMM-TOTAL-WORK, as durations |
//! | PidLidTaskRecurrence | RRULE from the occurrence at hand on, EXDATE |
//! | … of a task that is made anew when it is done (SlidingFlag) | no RRULE; **lost**, the result says so, X-OMM-REGENERATES keeps the rule |
//! | PidLidReminderSet, PidLidReminderTime | VALARM at that time |
//! | PidLidCompanies, PidLidMileage, PidLidBilling, PidLidContacts | X-OMM-COMPANY, X-OMM-MILEAGE, X-OMM-BILLING, CONTACT |
//! | attachments | ATTACH |
//! | who was asked to do it and what came of it (PidLidTaskState, …History, …Updates) | **lost** |
//! | PidLidTaskOrdinal (the order by hand) | **lost** |

mod facts;

use crate::{
    convert::{Converted, Options},
    entry::{alarm, attachments, words},
    error::Result,
    object::Message,
    property::{Named, Properties, named::PSETID_TASK},
    recurrence::{self, Ending, Rendered},
};
use chrono::NaiveDate;
use omm_content::calendar::{Document, Entry, Recurrence, Task, TaskFacts, Time, zone::naive};
use omm_core::model::ItemKind;

const START: Named = Named::Id(PSETID_TASK, 0x8104);
const DUE: Named = Named::Id(PSETID_TASK, 0x8105);
const COMPLETED: Named = Named::Id(PSETID_TASK, 0x810F);
const RECURRENCE: Named = Named::Id(PSETID_TASK, 0x8116);
const RECURRING: Named = Named::Id(PSETID_TASK, 0x8126);

/// Converts a task.
///
/// # Errors
/// If something of it cannot be read.
pub fn convert(message: &dyn Message, options: &Options) -> Result<Converted> {
    let properties = message.properties();
    let files = attachments(message, options)?;
    let mut losses = files.losses;
    let mut entry = Entry { alarms: alarm(properties, true).into_iter().collect(), ..words(properties) };
    let (status, mut facts) = facts::of(properties);
    entry.status = Some(status);
    entry.attachments = files.files;
    let due = day(properties, &DUE);
    let mut start = day(properties, &START);
    if start.zip(due).is_some_and(|(start, due)| start > due) {
        losses.push("its start is after its due date".to_owned());
        start = None;
    }
    let recurrence = series(properties, &mut start, due, &mut facts, &mut losses);
    if start.is_none() && due.is_none() {
        // RFC 5545 §3.8.6.3: an alarm before a start needs one.
        entry.alarms.retain(|alarm| matches!(alarm.trigger, omm_content::calendar::Trigger::At(_)));
    }
    let task = Task {
        entry,
        start: start.map(Time::Date),
        due: due.map(Time::Date),
        completed: properties.named_time(&COMPLETED).map(naive),
        percent: facts::percent(properties),
        recurrence,
        facts,
    };
    let mut converted = Converted::new(ItemKind::Task, Document::default().task(task));
    converted.losses = losses;
    Ok(converted)
}

/// [MS-OXOTASK] §2.2.2.2.4: midnight of a local day, kept as if it were UTC.
fn day(properties: &Properties, of: &Named) -> Option<NaiveDate> {
    properties.named_time(of).map(|time| naive(time).date())
}

/// The rule of a task that recurs. RFC 5545 §3.8.5.3: DTSTART is its first occurrence.
fn series(
    properties: &Properties,
    start: &mut Option<NaiveDate>,
    due: Option<NaiveDate>,
    facts: &mut TaskFacts,
    losses: &mut Vec<String>,
) -> Recurrence {
    let none = Recurrence::default();
    // A task that does not recur any more may keep its rule.
    let recurs = properties.named(&RECURRING).is_none() || properties.is_named(&RECURRING);
    let Some(blob) = properties.named_binary(&RECURRENCE).filter(|_| recurs) else { return none };
    let mut pattern = match recurrence::task(blob) {
        Ok((pattern, lost)) => {
            losses.extend(lost);
            pattern
        }
        Err(error) => {
            losses.push(format!("it is kept as a single task: {error}"));
            return none;
        }
    };
    // How many there are is counted from the first; what is at hand is a later one.
    if let (Ending::Count(_), Some(last)) = (pattern.ending, pattern.last_date()) {
        (pattern.ending, pattern.end) = (Ending::Date, Some(last));
    }
    // The occurrence at hand; those before it are tasks of their own, done.
    let whole_series = pattern.start;
    pattern.start = start.or(due).or(whole_series);
    let rendered = pattern.render(Time::Date);
    let except = |first: NaiveDate| -> Vec<_> {
        pattern.deleted.iter().copied().filter(|day| *day > first).map(Time::Date).collect()
    };
    if pattern.sliding {
        losses.push("it is made anew after it was done, which iCalendar cannot say".to_owned());
        facts.regenerates = facts::regenerates(rendered);
        return none;
    }
    match rendered {
        Some(Rendered::Rule(first, rule)) => {
            // With a due date alone, the days between cannot be kept: a series is reckoned from its start.
            let begin = start.get_or_insert(first.min(due.unwrap_or(first)));
            if *begin != first {
                losses.push("its first day is not one of its rule".to_owned());
            }
            Recurrence { rule: Some(*rule), except: except(first), ..none }
        }
        Some(Rendered::Dates(days, all)) => {
            if !all {
                losses.push("its calendar is lunar: later occurrences are not written".to_owned());
            }
            let first = *start.get_or_insert(days.first().copied().unwrap_or_default());
            let also = days.into_iter().skip(1).map(Time::Date).collect();
            Recurrence { also, except: except(first), ..none }
        }
        None => none,
    }
}
