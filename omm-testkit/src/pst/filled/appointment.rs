//! Appointments and meetings.

use super::super::item::{Attachment, Item, Recipient, RecipientKind};
use super::super::property::{Key, Properties, Set, Value};
use super::super::time::filetime;
use super::mail::from;
use super::others::categories;
use super::recurrence::{Exception, Recurrence};
use super::zone::{definition, structure};
use super::{at, noise};

const ZONE: &str = "W. Europe Standard Time";
const MINUTE: i64 = 600_000_000;
/// What local time is ahead of UTC in winter, where the samples are.
const AHEAD: u32 = 60;

/// A single appointment with every field, an attachment and a reminder.
pub fn appointment() -> Item {
    let start = filetime(2023, 11, 15, 9, 0, 0);
    base("Dentist; bring, papers", start, start + 45 * MINUTE)
        .with(0x1000, "Second floor.\r\nRing twice.\r\n")
        .with(appointment_id(0x8208), "Rua Augusta 1, Lisboa")
        .with(appointment_id(0x8205), 3) // out of office
        .with(appointment_id(0x8214), 3)
        .with(0x0036, 2)
        .with(0x0017, 2)
        .with(common(0x8506), true)
        .with(common(0x8501), 30)
        .with(common(0x8502), Value::Time(start))
        .with(common(0x8560), Value::Time(start - 30 * MINUTE))
        .with(common(0x8503), true)
        .with(categories(), Value::ManyTexts(vec!["Health".to_owned(), "Privé".to_owned()]))
        .attach(Attachment::file("map.pdf", "application/pdf", noise(11, 4_000)))
}

/// An appointment on whole days: three of them, the last excluded is the fourth.
pub fn all_day() -> Item {
    // Midnight in the zone is 23:00 in UTC.
    let (start, end) = (filetime(2023, 12, 23, 23, 0, 0), filetime(2023, 12, 26, 23, 0, 0));
    base("Christmas", start, end)
        .with(appointment_id(0x8215), true)
        .with(appointment_id(0x8205), 0)
        .with(common(0x8503), false)
}

/// A meeting that Ana organises, with attendees who have answered and a room.
pub fn meeting() -> Item {
    let start = filetime(2023, 11, 20, 13, 0, 0);
    with_attendees(
        base("Planning", start, start + 90 * MINUTE)
            .with(0x1000, "Agenda:\r\n1. Budget\r\n2. Dates\r\n")
            .with(appointment_id(0x8208), "Room B-204")
            .with(appointment_id(0x8217), 1) // a meeting
            .with(appointment_id(0x8218), 1) // organised
            .with(appointment_id(0x8229), true)
            .with_all(meeting_ids(1)),
    )
}

/// A request that Ana has received ([MS-OXOCAL] §2.2.6).
pub fn meeting_request() -> Item {
    let start = filetime(2023, 11, 21, 13, 0, 0);
    let mut item = base("Invitation: Review", start, start + 60 * MINUTE)
        .with(0x1000, "Please come.\r\n")
        .with(0x0039, at(2023, 11, 10, 8, 0))
        .with(0x0e06, at(2023, 11, 10, 8, 1))
        .with(0x0063, true) // response requested
        .with(0x0060, Value::Time(start))
        .with(0x0061, Value::Time(start + 60 * MINUTE))
        .with(appointment_id(0x8217), 3)
        .with(appointment_id(0x8218), 5) // not answered
        .with(appointment_id(0x8224), 2)
        .with(Key::Number(Set::MEETING, 0x26), 1)
        .with_all(meeting_ids(2));
    item.properties[0].1 = Value::from("IPM.Schedule.Meeting.Request");
    with_attendees(item)
}

/// A recurring appointment. What is different has its own messages inside, as Outlook has it.
pub fn recurring(subject: &str, recurrence: &Recurrence) -> Item {
    let local = |minutes: u32| (i64::from(minutes) - i64::from(AHEAD)) * MINUTE;
    let (start, end) =
        (local(recurrence.start + recurrence.hours.0), local(recurrence.start + recurrence.hours.1));
    let last = match recurrence.end {
        super::End::Never => filetime(4500, 8, 31, 23, 59, 0), // [MS-OXOCAL] §2.2.1.16
        super::End::Date(last, _) | super::End::Count(_, last) => local(last + 1440),
    };
    let mut item = base(subject, start, end)
        .with(appointment_id(0x8216), recurrence.bytes())
        .with(appointment_id(0x8223), true)
        .with(appointment_id(0x8231), recurrence.recurrence_type())
        .with(appointment_id(0x8232), format!("{:?}", recurrence.pattern).as_str())
        .with(appointment_id(0x8233), structure())
        .with(appointment_id(0x8234), "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna")
        .with(appointment_id(0x8235), Value::Time(local(recurrence.start)))
        .with(appointment_id(0x8236), Value::Time(last))
        .with(appointment_id(0x8260), definition(ZONE, 1))
        .with(common(0x8503), true)
        .with(common(0x8501), 15)
        .with_all(meeting_ids(3));
    for exception in &recurrence.exceptions {
        item = item.attach(different(subject, exception, local));
    }
    item
}

/// The message inside that describes one different occurrence ([MS-OXOCAL] §2.2.10).
fn different(subject: &str, exception: &Exception, local: impl Fn(u32) -> i64) -> Attachment {
    let subject = exception.subject.as_deref().unwrap_or(subject);
    let mut inner = base(subject, local(exception.start), local(exception.end))
        .with(0x1000, "This occurrence is different.\r\n")
        .with(appointment_id(0x8228), Value::Time(local(exception.original)));
    inner.properties[0].1 = Value::from("IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}");
    if let Some(location) = &exception.location {
        inner = inner.with(appointment_id(0x8208), location.as_str());
    }
    // The first two times are local, the third is in UTC.
    Attachment::message(inner)
        .with(0x7ffb, Value::Time(i64::from(exception.start) * MINUTE))
        .with(0x7ffc, Value::Time(i64::from(exception.end) * MINUTE))
        .with(0x7ff9, Value::Time(local(exception.original)))
        .with(0x7ffd, 2)
        .with(0x7ffe, true)
        .with(0x3702, Vec::new())
}

/// What all appointments have.
fn base(subject: &str, start: i64, end: i64) -> Item {
    Item::new("IPM.Appointment", subject)
        .with_all(from("Ana Sample", "ana@example.org"))
        .with(0x3007, at(2023, 10, 1, 8, 0))
        .with(0x3008, at(2023, 10, 2, 8, 0))
        .with(0x1080, 0x400)
        .with(appointment_id(0x8201), 0)
        .with(appointment_id(0x820d), Value::Time(start))
        .with(appointment_id(0x820e), Value::Time(end))
        .with(appointment_id(0x8213), ((end - start) / MINUTE) as i32)
        .with(appointment_id(0x8215), false)
        .with(appointment_id(0x8223), false)
        .with(appointment_id(0x825e), definition(ZONE, 2))
        .with(appointment_id(0x825f), definition(ZONE, 2))
        .with(common(0x8516), Value::Time(start))
        .with(common(0x8517), Value::Time(end))
}

fn with_attendees(item: Item) -> Item {
    // `PidTagRecipientTrackStatus` ([MS-OXOCAL] §2.2.4.10): 1 organised, 2 tentative, 3 accepted, 4 declined.
    let attendees = [
        (RecipientKind::To, "Ana Sample", "ana@example.org", 1, 3),
        (RecipientKind::To, "Bruno Example", "bruno@example.com", 3, 1),
        (RecipientKind::To, "Duarte Declined", "duarte@example.com", 4, 1),
        (RecipientKind::Cc, "Carla Optional", "carla@example.net", 2, 1),
        (RecipientKind::Bcc, "Room B-204", "room-b204@example.org", 3, 1),
    ];
    let mut item = item
        .with(
            appointment_id(0x8238),
            "Ana Sample; Bruno Example; Duarte Declined; Carla Optional; Room B-204",
        )
        .with(appointment_id(0x823b), "Ana Sample; Bruno Example; Duarte Declined")
        .with(appointment_id(0x823c), "Carla Optional");
    item.recipients = attendees
        .into_iter()
        .map(|(kind, name, address, status, flags)| Recipient {
            kind,
            name: name.to_owned(),
            address_type: "SMTP".to_owned(),
            address: address.to_owned(),
            more: vec![(0x5fff, Value::I32(status)), (0x5ffd, Value::I32(flags))],
        })
        .collect();
    item
}

/// The global object id ([MS-OXOCAL] §2.2.1.27), with and without an occurrence's date; here they are the same.
fn meeting_ids(number: u8) -> Properties {
    let mut id =
        vec![0x04, 0, 0, 0, 0x82, 0, 0xe0, 0, 0x74, 0xc5, 0xb7, 0x10, 0x1a, 0x82, 0xe0, 0x08, 0, 0, 0, 0];
    id.extend_from_slice(&filetime(2023, 10, 1, 8, 0, 0).to_le_bytes());
    id.extend_from_slice(&[0; 8]);
    id.extend_from_slice(&16_u32.to_le_bytes());
    id.extend(noise(u64::from(number), 16));
    [0x03, 0x23].map(|lid| (Key::Number(Set::MEETING, lid), Value::Binary(id.clone()))).into()
}

fn appointment_id(lid: u32) -> Key {
    Key::Number(Set::APPOINTMENT, lid)
}

fn common(lid: u32) -> Key {
    Key::Number(Set::COMMON, lid)
}
