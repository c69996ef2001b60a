//! Invitations, answers and cancellations: the part of a mail that is a calendar (RFC 5546, RFC 6047).

use super::{Draft, draft};
use crate::{
    convert::Options,
    entry::{name, people},
    object::Message,
    property::{Properties, named::PSETID_APPOINTMENT, named::PSETID_MEETING, tag},
};
use omm_content::calendar::{Attendee, Document, Method, Part, Role, zone::naive};

use crate::property::Named;

const IS_EXCEPTION: Named = Named::Id(PSETID_MEETING, 0x000A);
const COUNTER_PROPOSAL: Named = Named::Id(PSETID_APPOINTMENT, 0x8257);

/// The VCALENDAR of a meeting message, IPM.Schedule.Meeting.… ([MS-OXOCAL] §2.2.5 to §2.2.9); nothing for other messages,
/// and for one that has no time.
pub fn meeting_part(message: &dyn Message) -> Option<String> {
    let properties = message.properties();
    let class = properties.text(tag::MESSAGE_CLASS)?.to_ascii_lowercase();
    let rest = class.trim().strip_prefix("ipm.schedule.meeting.")?.to_owned();
    let (method, part) = match rest.split('.').next()? {
        "request" => (Method::Request, None),
        "canceled" => (Method::Cancel, None),
        "resp" => (Method::Reply, answer(&rest)),
        _ => return None,
    };
    let method = if properties.is_named(&COUNTER_PROPOSAL) { Method::Counter } else { method };
    let Draft { mut event, zones, .. } = draft(message, Vec::new(), &Options::default()).ok()?;
    if properties.is_named(&IS_EXCEPTION) && event.recurrence.rule.is_none() {
        let replaced = properties.named_time(&name::EXCEPTION_REPLACE_TIME).map(naive);
        event.instead_of = replaced.map(omm_content::calendar::Time::Utc);
    }
    match part {
        Some(part) => answered(message, properties, &mut event, part),
        None => event.entry.organizer = event.entry.organizer.or_else(|| people::sender(properties)),
    }
    if method == Method::Cancel {
        event.entry.status = Some(omm_content::calendar::Status::Cancelled);
    }
    // The message itself says it in HTML.
    event.entry.html = None;
    event.exceptions.iter_mut().for_each(|exception| exception.entry.html = None);
    // The message reminds of nothing; the appointment that is made of it will.
    event.entry.alarms.clear();
    let body =
        Document { method: Some(method), zones, ..Document::default() }.event(event).into_bytes().ok()?;
    String::from_utf8(body).ok()
}

/// [MS-OXOCAL] §2.2.8: Resp.Pos, Resp.Neg, Resp.Tent.
fn answer(class: &str) -> Option<Part> {
    match class.split('.').nth(1) {
        Some("pos") => Some(Part::Accepted),
        Some("neg") => Some(Part::Declined),
        Some("tent") => Some(Part::Tentative),
        _ => None,
    }
}

/// RFC 5546 §3.2.3: an answer names who answers alone, and goes to the organizer.
fn answered(
    message: &dyn Message,
    properties: &Properties,
    event: &mut omm_content::calendar::Event,
    part: Part,
) {
    let sender = people::sender(properties).unwrap_or_default();
    let recipients = message.recipients().unwrap_or_default();
    event.entry.organizer = recipients.first().map(people::person);
    event.entry.attendees = vec![Attendee { person: sender, role: Role::Required, part, rsvp: false }];
}
