//! Accounts that cannot be used: one clear line, the right exit code, and nothing lost.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod world;

use std::fs;
use world::{End, World};

#[test]
fn a_missing_path_is_named() {
    let world = World::new();
    world.omm(&["migrate", "nowhere", "dir:copies"]).refused(1, &["nowhere"]);
    assert!(!world.path("copies").exists());
    assert_eq!(world.omm(&["status", "--json"]).out, "", "no migration was begun");
}

#[test]
fn a_directory_of_junk_is_named() {
    let world = World::new();
    fs::create_dir_all(world.path("junk/deeper")).unwrap();
    fs::write(world.path("junk/photo.jpg"), [0xff, 0xd8, 0xff, 0x00]).unwrap();
    fs::write(world.path("junk/deeper/data.bin"), [0_u8; 5000]).unwrap();
    world.omm(&["migrate", "junk", "dir:copies"]).refused(1, &["junk"]);
}

#[test]
fn a_file_that_is_no_mail_is_named() {
    let world = World::new();
    fs::write(world.path("photo.jpg"), [0xff, 0xd8, 0xff, 0x00]).unwrap();
    world.omm(&["migrate", "photo.jpg", "dir:copies"]).refused(1, &["photo.jpg"]);
}

#[test]
fn a_file_in_the_place_of_the_destination_is_named() {
    let world = World::new();
    world.maildir(1);
    fs::write(world.path("copies"), "mine").unwrap();
    world.omm(&["migrate", "mail", "dir:copies"]).refused(1, &["copies"]);
    assert_eq!(fs::read(world.path("copies")).unwrap(), b"mine");
}

/// Rights do not bind the superuser, who runs the tests in many containers.
#[cfg(unix)]
#[test]
fn an_unreadable_folder_costs_itself_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let mail = world.maildir(2);
    let work = mail.join(".Work/cur");
    fs::set_permissions(&work, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&work).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    let end = world.omm(&["migrate", "mail", "dir:copies"]);
    assert_eq!(end.code, 3, "{} {}", end.out, end.err);
    assert!(end.err.contains("Work"), "{}", end.err);
    assert_eq!(world.bodies("copies").len(), 2);
    fs::set_permissions(&work, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(world.omm(&["migrate", "mail", "dir:copies"]).code, 0);
    assert_eq!(world.bodies("copies"), world.bodies("mail"));
}

/// A file size limit fails writes as a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    let world = World::new();
    let mail = world.maildir(2);
    let big = "Subject: big\r\n\r\n".to_owned() + &"0123456789abcde\n".repeat(200_000);
    fs::write(mail.join("cur/1700000000.big.host:2,S"), big).unwrap();
    let program = world.command(&["migrate", "mail", "dir:copies"]);
    // 1.5 MB in blocks of 512 bytes: enough for the state, not for the message.
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 3000; exec \"$0\" \"$@\""]).arg(program.get_program());
    limited.args(program.get_args()).current_dir(world.path("."));
    let end = End::of(limited.output().unwrap());
    assert!([1, 3].contains(&end.code), "{} {} {}", end.code, end.out, end.err);
    assert!(!end.err.contains("panicked") && !end.err.is_empty(), "{}", end.err);

    let end = world.omm(&["migrate", "mail", "dir:copies"]);
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    assert_eq!(world.bodies("copies"), world.bodies("mail"));
}

#[test]
fn an_emptied_source_is_no_reason_to_go_on() {
    let world = World::new();
    let id = world.migrated(2);
    for folder in ["mail/cur", "mail/.Work/cur"] {
        fs::remove_dir_all(world.path(folder)).unwrap();
        fs::create_dir(world.path(folder)).unwrap();
    }
    world.omm(&["sync", &id]).refused(1, &["--allow-emptied-source"]);
    assert_eq!(world.bodies("copies").len(), 4);
    assert_eq!(world.omm(&["sync", &id, "--allow-emptied-source"]).code, 0);
    assert_eq!(world.bodies("copies").len(), 4, "gone at the source is never deleted at the destination");
}
