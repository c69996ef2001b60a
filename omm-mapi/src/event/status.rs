//! Busy or free, tentative or cancelled, and what Exchange's own properties of iCalendar say of it
//! ([MS-OXCICAL] §2.1.3.1.1.20.31 and what follows).

use crate::{
    entry::name::{self, tag as id},
    property::{Properties, tag},
};
use omm_content::calendar::{Busy, EventFacts, Importance, Instance, Response, Status};

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

impl Facts {
    /// STATUS.
    pub(super) fn status(&self) -> Option<Status> {
        match self.busy {
            _ if self.state & 4 != 0 => Some(Status::Cancelled),
            Some(1) => Some(Status::Tentative),
            Some(_) => Some(Status::Confirmed),
            None => None,
        }
    }

    /// What is written of them.
    pub(super) fn written(&self, instance: Instance) -> EventFacts {
        EventFacts {
            busy: self.busy.map(busy),
            intended: self.intended.map(busy),
            all_day: Some(self.all_day),
            importance: self.importance.map(importance),
            instance: Some(instance),
            owner_id: self.owner_id,
            disallow_counter: self.no_counter.then_some(true),
            response: self.response.and_then(response),
        }
    }
}

/// [MS-OXOCAL] §2.2.1.2.
fn busy(busy: i64) -> Busy {
    match busy {
        0 => Busy::Free,
        1 => Busy::Tentative,
        3 => Busy::OutOfOffice,
        4 => Busy::WorkingElsewhere,
        _ => Busy::Busy,
    }
}

fn importance(importance: i64) -> Importance {
    match importance {
        ..=0 => Importance::Low,
        1 => Importance::Normal,
        2.. => Importance::High,
    }
}

/// [MS-OXOCAL] §2.2.1.11: what the owner of the mailbox answered.
fn response(response: i64) -> Option<Response> {
    match response {
        1 => Some(Response::Organized),
        2 => Some(Response::Tentative),
        3 => Some(Response::Accepted),
        4 => Some(Response::Declined),
        5 => Some(Response::NotResponded),
        _ => None,
    }
}
