//! Each field comes out where the tables of `event` and `task` say.

use crate::support::{Bag, converted, lines, text, time};
use calcard::icalendar::ICalendar;
use omm_mapi::{
    StoredAttachment, StoredMessage, event,
    property::{
        Named, Properties, Value,
        named::{
            KEYWORDS, PS_PUBLIC_STRINGS, PSETID_APPOINTMENT, PSETID_COMMON, PSETID_MEETING, PSETID_TASK,
        },
    },
};
use std::borrow::Cow;

fn recipient(name: &str, address: &str, kind: i32, answer: i32, flags: i32) -> Properties {
    Bag::default()
        .id(0x3001, text(name))
        .id(0x3003, text(address))
        .id(0x0C15, Value::Integer32(kind))
        .id(0x5FFF, Value::Integer32(answer))
        .id(0x5FFD, Value::Integer32(flags))
        .done()
}

fn appointment(class: &str) -> StoredMessage {
    let bag = Bag::default()
        .id(0x001A, text(class))
        .id(0x0037, text("Plan; review, \"now\""))
        .id(0x1000, text("One\r\ntwo\\three"))
        .id(0x1013, Value::Binary(b"<p>One</p>".to_vec()))
        .id(0x0017, Value::Integer32(2))
        .id(0x0036, Value::Integer32(2))
        .id(0x0042, text("Anna Example"))
        .id(0x0065, text("anna@example.org"))
        .id(0x3007, time("2024-02-01T08:00:00"))
        .id(0x3008, time("2024-02-02T09:30:15"))
        .name(KEYWORDS, Value::Multiple(vec![text("Red, bright"), text("Work")]))
        .named(
            PSETID_MEETING,
            0x0023,
            Value::Binary([&[1; 40][..], b"vCal-Uid\x01\0\0\0x-1@example.org\0"].concat()),
        )
        .named(PSETID_APPOINTMENT, 0x8201, Value::Integer32(3))
        .named(PSETID_APPOINTMENT, 0x8205, Value::Integer32(3))
        .named(PSETID_APPOINTMENT, 0x8208, text("Room 1"))
        .named(PSETID_APPOINTMENT, 0x820D, time("2024-07-01T07:00:00"))
        .named(PSETID_APPOINTMENT, 0x820E, time("2024-07-01T08:15:00"))
        .named(PSETID_APPOINTMENT, 0x8217, Value::Integer32(1))
        .named(
            PSETID_APPOINTMENT,
            0x8234,
            text("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"),
        )
        .named(PSETID_COMMON, 0x8501, Value::Integer32(45))
        .named(PSETID_COMMON, 0x8503, Value::Boolean(true))
        .named(PSETID_COMMON, 0x8534, text("12 km"))
        .named(PSETID_COMMON, 0x8539, Value::Multiple(vec![text("Example Ltd")]))
        .name(
            Named::Text(PS_PUBLIC_STRINGS, Cow::Borrowed("SkypeTeamsMeetingUrl")),
            text("https://teams.example.org/l/a,b;c"),
        );
    let file = Bag::default()
        .id(0x3705, Value::Integer32(1))
        .id(0x3707, text("notes: \u{e4}.txt"))
        .id(0x370E, text("text/plain"))
        .done();
    StoredMessage {
        properties: bag.done(),
        recipients: vec![
            recipient("Anna Example", "anna@example.org", 1, 0, 3),
            recipient("Ben, B.", "ben@example.org", 1, 3, 1),
            recipient("Cleo", "cleo@example.org", 2, 2, 1),
            recipient("Beamer", "beamer@example.org", 3, 0, 1),
            recipient("Dora", "/O=EXAMPLE/CN=DORA", 1, 4, 1),
        ],
        attachments: vec![StoredAttachment { properties: file, data: Some(vec![0xFF; 100]), message: None }],
    }
}

#[test]
fn an_appointment() {
    let (text, losses) = converted(&appointment("IPM.Appointment"));
    assert_eq!(losses, ["1 of its people have an address of Exchange alone"]);
    let found = lines(&text);
    for expected in [
        "UID:x-1@example.org",
        "SUMMARY:Plan\\; review\\, \"now\"",
        "DESCRIPTION:One\\ntwo\\\\three",
        "X-ALT-DESC;FMTTYPE=text/html:<p>One</p>",
        "LOCATION:Room 1",
        "DTSTART;TZID=Europe/Berlin:20240701T090000",
        "DTEND;TZID=Europe/Berlin:20240701T101500",
        "DTSTAMP:20240202T093015Z",
        "CREATED:20240201T080000Z",
        "SEQUENCE:3",
        "CLASS:PRIVATE",
        "PRIORITY:1",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "CATEGORIES:Red\\, bright,Work",
        "ORGANIZER;CN=Anna Example:mailto:anna@example.org",
        "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=\"Ben, B.\":mailto:ben@example.org",
        "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=TENTATIVE;CN=Cleo:mailto:cleo@example.org",
        "ATTENDEE;CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN=Beamer:mailto:beamer@example.org",
        "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN=Dora:invalid:nomail",
        "CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL=Microsoft Teams:https://teams.example.org/l/a,b;c",
        "TRIGGER:-PT45M",
        "X-OMM-MILEAGE:12 km",
        "X-OMM-COMPANY:Example Ltd",
    ] {
        assert!(found.iter().any(|line| line == expected), "{expected}\n{text}");
    }
    let file = "ATTACH;FMTTYPE=text/plain;FILENAME=\"notes: \u{e4}.txt\";X-FILENAME=\"notes: \u{e4}.txt\";ENCODING=BASE64;VALUE=BINARY:////";
    assert!(found.iter().any(|line| line.starts_with(file)), "{text}");
    assert!(!text.contains("METHOD"), "an appointment in a mailbox invites nobody");
    // Nothing that we write is lost on a reader.
    let calendar = ICalendar::parse(&text).unwrap();
    let read: usize = calendar.components.iter().map(|component| component.entries.len() + 2).sum();
    assert_eq!(read, found.len() - 1, "{text}");
    assert_eq!(converted(&appointment("IPM.Appointment")).0, text, "the same item gives the same bytes");
}

#[test]
fn whole_days() {
    let day = |start: &str, end: &str, zone: Option<&str>| {
        let mut bag = Bag::default()
            .id(0x001A, text("IPM.Appointment"))
            .named(PSETID_APPOINTMENT, 0x8215, Value::Boolean(true))
            .named(PSETID_APPOINTMENT, 0x820D, time(start))
            .named(PSETID_APPOINTMENT, 0x820E, time(end));
        if let Some(zone) = zone {
            bag = bag.named(PSETID_APPOINTMENT, 0x8234, text(zone));
        }
        converted(&StoredMessage { properties: bag.done(), ..Default::default() }).0
    };
    for (start, end, zone, expected) in [
        ("2024-03-30T23:00:00", "2024-03-31T22:00:00", Some("Europe/Berlin"), ("20240331", "20240401")),
        ("2016-06-14T06:00:00", "2016-06-15T06:00:00", Some("America/Denver"), ("20160614", "20160615")),
        ("2024-06-14T22:00:00", "2024-06-16T22:00:00", None, ("20240615", "20240617")),
        ("2024-01-15T05:00:00", "2024-01-16T05:00:00", None, ("20240115", "20240116")),
        ("2024-01-14T11:00:00", "2024-01-15T11:00:00", None, ("20240115", "20240116")),
    ] {
        let found = day(start, end, zone);
        assert!(found.contains(&format!("DTSTART;VALUE=DATE:{}\r\n", expected.0)), "{start}: {found}");
        assert!(found.contains(&format!("DTEND;VALUE=DATE:{}\r\n", expected.1)), "{start}: {found}");
    }
}

#[test]
fn meeting_messages_say_what_they_ask() {
    for (class, expected) in [
        ("IPM.Schedule.Meeting.Request", Some(("METHOD:REQUEST", "PARTSTAT=ACCEPTED;CN=\"Ben, B.\""))),
        ("IPM.Schedule.Meeting.Canceled", Some(("METHOD:CANCEL", "STATUS:CANCELLED"))),
        (
            "IPM.Schedule.Meeting.Resp.Neg",
            Some(("METHOD:REPLY", "PARTSTAT=DECLINED;CN=Anna Example:mailto:anna@example.org")),
        ),
        ("IPM.Schedule.Meeting.Notification.Forward", None),
        ("IPM.Note", None),
    ] {
        let part = event::meeting_part(&appointment(class)).map(|part| part.text.replace("\r\n ", ""));
        assert_eq!(part.is_some(), expected.is_some(), "{class}");
        if let (Some(part), Some((method, line))) = (part, expected) {
            assert!(part.contains(method) && part.contains(line), "{class}: {part}");
        }
    }
}

#[test]
fn a_task() {
    for (status, expected) in [
        (0, "STATUS:NEEDS-ACTION"),
        (1, "STATUS:IN-PROCESS"),
        (2, "STATUS:COMPLETED"),
        (3, "X-OMM-TASK-STATUS:WAITING"),
        (4, "X-OMM-TASK-STATUS:DEFERRED"),
    ] {
        let bag = Bag::default()
            .id(0x001A, text("IPM.Task"))
            .id(0x300B, Value::Binary(vec![0xAB; 16]))
            .id(0x0037, text("Do it"))
            .named(PSETID_TASK, 0x8101, Value::Integer32(status))
            .named(PSETID_TASK, 0x8102, Value::Floating(0.25))
            .named(PSETID_TASK, 0x8104, time("2024-05-01T00:00:00"))
            .named(PSETID_TASK, 0x8105, time("2024-05-03T00:00:00"))
            .named(PSETID_TASK, 0x8110, Value::Integer32(90))
            .named(PSETID_TASK, 0x811F, text("Anna"))
            .named(PSETID_COMMON, 0x8503, Value::Boolean(true))
            .named(PSETID_COMMON, 0x8502, time("2024-05-02T06:00:00"));
        let (text, losses) = converted(&StoredMessage { properties: bag.done(), ..Default::default() });
        assert_eq!(losses, [""; 0]);
        for expected in [
            expected,
            "BEGIN:VTODO",
            "UID:ABABABABABABABABABABABABABABABAB",
            "DTSTART;VALUE=DATE:20240501",
            "DUE;VALUE=DATE:20240503",
            "PERCENT-COMPLETE:25",
            "X-OMM-ACTUAL-WORK;VALUE=DURATION:PT90M",
            "X-OMM-TASK-OWNER:Anna",
            "TRIGGER;VALUE=DATE-TIME:20240502T060000Z",
        ] {
            assert!(lines(&text).iter().any(|line| line == expected), "{expected}\n{text}");
        }
        assert!(ICalendar::parse(&text).is_ok());
    }
}
