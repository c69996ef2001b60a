//! Organizer and attendees: the recipients of an item ([MS-OXOCAL] §2.2.4.10, [MS-OXCICAL] §2.1.3.1.1.20.2).

use super::name::tag as id;
use crate::property::{Properties, tag};
use omm_content::calendar::{Attendee, Part, Person, Role};

/// Who organizes an item, and who takes part.
#[derive(Debug, Default)]
pub(crate) struct People {
    pub(crate) organizer: Option<Person>,
    pub(crate) attendees: Vec<Attendee>,
    /// Those without an address that the Internet knows.
    pub(crate) unknown: usize,
}

/// More people than any meeting has.
const MOST: usize = 10_000;

/// Those whom the recipients of an item name; its organizer is its sender where no recipient says so.
pub(crate) fn people(properties: &Properties, recipients: &[Properties]) -> People {
    let mut people = People::default();
    for recipient in recipients.iter().take(MOST) {
        let flags = recipient.number(id::RECIPIENT_FLAGS).unwrap_or(0);
        // [MS-OXOCAL] §2.2.4.10.1: recipExceptionalDeleted, somebody who was taken off an occurrence.
        if flags & 0x20 != 0 {
            continue;
        }
        let person = person(recipient);
        people.unknown += usize::from(person.address.is_none());
        let kind = recipient.number(tag::RECIPIENT_TYPE).unwrap_or(1) & 0x0F;
        // recipOrganizer; an originator is one too.
        if flags & 0x02 != 0 || kind == 0 {
            people.organizer.get_or_insert(person);
            continue;
        }
        people.attendees.push(attendee(properties, recipient, person, kind));
    }
    if people.organizer.is_none() {
        people.organizer = sender(properties);
    }
    people
}

/// PidTagSentRepresenting…, else PidTagSender….
pub(crate) fn sender(properties: &Properties) -> Option<Person> {
    let of = |name: u16, smtp: u16, kind: u16, address: u16| {
        let name = properties.text(name);
        let address = properties.text(smtp).or_else(|| internet(properties, kind, address));
        (name.is_some() || address.is_some()).then_some(Person { name, address })
    };
    of(
        tag::SENT_REPRESENTING_NAME,
        id::SENT_REPRESENTING_SMTP_ADDRESS,
        tag::SENT_REPRESENTING_ADDRESS_TYPE,
        tag::SENT_REPRESENTING_EMAIL_ADDRESS,
    )
    .or_else(|| {
        of(tag::SENDER_NAME, id::SENDER_SMTP_ADDRESS, tag::SENDER_ADDRESS_TYPE, tag::SENDER_EMAIL_ADDRESS)
    })
}

/// A recipient's name and address.
pub(crate) fn person(recipient: &Properties) -> Person {
    let smtp = recipient.text(id::SMTP_ADDRESS).filter(|address| address.contains('@'));
    Person {
        name: recipient.text(tag::DISPLAY_NAME),
        address: smtp.or_else(|| internet(recipient, tag::ADDRESS_TYPE, tag::EMAIL_ADDRESS)),
    }
}

/// An address of type SMTP, or one that looks like it; those of Exchange (`/O=…`) mean nothing elsewhere.
fn internet(properties: &Properties, _kind: u16, address: u16) -> Option<String> {
    properties.text(address).filter(|address| address.contains('@') && !address.starts_with('/'))
}

fn attendee(properties: &Properties, recipient: &Properties, person: Person, kind: i64) -> Attendee {
    // [MS-OXCICAL] §2.1.3.1.1.20.2: MAPI_TO, MAPI_CC, MAPI_BCC.
    let role = match kind {
        2 => Role::Optional,
        3 => Role::Resource,
        _ if is_room(recipient) => Role::Resource,
        _ => Role::Required,
    };
    // [MS-OXOCAL] §2.2.4.10.2.
    let part = match recipient.number(id::RECIPIENT_TRACK_STATUS) {
        Some(2) => Part::Tentative,
        Some(3) => Part::Accepted,
        Some(4) => Part::Declined,
        _ => Part::NeedsAction,
    };
    let asked = properties.get(id::RESPONSE_REQUESTED).is_none() || properties.is(id::RESPONSE_REQUESTED);
    Attendee { person, role, part, rsvp: asked && part == Part::NeedsAction && role != Role::Resource }
}

/// [MS-OXOABK] §2.2.3.11, §2.2.3.12: DT_ROOM 7, DT_EQUIPMENT 8.
fn is_room(recipient: &Properties) -> bool {
    let kind = |id: u16| recipient.number(id).map(|kind| kind & 0xFF);
    [kind(id::DISPLAY_TYPE_EX), kind(id::DISPLAY_TYPE)].iter().flatten().any(|kind| matches!(kind, 7 | 8))
}
