//! Appointments as VEVENT ([MS-OXOCAL], [MS-OXCICAL], RFC 5545).
//!
//! An appointment in a mailbox is data, never an invitation: no METHOD is written, so that nobody who reads it sends
//! anything. Only [`meeting_part`], for messages that are invitations, says one.
//!
//! # What becomes of each field
//!
//! | field | where it goes |
//! |---|---|
//! | PidLidGlobalObjectId, PidLidCleanGlobalObjectId | UID; a foreign UID inside is unwrapped; else PidTagSearchKey |
//! | … with a day, PidLidExceptionReplaceTime, of an occurrence that lies alone | RECURRENCE-ID |
//! | PidTagSubject, PidLidLocation | SUMMARY, LOCATION |
//! | PidTagBody, PidTagBodyHtml, PidTagRtfCompressed | DESCRIPTION in plain text, X-ALT-DESC in HTML |
//! | PidLidAppointmentStartWhole, …EndWhole | DTSTART, DTEND in the zone that Outlook shows them in |
//! | PidLidAppointmentSubType | all day: DTSTART and DTEND are days |
//! | PidLidAppointmentTimeZoneDefinition…, PidLidTimeZoneStruct | TZID and VTIMEZONE ([`crate::time_zone`]) |
//! | PidLidAppointmentRecur | RRULE, EXDATE, and a VEVENT with RECURRENCE-ID for each changed occurrence |
//! | … by lunar months | RDATE, for sixty years at most; **lost**: that it goes on |
//! | messages of changed occurrences | text, people, files of that VEVENT |
//! | PidLidBusyStatus, PidLidIntendedBusyStatus | TRANSP, X-MICROSOFT-CDO-BUSYSTATUS, X-MICROSOFT-CDO-INTENDEDSTATUS |
//! | PidLidAppointmentStateFlags | STATUS:CANCELLED; whether there is an ORGANIZER |
//! | PidTagSensitivity, PidLidPrivate | CLASS |
//! | PidTagImportance | PRIORITY, X-MICROSOFT-CDO-IMPORTANCE |
//! | PidNameKeywords | CATEGORIES; **lost**: their colours, which the mailbox keeps, not the item |
//! | PidLidReminderSet, PidLidReminderDelta | VALARM; **lost**: its sound |
//! | recipients, PidTagSentRepresenting… | ORGANIZER, ATTENDEE with role, answer, and RESOURCE |
//! | … with an address of Exchange alone | the name, with `invalid:nomail`; **lost**: the address, and the result says so |
//! | PidTagRecipientTrackStatusTime, PidLidAppointmentReplyTime | **lost**: when somebody answered |
//! | PidLidResponseStatus | X-OMM-RESPONSE, and PARTSTAT of whose mailbox it is (PidTagReceivedRepresenting…, PidTagReceivedBy…) |
//! | PidLidAppointmentSequence | SEQUENCE |
//! | PidTagOwnerAppointmentId, PidLidAppointmentNotAllowPropose | X-MICROSOFT-CDO-OWNERAPPTID, X-MICROSOFT-DISALLOW-COUNTER |
//! | links of Skype, Teams, NetMeeting | CONFERENCE; they stay in the text too |
//! | PidLidMeetingWorkspaceUrl | URL |
//! | attachments | ATTACH; a changed occurrence has only its own |
//! | PidLidCompanies, PidLidMileage, PidLidBilling, PidLidContacts | X-OMM-COMPANY, X-OMM-MILEAGE, X-OMM-BILLING, CONTACT |
//! | PidTagCreationTime, PidTagLastModificationTime | CREATED, LAST-MODIFIED, DTSTAMP |
//! | PidLidAppointmentColor, flags for follow-up, links to contacts, forms | **lost** |
//! | RTF that is not HTML | **lost** beside its text |

mod clock;
mod exceptions;
mod invitation;
mod occurrence;
mod online;
mod series;
mod single;
mod status;

pub use invitation::{MeetingPart, meeting_part};

use crate::{
    convert::{Converted, Options},
    entry::{attachments, name, people, words},
    error::Result,
    object::Message,
    property::Properties,
};
use omm_content::calendar::{Document, Entry, Event, Zone};
use omm_core::model::ItemKind;

/// Converts an appointment.
///
/// # Errors
/// If it has no start, or if something of it cannot be read.
pub fn convert(message: &dyn Message, options: &Options) -> Result<Converted> {
    let files = attachments(message, options)?;
    let mut draft = draft(message, files.exceptions, options)?;
    draft.event.entry.attachments = files.files;
    draft.losses.extend(files.losses);
    let document = Document { zones: draft.zones, ..Document::default() };
    let mut converted = Converted::new(ItemKind::Event, document.event(draft.event));
    converted.losses = draft.losses;
    Ok(converted)
}

/// An event on its way.
struct Draft {
    event: Event,
    zones: Vec<Zone>,
    losses: Vec<String>,
}

/// A changed occurrence: the properties of the attachment, and the message in it.
type Changed = (Properties, Box<dyn Message>);

fn draft(message: &dyn Message, changed: Vec<Changed>, options: &Options) -> Result<Draft> {
    let mut losses = Vec::new();
    let properties = message.properties();
    let entry = entry(message, &mut losses);
    let series = match properties.named_binary(&name::RECUR) {
        Some(blob) => match crate::recurrence::appointment(blob, properties.code_page()) {
            Ok(series) => Some(series),
            Err(error) => {
                losses.push(format!("it is kept as a single appointment: {error}"));
                None
            }
        },
        None => None,
    };
    let mut draft = match series {
        Some(series) => series::event(properties, entry, series, (changed, options), losses)?,
        None => single::event(properties, entry, losses)?,
    };
    draft.zones.sort_by(|one, two| one.id().cmp(two.id()));
    draft.zones.dedup();
    Ok(draft)
}

/// All that is not about time. What a recipient table cannot tell costs the people, not the appointment.
fn entry(message: &dyn Message, losses: &mut Vec<String>) -> Entry {
    let properties = message.properties();
    let recipients = message.recipients().unwrap_or_else(|error| {
        losses.push(format!("its attendees cannot be read: {error}"));
        Vec::new()
    });
    let people = people::people(properties, &recipients);
    let meeting = status::is_meeting(properties) || !people.attendees.is_empty();
    if meeting && people.unknown > 0 {
        losses.push(format!("{} of its people have an address of Exchange alone", people.unknown));
    }
    if people.left_out > 0 {
        losses.push(format!(
            "{} of its people are more than one item may have: they are left out",
            people.left_out
        ));
    }
    let sequence = properties.named_number(&name::SEQUENCE).and_then(|count| u32::try_from(count).ok());
    Entry {
        location: properties.named_text(&name::LOCATION).or_else(|| properties.named_text(&name::WHERE)),
        url: properties.named_text(&name::WORKSPACE_URL).filter(|url| url.contains(':')),
        sequence,
        organizer: people.organizer.filter(|_| meeting),
        attendees: people.attendees,
        conferences: online::conferences(properties),
        alarms: crate::entry::alarm(properties, false).into_iter().collect(),
        ..words(properties)
    }
}
