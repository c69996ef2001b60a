use super::*;

fn translated(lines: &[&str], calendar: &[&str]) -> Translated {
    let lines: Vec<Vec<u8>> = lines.iter().map(|line| line.as_bytes().to_vec()).collect();
    let calendar: Vec<String> = calendar.iter().map(|line| (*line).to_owned()).collect();
    let kind = if lines[0].ends_with(b"VTODO") { Kind::Task } else { Kind::Event };
    translate(&lines, &calendar, None, kind)
}

#[test]
fn properties_take_their_new_form() {
    for (old, new) in [
        ("DTSTART:19960401T083000", &["DTSTART:19960401T083000"][..]),
        ("DTSTART:1996-04-01T08:30:00Z", &["DTSTART:19960401T083000Z"]),
        ("DTEND:19960401", &["DTEND;VALUE=DATE:19960401"]),
        ("DTSTART:", &[]),
        ("DTSTART:soon", &["X-VCAL-DTSTART:soon"]),
        ("EXDATE:19960402T010000Z;19960403T010000Z", &["EXDATE:19960402T010000Z,19960403T010000Z"]),
        ("DCREATED:19960401T083000", &["CREATED:19960401T083000Z"]),
        (
            "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:B=FCro; a, b=0D=0Ac",
            &["SUMMARY:Büro\\; a\\, b\\nc"],
        ),
        ("DESCRIPTION:a\\;b", &["DESCRIPTION:a\\;b"]),
        ("CATEGORIES:APPOINTMENT;BUSINESS", &["CATEGORIES:APPOINTMENT,BUSINESS"]),
        ("CATEGORIES:", &[]),
        ("STATUS:CONFIRMED", &["STATUS:CONFIRMED"]),
        ("STATUS:NEEDS ACTION", &["X-VCAL-STATUS:NEEDS ACTION"]),
        ("TRANSP:0", &["TRANSP:OPAQUE"]),
        ("TRANSP:1", &["TRANSP:TRANSPARENT"]),
        ("ATTACH;VALUE=URL:file:///a,b", &["ATTACH:file:///a,b"]),
        ("ATTACH;VALUE=CONTENT-ID:<x@y>", &["ATTACH:cid:<x@y>"]),
        ("RNUM:3", &[]),
        ("PROCESSED:1", &["X-VCAL-PROCESSED:1"]),
        ("X-PILOTID:7", &["X-PILOTID:7"]),
        (
            "ATTENDEE;ROLE=OWNER;STATUS=CONFIRMED:J Smith <j@host1.com>",
            &[
                "ORGANIZER;CN=J Smith:mailto:j@host1.com",
                "ATTENDEE;CN=J Smith;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:j@host1.com",
            ],
        ),
        (
            "ATTENDEE;EXPECT=REQUEST;RSVP=YES:j@host1.com",
            &["ATTENDEE;ROLE=OPT-PARTICIPANT;RSVP=TRUE:mailto:j@host1.com"],
        ),
        ("ATTENDEE:J Smith", &["ATTENDEE;CN=J Smith:invalid:nomail"]),
    ] {
        let lines = translated(&["BEGIN:VEVENT", old, "END:VEVENT"], &[]).lines;
        let inside: Vec<&String> =
            lines.iter().filter(|line| !line.starts_with("DTSTAMP") && !line.ends_with(":VEVENT")).collect();
        assert_eq!(inside, new, "{old}");
    }
}

#[test]
fn rules_are_read_in_the_old_grammar() {
    for (old, new) in [
        ("D1 #10", "FREQ=DAILY;COUNT=10"),
        ("D2", "FREQ=DAILY;INTERVAL=2;COUNT=2"),
        ("W2 MO WE FR 20050630T000000", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;UNTIL=20050630T000000"),
        ("W1 TU TH #0", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("MP3 3+ FR #17", "FREQ=MONTHLY;INTERVAL=3;BYDAY=3FR;COUNT=17"),
        ("MP1 1+ TU TH 2- FR #0", "FREQ=MONTHLY;BYDAY=1TU,1TH,-2FR"),
        ("MD1 1 15 LD 2- #4", "FREQ=MONTHLY;BYMONTHDAY=1,15,-1,-2;COUNT=4"),
        ("YM2 5 #13", "FREQ=YEARLY;INTERVAL=2;BYMONTH=5;COUNT=13"),
        ("YD1 141 20301231T235959Z", "FREQ=YEARLY;BYYEARDAY=141;UNTIL=20301231T235959Z"),
        ("W1 MO #0 20301231T000000Z", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20301231T000000Z"),
        ("FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=3"),
    ] {
        let lines = translated(&["BEGIN:VEVENT", &format!("RRULE:{old}"), "END:VEVENT"], &[]).lines;
        assert_eq!(lines[1], format!("RRULE:{new}"));
    }
    for bad in ["Q1 #3", "W0 MO", "MP1 FR", "", "D1 25 #2"] {
        assert!(rule::translate(bad).is_none(), "{bad}");
    }
}

#[test]
fn reminders_and_the_clock_come_along() {
    let out = translated(
        &[
            "BEGIN:VTODO",
            "DUE:20100601T120000",
            "DALARM:20100601T114500;PT5M;2;Tea",
            "AALARM;TYPE=WAVE:20100531T120000;;;beep.wav",
            "PALARM:20100601T114500;;;rm",
            "END:VTODO",
        ],
        &["TZ:+01", "DAYLIGHT:TRUE;+02;20100328T020000;20101031T030000;CET;CEST"],
    );
    assert_eq!(
        out.lines,
        [
            "BEGIN:VTODO",
            "DTSTAMP:20100601T120000Z",
            "DUE;TZID=vCalendar+0100/20100328T020000:20100601T120000",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:Tea",
            "TRIGGER:-PT15M",
            "DURATION:PT5M",
            "REPEAT:2",
            "END:VALARM",
            "BEGIN:VALARM",
            "ACTION:AUDIO",
            "ATTACH:beep.wav",
            "TRIGGER:-P1D",
            "END:VALARM",
            "X-VCAL-PALARM:20100601T114500\\;\\;\\;rm",
            "END:VTODO",
        ]
    );
    let text = out.zone.join("|");
    assert!(
        text.contains(
            "BEGIN:DAYLIGHT|DTSTART:20100328T020000|TZOFFSETFROM:+0100|TZOFFSETTO:+0200|TZNAME:CEST"
        ),
        "{text}"
    );
    assert!(
        text.contains(
            "BEGIN:STANDARD|DTSTART:20101031T030000|TZOFFSETFROM:+0200|TZOFFSETTO:+0100|TZNAME:CET"
        ),
        "{text}"
    );
}
