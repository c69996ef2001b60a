//! What people do with a migration, from the first run to the last command.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod world;

use std::fs;
use world::World;

#[test]
fn migrate_copies_every_byte_and_then_nothing() {
    let world = World::new();
    world.maildir(30);
    let first = world.omm(&["migrate", "mail", "dir:copies"]);
    assert_eq!(first.code, 0, "{}", first.err);
    let head = first.out.lines().next().unwrap();
    assert!(head.starts_with("migration "), "the id comes first: {head}");
    assert_eq!(world.bodies("copies"), world.bodies("mail"));
    assert_eq!(world.bodies("copies").len(), 60);

    let again = world.omm(&["migrate", "mail", "dir:copies"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(again.out.lines().next(), Some(head), "the same pair is the same migration");
    assert_eq!(world.bodies("copies"), world.bodies("mail"));
}

#[test]
fn json_is_one_value_a_line_and_the_report_is_last() {
    let world = World::new();
    world.maildir(3);
    let end = world.omm(&["migrate", "mail", "dir:copies", "--json"]);
    assert_eq!(end.code, 0, "{}", end.err);
    let lines: Vec<serde_json::Value> =
        end.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(lines[0]["event"], "migration");
    let last = lines.last().unwrap();
    assert_eq!(last["event"], "report");
    assert_eq!(last["totals"]["copied"], 6);
    assert_eq!(last["grade"], "A");
    for event in ["run-started", "folder-started", "progress", "folder-finished", "run-finished"] {
        assert!(lines.iter().any(|line| line["event"] == event), "no {event} in {}", end.out);
    }
}

#[test]
fn quiet_says_the_id_and_nothing_else() {
    let world = World::new();
    let id = world.migrated(1);
    assert!(!id.is_empty() && !id.contains(char::is_whitespace), "{id:?}");
    let end = world.omm(&["sync", &id, "--quiet"]);
    assert_eq!((end.code, end.out.trim(), end.err.as_str()), (0, id.as_str(), ""));
}

#[test]
fn sync_copies_what_is_new_and_follows_a_moved_source() {
    let world = World::new();
    let id = world.migrated(2);
    fs::rename(world.path("mail"), world.path("moved")).unwrap();
    world.message(&world.path("moved"), "late");
    let end = world.omm(&["sync", &id, "--source", "moved"]);
    assert_eq!(end.code, 0, "{}", end.err);
    assert_eq!(world.bodies("copies"), world.bodies("moved"));
    assert_eq!(world.bodies("copies").values().max(), Some(&1));
    world.omm(&["sync", &id, "--source", "dir:moved"]).refused(2, &["dir", "files"]);
}

#[test]
fn new_begins_another_migration() {
    let world = World::new();
    let id = world.migrated(1);
    let end = world.omm(&["migrate", "mail", "dir:copies", "--new", "--quiet"]);
    assert_eq!(end.code, 0, "{}", end.err);
    assert_ne!(end.out.trim(), id);
    assert_eq!(world.bodies("copies"), world.bodies("mail"), "the second one adopts");
    assert_eq!(world.omm(&["status", "--json"]).out.lines().count(), 2);
}

#[test]
fn status_shows_sync_points() {
    let world = World::new();
    let id = world.migrated(1);
    world.message(&world.path("mail"), "late");
    assert_eq!(world.omm(&["sync", &id]).code, 0);
    let end = world.omm(&["status", &id]);
    assert!(end.out.contains("1: complete") && end.out.contains("2: complete"), "{}", end.out);
    let end = world.omm(&["status"]);
    assert!(end.out.contains(&id) && end.out.contains("sync point 2 complete"), "{}", end.out);
}

#[test]
fn plan_touches_nothing() {
    let world = World::new();
    world.maildir(4);
    let end = world.omm(&["plan", "mail", "dir:copies"]);
    assert_eq!(end.code, 0, "{}", end.err);
    assert!(end.out.contains("8 items to copy"), "{}", end.out);
    assert!(!end.out.contains("another name"), "{}", end.out);
    let end = world.omm(&["plan", "mail", "dir:copies", "--rename", "INBOX=Old"]);
    assert!(end.out.contains("folders that get another name: 1\n"), "{}", end.out);
    assert!(!world.path("copies").exists());
    assert_eq!(world.omm(&["status", "--json"]).out, "", "no migration was begun");

    assert_eq!(world.omm(&["migrate", "mail", "dir:copies"]).code, 0);
    let end = world.omm(&["plan", "mail", "dir:copies", "--json"]);
    let plan: serde_json::Value = serde_json::from_str(&end.out).unwrap();
    assert_eq!(plan["items"], 0, "{}", end.out);
    assert_eq!((&plan["renamed"], &plan["remarks"]), (&0.into(), &serde_json::json!([])), "{}", end.out);
}

#[test]
fn choices_choose() {
    let world = World::new();
    let mail = world.maildir(2);
    fs::write(mail.join("cur/1700000000.big.host:2,"), "Subject: big\r\n\r\n".to_owned() + &"x".repeat(5000))
        .unwrap();
    let end = world.omm(&["migrate", "mail", "dir:copies", "--exclude", "Work", "--max-size", "4K"]);
    assert_eq!(end.code, 0, "{}", end.err);
    assert_eq!(world.bodies("copies").len(), 2, "two small ones of the inbox");
    assert!(end.out.contains("over-size-limit"), "{}", end.out);
}

#[test]
fn report_lists_every_item_as_csv() {
    let world = World::new();
    let id = world.migrated(5);
    let end = world.omm(&["report", &id, "--format", "csv"]);
    assert_eq!(end.code, 0, "{}", end.err);
    let mut reader = csv::Reader::from_reader(end.out.as_bytes());
    let fate = reader.headers().unwrap().iter().position(|name| name == "fate").unwrap();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 10);
    assert!(rows.iter().all(|row| &row[fate] == "copied"), "{}", end.out);

    let end = world.omm(&["report", &id, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&end.out).unwrap();
    assert_eq!(report["totals"]["found"], 10);
}

#[test]
fn verify_finds_what_was_altered_or_lost() {
    let world = World::new();
    let id = world.migrated(3);
    for level in [&["verify", &id][..], &["verify", &id, "--read-back"]] {
        let end = world.omm(level);
        assert_eq!(end.code, 0, "{}", end.err);
        assert!(end.out.contains("6 good"), "{}", end.out);
    }
    let copies = files(&world, "copies");
    let mut same_size = fs::read(&copies[0]).unwrap();
    *same_size.last_mut().unwrap() = b'!';
    fs::write(&copies[0], same_size).unwrap();
    fs::remove_file(&copies[1]).unwrap();
    let end = world.omm(&["verify", &id, "--read-back", "--json"]);
    assert_eq!(end.code, 3, "{} {}", end.out, end.err);
    let found: serde_json::Value = serde_json::from_str(end.out.lines().last().unwrap()).unwrap();
    assert_eq!((&found["missing"], &found["altered"]), (&1.into(), &1.into()), "{found}");
}

#[test]
fn undo_takes_back_what_it_previewed() {
    let world = World::new();
    let id = world.migrated(3);
    world.message(&world.path("mail"), "late");
    assert_eq!(world.omm(&["sync", &id]).code, 0);

    let end = world.omm(&["undo", &id, "--from-sync-point", "2", "--dry-run"]);
    assert_eq!(end.code, 0, "{}", end.err);
    assert!(end.out.contains("1 copies would be deleted"), "{}", end.out);
    assert_eq!(world.bodies("copies").len(), 7);
    world.omm(&["undo", &id, "--from-sync-point", "3", "--yes"]).refused(2, &["sync point 3"]);

    assert_eq!(world.omm(&["undo", &id, "--from-sync-point", "2", "--yes"]).code, 0);
    assert_eq!(world.bodies("copies").len(), 6);
    // The old account is gone, and what was copied from it can be taken back all the same.
    fs::rename(world.path("mail"), world.path("elsewhere")).unwrap();
    let end = world.omm(&["undo", &id, "--yes"]);
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    assert_eq!(world.bodies("copies").len(), 0);

    fs::rename(world.path("elsewhere"), world.path("mail")).unwrap();
    assert_eq!(world.omm(&["sync", &id]).code, 0);
    assert_eq!(world.bodies("copies"), world.bodies("mail"), "they come back, once");
}

#[test]
fn forget_leaves_the_copies() {
    let world = World::new();
    let id = world.migrated(1);
    assert_eq!(world.omm(&["forget", &id]).code, 0);
    assert_eq!(world.bodies("copies").len(), 2);
    world.omm(&["sync", &id]).refused(2, &["no migration"]);
}

fn files(world: &World, below: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![world.path(below)];
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else if path.parent().is_some_and(|parent| parent.ends_with("cur")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
