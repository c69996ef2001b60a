//! `omm export --join`: contacts and calendars as files that other programs read.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod world;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use world::World;

/// A calendar of each kind with a time zone, an address book, and mail.
fn account(world: &World) {
    let dir = world.path("account");
    fs::create_dir_all(dir.join("mail")).unwrap();
    fs::write(dir.join("mail/1.eml"), world::text("one")).unwrap();
    fs::write(dir.join("Work.ics"), calendar()).unwrap();
    fs::write(dir.join("empty.ics"), "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n")
        .unwrap();
    fs::write(dir.join("people.vcf"), ["Anna", "Zoë"].map(card).concat()).unwrap();
}

fn calendar() -> String {
    let zone = "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19961027T030000\r\n\
        TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n\
        BEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";
    let event = |number: u32| {
        format!(
            "BEGIN:VEVENT\r\nUID:event-{number}@example.org\r\nDTSTAMP:20250101T000000Z\r\n\
             DTSTART;TZID=Europe/Berlin:2025030{number}T090000\r\nSUMMARY:Besprechung Nr. {number}\r\nEND:VEVENT\r\n"
        )
    };
    let task =
        "BEGIN:VTODO\r\nUID:task@example.org\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:Do\r\nEND:VTODO\r\n";
    let note = "BEGIN:VJOURNAL\r\nUID:note@example.org\r\nDTSTAMP:20250101T000000Z\r\nSUMMARY:Note\r\nEND:VJOURNAL\r\n";
    let events: String = (1..=5).map(event).collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n{zone}{events}{task}{note}END:VCALENDAR\r\n"
    )
}

fn card(name: &str) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:example:{name}\r\nFN:{name} Müller\r\nN:Müller;{name};;;\r\n\
         EMAIL:a@example.org\r\nEND:VCARD\r\n"
    )
}

fn migrated(world: &World) -> String {
    account(world);
    let end = world.omm(&["migrate", "account", "dir:copies", "--quiet"]);
    assert_eq!(end.code, 0, "{}", end.err);
    end.out.trim().to_owned()
}

/// All files below a directory, by their way from there.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut left) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn a_tree_and_a_migration_give_the_same_files_each_time() {
    let world = World::new();
    let id = migrated(&world);
    let end = world.omm(&["export", "--join", "dir:copies", "--to", "out"]);
    assert_eq!(end.code, 0, "{}", end.err);
    let lines: Vec<&str> = end.out.lines().collect();
    assert_eq!(lines.len(), 4, "{}", end.out);
    assert!(
        end.out.contains("Work.ics: 5 calendars") && end.out.contains("people.vcf: 2 contacts"),
        "{}",
        end.out
    );
    let first = files(&world.path("out"));
    let names: Vec<String> = first.keys().map(|name| name.display().to_string()).collect();
    assert_eq!(names, ["Work (notes).ics", "Work (tasks).ics", "Work.ics", "people.vcf"]);
    for (what, to) in [("dir:copies", "out"), (&*id, "again"), ("dir:copies", "new/deep/er")] {
        let end = world.omm(&["export", "--join", what, "--to", to]);
        assert_eq!(end.code, 0, "{}", end.err);
        assert_eq!(files(&world.path(to)), first, "{what} {to}");
    }
    let text = String::from_utf8(first[Path::new("Work.ics")].clone()).unwrap();
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1, "{text}");
    assert_eq!((text.matches("BEGIN:VCALENDAR").count(), text.matches("BEGIN:VEVENT").count()), (1, 5));
    // What was exported before and is not there any more stays; the tree itself is as it was.
    let end = world.omm(&["verify", &id, "--read-back"]);
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
}

#[test]
fn json_and_quiet() {
    let world = World::new();
    migrated(&world);
    let end = world.omm(&["export", "--join", "dir:copies", "--to", "out", "--json"]);
    let lines: Vec<serde_json::Value> =
        end.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let mut seen: Vec<_> =
        lines.iter().map(|line| (line["kind"].as_str().unwrap(), line["items"].as_u64().unwrap())).collect();
    seen.sort_unstable();
    assert_eq!(seen, [("calendars", 5), ("contacts", 2), ("notes", 1), ("tasks", 1)]);
    assert!(
        lines
            .iter()
            .all(|line| line["event"] == "exported" && line["file"].as_str().unwrap().starts_with("out"))
    );
    let end = world.omm(&["export", "--join", "dir:copies", "--to", "out", "--quiet"]);
    assert_eq!((end.code, end.out.as_str(), end.err.as_str()), (0, "", ""));
}

#[test]
fn what_was_joined_gives_the_same_items_again() {
    let world = World::new();
    migrated(&world);
    assert_eq!(world.omm(&["export", "--join", "dir:copies", "--to", "out"]).code, 0);
    let end = world.omm(&["migrate", "out", "dir:second"]);
    assert_eq!(end.code, 0, "{}", end.err);
    let items = |tree: &str| {
        let mut items: Vec<Vec<u8>> = files(&world.path(tree))
            .into_iter()
            .filter(|(name, _)| name.extension().is_some_and(|end| end == "ics" || end == "vcf"))
            .map(|(_, bytes)| bytes)
            .collect();
        items.sort();
        items
    };
    assert_eq!(items("copies").len(), 9);
    assert!(items("copies") == items("second"), "byte for byte");
}

#[test]
fn odd_names_are_names_of_files() {
    let world = World::new();
    let dir = world.path("account");
    fs::create_dir_all(&dir).unwrap();
    let named = |name: &str, uid: &str| {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nX-WR-CALNAME:{name}\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
             DTSTAMP:20250101T000000Z\r\nDTSTART:20250101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    for (at, name) in
        ["../../up", "a/b", "CON", ".hidden", "Ünï 🐎", "x.ics", "X.ICS", "what? \"this\""].iter().enumerate()
    {
        fs::write(dir.join(format!("{at}.ics")), named(name, &format!("u{at}"))).unwrap();
    }
    assert_eq!(world.omm(&["migrate", "account", "dir:copies"]).code, 0);
    let end = world.omm(&["export", "--join", "dir:copies", "--to", "out"]);
    assert_eq!(end.code, 0, "{}", end.err);
    let found = files(&world.path("out"));
    assert_eq!(found.len(), 8, "{:?}", found.keys());
    assert!(
        found
            .keys()
            .all(|name| name.components().count() == 1 && name.extension().is_some_and(|end| end == "ics"))
    );
    assert!(!world.path("up.ics").exists());
}

#[test]
fn nothing_but_mail_is_said() {
    let world = World::new();
    world.migrated(1);
    let end = world.omm(&["export", "--join", "dir:copies", "--to", "out"]);
    assert_eq!(end.code, 0, "{}", end.err);
    assert!(end.out.contains("nothing but mail"), "{}", end.out);
    assert!(!world.path("out").exists());
}

#[test]
fn what_cannot_be_exported_is_refused_in_one_line() {
    let world = World::new();
    let id = migrated(&world);
    fs::write(world.path("file"), "mine").unwrap();
    let export = |what: &str, to: &str| world.omm(&["export", "--join", what, "--to", to]);
    export("dir:account", "out").refused(1, &["account", "no dir: tree"]);
    export("dir:nowhere", "out").refused(1, &["nowhere"]);
    export("no-such-id", "out").refused(2, &["no-such-id"]);
    export("dir:copies", "file").refused(1, &["file", "not a folder"]);
    export("dir:copies", "copies").refused(1, &["copies", "in the tree itself"]);
    export("dir:copies", "copies/Work/deeper").refused(1, &["in the tree itself"]);
    assert_eq!(fs::read(world.path("file")).unwrap(), b"mine");
    assert!(!world.path("out").exists());
    assert_eq!(world.omm(&["verify", &id, "--read-back"]).code, 0);
}

/// Rights do not bind the superuser, who runs the tests in many containers.
#[cfg(unix)]
#[test]
fn a_target_that_may_not_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    migrated(&world);
    fs::create_dir(world.path("locked")).unwrap();
    fs::set_permissions(world.path("locked"), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(world.path("locked/probe"), "").is_ok() {
        println!("skipped: this user may write everywhere");
        return;
    }
    world
        .omm(&["export", "--join", "dir:copies", "--to", "locked"])
        .refused(1, &["locked", "permission denied"]);
    assert!(fs::read_dir(world.path("locked")).unwrap().next().is_none());
}

/// Two readers that are not ours.
#[test]
fn other_programs_read_what_was_joined() {
    const SCRIPT: &str = "
import sys
try:
    import icalendar, vobject
except ImportError as error:
    print('absent', error)
    sys.exit(0)
calendar = icalendar.Calendar.from_ical(open('out/Work.ics', 'rb').read())
print('events', len(calendar.walk('VEVENT')), 'zones', len(calendar.walk('VTIMEZONE')))
print('uids', len({str(event['UID']) for event in calendar.walk('VEVENT')}))
print('tasks', len(icalendar.Calendar.from_ical(open('out/Work (tasks).ics', 'rb').read()).walk('VTODO')))
names = [card.fn.value for card in vobject.readComponents(open('out/people.vcf', encoding='utf-8').read())]
print('cards', ', '.join(names))
print('vevents', len(vobject.readOne(open('out/Work.ics', encoding='utf-8').read()).vevent_list))
";
    let world = World::new();
    migrated(&world);
    assert_eq!(world.omm(&["export", "--join", "dir:copies", "--to", "out"]).code, 0);
    let python = std::env::var_os("OMM_PYTHON").unwrap_or_else(|| "python3".into());
    let Ok(output) = Command::new(python).args(["-c", SCRIPT]).current_dir(world.path(".")).output() else {
        println!("skipped: no python3");
        return;
    };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if out.starts_with("absent") {
        println!("skipped: {}", out.trim());
        return;
    }
    assert!(output.status.success(), "{err}");
    assert_eq!(out, "events 5 zones 1\nuids 5\ntasks 1\ncards Anna Müller, Zoë Müller\nvevents 5\n", "{err}");
}
