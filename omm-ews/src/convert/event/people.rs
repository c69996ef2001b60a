//! Organizer and attendees ([MS-OXWSMTGS] AttendeeType).

use super::names;
use crate::{
    convert::{draft::Draft, mailbox::Mailbox, node::Node, words},
    xml::Element,
};
use omm_content::calendar::{Attendee, Entry, Part, Person, Response, Role};

/// More people than any meeting has.
const MOST: usize = 10_000;

/// The lists of attendees, and the role that each stands for.
const LISTS: [(&str, Role); 3] = [
    ("RequiredAttendees", Role::Required),
    ("OptionalAttendees", Role::Optional),
    ("Resources", Role::Resource),
];

/// Adds those who take part in a meeting.
pub(super) fn read(item: &Element, mailbox: &Mailbox, entry: &mut Entry, losses: &mut Vec<String>) {
    let asked = item.child("IsResponseRequested").is_none() || words::is(item, "IsResponseRequested");
    let own = item.text_of("MyResponseType").and_then(answer);
    for (list, role) in LISTS {
        let all = item.child(list).into_iter().flat_map(|list| list.all("Attendee"));
        for attendee in all.take(MOST.saturating_sub(entry.attendees.len())) {
            let person = person(attendee, None);
            let part = attendee.text_of("ResponseType").and_then(answer).unwrap_or(Part::NeedsAction);
            let is_owner = person.address.as_deref().is_some_and(|address| mailbox.is_owner(address));
            // The list knows what others answered; of the owner the item itself does.
            let part = if is_owner { own.unwrap_or(part) } else { part };
            let rsvp = asked && part == Part::NeedsAction && role != Role::Resource;
            entry.attendees.push(Attendee { person, role, part, rsvp });
        }
    }
    let meeting = words::is(item, "IsMeeting") || !entry.attendees.is_empty();
    let smtp = names::ORGANIZER_SMTP.text(item).filter(|address| address.contains('@'));
    entry.organizer = item.child("Organizer").filter(|_| meeting).map(|organizer| person(organizer, smtp));
    let all = entry.attendees.iter().map(|attendee| &attendee.person).chain(&entry.organizer);
    let unknown = all.filter(|person| person.address.is_none()).count();
    if unknown > 0 {
        losses.push(format!("{unknown} of its people have an address of Exchange alone"));
    }
}

/// [MS-OXWSMTGS] ResponseTypeType. Nothing for what is no answer.
fn answer(word: &str) -> Option<Part> {
    match word {
        "Tentative" => Some(Part::Tentative),
        "Accept" => Some(Part::Accepted),
        "Decline" => Some(Part::Declined),
        _ => None,
    }
}

fn person(of: &Element, smtp: Option<String>) -> Person {
    let none = Element::default();
    let mailbox = of.child("Mailbox").unwrap_or(&none);
    let address =
        mailbox.text_of("EmailAddress").filter(|address| address.contains('@') && !address.starts_with('/'));
    Person { name: mailbox.text_of("Name").map(str::to_owned), address: address.map(str::to_owned).or(smtp) }
}

/// Sets those who take part.
pub(super) fn write(entry: &Entry, draft: &mut Draft) {
    for (uri, element, role) in [
        ("calendar:RequiredAttendees", "t:RequiredAttendees", Role::Required),
        ("calendar:OptionalAttendees", "t:OptionalAttendees", Role::Optional),
        ("calendar:Resources", "t:Resources", Role::Resource),
    ] {
        let is = |attendee: &&Attendee| {
            attendee.role == role || attendee.role == Role::Chair && role == Role::Required
        };
        let nodes: Vec<_> = entry.attendees.iter().filter(is).take(MOST).filter_map(attendee).collect();
        if !nodes.is_empty() {
            draft.set(uri, Node::parent(element, nodes));
        }
    }
    let unknown = entry.attendees.iter().filter(|one| one.person.address.is_none()).count();
    if unknown > 0 {
        draft.lose(format!("{unknown} of its attendees, who have no mail address"));
    }
    if !entry.attendees.is_empty() {
        let asked = entry.attendees.iter().any(|attendee| attendee.rsvp);
        let text = if asked { "true" } else { "false" };
        draft.set("calendar:IsResponseRequested", Node::text("t:IsResponseRequested", text));
    }
}

/// Somebody without an address cannot be named: a server looks everybody up.
fn attendee(attendee: &Attendee) -> Option<Node> {
    let address = attendee.person.address.as_deref()?;
    let name = attendee.person.name.as_deref().unwrap_or(address);
    let mailbox = Node::parent(
        "t:Mailbox",
        vec![
            Node::text("t:Name", name),
            Node::text("t:EmailAddress", address),
            Node::text("t:RoutingType", "SMTP"),
        ],
    );
    let answer = match attendee.part {
        Part::NeedsAction => None,
        Part::Accepted => Some("Accept"),
        Part::Tentative => Some("Tentative"),
        Part::Declined => Some("Decline"),
    };
    let answer = answer.map(|word| Node::text("t:ResponseType", word));
    Some(Node::parent("t:Attendee", std::iter::once(mailbox).chain(answer).collect()))
}

/// Whether somebody else than the owner of the mailbox asked for a meeting. What the owner answered tells it better than
/// addresses do, which a move to another server changes. Where nothing tells, it is another's: from such a one Exchange sends
/// nobody anything in the owner's name.
pub(super) fn is_of_another(entry: &Entry, response: Option<Response>, mailbox: &Mailbox) -> bool {
    match (response, &entry.organizer) {
        (None, None) => false,
        (None, Some(organizer)) => !organizer.address.as_deref().is_some_and(|own| mailbox.is_owner(own)),
        (Some(Response::Organized), _) => false,
        (Some(_), organizer) => organizer.is_some() || !entry.attendees.is_empty(),
    }
}

/// Sets who organizes. The element is the server's own: it names the owner of the mailbox, unless MAPI says otherwise.
pub(super) fn write_organizer(person: &Person, draft: &mut Draft) {
    let address = person.address.as_deref().unwrap_or_default();
    draft.property_text(names::ORGANIZER_NAME, person.name.as_deref().unwrap_or(address));
    if !address.is_empty() {
        draft.property_text(names::ORGANIZER_TYPE, "SMTP");
        draft.property_text(names::ORGANIZER_ADDRESS, address);
        draft.property_text(names::ORGANIZER_SMTP, address);
    }
}
