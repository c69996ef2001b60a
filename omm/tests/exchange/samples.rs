//! A calendar and an address book as other programs write them.

use std::fmt::Write;

/// How often an appointment is, and what becomes of single ones; in Berlin, from 9:30 to 10:15.
const SERIES: &[(&str, &str, &str)] = &[
    ("once", "20240228", ""),
    ("every day", "20240228", "RRULE:FREQ=DAILY;COUNT=10"),
    ("every third day", "20240228", "RRULE:FREQ=DAILY;INTERVAL=3;UNTIL=20240401T073000Z"),
    ("workdays", "20240228", "RRULE:FREQ=WEEKLY;COUNT=30;BYDAY=MO,TU,WE,TH,FR"),
    ("every other week", "20240228", "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=20;BYDAY=SU,WE;WKST=MO"),
    ("for ever", "20240228", "RRULE:FREQ=WEEKLY;BYDAY=WE"),
    ("the 15th", "20240115", "RRULE:FREQ=MONTHLY;COUNT=14;BYMONTHDAY=15"),
    ("the last day", "20240131", "RRULE:FREQ=MONTHLY;COUNT=14;BYMONTHDAY=-1"),
    ("the second Tuesday", "20240109", "RRULE:FREQ=MONTHLY;COUNT=14;BYDAY=2TU"),
    ("the last workday", "20240131", "RRULE:FREQ=MONTHLY;COUNT=14;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ("every year", "20240228", "RRULE:FREQ=YEARLY;COUNT=4"),
    ("the last Sunday of March", "20240331", "RRULE:FREQ=YEARLY;COUNT=4;BYMONTH=3;BYDAY=-1SU"),
    (
        "without two of them",
        "20240228",
        "RRULE:FREQ=DAILY;COUNT=10\r\nEXDATE;TZID=Europe/Berlin:20240301T093000,20240303T093000",
    ),
    // What Exchange has no pattern for.
    ("the 1st and the 15th", "20240101", "RRULE:FREQ=MONTHLY;COUNT=20;BYMONTHDAY=1,15"),
    ("the 31st alone", "20240131", "RRULE:FREQ=MONTHLY;COUNT=8;BYMONTHDAY=31"),
    ("Friday the 13th", "20240913", "RRULE:FREQ=MONTHLY;COUNT=4;BYDAY=FR;BYMONTHDAY=13"),
    (
        "and one beside it",
        "20240228",
        "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=WE\r\nRDATE;TZID=Europe/Berlin:20240308T140000",
    ),
];

/// Events with all that an event has, as they are.
const EVENTS: &[&str] = &[
    "UID:day\r\nDTSTART;VALUE=DATE:20240301\r\nDTEND;VALUE=DATE:20240304\r\nSUMMARY:Three days\r\n\
     TRANSP:TRANSPARENT",
    "UID:birthday\r\nDTSTART;VALUE=DATE:20240229\r\nDTEND;VALUE=DATE:20240301\r\n\
     RRULE:FREQ=MONTHLY;COUNT=12;BYMONTHDAY=-1\r\nSUMMARY:Days of a series",
    "UID:utc\r\nDTSTART:20240301T120000Z\r\nDTEND:20240301T123000Z\r\nRRULE:FREQ=WEEKLY;COUNT=40;BYDAY=FR\r\n\
     SUMMARY:Of no clock that changes",
    "UID:new-york\r\nDTSTART;TZID=America/New_York:20240301T120000\r\n\
     DTEND;TZID=America/New_York:20240301T123000\r\nRRULE:FREQ=WEEKLY;COUNT=40;BYDAY=FR\r\nSUMMARY:Elsewhere",
    "UID:odd\r\nDTSTART;TZID=Own rules:20240301T120000\r\nDTEND;TZID=Own rules:20240301T123000\r\n\
     RRULE:FREQ=WEEKLY;COUNT=40;BYDAY=FR\r\nSUMMARY:By rules of its own",
    "UID:alias\r\nDTSTART;TZID=US/Eastern:19980213T120000\r\nDTEND;TZID=US/Eastern:19980213T123000\r\n\
     RRULE:FREQ=WEEKLY;COUNT=60;BYDAY=FR\r\nEXDATE;TZID=US/Eastern:19980417T120000\r\nSUMMARY:An old name of a zone",
    "UID:osaka\r\nDTSTART;TZID=大阪:20240301T020000\r\nDTEND;TZID=大阪:20240301T023000\r\n\
     RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=FR\r\nSUMMARY:Another day in UTC",
    // An invitation to two occurrences of a series that is not there.
    "UID:invited\r\nRECURRENCE-ID:20240301T120000Z\r\nDTSTART:20240301T120000Z\r\nDTEND:20240301T123000Z\r\n\
     SUMMARY:Invited\r\nEND:VEVENT\r\n\
     BEGIN:VEVENT\r\nUID:invited\r\nRECURRENCE-ID:20240308T120000Z\r\nDTSTART:20240308T140000Z\r\n\
     DTEND:20240308T143000Z\r\nSUMMARY:Invited",
    "UID:flight\r\nDTSTART;TZID=Europe/Berlin:20240301T120000\r\nDTEND;TZID=America/New_York:20240301T150000\r\n\
     SUMMARY:A flight",
    "UID:full\r\nDTSTART;TZID=Europe/Berlin:20240305T120000\r\nDTEND;TZID=Europe/Berlin:20240305T123000\r\n\
     SUMMARY:Über\\, alles\\; \\\\ 漢字\r\nLOCATION:Room 1\\, left\r\nDESCRIPTION:One\\nTwo\\n\\nThree\r\n\
     CATEGORIES:Red,Blue\\, light\r\nCLASS:PRIVATE\r\nPRIORITY:1\r\nSTATUS:TENTATIVE\r\n\
     ORGANIZER;CN=Ann:mailto:ann@example.com\r\n\
     ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Bob:mailto:bob@example.com\r\n\
     ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED;CN=Eve:mailto:eve@example.com\r\n\
     ATTACH;FMTTYPE=text/plain;FILENAME=a.txt;ENCODING=BASE64;VALUE=BINARY:aGVsbG8=\r\n\
     BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT30M\r\nEND:VALARM",
    // A series of which one is later and longer, one has another name, one is a day earlier.
    "UID:changed\r\nDTSTART;TZID=Europe/Berlin:20240304T090000\r\nDTEND;TZID=Europe/Berlin:20240304T100000\r\n\
     RRULE:FREQ=WEEKLY;COUNT=12;BYDAY=MO\r\nSUMMARY:Changed\r\nEND:VEVENT\r\n\
     BEGIN:VEVENT\r\nUID:changed\r\nRECURRENCE-ID;TZID=Europe/Berlin:20240311T090000\r\n\
     DTSTART;TZID=Europe/Berlin:20240311T140000\r\nDTEND;TZID=Europe/Berlin:20240311T170000\r\n\
     SUMMARY:Changed\r\nEND:VEVENT\r\n\
     BEGIN:VEVENT\r\nUID:changed\r\nRECURRENCE-ID;TZID=Europe/Berlin:20240401T090000\r\n\
     DTSTART;TZID=Europe/Berlin:20240401T090000\r\nDTEND;TZID=Europe/Berlin:20240401T100000\r\n\
     SUMMARY:Another name\r\nLOCATION:Elsewhere\r\nEND:VEVENT\r\n\
     BEGIN:VEVENT\r\nUID:changed\r\nRECURRENCE-ID;TZID=Europe/Berlin:20240415T090000\r\n\
     DTSTART;TZID=Europe/Berlin:20240414T090000\r\nDTEND;TZID=Europe/Berlin:20240414T100000\r\n\
     SUMMARY:Changed",
];

const TASKS: &[&str] = &[
    "UID:task-1\r\nSUMMARY:Open\r\nDTSTART;VALUE=DATE:20240301\r\nDUE;VALUE=DATE:20240308\r\nPRIORITY:1\r\n\
     STATUS:IN-PROCESS\r\nPERCENT-COMPLETE:40\r\nDESCRIPTION:Half way\r\nCATEGORIES:Red",
    "UID:task-2\r\nSUMMARY:Done\r\nDUE;VALUE=DATE:20240308\r\nSTATUS:COMPLETED\r\nPERCENT-COMPLETE:100\r\n\
     COMPLETED:20240307T000000Z",
    "UID:task-3\r\nSUMMARY:Again\r\nDTSTART;VALUE=DATE:20240301\r\nDUE;VALUE=DATE:20240301\r\n\
     RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=FR",
];

const ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Own rules\r\n\
    BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n\
    BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n\
    BEGIN:VTIMEZONE\r\nTZID:大阪\r\nBEGIN:STANDARD\r\nDTSTART:20000101T000000\r\nTZOFFSETFROM:+0900\r\n\
    TZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

/// A calendar with series of every kind, and tasks.
pub(crate) fn calendar() -> String {
    let mut text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{ZONE}");
    for (name, day, rule) in SERIES {
        let rule = if rule.is_empty() { String::new() } else { format!("{rule}\r\n") };
        let _ = write!(
            text,
            "BEGIN:VEVENT\r\nUID:{}\r\nDTSTAMP:20240101T000000Z\r\nDTSTART;TZID=Europe/Berlin:{day}T093000\r\n\
             DTEND;TZID=Europe/Berlin:{day}T101500\r\nSUMMARY:{name}\r\n{rule}END:VEVENT\r\n",
            name.replace(' ', "-"),
        );
    }
    for event in EVENTS {
        let _ = write!(text, "BEGIN:VEVENT\r\nDTSTAMP:20240101T000000Z\r\n{event}\r\nEND:VEVENT\r\n");
    }
    for task in TASKS {
        let _ = write!(text, "BEGIN:VTODO\r\nDTSTAMP:20240101T000000Z\r\n{task}\r\nEND:VTODO\r\n");
    }
    text + "END:VCALENDAR\r\n"
}

/// Three people and a list of two of them.
pub(crate) fn people() -> String {
    "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af\r\nFN:Dr. Jane Q. Miller\r\n\
     N:Miller;Jane;Quentin;Dr.;Jr.\r\nNICKNAME:Janie\r\nORG:Acme;Sales\r\nTITLE:Head\r\nROLE:Engineer\r\n\
     EMAIL;TYPE=work:jane@example.com\r\nEMAIL:jane@home.example\r\nEMAIL:third@example.com\r\n\
     TEL;TYPE=\"work,voice\":+49 30 1\r\nTEL;TYPE=\"home,voice\":+49 30 2\r\nTEL;TYPE=cell:+49 170 3\r\n\
     TEL;TYPE=\"work,fax\":+49 30 4\r\nADR;TYPE=work:;;Street 1;Berlin;BE;10115;Germany\r\n\
     ADR;TYPE=home:;;Weg 2;Köln;;50667;Germany\r\nBDAY:19700203\r\nANNIVERSARY:20000506\r\n\
     URL;TYPE=work:https://example.com\r\nNOTE:One\\nTwo\\, three\r\nCATEGORIES:Red,Friends\r\n\
     PHOTO:data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\r\n\
     END:VCARD\r\n\
     BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8b0\r\nFN:王 小明\r\nN:王;小明;;;\r\n\
     EMAIL:wang@example.com\r\nEND:VCARD\r\n\
     BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8b1\r\nFN:Acme\r\nN:;;;;\r\nORG:Acme\r\n\
     TEL;TYPE=\"work,voice\":+49 30 99\r\nEND:VCARD\r\n\
     BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nUID:urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8b2\r\nFN:Team\r\n\
     MEMBER:mailto:jane@example.com\r\nMEMBER:mailto:wang@example.com\r\nEND:VCARD\r\n"
        .to_owned()
}
