//! Busy or free, tentative or cancelled, and what Exchange's own properties of iCalendar say of it
//! ([MS-OXCICAL] §2.1.3.1.1.20.31 and what follows).

use crate::{
    entry::name::{self, tag as id},
    property::{Properties, tag},
};
use omm_content::{
    calendar::{Entry, Status},
    line::Line,
};

/// What an event is within its series.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Instance {
    Single,
    Master,
    Exception,
}

/// What of an appointment its status hangs on.
#[derive(Clone)]
pub(super) struct Facts {
    pub(super) busy: Option<i64>,
    pub(super) intended: Option<i64>,
    /// PidLidAppointmentStateFlags: 1 a meeting, 2 received, 4 cancelled.
    pub(super) state: i64,
    pub(super) all_day: bool,
    pub(super) importance: Option<i64>,
    pub(super) owner_id: Option<i64>,
    pub(super) no_counter: bool,
    pub(super) response: Option<i64>,
}

impl Facts {
    pub(super) fn of(properties: &Properties) -> Self {
        Self {
            busy: properties.named_number(&name::BUSY_STATUS),
            intended: properties.named_number(&name::INTENDED_BUSY_STATUS).filter(|status| *status >= 0),
            state: properties.named_number(&name::STATE_FLAGS).unwrap_or(0),
            all_day: properties.is_named(&name::SUB_TYPE),
            importance: properties.number(tag::IMPORTANCE),
            owner_id: properties.number(id::OWNER_APPOINTMENT_ID).filter(|id| *id != 0),
            no_counter: properties.is_named(&name::NOT_ALLOW_PROPOSE),
            response: properties.named_number(&name::RESPONSE_STATUS),
        }
    }
}

/// [MS-OXOCAL] §2.2.1.10: asfMeeting.
pub(super) fn is_meeting(properties: &Properties) -> bool {
    properties.named_number(&name::STATE_FLAGS).is_some_and(|flags| flags & 1 != 0)
}

/// [MS-OXCICAL] §2.1.3.1.1.20.28: free. Working elsewhere is no reason not to meet either.
pub(super) fn is_transparent(busy: Option<i64>) -> bool {
    matches!(busy, Some(0 | 4))
}

/// Adds STATUS and Exchange's own properties.
pub(super) fn add(entry: &mut Entry, facts: &Facts, instance: Instance) {
    entry.status = match facts.busy {
        _ if facts.state & 4 != 0 => Some(Status::Cancelled),
        Some(1) => Some(Status::Tentative),
        Some(_) => Some(Status::Confirmed),
        None => None,
    };
    let line = |name: &str, value: &str| Line::new(name).plain(value);
    let mut lines = Vec::new();
    lines.extend(facts.busy.map(|busy| line("X-MICROSOFT-CDO-BUSYSTATUS", busy_word(busy))));
    lines.extend(facts.intended.map(|busy| line("X-MICROSOFT-CDO-INTENDEDSTATUS", busy_word(busy))));
    lines.push(line("X-MICROSOFT-CDO-ALLDAYEVENT", if facts.all_day { "TRUE" } else { "FALSE" }));
    lines.extend(
        facts.importance.map(|value| line("X-MICROSOFT-CDO-IMPORTANCE", &value.clamp(0, 2).to_string())),
    );
    let kind = match instance {
        Instance::Single => "0",
        Instance::Master => "1",
        Instance::Exception => "3",
    };
    lines.push(line("X-MICROSOFT-CDO-INSTTYPE", kind));
    lines.extend(facts.owner_id.map(|id| line("X-MICROSOFT-CDO-OWNERAPPTID", &id.to_string())));
    lines.extend(facts.no_counter.then(|| line("X-MICROSOFT-DISALLOW-COUNTER", "TRUE")));
    lines.extend(facts.response.and_then(response_word).map(|word| line("X-OMM-RESPONSE", word)));
    entry.extra.extend(lines);
}

/// [MS-OXOCAL] §2.2.1.2.
fn busy_word(busy: i64) -> &'static str {
    match busy {
        0 => "FREE",
        1 => "TENTATIVE",
        3 => "OOF",
        4 => "WORKINGELSEWHERE",
        _ => "BUSY",
    }
}

/// [MS-OXOCAL] §2.2.1.11: what the owner of the mailbox answered.
fn response_word(response: i64) -> Option<&'static str> {
    match response {
        1 => Some("ORGANIZED"),
        2 => Some("TENTATIVE"),
        3 => Some("ACCEPTED"),
        4 => Some("DECLINED"),
        5 => Some("NOT-RESPONDED"),
        _ => None,
    }
}
