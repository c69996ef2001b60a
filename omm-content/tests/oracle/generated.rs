//! Files that need no sample: many properties in many forms, folded in many ways, the same every time.

/// A text with everything that is escaped, folded or decoded.
const TEXTS: [&str; 10] = [
    "Short",
    "a, b; c\\d\ne",
    "Büro in Köln, 3. Stock; links",
    "日本語のとても長い題名がここにあります、折り返しのために",
    "emoji 😀👩‍👩‍👧 and more words, more words, more words, more words, more words",
    "\"quoted\" and 'quoted' ^caret^ 100%",
    "http://example.com/a?b=c;d,e#f",
    "שלום עולם",
    "trailing backslash \\",
    "equals = sign =\nend",
];

/// The same numbers every time (xorshift64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % count as u64) as usize
    }

    fn of<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// Calendars: UTF-8, folded at any octet, with CRLF or LF.
pub(crate) fn calendars() -> Vec<(String, Vec<u8>)> {
    let make = |number: u64| {
        let mut chance = Chance(0x5EED + number * 7919);
        let mut lines =
            vec!["BEGIN:VCALENDAR".to_owned(), "VERSION:2.0".to_owned(), "PRODID:-//x//y//EN".to_owned()];
        lines.extend(ZONE.lines().map(str::to_owned));
        for at in 0..6 {
            component(&mut chance, &format!("{number}-{at}@example.com"), &mut lines);
        }
        lines.push("END:VCALENDAR".to_owned());
        (format!("generated/{number}.ics"), folded(&lines, 20 + chance.below(56), chance.below(2) == 0))
    };
    (0..24).map(make).collect()
}

const ZONE: &str = "BEGIN:VTIMEZONE
TZID:Own/Zone
BEGIN:STANDARD
DTSTART:20001029T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0230
TZOFFSETTO:+0130
TZNAME:OST
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20000326T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0130
TZOFFSETTO:+0230
TZNAME:ODT
END:DAYLIGHT
END:VTIMEZONE";

fn component(chance: &mut Chance, uid: &str, lines: &mut Vec<String>) {
    let kind = chance.of(&["VEVENT", "VEVENT", "VEVENT", "VTODO", "VJOURNAL"]);
    let zone = chance.of(&["", ";TZID=Own/Zone", ";VALUE=DATE", "Z"]);
    let at = |day: usize| match zone {
        "Z" => format!(":202603{day:02}T101500Z"),
        ";VALUE=DATE" => format!("{zone}:202603{day:02}"),
        _ => format!("{zone}:202603{day:02}T101500"),
    };
    let mut push = |line: String| lines.push(line);
    push(format!("BEGIN:{kind}"));
    push(format!("UID:{uid}"));
    push("DTSTAMP:20260101T000000Z".to_owned());
    push(format!("DTSTART{}", at(2)));
    match kind {
        "VEVENT" if chance.below(2) == 0 => push(format!("DTEND{}", at(3))),
        "VEVENT" => push("DURATION:P1D".to_owned()),
        "VTODO" => {
            push(format!("DUE{}", at(9)));
            push(format!("PERCENT-COMPLETE:{}", chance.below(101)));
            push("COMPLETED:20260304T050607Z".to_owned());
        }
        _ => {}
    }
    for name in
        ["SUMMARY", "DESCRIPTION;LANGUAGE=de", "LOCATION;ALTREP=\"http://x/a;b,c\"", "COMMENT", "X-OWN;X-P=1"]
    {
        if chance.below(3) > 0 {
            push(format!("{name}:{}", escaped(chance.of(&TEXTS))));
        }
    }
    let recurs = kind != "VJOURNAL" && chance.below(2) == 0;
    if recurs {
        push(format!("RRULE:{}", chance.of(&RULES)));
        push(format!("EXDATE{}", at(16)));
        push(format!("RDATE{}", at(17)));
    }
    for line in MORE {
        if chance.below(4) == 0 {
            push(line.to_owned());
        }
    }
    if chance.below(3) == 0 && kind != "VJOURNAL" {
        let text = escaped(chance.of(&TEXTS));
        for line in
            ["BEGIN:VALARM", "ACTION:DISPLAY", &format!("DESCRIPTION:{text}"), "TRIGGER:-PT15M", "END:VALARM"]
        {
            push(line.to_owned());
        }
    }
    push(format!("END:{kind}"));
    if recurs {
        let changed = [format!("RECURRENCE-ID{}", at(9)), format!("SUMMARY:{}", escaped(chance.of(&TEXTS)))];
        let frame = [format!("BEGIN:{kind}"), format!("UID:{uid}"), "DTSTAMP:20260101T000000Z".to_owned()];
        lines.extend(frame.into_iter().chain(changed).chain([format!("END:{kind}")]));
    }
}

const RULES: [&str; 5] = [
    "FREQ=DAILY;COUNT=30",
    "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,WE,FR;WKST=SU",
    "FREQ=MONTHLY;BYDAY=-1FR,2MO;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=2,-1",
    "FREQ=MONTHLY;BYMONTHDAY=1,15",
];

const MORE: [&str; 16] = [
    "CATEGORIES:Work,Größe,a\\, b",
    "ATTENDEE;CN=\"Doe, John: boss\";ROLE=CHAIR;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:john@example.com",
    "ATTENDEE;MEMBER=\"mailto:a@x.y\",\"mailto:b@x.y\";CN=A^nB ^'C^':mailto:c@x.y",
    "ORGANIZER;CN=Zoë;SENT-BY=\"mailto:z@example.com\":mailto:zoe@example.com",
    "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:aGVsbG8gd29ybGQ=",
    "ATTACH:http://example.com/files/a,b;c",
    "GEO:47.5;-122.25",
    "PRIORITY:5",
    "SEQUENCE:3",
    "CLASS:PRIVATE",
    "URL:http://example.com/a?b=c;d,e",
    "STATUS:CANCELLED",
    "CREATED:20251231T235959Z",
    "LAST-MODIFIED:20260102T030405Z",
    "RELATED-TO;RELTYPE=PARENT:other@example.com",
    "X-LONG;X-A=1;X-B=\"2;3\":0123456789012345678901234567890123456789012345678901234567890123456789",
];

/// Cards of all versions; 2.1 with quoted-printable in two charsets.
pub(crate) fn cards() -> Vec<(String, Vec<u8>)> {
    let make = |number: u64| {
        let mut chance = Chance(0xCA2D + number * 104_729);
        let version = ["2.1", "3.0", "4.0"][number as usize % 3];
        let mut lines = Vec::new();
        for at in 0..6 {
            lines.extend([
                "BEGIN:VCARD".to_owned(),
                format!("VERSION:{version}"),
                format!("UID:{number}-{at}"),
            ]);
            if version == "2.1" {
                old(&mut chance, &mut lines)
            } else {
                new(&mut chance, version, &mut lines)
            }
            lines.push("END:VCARD".to_owned());
        }
        // Quoted-printable has folds of its own.
        let width = if version == "2.1" { usize::MAX } else { 20 + chance.below(56) };
        (format!("generated/{number}.vcf"), folded(&lines, width, chance.below(2) == 0))
    };
    (0..24).map(make).collect()
}

fn new(chance: &mut Chance, version: &str, lines: &mut Vec<String>) {
    let mut push = |line: String| lines.push(line);
    push(format!("FN:{}", escaped(chance.of(&TEXTS))));
    push(format!("N:{};{},b;;;", escaped(chance.of(&TEXTS)), escaped(chance.of(&TEXTS))));
    for name in ["NOTE", "TITLE", "item1.X-ABLabel", "NICKNAME", "X-OWN;X-P=\"a:b\""] {
        if chance.below(3) > 0 {
            push(format!("{name}:{}", escaped(chance.of(&TEXTS))));
        }
    }
    push(format!("ORG:{};Unit", escaped(chance.of(&TEXTS))));
    push(format!("ADR;TYPE=home:;;{};Köln;;50667;Germany", escaped(chance.of(&TEXTS))));
    push("TEL;TYPE=work,voice:+49 221 1".to_owned());
    push("item2.EMAIL;TYPE=home:a@example.com".to_owned());
    push("CATEGORIES:one,two\\, three".to_owned());
    push("URL:http://example.com/a;b,c".to_owned());
    push(match version {
        "3.0" => "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgU=",
        _ => "PHOTO:data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgU=",
    }.to_owned());
    push(format!("BDAY:{}", if version == "3.0" { "1980-02-29" } else { "19800229" }));
}

fn old(chance: &mut Chance, lines: &mut Vec<String>) {
    for (name, text) in [
        ("N", "Doe;Jane;;Dr."),
        ("FN", chance.of(&TEXTS)),
        ("NOTE", chance.of(&TEXTS)),
        ("TITLE", chance.of(&TEXTS)),
        ("LABEL;HOME", "Street 1\r\n50667 Köln"),
        ("LABEL;WORK;PREF", "a, b; c"),
        ("ADR;HOME;POSTAL", ";;Straße 1, links;Köln;;50667;Germany"),
        ("ADR;WORK", ";;Road 2;Town;;1;"),
        ("ORG", "Größe, Mut & Co;Unit"),
        ("CATEGORIES", "one;two,three"),
    ] {
        lines.extend(encoded(chance, name, text));
    }
    for line in OLD {
        if chance.below(3) > 0 {
            lines.extend(line.lines().map(str::to_owned));
        }
    }
}

const OLD: [&str; 8] = [
    "TEL;HOME;VOICE;PREF:+49 221 1",
    "item1.TEL;CELL:+49 170 1",
    "EMAIL;INTERNET:a@example.com",
    "PHOTO;JPEG;ENCODING=BASE64:\n /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIB\n AQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgU=\n",
    "BDAY:1980-02-29",
    "GEO:37.24,-17.87",
    "URL;WORK:http://example.com/a;b,c",
    "AGENT:\nBEGIN:VCARD\nVERSION:2.1\nN:Friend;A\nFN:A Friend\nTEL;WORK:1\nEND:VCARD",
];

/// A property of 2.1: as it is if it is ASCII on one line, else in quoted-printable with soft breaks.
fn encoded(chance: &mut Chance, name: &str, text: &str) -> Vec<String> {
    let is_structured = matches!(name.split(';').next(), Some("N" | "ADR" | "ORG" | "CATEGORIES"));
    // Only semicolons are escaped in 2.1, and only where they part fields.
    let text = if is_structured { text.to_owned() } else { text.replace('\n', "\r\n").replace("\r\r", "\r") };
    if text.is_ascii() && !text.contains(['\r', '\n', '\\', '=']) {
        return vec![format!("{name}:{text}")];
    }
    let latin: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
    let (charset, bytes) = match latin.filter(|_| chance.below(2) == 0) {
        Some(bytes) => ("ISO-8859-1", bytes),
        None => ("UTF-8", text.into_bytes()),
    };
    let mut lines = vec![format!("{name};CHARSET={charset};ENCODING=QUOTED-PRINTABLE:")];
    for byte in bytes {
        let last = lines.last_mut().expect("a line");
        if last.len() > 70 {
            last.push('=');
            lines.push(String::new());
        }
        let last = lines.last_mut().expect("a line");
        match byte {
            b'=' | b'\r' | b'\n' | 0x80.. => last.push_str(&format!("={byte:02X}")),
            _ => last.push(char::from(byte)),
        }
    }
    lines
}

/// RFC 5545 §3.3.11.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Folded at any octet, also within a letter.
fn folded(lines: &[String], width: usize, crlf: bool) -> Vec<u8> {
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut out = Vec::new();
    for line in lines {
        for (at, piece) in line.as_bytes().chunks(width).enumerate() {
            if at > 0 {
                out.extend_from_slice(end);
                out.push(b' ');
            }
            out.extend_from_slice(piece);
        }
        out.extend_from_slice(end);
    }
    out
}
