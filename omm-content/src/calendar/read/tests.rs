use super::*;
use crate::calendar::{Alarm, Part, Role, Time, Trigger, Zone, zone::Rules};
use chrono::{Duration, NaiveDateTime};

fn event_of(lines: &str, around: &str) -> (Event, Read) {
    let text = format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\n{around}BEGIN:VEVENT\nUID:1\n{lines}END:VEVENT\nEND:VCALENDAR\n"
    );
    let read = read(text).unwrap();
    let Item::Event(event) = read.item.clone() else { panic!("{read:?}") };
    (*event, read)
}

fn losses(read: &Read) -> Vec<String> {
    read.losses.iter().map(Loss::to_string).collect()
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

const PARIS: &str = "DTSTART;TZID=Europe/Paris:20260328T100000\n";

#[test]
fn ends_are_said_in_three_ways() {
    for (lines, expected) in [
        ("DTEND;TZID=Europe/Paris:20260328T110000\n", Some("20260328T110000")),
        // The night in between has an hour less: a day is a day, and 24 hours are 24 hours.
        ("DURATION:P1D\n", Some("20260329T100000")),
        ("DURATION:PT24H\n", Some("20260329T110000")),
        ("DURATION:PT0S\n", None),
        ("DTEND;TZID=Europe/Paris:20260328T100000\n", None),
    ] {
        let (event, read) = event_of(&format!("{PARIS}{lines}"), "");
        assert_eq!(event.end.map(|end| end.value()).as_deref(), expected, "{lines}");
        assert_eq!(losses(&read), [""; 0]);
    }
    // No year has five digits, and a unit that is said very often moves no date.
    for weeks in ["9999999W".to_owned(), "9999999W".repeat(2_000)] {
        for start in [PARIS, "DTSTART:20260328T100000\n", "DTSTART;VALUE=DATE:20260328\n"] {
            let (event, _) = event_of(&format!("{start}DURATION:P{weeks}\n"), "");
            assert_eq!(event.end, None);
        }
    }
    let (event, read) = event_of(&format!("{PARIS}DTEND;TZID=Europe/Paris:20260328T090000\n"), "");
    assert_eq!((event.end, losses(&read).len()), (None, 1));
    let (event, _) = event_of("DTSTART;VALUE=DATE:20260101\nDURATION:P2D\n", "");
    assert_eq!(event.end, Some(Time::Date("2026-01-03".parse().unwrap())));
}

/// The rules of a file, as Outlook writes them.
const OUTLOOK: &str = "BEGIN:VTIMEZONE\nTZID:NAME\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\n\
    TZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\n\
    TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n";

#[test]
fn names_of_zones() {
    let berlin = Zone::Iana("Europe/Berlin".parse().unwrap());
    for (name, expected) in [
        ("Europe/Berlin", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        // The name says New York, the rules do not.
        ("Eastern Standard Time", "Eastern Standard Time #"),
        ("My zone", "My zone #"),
    ] {
        let around = OUTLOOK.replace("NAME", name);
        let (event, read) = event_of(&format!("DTSTART;TZID=\"{name}\":20260701T100000\n"), &around);
        let Time::Zoned(_, id) = &event.start else { panic!("{name}: {event:?}") };
        assert!(id.starts_with(expected), "{name}: {id}");
        assert_eq!((losses(&read).len(), read.document.zones.len()), (0, 1), "{name}");
        assert!(read.document.zones[0].agrees_with(&berlin, 2026), "{name}: {:?}", read.document.zones);
        assert!(read.document.zones[0].agrees_with(&berlin, 2031), "{name}");
    }
    for (name, expected, count) in [
        ("UTC", Time::Utc(local("2026-07-01T10:00:00")), 0),
        ("Etc/GMT", Time::Utc(local("2026-07-01T10:00:00")), 0),
        ("Nowhere", Time::Floating(local("2026-07-01T10:00:00")), 1),
    ] {
        let (event, read) = event_of(&format!("DTSTART;TZID={name}:20260701T100000\n"), "");
        assert_eq!(
            (event.start, losses(&read).len(), read.document.zones.len()),
            (expected, count, 0),
            "{name}"
        );
    }
}

#[test]
fn zones_by_dates_and_zones_that_ended() {
    // Summer time until 2012, by seven days of a month; then +03:00 for good.
    let around = "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:DAYLIGHT\nDTSTART:20100314T020000\nTZOFFSETFROM:+0200\n\
        TZOFFSETTO:+0300\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14;UNTIL=20120311T000000Z\n\
        END:DAYLIGHT\nBEGIN:STANDARD\nDTSTART:20101107T020000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0200\n\
        RDATE:20111106T020000\nEND:STANDARD\nEND:VTIMEZONE\n";
    let (_, read) = event_of("DTSTART;TZID=Odd:20100101T100000\n", around);
    let [zone] = &read.document.zones[..] else { panic!("{:?}", read.document) };
    for (utc, offset) in [
        ("2010-01-15T00:00:00", 2),
        ("2010-03-14T00:00:00", 3),
        ("2010-11-06T22:59:59", 3),
        ("2010-11-06T23:00:00", 2),
        ("2011-07-01T00:00:00", 3),
        ("2012-01-01T00:00:00", 2),
        ("2012-03-11T00:00:00", 3),
        ("2020-01-01T00:00:00", 3),
    ] {
        assert_eq!(zone.offset(local(utc)), offset * 3600, "{utc}: {zone:?}");
    }
    let fixed = "BEGIN:VTIMEZONE\nTZID:Fixed\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0545\n\
        TZOFFSETTO:+0545\nEND:STANDARD\nEND:VTIMEZONE\n";
    let (_, read) = event_of("DTSTART;TZID=Fixed:20100101T100000\n", fixed);
    let Zone::Custom { rules, .. } = &read.document.zones[0] else { panic!() };
    assert_eq!(rules[..], [(1601, Rules::fixed(345))]);
}

#[test]
fn reminders() {
    let alarm = |lines: &str| format!("BEGIN:VALARM\nACTION:DISPLAY\n{lines}END:VALARM\n");
    let begin = "DTSTART:20260101T100000Z\nDTEND:20260101T110000Z\nSUMMARY:x\n";
    let before = |minutes| Some(Trigger::Before(Duration::minutes(minutes)));
    for (lines, expected, lost) in [
        ("TRIGGER:-PT15M\nDESCRIPTION:x\n", before(15), 0),
        ("TRIGGER;RELATED=END:-PT15M\n", before(-45), 0),
        ("TRIGGER;RELATED=START:PT0S\nX-WR-ALARMUID:1\n", before(0), 0),
        ("TRIGGER;VALUE=DATE-TIME:20260101T090000Z\n", Some(Trigger::At(local("2026-01-01T09:00:00"))), 0),
        ("TRIGGER:-P1W\nREPEAT:2\nDURATION:PT5M\n", before(7 * 1440), 1),
        ("TRIGGER:-PT5M\nDESCRIPTION:other words\n", before(5), 1),
        ("TRIGGER:soon\n", None, 1),
    ] {
        let (event, read) = event_of(&format!("{begin}{}", alarm(lines)), "");
        let expected: Vec<_> = expected.into_iter().map(|trigger| Alarm { trigger }).collect();
        assert_eq!(
            (event.entry.alarms, losses(&read).len()),
            (expected, lost),
            "{lines} {:?}",
            losses(&read)
        );
    }
    for (action, alarms, lost) in [("EMAIL", 1, 1), ("AUDIO", 1, 1), ("NONE", 0, 0)] {
        let lines = alarm("TRIGGER:-PT5M\n").replace("DISPLAY", action);
        let (event, read) = event_of(&format!("{begin}{lines}"), "");
        assert_eq!((event.entry.alarms.len(), losses(&read).len()), (alarms, lost), "{action}");
    }
}

#[test]
fn people() {
    for (line, name, address, role, part, lost) in [
        ("ATTENDEE:mailto:a@b.example", None, Some("a@b.example"), Role::Required, Part::NeedsAction, 0),
        (
            "ATTENDEE;CN=\"B, A\";ROLE=CHAIR;PARTSTAT=ACCEPTED:MAILTO:a%25@b.example?x=1",
            Some("B, A"),
            Some("a%@b.example"),
            Role::Chair,
            Part::Accepted,
            0,
        ),
        (
            "ATTENDEE;EMAIL=a@b.example;CUTYPE=INDIVIDUAL:/principals/1/",
            None,
            Some("a@b.example"),
            Role::Required,
            Part::NeedsAction,
            0,
        ),
        ("ATTENDEE;CN=A:urn:uuid:1", Some("A"), None, Role::Required, Part::NeedsAction, 1),
        ("ATTENDEE;CN=A:invalid:nomail", Some("A"), None, Role::Required, Part::NeedsAction, 0),
        (
            "ATTENDEE;CUTYPE=ROOM:mailto:r@b.example",
            None,
            Some("r@b.example"),
            Role::Resource,
            Part::NeedsAction,
            1,
        ),
        (
            "ATTENDEE;ROLE=NON-PARTICIPANT;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:x@y\":mailto:a@b.example",
            None,
            Some("a@b.example"),
            Role::Optional,
            Part::NeedsAction,
            3,
        ),
    ] {
        let (event, read) = event_of(&format!("{PARIS}{line}\n"), "");
        let attendee = &event.entry.attendees[0];
        let person = (attendee.person.name.as_deref(), attendee.person.address.as_deref());
        assert_eq!((person, attendee.role, attendee.part), ((name, address), role, part), "{line}");
        assert_eq!(losses(&read).len(), lost, "{line}: {:?}", losses(&read));
    }
}

#[test]
fn rules_and_dates() {
    for (lines, rule, also, lost) in [
        ("RRULE:FREQ=WEEKLY;BYHOUR=10\nRDATE:20260301T100000Z\n", true, 1, 0),
        ("RRULE:FREQ=SECONDLY\n", false, 0, 1),
        ("RRULE:FREQ=DAILY\nRRULE:FREQ=YEARLY\n", true, 0, 1),
        ("RRULE:FREQ=DAILY\nEXRULE:FREQ=YEARLY\n", true, 0, 1),
        ("RDATE;VALUE=PERIOD:20260301T100000Z/PT1H,20260302T100000Z/PT2H\n", false, 2, 2),
        ("RDATE:soon,20260302T100000Z\n", false, 1, 1),
    ] {
        let (event, read) = event_of(&format!("{PARIS}{lines}"), "");
        let found = (event.recurrence.rule.is_some(), event.recurrence.also.len(), losses(&read).len());
        assert_eq!(found, (rule, also, lost), "{lines} {:?}", losses(&read));
    }
}

#[test]
fn a_series_and_its_changes_in_any_order() {
    let part = |lines: &str| format!("BEGIN:VEVENT\nUID:1\n{lines}END:VEVENT\n");
    let master = part("DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY\nSUMMARY:all\n");
    let one = part("RECURRENCE-ID:20260102T100000Z\nDTSTART:20260102T120000Z\nSUMMARY:one\n");
    let rest = part("RECURRENCE-ID;RANGE=THISANDFUTURE:20260103T100000Z\nDTSTART:20260103T120000Z\n");
    let broken = part("RECURRENCE-ID:20260104T100000Z\n");
    let other = part("DTSTART:20260101T100000Z\n").replace("UID:1", "UID:2");
    let text = |parts: &[&String]| {
        let parts: String = parts.iter().map(|part| part.as_str()).collect();
        format!("BEGIN:VCALENDAR\nMETHOD:PUBLISH\nX-WR-CALNAME:c\n{parts}END:VCALENDAR\n")
    };
    let read = read(text(&[&one, &master, &rest, &broken, &other])).unwrap();
    let Item::Event(event) = &read.item else { panic!() };
    assert_eq!((event.entry.summary.as_deref(), event.exceptions.len()), (Some("all"), 2));
    assert_eq!(event.exceptions[0].entry.summary.as_deref(), Some("one"));
    assert_eq!(event.exceptions[0].instead_of, Some(Time::Utc(local("2026-01-02T10:00:00"))));
    let reasons: Vec<_> = read.losses.iter().map(|loss| loss.reason).collect();
    assert_eq!(reasons, [Lost::Item, Lost::ThisAndFuture, Lost::Occurrence]);
    assert_eq!(read.document.extra.len(), 1);
    // Without the series.
    let read = super::read(text(&[&one, &rest])).unwrap();
    let Item::Event(event) = &read.item else { panic!() };
    assert_eq!((event.instead_of.is_some(), event.exceptions.len()), (true, 1));
}

#[test]
fn what_is_no_item() {
    for text in ["", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n", "\u{0}"] {
        assert!(read(text).is_err(), "{text}");
    }
    let bare = read("BEGIN:VTODO\nSUMMARY:x\n").unwrap();
    assert!(matches!(bare.item, Item::Task(_)));
    let old = "BEGIN:VCALENDAR\nVERSION:1.0\nBEGIN:VEVENT\nDTSTART:20260101T100000Z\n\
        SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=BC\nRRULE:D1 #3\nEND:VEVENT\nEND:VCALENDAR\n";
    let Item::Event(event) = read(old).unwrap().item else { panic!() };
    assert_eq!((event.entry.summary.as_deref(), event.recurrence.rule.is_some()), (Some("ü"), true));
}

#[test]
fn texts_in_html_and_other_words() {
    let lines = format!(
        "{PARIS}DESCRIPTION;ALTREP=\"data:text/html,%3Cp%3Ea%3C%2Fp%3E\":a\nSUMMARY;LANGUAGE=de:s\nCLASS:X-OWN\n\
         GEO:1;2\nX-OLD;TZID=My zone:20260101T000000\nSUMMARY:second\n"
    );
    let (event, read) = event_of(&lines, &OUTLOOK.replace("NAME", "My zone"));
    assert_eq!(event.entry.html.as_deref(), Some("<p>a</p>"));
    let reasons: Vec<_> = read.losses.iter().map(|loss| loss.reason).collect();
    assert_eq!(reasons, [Lost::Language, Lost::Word, Lost::TooMany]);
    let extra: Vec<_> = event.entry.extra.iter().map(|line| line.unfolded().to_owned()).collect();
    assert_eq!(extra[0], "GEO:1;2");
    // The zone goes by the name that it has in the document.
    assert!(extra[1].starts_with("X-OLD;TZID=My zone #"), "{extra:?}");
    assert_eq!((extra.len(), read.document.zones.len()), (2, 2));
}
