//! Busy or free, tentative or cancelled, and what Outlook keeps beside it ([MS-OXOCAL] §2.2.1).

use super::{names, people};
use crate::{
    convert::{draft::Draft, entry, mailbox::Mailbox, node::Node, words},
    xml::Element,
};
use omm_content::calendar::{Busy, Event, EventFacts, Instance, Response, Status};

/// [MS-OXWSMTGS] LegacyFreeBusyType. Servers know the last one from 2013 on.
const BUSY: [(&str, Busy); 5] = [
    ("Free", Busy::Free),
    ("Tentative", Busy::Tentative),
    ("Busy", Busy::Busy),
    ("OOF", Busy::OutOfOffice),
    ("WorkingElsewhere", Busy::WorkingElsewhere),
];

/// [MS-OXWSMTGS] ResponseTypeType, and PidLidResponseStatus ([MS-OXOCAL] §2.2.1.11).
const RESPONSES: [(&str, i64, Response); 5] = [
    ("Organizer", 1, Response::Organized),
    ("Tentative", 2, Response::Tentative),
    ("Accept", 3, Response::Accepted),
    ("Decline", 4, Response::Declined),
    ("NoResponseReceived", 5, Response::NotResponded),
];

fn busy(word: &str) -> Option<Busy> {
    BUSY.iter().find(|(known, _)| *known == word).map(|(_, busy)| *busy)
}

/// Adds status and facts to an event that has its entry.
pub(super) fn read(item: &Element, instance: Instance, event: &mut Event) {
    let shown = item.text_of("LegacyFreeBusyStatus").and_then(busy);
    let state = names::STATE_FLAGS.number(item).unwrap_or(0);
    event.entry.status = match shown {
        _ if words::is(item, "IsCancelled") || state & 4 != 0 => Some(Status::Cancelled),
        Some(Busy::Tentative) => Some(Status::Tentative),
        Some(_) => Some(Status::Confirmed),
        None => None,
    };
    let sequence = item.text_of("AppointmentSequenceNumber").and_then(|text| text.parse::<i64>().ok());
    let sequence = sequence.into_iter().chain(names::SEQUENCE.number(item)).max();
    event.entry.sequence = sequence.and_then(|count| u32::try_from(count).ok());
    event.transparent = matches!(shown, Some(Busy::Free | Busy::WorkingElsewhere));
    let number = names::INTENDED.number(item).and_then(|number| usize::try_from(number).ok());
    let intended = item.text_of("IntendedFreeBusyStatus").and_then(busy);
    let response = names::RESPONSE_STATUS.number(item);
    let word = item.text_of("MyResponseType");
    let known = RESPONSES.iter().find(|(name, number, _)| match response {
        Some(response) if response > 0 => *number == response,
        _ => Some(*name) == word,
    });
    event.facts = EventFacts {
        busy: shown,
        intended: intended.or_else(|| number.and_then(|at| BUSY.get(at)).map(|(_, busy)| *busy)),
        all_day: Some(words::is(item, "IsAllDayEvent")),
        importance: entry::importance(item),
        instance: Some(instance),
        owner_id: names::OWNER_ID.number(item).filter(|id| *id != 0),
        disallow_counter: (item.text_of("AllowNewTimeProposal").is_some()
            && !words::is(item, "AllowNewTimeProposal"))
        .then_some(true),
        // What was received was asked for by another, whatever else it says.
        response: known
            .map(|(.., response)| *response)
            .filter(|response| *response != Response::Organized || state & 2 == 0),
    };
}

/// Sets status and facts; `response` is what the owner of the mailbox answered, to the series if not to this one.
pub(super) fn write(event: &Event, response: Option<Response>, mailbox: &Mailbox, draft: &mut Draft) {
    let shown = match event.busy() {
        // Working elsewhere is no reason not to meet.
        Busy::WorkingElsewhere if mailbox.version < 15 => Busy::Free,
        busy => busy,
    };
    let word = BUSY.iter().find(|(_, busy)| *busy == shown).map_or("Busy", |(word, _)| word);
    draft.set("calendar:LegacyFreeBusyStatus", Node::text("t:LegacyFreeBusyStatus", word));
    if let Some(at) = event.facts.intended.and_then(|busy| BUSY.iter().position(|(_, known)| *known == busy))
    {
        draft.property(names::INTENDED, &at.to_string());
    }
    if let Some(id) = event.facts.owner_id {
        draft.property(names::OWNER_ID, &id.to_string());
    }
    if event.facts.disallow_counter == Some(true) {
        draft.set("calendar:AllowNewTimeProposal", Node::text("t:AllowNewTimeProposal", "false"));
    }
    if let Some((_, number, _)) = RESPONSES.iter().find(|(.., known)| response == Some(*known)) {
        draft.property(names::RESPONSE_STATUS, &number.to_string());
    }
    if let Some(sequence) = event.entry.sequence.filter(|count| *count > 0) {
        draft.property(names::SEQUENCE, &sequence.to_string());
    }
    state(event, response, mailbox, draft);
}

/// That it is cancelled, or another's meeting: or its owner would be told to send cancellations when it is deleted.
fn state(event: &Event, response: Option<Response>, mailbox: &Mailbox, draft: &mut Draft) {
    let entry = &event.entry;
    let meeting = entry.organizer.is_some() || !entry.attendees.is_empty();
    let received = people::is_of_another(entry, response, mailbox);
    if received && response.is_none() && mailbox.owner.is_empty() {
        draft.lose("whether its owner asked for it: who the owner is is not known");
    }
    let cancelled = entry.status == Some(Status::Cancelled);
    if received || cancelled {
        let flags = i64::from(meeting || received) | (i64::from(received) << 1) | (i64::from(cancelled) << 2);
        draft.property(names::STATE_FLAGS, &flags.to_string());
    }
    if let Some(organizer) = entry.organizer.as_ref().filter(|_| received) {
        people::write_organizer(organizer, draft);
    }
}
