//! Items in their interchange form: vCard and iCalendar on one side, what Exchange has on the other.

use super::{
    Attached, Mailbox, Occurrence, Plan, contact, contact_draft, event, group, group_draft, note, note_draft,
    plans, task, task_draft,
};
use crate::xml::Element;
use omm_content::{
    calendar::{
        self, Attachment, Document, Event, Time,
        read::{Item, Note},
    },
    card::{self, Inline, Version, read::Card},
    data::Data,
    loss::{Loss, Lost},
    pieces::Pieces,
    read::parted::Text,
};
use omm_core::model::ItemKind;

/// What becomes of an item on its way into a mailbox.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    /// Items to be made, with their files and what is done to their occurrences. The first one is what the item is known
    /// by. Never empty.
    pub(crate) plans: Vec<Plan>,
    /// What is lost, in words.
    pub(crate) losses: Vec<String>,
}

/// An item on its way out of a mailbox.
#[derive(Debug)]
pub(crate) struct Told {
    /// Its interchange form.
    pub(crate) body: Pieces,
    /// What is lost, in words.
    pub(crate) losses: Vec<String>,
}

/// What is made of an item that is no mail.
///
/// # Errors
/// In words: its text is none of its kind.
pub(crate) fn made(kind: ItemKind, text: Text, mailbox: &Mailbox) -> Result<Made, String> {
    match kind {
        ItemKind::Contact => made_of_card(text),
        _ => made_of_calendar(text, mailbox),
    }
}

fn made_of_card(text: Text) -> Result<Made, String> {
    let read = card::read(text).map_err(|problem| problem.to_string())?;
    let draft = match &read.card {
        Card::Contact(contact) => contact_draft(contact),
        Card::Group(group) => group_draft(group),
    };
    let file = |file: card::read::File| Attachment {
        name: Some(file.name).filter(|name| !name.is_empty()),
        media_type: Some(file.media_type).filter(|media_type| !media_type.is_empty()),
        content_id: None,
        data: file.data,
        uri: None,
    };
    let mut plan = Plan::of(draft, read.files.into_iter().map(file).collect());
    plan.photo = read.photo.map(|photo| photo.data);
    Ok(one(plan, &read.losses))
}

fn made_of_calendar(text: Text, mailbox: &Mailbox) -> Result<Made, String> {
    let read = calendar::read(text).map_err(|problem| problem.to_string())?;
    let plan = match read.item {
        Item::Event(mut event) => {
            periods(&mut event, read.periods);
            let written = plans(&event, &read.document.zones, mailbox);
            // Here an occurrence may have a length of its own.
            let lost = read.losses.iter().filter(|loss| loss.reason != Lost::Period).map(Loss::to_string);
            return Ok(Made { plans: written.plans, losses: lost.chain(written.losses).collect() });
        }
        Item::Task(task) => Plan::of(task_draft(&task, mailbox), task.entry.attachments),
        Item::Note(note) => Plan::of(note_draft(&note.journal), note.attachments),
    };
    Ok(one(plan, &read.losses))
}

/// Occurrences beside the rule that end at another time than the series would have it: as those that differ.
fn periods(event: &mut Event, periods: Vec<(Time, Time)>) {
    let length = |from: &Time, to: &Time| from.is_like(to).then(|| to.local() - from.local());
    let usual = event.end.as_ref().and_then(|end| length(&event.start, end));
    for (start, end) in periods {
        let known = event.exceptions.iter().any(|one| one.instead_of.as_ref() == Some(&start));
        let own = length(&start, &end);
        if !known && (own.is_none() || own != usual) && event.exceptions.len() < super::MOST {
            let (entry, facts, transparent) = (event.entry.clone(), event.facts.clone(), event.transparent);
            let (end, instead_of) = (Some(end), Some(start.clone()));
            let own = Event { entry, facts, transparent, end, instead_of, ..Event::at(start) };
            event.exceptions.push(own);
        }
    }
}

fn one(mut plan: Plan, lost: &[Loss]) -> Made {
    let own = std::mem::take(&mut plan.master.losses);
    let losses = lost.iter().map(Loss::to_string).chain(own).collect();
    Made { plans: vec![plan], losses }
}

/// An item that is no mail, with the bytes of its files and the items of its changed occurrences.
///
/// # Errors
/// In words: it lacks what its interchange form cannot lack.
pub(crate) fn told(
    item: &Element,
    occurrences: &[Occurrence],
    files: Vec<(Attached, Data)>,
    mailbox: &Mailbox,
) -> Result<Told, String> {
    match item.name.as_str() {
        "Contact" => told_contact(item, files),
        "DistributionList" => Ok(told_group(item, &files)),
        "CalendarItem" => {
            let mut read = event(item, occurrences, mailbox)?;
            read.event.entry.attachments = attachments(files);
            let document = Document { zones: read.zones, ..Document::default() };
            Ok(Told { body: document.event(read.event), losses: read.losses })
        }
        "Task" => {
            let mut losses = Vec::new();
            let mut task = task(item, &mut losses);
            task.entry.attachments = attachments(files);
            Ok(Told { body: Document::default().task(task), losses })
        }
        _ => {
            let note = Note { journal: note(item), attachments: attachments(files) };
            Ok(Told { body: note.write(), losses: Vec::new() })
        }
    }
}

fn told_contact(item: &Element, files: Vec<(Attached, Data)>) -> Result<Told, String> {
    let mut losses = Vec::new();
    let contact = contact(item, &mut losses);
    let (mut photo, mut inside) = (None, Vec::new());
    for (attached, data) in files {
        if attached.is_photo && photo.is_none() {
            let image = Inline::image(data.reader());
            photo = Some(image.map_err(|error| format!("the photo cannot be read: {error}"))?);
        } else {
            inside.push(Inline::new(attached.media_type, attached.name, data.reader()));
        }
    }
    Ok(Told { body: contact.write(Version::V4, photo, inside), losses })
}

fn told_group(item: &Element, files: &[(Attached, Data)]) -> Told {
    let mut losses = Vec::new();
    let group = group(item, &mut losses);
    for (attached, _) in files {
        losses.push(format!("the attachment {:?} is left out: a group holds no files", attached.name));
    }
    let mut body = Pieces::new();
    body.text(group.write(Version::V4));
    Told { body, losses }
}

/// Files of an appointment, a task or a note.
pub(crate) fn attachments(files: Vec<(Attached, Data)>) -> Vec<Attachment> {
    let file = |(attached, data): (Attached, Data)| Attachment {
        name: Some(attached.name).filter(|name| !name.is_empty()),
        media_type: Some(attached.media_type).filter(|media_type| !media_type.is_empty()),
        content_id: Some(attached.content_id).filter(|id| !id.is_empty()),
        data,
        uri: Some(attached.location).filter(|location| location.contains("://")),
    };
    files.into_iter().map(file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{convert::node::read_back, ops::AttachmentId, xml::Writer};
    use omm_content::calendar::Zone;

    fn attached(name: &str) -> Attached {
        Attached {
            id: AttachmentId("a".to_owned()),
            name: name.to_owned(),
            media_type: String::new(),
            size: None,
            changed: String::new(),
            content_id: String::new(),
            is_inline: false,
            is_item: false,
            is_photo: false,
            location: String::new(),
        }
    }

    /// What comes out again of what goes in, with its files.
    fn round_trip(kind: ItemKind, text: &str) -> (String, Vec<String>) {
        let mailbox = Mailbox::new(15).in_zone(Zone::Iana(chrono_tz::Tz::Europe__Berlin));
        let made = made(kind, text.to_owned().into(), &mailbox).expect("an item");
        let [plan] = &made.plans[..] else { panic!("{made:?}") };
        let mut writer = Writer::new();
        plan.master.finish().write(&mut writer);
        let named = |file: &Attachment| {
            let name = file.name.clone().unwrap_or_default();
            (
                Attached { media_type: file.media_type.clone().unwrap_or_default(), ..attached(&name) },
                file.data.clone(),
            )
        };
        let photo = plan.photo.clone().map(|data| (Attached { is_photo: true, ..attached("") }, data));
        let files = plan.attachments.iter().map(named).chain(photo).collect();
        let told = told(&read_back(writer), &[], files, &mailbox).expect("an item");
        let text = String::from_utf8(told.body.into_bytes().expect("in memory")).expect("UTF-8");
        (text.replace("\r\n ", ""), made.losses.into_iter().chain(told.losses).collect())
    }

    fn has(text: &str, lines: &[&str]) {
        for line in lines {
            assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
        }
    }

    #[test]
    fn a_card_with_its_photo_and_its_file() {
        let card = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:1\r\nFN:Jane Miller\r\nN:Miller;Jane;;;\r\n\
            EMAIL;TYPE=work:jane@x.org\r\nPHOTO:data:image/jpeg;base64,/9j/4AAQ\r\nX-UNKNOWN;A=1;B=2:x\r\nEND:VCARD\r\n";
        let (text, losses) = round_trip(ItemKind::Contact, card);
        has(
            &text,
            &[
                "UID:urn:uuid:1",
                "FN:Jane Miller",
                "N:Miller;Jane;;;",
                "EMAIL:jane@x.org",
                "PHOTO:data:image/jpeg;base64,/9j/4AAQ",
            ],
        );
        assert_eq!(losses.len(), 1, "{losses:?}");
        let group = "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nUID:urn:uuid:2\r\nFN:Team\r\nMEMBER:mailto:a@x.org\r\n\
            END:VCARD\r\n";
        let (text, losses) = round_trip(ItemKind::Contact, group);
        has(&text, &["KIND:group", "FN:Team", "MEMBER:mailto:a@x.org"]);
        assert_eq!(losses, [""; 0]);
    }

    #[test]
    fn an_appointment_a_task_and_a_note_with_their_files() {
        let around =
            |inside: &str| format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{inside}END:VCALENDAR\r\n");
        let file = "ATTACH;FMTTYPE=text/plain;FILENAME=a.txt;ENCODING=BASE64;VALUE=BINARY:aGk=\r\n";
        let event = around(&format!(
            "BEGIN:VEVENT\r\nUID:e\r\nDTSTAMP:20240101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20240228T093000\r\n\
             DTEND;TZID=Europe/Berlin:20240228T101500\r\nSUMMARY:Talk\r\nRRULE:FREQ=WEEKLY;COUNT=3;BYDAY=WE\r\n{file}END:VEVENT\r\n"
        ));
        let (text, losses) = round_trip(ItemKind::Event, &event);
        has(
            &text,
            &[
                "UID:e",
                "DTSTART;TZID=Europe/Berlin:20240228T093000",
                "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=WE",
                "SUMMARY:Talk",
            ],
        );
        assert!(text.contains(":aGk=\r\n"), "{text}");
        assert_eq!(losses, [""; 0]);
        let task = around(&format!(
            "BEGIN:VTODO\r\nUID:t\r\nDTSTAMP:20240101T000000Z\r\nDUE;VALUE=DATE:20240301\r\nSUMMARY:Do\r\n{file}END:VTODO\r\n"
        ));
        let (text, losses) = round_trip(ItemKind::Task, &task);
        has(&text, &["UID:t", "DUE;VALUE=DATE:20240301", "SUMMARY:Do", "STATUS:NEEDS-ACTION"]);
        assert_eq!(losses, [""; 0]);
        let note = around(&format!(
            "BEGIN:VJOURNAL\r\nUID:n\r\nDTSTAMP:20240101T000000Z\r\nSUMMARY:Milk\r\nCOLOR:pink\r\n{file}END:VJOURNAL\r\n"
        ));
        let (text, losses) = round_trip(ItemKind::Note, &note);
        has(&text, &["UID:n", "SUMMARY:Milk", "COLOR:pink"]);
        assert_eq!(losses, [""; 0]);
    }

    /// Kills: an occurrence of its own length that has that of the others (RFC 5545 §3.8.5.2).
    #[test]
    fn occurrences_beside_a_rule_have_their_own_length() {
        let mailbox = Mailbox::new(15);
        let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:p\r\nDTSTART:20240101T090000Z\r\n\
            DTEND:20240101T093000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\nRDATE;VALUE=PERIOD:20240110T090000Z/PT3H,\r\n \
            20240111T090000Z/20240111T091500Z,20240101T090000Z/PT45M\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let made = made(ItemKind::Event, text.into(), &mailbox).expect("an item");
        let hours = |plan: &Plan| {
            let mut writer = Writer::new();
            plan.master.finish().write(&mut writer);
            let item = read_back(writer);
            (item.text_of("Start").map(str::to_owned), item.text_of("End").map(str::to_owned))
        };
        let said = |begin: &str, end: &str| (Some(begin.to_owned()), Some(end.to_owned()));
        let found: Vec<_> = made.plans.iter().map(hours).collect();
        let expected = [
            said("2024-01-01T09:00:00Z", "2024-01-01T09:30:00Z"),
            said("2024-01-10T09:00:00Z", "2024-01-10T12:00:00Z"),
            said("2024-01-11T09:00:00Z", "2024-01-11T09:15:00Z"),
        ];
        assert_eq!((found.as_slice(), made.plans[0].changed.len()), (&expected[..], 1));
        assert_eq!(made.losses, ["2 occurrences beside its rule are appointments of their own"]);
    }

    #[test]
    fn what_is_no_item_is_refused() {
        let mailbox = Mailbox::new(15).in_zone(Zone::Iana(chrono_tz::Tz::UTC));
        for kind in [ItemKind::Contact, ItemKind::Event, ItemKind::Task, ItemKind::Note] {
            assert!(made(kind, "hello".into(), &mailbox).is_err());
        }
        let item = crate::xml::read(b"<CalendarItem/>", crate::xml::Limits::SMALL).expect("well formed");
        assert!(told(&item, &[], Vec::new(), &mailbox).is_err());
    }
}
