//! Organizer and attendees: the recipients of an item ([MS-OXOCAL] §2.2.4.10, [MS-OXCICAL] §2.1.3.1.1.20.2).

use super::name::{RESPONSE_STATUS, tag as id};
use crate::property::{Properties, tag};
use omm_content::calendar::{Attendee, Part, Person, Role};

/// Who organizes an item, and who takes part.
#[derive(Debug, Default)]
pub(crate) struct People {
    pub(crate) organizer: Option<Person>,
    pub(crate) attendees: Vec<Attendee>,
    /// Those without an address that the Internet knows.
    pub(crate) unknown: usize,
    /// Those who are too many.
    pub(crate) left_out: usize,
}

/// More people than any meeting has.
const MOST: usize = 10_000;

/// Those whom the recipients of an item name; its organizer is its sender where no recipient says so.
pub(crate) fn people(properties: &Properties, recipients: &[Properties]) -> People {
    let left_out = recipients.len().saturating_sub(MOST);
    let mut people = People { left_out, ..People::default() };
    let owner = Owner::of(properties);
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
        let mut attendee = attendee(properties, recipient, person, kind);
        owner.answer(&mut attendee);
        people.attendees.push(attendee);
    }
    if people.organizer.is_none() {
        people.organizer = sender(properties);
    }
    people
}

/// PidTagSentRepresenting…, else PidTagSender….
pub(crate) fn sender(properties: &Properties) -> Option<Person> {
    let of = |name: u16, smtp: u16, address: u16| {
        let name = properties.text(name);
        let address = properties.text(smtp).or_else(|| internet(properties, address));
        (name.is_some() || address.is_some()).then_some(Person { name, address })
    };
    of(tag::SENT_REPRESENTING_NAME, id::SENT_REPRESENTING_SMTP_ADDRESS, tag::SENT_REPRESENTING_EMAIL_ADDRESS)
        .or_else(|| of(tag::SENDER_NAME, id::SENDER_SMTP_ADDRESS, tag::SENDER_EMAIL_ADDRESS))
}

/// A recipient's name and address.
pub(crate) fn person(recipient: &Properties) -> Person {
    let smtp = recipient.text(id::SMTP_ADDRESS).filter(|address| address.contains('@'));
    Person {
        name: recipient.text(tag::DISPLAY_NAME),
        address: smtp.or_else(|| internet(recipient, tag::EMAIL_ADDRESS)),
    }
}

/// An address of type SMTP, or one that looks like it; those of Exchange (`/O=…`) mean nothing elsewhere.
fn internet(properties: &Properties, address: u16) -> Option<String> {
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

/// Whose mailbox it is, and what was answered there ([MS-OXOCAL] §2.2.1.11): the recipient table knows what others answered.
struct Owner {
    /// Addresses and names, in lower case.
    known_as: Vec<String>,
    answer: Option<i64>,
}

impl Owner {
    fn of(properties: &Properties) -> Self {
        // Addresses; a name only where no address says who it is.
        let texts = |ids: [u16; 2]| {
            let texts = ids.into_iter().filter_map(|id| properties.text(id));
            texts.map(|text| text.to_lowercase()).collect::<Vec<_>>()
        };
        let mut known_as: Vec<String> = [
            [id::RECEIVED_REPRESENTING_SMTP_ADDRESS, id::RECEIVED_REPRESENTING_EMAIL_ADDRESS],
            [id::RECEIVED_BY_SMTP_ADDRESS, id::RECEIVED_BY_EMAIL_ADDRESS],
        ]
        .into_iter()
        .map(texts)
        .find(|texts| !texts.is_empty())
        .unwrap_or_default();
        if !known_as.iter().any(|address| address.contains('@')) {
            known_as
                .extend(texts([id::RECEIVED_REPRESENTING_NAME, id::RECEIVED_BY_NAME]).into_iter().take(1));
        }
        Self { known_as, answer: properties.named_number(&RESPONSE_STATUS) }
    }

    /// Puts the owner's answer in, if that is who takes part here.
    fn answer(&self, attendee: &mut Attendee) {
        let Person { name, address } = &attendee.person;
        let is = |text: &String| self.known_as.contains(&text.to_lowercase());
        if !address.iter().chain(name).any(is) {
            return;
        }
        match self.answer {
            Some(2) => attendee.part = Part::Tentative,
            Some(3) => attendee.part = Part::Accepted,
            Some(4) => attendee.part = Part::Declined,
            // respNotResponded, or nobody says.
            Some(5) | None => return,
            // respNone, respOrganized: no answer is due.
            Some(_) => {}
        }
        attendee.rsvp = false;
    }
}
