//! Calendars, address books, tables and files of Outlook that are none, or half: one clear line each, and the code of a failure
//! (1) or of items that failed (3).

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod world;

use std::fs;
use world::World;

/// Random bytes, as an encrypted file has.
fn noise() -> Vec<u8> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as u8
    };
    (0..20_000).map(|_| next()).collect()
}

const EVENT: &str =
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20250101T000000Z\r\nDTSTART:20250101T000000Z\r\nEND:VEVENT\r\n";

#[test]
fn what_is_none_is_named_with_the_reason() {
    let world = World::new();
    let whole = fs::read(std::env::current_exe().unwrap()).unwrap();
    let program = &whole[..5000];
    for (extension, says) in [
        ("ics", "no calendar begins"),
        ("vcf", "no card begins"),
        ("csv", "no column"),
        ("msg", ""),
        ("pst", "no Outlook data file"),
    ] {
        for (kind, bytes) in [("noise", &noise()[..]), ("program", program), ("blank", b" \r\n\r\n")] {
            let name = format!("{kind}.{extension}");
            // Blank text has another reason in some of them: it is nothing at all.
            let says = if kind == "blank" || extension == "msg" { "" } else { says };
            fs::write(world.path(&name), bytes).unwrap();
            if (kind, extension) == ("blank", "msg") {
                // Text, so perhaps a message: it is tried.
                continue;
            }
            world.omm(&["migrate", &name, "dir:copies"]).refused(1, &[&name, says]);
        }
        let name = format!("zero.{extension}");
        fs::write(world.path(&name), "").unwrap();
        world.omm(&["migrate", &name, "dir:copies"]).refused(1, &[&name, "empty"]);
        let name = format!("dir.{extension}");
        fs::create_dir(world.path(&name)).unwrap();
        world.omm(&["migrate", &name, "dir:copies"]).refused(1, &[&name]);
    }
    assert!(!world.path("copies").exists());
    assert_eq!(world.omm(&["status", "--json"]).out, "", "no migration was begun");
}

#[test]
fn the_wrong_ending_does_not_matter_where_the_content_says_more() {
    let world = World::new();
    let calendar = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{EVENT}END:VCALENDAR\r\n");
    let card = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nEND:VCARD\r\n";
    for (name, text, items) in [
        ("a.vcf", &*calendar, 1),
        ("b.csv", card, 1),
        ("c.txt", &calendar, 1),
        ("d.ics", card, 1),
        ("e.msg", card, 1),
    ] {
        fs::write(world.path(name), text).unwrap();
        let end = world.omm(&["migrate", name, &format!("dir:of-{name}"), "--json"]);
        assert_eq!(end.code, 0, "{name} {}", end.err);
        let report: serde_json::Value = serde_json::from_str(end.out.lines().last().unwrap()).unwrap();
        assert_eq!(report["totals"]["copied"], items, "{name}");
    }
    // A promise that no reader of the content can keep.
    fs::write(world.path("f.pst"), &calendar).unwrap();
    world.omm(&["migrate", "f.pst", "dir:copies"]).refused(1, &["f.pst", "no Outlook data file"]);
}

#[test]
fn what_is_cut_off_fails_alone_with_its_line() {
    let world = World::new();
    let calendar = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{EVENT}{EVENT}");
    let (second, end) = (calendar.rfind("UID:1").unwrap(), calendar.len() - 10);
    let calendar = calendar[..end].replacen("UID:1", "UID:0", 1);
    assert!(second < end);
    let cards = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:4.0\r\nFN:B";
    let table = "First Name,E-mail Address\r\nAnna,a@example.org\r\nB,\"b@example.org\r\n";
    for (name, text, line) in
        [("a.ics", &*calendar, "line 9"), ("b.vcf", cards, "line 5"), ("c.csv", table, "line 3")]
    {
        fs::write(world.path(name), text).unwrap();
        let end = world.omm(&["migrate", name, &format!("dir:of-{name}")]);
        assert_eq!(end.code, 3, "{name} {} {}", end.out, end.err);
        assert!(end.out.contains(line) || end.err.contains(line), "{name} {} {}", end.out, end.err);
        assert!(!end.err.contains("panicked"), "{}", end.err);
    }
    fs::write(world.path("d.ics"), "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n").unwrap();
    world.omm(&["migrate", "d.ics", "dir:copies"]).refused(1, &["d.ics", "cut off"]);
}
