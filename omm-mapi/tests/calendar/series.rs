//! Series: what others make of our iCalendar is what the blob says.

use crate::{
    blob::{definition, recurrence, structure},
    expand::{YEARS, expand},
    oracle,
    rows::{Row, rows},
    support::{Bag, converted, text, time},
};
use calcard::icalendar::ICalendar;
use chrono::Datelike;
use omm_mapi::{
    StoredMessage,
    property::{
        Value,
        named::{PSETID_APPOINTMENT, PSETID_MEETING},
    },
};

fn message(row: &Row) -> StoredMessage {
    let bag = Bag::default()
        .id(0x001A, text("IPM.Appointment"))
        .id(0x0037, text(row.name))
        .id(0x3008, time("2024-01-01T10:00:00"))
        .named(PSETID_MEETING, 0x0003, Value::Binary(vec![7; 56]))
        .named(PSETID_APPOINTMENT, 0x8205, Value::Integer32(2))
        .named(PSETID_APPOINTMENT, 0x8215, Value::Boolean(row.all_day))
        .named(PSETID_APPOINTMENT, 0x8216, Value::Binary(recurrence(row)))
        .named(PSETID_APPOINTMENT, 0x8233, Value::Binary(structure(&row.zone.0)))
        .named(PSETID_APPOINTMENT, 0x8260, Value::Binary(definition(&row.zone.0)));
    StoredMessage { properties: bag.done(), ..Default::default() }
}

#[test]
fn others_expand_what_the_blob_says() {
    let rows = rows();
    let documents: Vec<_> = rows
        .iter()
        .map(|row| {
            let (text, losses) = converted(&message(row));
            assert_eq!(losses, [""; 0], "{}", row.name);
            assert!(ICalendar::parse(&text).is_ok(), "{}: {text}", row.name);
            let year = row.start().year();
            (text, format!("{}-01-01", year - 1), format!("{}-01-01", year + YEARS))
        })
        .collect();
    let Some(found) = oracle::expand(&documents) else { return };
    for ((row, (text, ..)), found) in rows.iter().zip(&documents).zip(found) {
        let expected = expand(row);
        assert!(!expected.is_empty(), "{}", row.name);
        let first = expected.iter().zip(&found).find(|(one, two)| one != two);
        assert_eq!((expected.len(), None), (found.len(), first), "{}\n{text}", row.name);
    }
}

#[test]
fn zones_are_known_by_name_only_if_their_rules_agree() {
    for (name, id) in [
        ("on the 15th", "TZID:Europe/Berlin\r\n"),
        ("weekly in a zone whose rules are its own", "TZID:Pacific Standard Time #"),
        ("every third week from a day that is none of its days", "TZID:Nowhere Time #"),
    ] {
        let row = rows().into_iter().find(|row| row.name == name).unwrap();
        let (text, _) = converted(&message(&row));
        assert!(text.contains(id), "{text}");
    }
    // UTC and whole days need none.
    for name in ["daily in UTC", "whole days"] {
        let row = rows().into_iter().find(|row| row.name == name).unwrap();
        assert!(!converted(&message(&row)).0.contains("VTIMEZONE"), "{name}");
    }
}

#[test]
fn a_blob_cut_anywhere_keeps_the_appointment() {
    for row in rows() {
        let whole = message(&row);
        let blob = recurrence(&row);
        for length in 0..blob.len() {
            let mut bag = Bag::default()
                .id(0x001A, text("IPM.Appointment"))
                .named(PSETID_APPOINTMENT, 0x820D, time("2024-01-31T08:00:00"))
                .named(PSETID_APPOINTMENT, 0x820E, time("2024-01-31T08:30:00"));
            bag = bag.named(PSETID_APPOINTMENT, 0x8216, Value::Binary(blob[..length].to_vec()));
            let (text, losses) = converted(&StoredMessage { properties: bag.done(), ..whole.clone() });
            // The blocks after the last exception hold nothing.
            let complete = length >= blob.len() - 8 - 12 * row.moved.len();
            assert!(!losses.is_empty() || complete || length == 0, "{} cut at {length}: {text}", row.name);
            assert!(text.contains("BEGIN:VEVENT"), "{text}");
        }
    }
}
