use crate::{join, read::ics::Index};

fn items_of(file: &str) -> Vec<String> {
    let index = Index::of(file.as_bytes()).unwrap();
    let read = |at: u64, bytes: u64| file.as_bytes()[at as usize..(at + bytes) as usize].to_vec();
    let render = |entry| index.render(entry, &mut |at, bytes| Ok(read(at, bytes))).unwrap();
    index.entries().iter().map(render).map(|item| String::from_utf8(item).unwrap()).collect()
}

/// A file of one event, and a zone with this offset.
fn file(uid: &str, defined: &str, named: &str, offset: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:{defined}\r\nBEGIN:STANDARD\r\n\
         DTSTART:19700101T000000\r\nTZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
         BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART;X-A={named};TZID={named}:20260101T000000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

#[test]
fn a_definition_meets_what_names_it() {
    for (defined, named) in [
        ("A", "A"),
        ("A\\, B", "\"A, B\""),
        ("A, B", "\"A, B\""),
        ("A\\; B", "\"A; B\""),
        ("A\\\\B", "A\\B"),
        ("A\\B", "A\\B"),
        ("A\\nB", "A\\nB"),
        (" A ", "\" A\""),
        ("A^B \"C\"", "A^^B ^'C^'"),
        ("A^B", "A^B"),
        ("A\u{9f}B", "AB"),
        // A name that is known: the file's own definition is the one that counts.
        ("(UTC+07:00) Bangkok\\, Hanoi\\, Jakarta", "\"(UTC+07:00) Bangkok, Hanoi, Jakarta\""),
    ] {
        let items = items_of(&file("1", defined, named, "+0314"));
        let found = items.iter().filter(|item| item.contains("TZOFFSETTO:+0314\r\n")).count();
        assert_eq!((items.len(), found), (1, 1), "{defined}");
        assert_eq!(items_of(&items[0]), items, "{defined}");
    }
}

#[test]
fn a_zone_that_is_made_meets_what_names_it() {
    let file = file("1", "Z", "\"(UTC+01:00) Amsterdam, Berlin\"", "+0314");
    let items = items_of(&file);
    assert!(items[0].contains("TZID:(UTC+01:00) Amsterdam\\, Berlin\r\n"), "{}", items[0]);
    let index = Index::of(items[0].as_bytes()).unwrap();
    assert_eq!(index.problems().counts().count(), 0);
}

#[test]
fn of_two_definitions_with_one_name_each_item_keeps_its_own() {
    let mut joined = join::Ics::new(Vec::new());
    for (uid, offset) in [("1", "+0314"), ("2", "+0415"), ("3", "+0314"), ("4", "+0516"), ("5", "+0415")] {
        joined.add(items_of(&file(uid, "A\\, ^B", "\"A, ^^B\"", offset))[0].as_bytes()).unwrap();
    }
    let joined = String::from_utf8(joined.finish().unwrap()).unwrap();
    assert!(joined.contains("TZID:A\\, ^B (2)\r\n"), "{joined}");
    let third = "DTSTART;X-A=\"A, ^^B\";TZID=\"A, ^^B (3)\":20260101T000000\r\n";
    assert!(joined.contains(third), "{joined}");
    let again = items_of(&joined);
    for (item, offset) in again.iter().zip(["+0314", "+0415", "+0314", "+0516", "+0415"]) {
        assert!(item.contains(&format!("TZOFFSETTO:{offset}\r\n")), "{item}");
        assert_eq!(item.matches("BEGIN:VTIMEZONE").count(), 1, "{item}");
    }
    assert_eq!(again.len(), 5);
}

/// Kills: calendars whose own lines take as much memory as they have letters.
#[test]
fn long_lines_of_a_calendar_are_not_kept() {
    let long = "x".repeat(5_000);
    let text =
        format!("BEGIN:VCALENDAR\nX-WR-CALNAME:{long}\nX-WR-CALDESC:a\nCALSCALE:{long}\nEND:VCALENDAR\n");
    let index = Index::of(text.as_bytes()).unwrap();
    assert_eq!(index.properties(), ["X-WR-CALDESC:a"]);
    assert!(index.scales.values().all(|scale| scale.len() <= 64));
}
