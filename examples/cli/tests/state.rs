//! A state folder that cannot be used: one clear line, exit code 1, and nothing lost.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod world;

use std::fs;
use world::World;

#[test]
fn an_empty_state_says_how_to_begin() {
    let world = World::new();
    let end = world.omm(&["status"]);
    assert_eq!(end.code, 0, "{}", end.err);
    assert!(end.out.contains("omm migrate SRC DST"), "{}", end.out);
}

#[test]
fn state_that_is_no_folder() {
    let world = World::new();
    fs::write(world.path("state"), "a file").unwrap();
    world.omm(&["status"]).refused(1, &["folder", "state"]);
    assert_eq!(fs::read(world.path("state")).unwrap(), b"a file");
}

#[cfg(target_os = "linux")]
#[test]
fn state_that_cannot_be_written() {
    let world = World::new();
    world.maildir(1);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_omm"))
        .args(["migrate", "mail", "dir:copies", "--state", "/proc/omm-state"])
        .current_dir(world.path("."))
        .output()
        .unwrap();
    world::End::of(output).refused(1, &["/proc/omm-state"]);
    assert!(!world.path("copies").exists());
}

/// Rights do not bind the superuser, who runs the tests in many containers.
#[cfg(unix)]
#[test]
fn read_only_state() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let id = world.migrated(1);
    let lock = |mode| {
        for name in ["state", "state/migrations", "state/spool"] {
            fs::set_permissions(world.path(name), fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    lock(0o500);
    if fs::write(world.path("state/probe"), "").is_ok() {
        fs::remove_file(world.path("state/probe")).unwrap();
        println!("skipped: this user may write everywhere");
    } else {
        let end = world.omm(&["sync", &id]);
        end.refused(1, &["right"]);
    }
    lock(0o700);
    assert_eq!(world.omm(&["sync", &id]).code, 0);
}

/// SQLite's format, offset 60: the user version, which counts our format.
fn set_version(path: &std::path::Path, version: u32) {
    let mut bytes = fs::read(path).unwrap();
    bytes[60..64].copy_from_slice(&version.to_be_bytes());
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_newer_catalogue_is_left_alone() {
    let world = World::new();
    world.migrated(1);
    let path = world.path("state/catalogue.db");
    let good = fs::read(&path).unwrap();
    set_version(&path, 4_000);
    let newer = fs::read(&path).unwrap();
    for args in [&["status"][..], &["migrate", "mail", "dir:copies"]] {
        world.omm(args).refused(1, &["newer", "catalogue.db"]);
    }
    assert_eq!(fs::read(&path).unwrap(), newer);
    fs::write(&path, good).unwrap();
    assert_eq!(world.omm(&["migrate", "mail", "dir:copies"]).code, 0);
}

#[test]
fn a_damaged_catalogue_is_named() {
    let world = World::new();
    world.migrated(1);
    fs::write(world.path("state/catalogue.db"), "no database at all").unwrap();
    world.omm(&["migrate", "mail", "dir:copies"]).refused(1, &["catalogue.db"]);
    assert_eq!(world.bodies("copies").len(), 2);
}

/// One damaged migration must not hide the others, and its copies are adopted by the next one.
#[test]
fn a_damaged_journal_costs_one_migration() {
    let world = World::new();
    let id = world.migrated(2);
    let journal = fs::read_dir(world.path("state/migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ext| ext == "db"))
        .unwrap();
    let mut bytes = fs::read(&journal).unwrap();
    // Half of every page but the first, so that the file is still recognised.
    for page in bytes.chunks_mut(4096).skip(1) {
        let half = page.len() / 2;
        page[..half].fill(0xa5);
    }
    fs::write(&journal, bytes).unwrap();
    world.omm(&["sync", &id]).refused(1, &["damaged"]);
    world.omm(&["report", &id]).refused(1, &["damaged"]);
    let end = world.omm(&["status"]);
    assert_eq!(end.code, 0, "{}", end.err);
    assert!(end.out.contains(&id) && end.out.contains("unreadable"), "{}", end.out);

    assert_eq!(world.omm(&["forget", &id]).code, 0);
    let end = world.omm(&["migrate", "mail", "dir:copies"]);
    assert_eq!(end.code, 0, "{}", end.err);
    assert_eq!(world.bodies("copies"), world.bodies("mail"), "adopted, not doubled");
}
