//! Projects from the command line, between files: no server is needed.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod world;

use std::{
    fs,
    io::{BufRead, BufReader},
    process::Stdio,
};
use world::{End, World};

/// A key, a project, and so many migrations of `mail` into folders of their own.
fn project(world: &World, migrations: usize) -> String {
    assert_eq!(world.omm(&["project", "key", "key"]).code, 0);
    let made = world.omm(&[
        "project",
        "create",
        "Move it",
        "--contact",
        "anna@example.org",
        "--no-password",
        "--quiet",
    ]);
    assert_eq!(made.code, 0, "{}", made.err);
    let id = made.out.trim().to_owned();
    for at in 0..migrations {
        good(&world.omm(&["project", "add", &id, "mail", &format!("dir:copies{at}")]));
    }
    id
}

#[track_caller]
fn good(end: &End) -> &str {
    assert_eq!((end.code, end.err.as_str()), (0, ""), "{}", end.out);
    &end.out
}

#[test]
fn a_project_is_run_synchronised_and_taken_back() {
    let world = World::new();
    world.maildir(5);
    let id = project(&world, 3);
    assert!(good(&world.omm(&["project", "status", &id])).contains("3 migrations: 3 not started"));
    let run = world.omm(&["project", "run", &id, "--log", "info", "--metrics", "omm.prom"]);
    assert_eq!((run.code, run.err.matches("run complete").count()), (0, 3), "{}", run.err);
    let counted = fs::read_to_string(world.path("omm.prom")).unwrap();
    for line in [r#"omm_items_total{outcome="copied"} 30"#, r#"omm_migrations{state="done"} 3"#] {
        assert!(counted.lines().any(|counted| counted == line), "{line} in\n{counted}");
    }
    for at in 0..3 {
        assert_eq!(world.bodies(&format!("copies{at}")), world.bodies("mail"));
    }
    let report = world.omm(&["project", "report", &id]);
    assert_eq!(
        good(&report).lines().filter(|line| line.contains("  A  10 found, 10 at")).count(),
        3,
        "{}",
        report.out
    );

    world.message(&world.path("mail"), "late");
    good(&world.omm(&["project", "sync", &id, "2"]));
    good(&world.omm(&["project", "run", &id]));
    assert_eq!(world.bodies("copies1"), world.bodies("mail"));
    assert_eq!(world.bodies("copies0").len(), 10, "only the one that was named");

    world.omm(&["project", "undo", &id, "2"]).refused(2, &["--yes"]);
    good(&world.omm(&["project", "undo", &id, "2", "--from-sync-point", "2", "--yes"]));
    world.omm(&["project", "run", &id]);
    assert_eq!(world.bodies("copies1").len(), 10);
    assert!(good(&world.omm(&["project", "status", &id])).contains("1 copy was deleted again"));

    good(&world.omm(&["project", "verify", &id, "--read-back"]));
    good(&world.omm(&["project", "run", &id]));
    good(&world.omm(&["project", "delete", &id, "--yes"]));
    world.omm(&["project", "status", &id]).refused(2, &["omm project status"]);
    assert_eq!(world.bodies("copies0").len(), 10, "the copies stay");
}

// Would catch: commands that wait for the lock of the worker until it is done.
#[test]
fn whoever_works_keeps_nobody_from_asking() {
    let world = World::new();
    world.maildir(1);
    let id = project(&world, 1);
    good(&world.omm(&["project", "add", &id, "mail", "dir:later", "--at", "2999-01-01"]));
    let run = ["project", "run", &id, "--metrics", "counters", "--log", "info", "--quiet"];
    let mut run = world.command(&run).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(log.any(|line| line.contains("turn ended")), "the first one is over; it waits for the second");
    assert!(good(&world.omm(&["project", "status", &id])).contains("1 scheduled"));
    good(&world.omm(&["project", "pause", &id, "2"]));
    // Nothing waits for anything any more: it comes home by itself.
    assert_eq!(run.wait().unwrap().code(), Some(3), "something rests");
    assert!(world.path("counters").exists());
    assert!(good(&world.omm(&["project", "status", &id])).contains("1 paused"));
}

#[test]
fn what_rests_rests() {
    let world = World::new();
    world.maildir(2);
    let id = project(&world, 3);
    good(&world.omm(&["project", "pause", &id, "1"]));
    good(&world.omm(&["project", "stop", &id, "2"]));
    let end = world.omm(&["project", "run", &id]);
    assert_eq!(end.code, 3, "one still rests: {}", end.out);
    assert!(end.out.contains("1 paused, 1 stopped, 1 done"), "{}", end.out);
    good(&world.omm(&["project", "resume", &id]));
    good(&world.omm(&["project", "run", &id]));
    assert!(good(&world.omm(&["project", "status", &id])).contains("1 stopped, 2 done"));
    let audit = world.omm(&["project", "audit", &id]);
    let lines: Vec<_> = good(&audit).lines().collect();
    assert!(lines[0].contains("host: project created"), "{}", lines[0]);
    assert!(lines.iter().any(|line| line.contains("worker: migration 3 changed")), "{}", audit.out);
}

#[test]
fn options_are_shown_and_changed_and_nonsense_is_told() {
    let world = World::new();
    let id = project(&world, 0);
    let changed = world.omm(&[
        "project",
        "options",
        &id,
        "--requests",
        "7",
        "--bandwidth",
        "2M",
        "--quiet-hours",
        "22:00-06:00@Europe/Paris",
        "--kinds",
        "mail,contacts",
    ]);
    let shown = world.omm(&["project", "options", &id]);
    assert_eq!(good(&changed), good(&shown));
    for words in ["requests at once     7", "2.00 MiB/s", "22:00-06:00@Europe/Paris", "mail, contacts"] {
        assert!(shown.out.contains(words), "{words} not in {}", shown.out);
    }
    let refused = |words: &[&str], expected: &[&str]| {
        world.omm(&[&["project", "options", &id], words].concat()).refused(2, expected);
    };
    refused(&["--requests", "0"], &["requests-at-once", "1 to"]);
    refused(&["--quiet-hours", "22"], &["--quiet-hours"]);
    refused(&["--quiet-hours", "22:00-06:00@Paris"], &["quiet-hours.zone", "Europe/Paris"]);
    world
        .omm(&["project", "create", "x", "--contact", "no address", "--no-password"])
        .refused(2, &["contact"]);
    world.omm(&["project", "status", "nobody"]).refused(2, &["nobody"]);
}

#[test]
fn a_form_is_written_filled_and_read() {
    let world = World::new();
    let id = project(&world, 0);
    for form in ["form.csv", "form.xlsx"] {
        good(&world.omm(&["project", "template", form]));
        world.omm(&["project", "template", form]).refused(1, &["is there already"]);
    }
    world.omm(&["project", "import", &id, "form.csv"]).refused(2, &["--key-file", "omm project key"]);
    let mut form = fs::read_to_string(world.path("form.csv")).unwrap();
    form.push_str("\"FTP\";\"h.example\";\"a@h.example\";\"canary-Tq7\";\"IMAP\";\"i.example\";\"a@i.example\";\"w\";;\r\n");
    fs::write(world.path("form.csv"), form).unwrap();
    let end = world.omm(&["project", "import", &id, "form.csv", "--key-file", "key"]);
    assert_eq!(end.code, 3, "{}", end.err);
    assert!(end.out.contains("line 3") && end.out.contains("1 migration added, 1 row left"), "{}", end.out);
    assert!(!end.out.contains("canary"), "{}", end.out);
    world.omm(&["project", "run", &id]).refused(2, &["--key-file"]);
    // The same again, from the sheet: it is there, and has its passwords from now on.
    let end = world.omm(&["project", "import", &id, "form.xlsx", "--key-file", "key"]);
    let told = "0 migrations added, passwords given again to 1 migration, 0 rows left";
    assert!(end.code == 0 && end.out.contains(told), "{}", end.out);
}
