//! Occurrences of a series that lie alone, and those that only a message tells of.

use crate::{
    blob::recurrence,
    rows::{Row, rows},
    support::{Bag, converted, lines, text, time},
};
use omm_mapi::{
    StoredAttachment, StoredMessage, event,
    property::{
        Value,
        named::{PSETID_APPOINTMENT, PSETID_COMMON, PSETID_MEETING},
    },
};

/// A PidLidGlobalObjectId with the day of an occurrence ([MS-OXOCAL] §2.2.1.27): year big-endian, month, day.
fn global_id(day: [u8; 4]) -> Value {
    Value::Binary([&[4; 16][..], &day, &[0; 20], &[0xAB, 0xCD]].concat())
}

const JULY_2: [u8; 4] = [0x07, 0xE8, 7, 2];
const SERIES: [u8; 4] = [0; 4];

/// Moved from the 2nd of July to the 3rd.
fn moved(class: &str, day: [u8; 4], replaced: Option<&str>, all_day: bool) -> Bag {
    let (start, end) = match all_day {
        true => ("2024-07-02T22:00:00", "2024-07-03T22:00:00"),
        false => ("2024-07-03T07:00:00", "2024-07-03T08:00:00"),
    };
    let bag = Bag::default()
        .id(0x001A, text(class))
        .named(PSETID_MEETING, 0x0003, global_id(day))
        .named(PSETID_MEETING, 0x0023, global_id(SERIES))
        .named(PSETID_APPOINTMENT, 0x820D, time(start))
        .named(PSETID_APPOINTMENT, 0x820E, time(end))
        .named(PSETID_APPOINTMENT, 0x8215, Value::Boolean(all_day))
        .named(PSETID_APPOINTMENT, 0x8234, text("Europe/Berlin"));
    match replaced {
        Some(replaced) => bag.named(PSETID_APPOINTMENT, 0x8228, time(replaced)),
        None => bag,
    }
}

fn alone(bag: Bag) -> StoredMessage {
    StoredMessage { properties: bag.done(), ..Default::default() }
}

/// The whole line, if there is one.
fn recurrence_id(text: &str) -> Option<String> {
    lines(text).into_iter().find(|line| line.starts_with("RECURRENCE-ID"))
}

#[test]
fn an_occurrence_that_lies_alone_says_which_it_is() {
    for (day, replaced, all_day, expected) in [
        (JULY_2, Some("2024-07-02T06:00:00"), false, Some(";TZID=Europe/Berlin:20240702T080000")),
        (JULY_2, None, false, Some(";TZID=Europe/Berlin:20240702T090000")),
        (JULY_2, Some("2024-07-01T22:00:00"), true, Some(";VALUE=DATE:20240702")),
        (JULY_2, None, true, Some(";VALUE=DATE:20240702")),
        (SERIES, None, false, None),
        ([0, 0, 13, 40], None, false, None),
    ] {
        for class in ["IPM.Appointment", "IPM.Schedule.Meeting.Canceled"] {
            let message = alone(moved(class, day, replaced, all_day));
            let text = match class {
                "IPM.Appointment" => converted(&message).0,
                _ => event::meeting_part(&message).map(|part| part.text).unwrap_or_default(),
            };
            let expected = expected.map(|value| format!("RECURRENCE-ID{value}"));
            if text.is_empty() {
                assert_eq!(expected, None, "{class} {day:?}");
                continue;
            }
            assert_eq!(recurrence_id(&text), expected, "{class} {day:?}: {text}");
        }
    }
}

#[test]
fn an_occurrence_of_an_unknown_day_never_stands_for_the_series() {
    let unknown = |class: &str| {
        alone(
            moved(class, SERIES, None, false)
                .named(PSETID_MEETING, 0x000A, Value::Boolean(true))
                .id(0x300B, Value::Binary(vec![0xEE; 16])),
        )
    };
    // A cancellation of it would cancel them all.
    assert!(event::meeting_part(&unknown("IPM.Schedule.Meeting.Canceled")).is_none());
    let (text, losses) = converted(&unknown("IPM.Appointment"));
    assert!(text.contains("UID:EEEE"), "{text}");
    assert_eq!(losses.len(), 1, "{losses:?}");
}

#[test]
fn a_counter_proposal_proposes() {
    for (class, counter, method, start, end, original) in [
        ("IPM.Schedule.Meeting.Resp.Tent", true, "COUNTER", "20240704T110000", "20240704T113000", true),
        ("IPM.Schedule.Meeting.Resp.Tent", false, "REPLY", "20240703T090000", "20240703T100000", false),
    ] {
        let message = alone(
            moved(class, SERIES, None, false)
                .named(PSETID_APPOINTMENT, 0x8257, Value::Boolean(counter))
                .named(PSETID_APPOINTMENT, 0x8250, time("2024-07-04T09:00:00"))
                .named(PSETID_APPOINTMENT, 0x8251, time("2024-07-04T09:30:00")),
        );
        let part = event::meeting_part(&message).unwrap();
        assert_eq!(part.method, method);
        let found = lines(&part.text);
        let has = |line: &str| found.iter().any(|found| found == line);
        assert!(has(&format!("METHOD:{method}")), "{found:#?}");
        assert!(has(&format!("DTSTART;TZID=Europe/Berlin:{start}")), "{found:#?}");
        assert!(has(&format!("DTEND;TZID=Europe/Berlin:{end}")), "{found:#?}");
        assert_eq!(has("X-MS-OLK-ORIGINALSTART;TZID=Europe/Berlin:20240703T090000"), original, "{found:#?}");
        // RFC 6047 §2.4: the header says the method of the text.
        let mail = converted(&message).0;
        assert!(mail.contains(&format!("method={method}")), "{mail}");
    }
}

/// The message of a changed occurrence, as it lies among the attachments of its series.
fn changed(original: &str, begins: &str, ends: &str) -> StoredAttachment {
    let properties = Bag::default()
        .id(0x3705, Value::Integer32(5))
        .id(0x7FFE, Value::Boolean(true))
        .id(0x7FFD, Value::Integer32(2))
        .id(0x7FF9, time(original))
        .done();
    let inside = Bag::default()
        .id(0x001A, text("IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}"))
        .named(PSETID_APPOINTMENT, 0x820D, time(begins))
        .named(PSETID_APPOINTMENT, 0x820E, time(ends))
        .done();
    let message = StoredMessage { properties: inside, ..Default::default() };
    StoredAttachment { properties, data: None, message: Some(Box::new(message)) }
}

/// A daily series, nine to half past in Berlin, of which the blob was cut off before its changed occurrences.
fn cut_series(body: &str) -> StoredMessage {
    let moved = &[("2024-03-06", "2024-03-07T15:00:00", 30), ("2024-03-12", "2024-03-12T16:00:00", 30)];
    let row = Row { moved, ..rows().into_iter().next().unwrap() };
    let blob = recurrence(&row);
    let whole = blob.len() - 8 - 12 * row.moved.len();
    // Within the first of its changed occurrences.
    let cut = whole - 18 * row.moved.len() + 5;
    let properties = Bag::default()
        .id(0x001A, text("IPM.Appointment"))
        .id(0x1000, text(body))
        .id(0x1013, Value::Binary(b"<p>words</p>".to_vec()))
        .named(PSETID_COMMON, 0x8503, Value::Boolean(false))
        .named(PSETID_APPOINTMENT, 0x8216, Value::Binary(blob[..cut].to_vec()))
        .named(PSETID_APPOINTMENT, 0x8234, text(row.zone.0.key))
        .done();
    let utc = |local: &str| {
        use chrono::TimeZone;
        let zone: chrono_tz::Tz = row.zone.1.parse().unwrap();
        let local: chrono::NaiveDateTime = local.parse().unwrap();
        zone.from_local_datetime(&local).unwrap().naive_utc().format("%Y-%m-%dT%H:%M:%S").to_string()
    };
    let attachments = row.moved.iter().map(|(day, to, _)| {
        let (hour, minute) = (row.minutes.0 / 60, row.minutes.0 % 60);
        changed(&utc(&format!("{day}T{hour:02}:{minute:02}:00")), &utc(to), &utc(to))
    });
    StoredMessage { properties, attachments: attachments.collect(), ..Default::default() }
}

#[test]
fn an_occurrence_that_only_its_message_knows_is_not_left_out_as_well() {
    let (text, losses) = converted(&cut_series("words"));
    let found = lines(&text);
    assert!(!losses.is_empty(), "the blob is cut");
    let ids: Vec<_> = found.iter().filter_map(|line| line.strip_prefix("RECURRENCE-ID")).collect();
    let gone: Vec<_> = found.iter().filter_map(|line| line.strip_prefix("EXDATE")).collect();
    assert!(!ids.is_empty(), "{text}");
    for id in ids {
        let day = id.rsplit(':').next().unwrap();
        assert!(!gone.iter().any(|days| days.contains(day)), "{id}: {text}");
    }
}

#[test]
fn changed_occurrences_repeat_no_html_and_only_so_much_text() {
    let (text, losses) = converted(&cut_series("words"));
    assert_eq!(text.matches("X-ALT-DESC").count(), 1, "{text}");
    assert!(text.matches("DESCRIPTION:words").count() > 1, "{text}");
    assert!(!losses.iter().any(|loss| loss.contains("repeat")), "{losses:?}");
    // RFC 5545 has every occurrence say all; a large text in thousands of them would fill any disk.
    let large = "x".repeat(9 << 20);
    let (text, losses) = converted(&cut_series(&large));
    assert_eq!(text.matches("\r\nDESCRIPTION:").count(), 2, "the series, and the first of two that differ");
    assert!(losses.iter().any(|loss| loss.contains("repeat")), "{losses:?}");
}

#[test]
fn what_is_left_out_of_the_attachments_is_said() {
    let mut message = alone(moved("IPM.Appointment", SERIES, None, false));
    message.attachments.push(StoredAttachment {
        message: None,
        ..changed("2024-03-06T08:00:00", "2024-03-06T08:00:00", "2024-03-06T08:00:00")
    });
    assert_eq!(converted(&message).1, ["the message of a changed occurrence is not there"]);
    let properties = Bag::default().id(0x3705, Value::Integer32(1)).done();
    let file = StoredAttachment { properties, data: Some(vec![7]), message: None };
    message.attachments = vec![file; 10_002];
    let losses = converted(&message).1;
    assert!(losses.len() == 1 && losses[0].contains("left out"), "{losses:?}");
}
