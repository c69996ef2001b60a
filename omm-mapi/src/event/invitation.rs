//! Invitations, answers and cancellations: the part of a mail that is a calendar (RFC 5546, RFC 6047).

use super::{
    Draft, draft,
    occurrence::{Standing, standing},
    single::{clock, whole},
};
use crate::{
    convert::Options,
    entry::people,
    object::Message,
    property::{Named, Properties, named::PSETID_APPOINTMENT, tag},
};
use omm_content::calendar::{Attendee, Document, Event, Method, Part, Role, Status, zone::naive};

const PROPOSED_START: Named = Named::Id(PSETID_APPOINTMENT, 0x8250);
const PROPOSED_END: Named = Named::Id(PSETID_APPOINTMENT, 0x8251);
const COUNTER_PROPOSAL: Named = Named::Id(PSETID_APPOINTMENT, 0x8257);

/// The part of a mail that is a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MeetingPart {
    /// What it asks, a METHOD of RFC 5546 §1.4: also a parameter of its media type (RFC 6047 §2.4).
    pub method: &'static str,
    /// The VCALENDAR.
    pub text: String,
}

/// The VCALENDAR of a meeting message, IPM.Schedule.Meeting.… ([MS-OXOCAL] §2.2.5 to §2.2.9); nothing for other messages,
/// for one that has no time, and for one about an occurrence of which nobody says which it is.
pub fn meeting_part(message: &dyn Message) -> Option<MeetingPart> {
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
    if event.recurrence.is_none() && is_unknown(properties) {
        // RFC 5546 §3.2.5: without RECURRENCE-ID it would be about them all.
        return None;
    }
    match part {
        Some(part) => answered(message, properties, &mut event, part),
        None => event.entry.organizer = event.entry.organizer.or_else(|| people::sender(properties)),
    }
    match method {
        Method::Cancel => event.entry.status = Some(Status::Cancelled),
        Method::Counter => proposed(properties, &mut event),
        Method::Request | Method::Reply => {}
    }
    // The message itself says it in HTML.
    event.entry.html = None;
    event.exceptions.iter_mut().for_each(|exception| exception.entry.html = None);
    // The message reminds of nothing; the appointment that is made of it will.
    event.entry.alarms.clear();
    let body =
        Document { method: Some(method), zones, ..Document::default() }.event(event).into_bytes().ok()?;
    Some(MeetingPart { method: method.word(), text: String::from_utf8(body).ok()? })
}

fn is_unknown(properties: &Properties) -> bool {
    let start = whole(properties).map(|(start, _)| start);
    start.is_some_and(|start| standing(properties, &clock(properties, start), start) == Standing::Unknown)
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
fn answered(message: &dyn Message, properties: &Properties, event: &mut Event, part: Part) {
    let sender = people::sender(properties).unwrap_or_default();
    let recipients = message.recipients().unwrap_or_default();
    event.entry.organizer = recipients.first().map(people::person);
    event.entry.attendees = vec![Attendee { person: sender, role: Role::Required, part, rsvp: false }];
}

/// RFC 5546 §3.2.7: a counter-proposal has the time that is proposed. Exchange tells the other one beside it
/// ([MS-OXCICAL], X-MS-OLK-ORIGINALSTART and …END).
fn proposed(properties: &Properties, event: &mut Event) {
    let time = |of: &Named| properties.named_time(of).map(naive);
    let Some(start) = time(&PROPOSED_START) else { return };
    let Some((began, ended)) = whole(properties) else { return };
    let end = time(&PROPOSED_END).filter(|end| *end >= start).unwrap_or_else(|| start + (ended - began));
    let clock = clock(properties, began);
    let former_end = event.end.replace(clock.instant(end));
    let former_start = std::mem::replace(&mut event.start, clock.instant(start));
    event.entry.extra.push(former_start.line("X-MS-OLK-ORIGINALSTART"));
    event.entry.extra.extend(former_end.map(|end| end.line("X-MS-OLK-ORIGINALEND")));
}
