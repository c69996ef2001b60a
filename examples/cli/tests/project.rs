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
    let id = another(world);
    for at in 0..migrations {
        good(&world.omm(&["project", "add", &id, "mail", &format!("dir:copies{at}")]));
    }
    id
}

/// A project without anything in it.
fn another(world: &World) -> String {
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
    made.out.trim().to_owned()
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

    world.omm(&["project", "undo", &id, "2"]).refused(2, &["--yes", "the copies of 1 migration"]);
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

// Would catch: a limit of all projects that is forgotten, cannot be taken away again, or is none.
#[test]
fn what_all_projects_may_have_is_shown_and_changed() {
    let world = World::new();
    let shown = |args: &[&str]| {
        let end = world.omm(&[&["project", "limits"], args].concat());
        let lines = good(&end).lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.collect::<Vec<_>>()
    };
    let none = ["requests per server no limit", "requests at once no limit", "migrations at once no limit"];
    assert_eq!(shown(&[]), none);
    let some = ["requests per server 20", "requests at once no limit", "migrations at once 7"];
    assert_eq!(shown(&["--per-server", "20", "--migrations", "7"]), some);
    assert_eq!(shown(&[]), some, "it is kept");
    let told: serde_json::Value =
        serde_json::from_str(good(&world.omm(&["project", "limits", "--json"]))).unwrap();
    assert_eq!(told["limits"]["migrations-at-once"], 7, "{told}");
    world.omm(&["project", "limits", "--in-all", "0"]).refused(2, &["requests-at-once", "none"]);
    assert_eq!(shown(&["--per-server", "none", "--migrations", "none"]), none);
}

// Would catch: a run without the key that pauses what is sealed, or refuses what needs no key, or says nothing of it.
#[test]
fn without_the_key_what_is_sealed_is_left_and_told_once() {
    let world = World::new();
    world.maildir(3);
    let id = project(&world, 2);
    fs::write(world.path("word"), "canary-Kx9\n").unwrap();
    let words =
        ["--source-password-file", "word", "--destination-password-file", "word", "--key-file", "key"];
    let add = ["project", "add", &id, "imaps://a@old.example", "imaps://b@new.example"];
    good(&world.omm(&[&add[..], &words].concat()));
    let end = world.omm(&["project", "run", &id]);
    assert_eq!((end.code, end.err.lines().count()), (3, 1), "{} {}", end.out, end.err);
    assert!(end.err.contains("--key-file") && end.err.contains("left"), "{}", end.err);
    assert!(end.out.contains("3 migrations: 1 not started, 2 done"), "{}", end.out);
    // Nothing else is left: there is nothing to begin.
    world.omm(&["project", "run", &id]).refused(2, &["sealed with a key", "--key-file FILE"]);
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
    assert!(lines[0].contains("host") && lines[0].ends_with(": project created"), "{}", lines[0]);
    for (who, what) in [
        ("worker ", "migration 3: turn over, done"),
        ("host", "migration 1: asked to rest"),
        ("host", "migration 2: asked to stop"),
        ("host", "migration 1: to be copied"),
    ] {
        let is_said = |line: &&str| line.contains(&format!("  {who}")) && line.ends_with(what);
        assert_eq!(lines.iter().filter(|line| is_said(line)).count(), 1, "{who} {what}: {}", audit.out);
    }
    // The lines outlive the project, and still follow from one another.
    good(&world.omm(&["project", "delete", &id, "--yes"]));
    let left = world.omm(&["project", "audit", &id]);
    assert!(good(&left).starts_with(&audit.out) && left.out.ends_with("project erased\n"), "{}", left.out);
    let count = left.out.lines().count();
    assert!(
        good(&world.omm(&["project", "audit", &id, "--check"])).starts_with(&format!("{count} lines, each")),
    );
}

// Would catch: a number that is not there, found out when the others are gone.
#[test]
fn who_mistypes_a_number_loses_nothing() {
    let world = World::new();
    world.maildir(1);
    let id = project(&world, 2);
    for verb in
        [&["delete", "--yes"][..], &["pause"], &["stop"], &["sync"], &["undo", "--yes"], &["erase-passwords"]]
    {
        let words = [&["project", verb[0], &id, "999", "1", "2"], &verb[1..]].concat();
        world.omm(&words).refused(2, &["has no migration 999", "nothing was done"]);
        assert!(
            good(&world.omm(&["project", "status", &id])).contains("2 migrations: 2 not started"),
            "{verb:?}"
        );
    }
    // Whoever has not run yet is told so, and whoever has nothing to do as well.
    let end = world.omm(&["project", "sync", &id, "1"]);
    assert!(end.code == 3 && end.out.contains("1 left: not run yet"), "{}", end.out);
    assert!(good(&world.omm(&["project", "sync", &id])).contains("nothing to synchronise"));
    good(&world.omm(&["project", "delete", &id, "1", "1", "--yes"]));
    assert!(good(&world.omm(&["project", "status", &id])).contains("1 migration: 1 not started"));
}

// Would catch: a project that is let run where another process works, by a command that says it failed.
#[test]
fn a_second_worker_changes_nothing() {
    let world = World::new();
    world.maildir(1);
    let (id, other) = (project(&world, 1), another(&world));
    good(&world.omm(&["project", "add", &other, "mail", "dir:others"]));
    good(&world.omm(&["project", "add", &id, "mail", "dir:later", "--at", "2999-01-01"]));
    let run = ["project", "run", &id, "--log", "info", "--quiet"];
    let mut run = world.command(&run).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(log.any(|line| line.contains("turn ended")), "it waits for the second one");
    world.omm(&["project", "run", &other]).refused(1, &["another process works", "nothing was changed"]);
    assert!(good(&world.omm(&["project", "status", &other])).contains("the project rests"));
    // Let run all the same, it is left alone by a process that was given no key: its passwords may be sealed.
    good(&world.omm(&["project", "resume", &other]));
    // Numbers are of all projects of the folder.
    good(&world.omm(&["project", "stop", &id, "3"]));
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert!(good(&world.omm(&["project", "status", &other])).contains("1 not started"));
    good(&world.omm(&["project", "run", &other]));
}

// Would catch: accounts that only turn out to make no sense when their turn comes, at night.
#[test]
fn one_migration_more_is_looked_at_as_a_row_of_a_table() {
    let world = World::new();
    let id = project(&world, 0);
    good(&world.omm(&[
        "project",
        "options",
        &id,
        "--source",
        "imaps://old.example",
        "--destination",
        "imaps://new.example",
    ]));
    let refused = |words: &[&str], expected: &[&str]| {
        world.omm(&[&["project", "add", &id], words].concat()).refused(2, expected);
    };
    refused(&["a@old.example", "pop3s://a@new.example"], &["nothing can be written by POP3"]);
    refused(&["imaps://a@h.example", "imaps://a@h.example:993"], &["the destination is the source"]);
    refused(&["a@old.example", "a@new.example"], &["--source-password-env", "--key-file"]);
    refused(&["a@old.example", "a@new.example", "--at", "2020-01-01"], &["is over already"]);
    refused(&[], &["LOGIN@"]);
    // By the project's servers, sealed: no variable is needed by whoever works on it.
    fs::write(world.path("word"), "canary-Kx9\n").unwrap();
    let words =
        ["--source-password-file", "word", "--destination-password-file", "word", "--key-file", "key"];
    good(&world.omm(&[&["project", "add", &id, "a@old.example", "b@new.example"][..], &words].concat()));
    fs::remove_file(world.path("word")).unwrap();
    let into = ["project", "add", &id, "c@old.example", "b@new.example"];
    let by = ["--source-password-env", "X", "--destination-password-env", "X"];
    world.omm(&[&into[..], &by].concat()).refused(2, &["--shared-destinations"]);
    good(&world.omm(&[&into[..], &by, &["--shared-destinations"]].concat()));
    let status = world.omm(&["project", "status", &id]);
    assert!(
        good(&status).contains("imap:a@old.example@old.example -> imap:b@new.example@new.example"),
        "{}",
        status.out
    );
    // Another key of the same day is told from the right one before anything begins.
    good(&world.omm(&["project", "key", "other"]));
    world
        .omm(&["project", "run", &id, "--key-file", "other"])
        .refused(2, &["migration", "sealed with the key"]);
    assert!(good(&world.omm(&["project", "status", &id])).contains("the project rests"));
    let lost = world.omm(&["project", "rotate", "--key-file", "other"]);
    assert!(lost.code == 3 && lost.out.contains("2 passwords cannot be opened"), "{}", lost.out);
    let rotated = world.omm(&["project", "rotate", "--key-file", "other", "--key-file", "key"]);
    assert!(good(&rotated).contains("2 passwords sealed anew, 0 under"), "{}", rotated.out);
    assert!(
        good(&world.omm(&["project", "erase-passwords", &id, "1"]))
            .contains("1 migration without a password")
    );
    assert!(
        good(&world.omm(&["project", "rotate", "--key-file", "other"]))
            .starts_with("0 passwords sealed anew, 0")
    );
}

// Would catch: a report that one journal spoils, and a journal that is pulled from under its row.
#[test]
fn reports_tell_of_every_migration() {
    let world = World::new();
    world.maildir(1);
    let id = project(&world, 2);
    good(&world.omm(&["project", "schedule", &id, "2", "--at", "2999-01-01", "--priority", "-3"]));
    assert!(good(&world.omm(&["project", "status", &id, "--only", "scheduled"])).contains("at 2999-01-01"));
    good(&world.omm(&["project", "pause", &id, "2"]));
    assert_eq!(world.omm(&["project", "run", &id]).code, 3);
    let end = world.omm(&["project", "report", &id]);
    for words in
        ["1  A  2 found", "2  -  not run yet, paused", "in all 1 migration: 2 found, 2 at", "1 not run yet"]
    {
        assert!(end.code == 3 && end.out.contains(words), "{words}: {}", end.out);
    }
    assert!(good(&world.omm(&["project", "report", &id, "--only", "done"])).contains("in all 1 migration"));
    let journals = world.omm(&["status"]).out;
    let journal = journals.lines().nth(1).and_then(|line| line.split_whitespace().next()).unwrap();
    for words in [&["forget", journal][..], &["undo", journal, "--yes"]] {
        world.omm(words).refused(2, &["is number 1 of project", "omm project"]);
    }
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
    refused(&["--requests", "0"], &["--requests", "1 to"]);
    refused(&["--bandwidth", "1"], &["--bandwidth", "0 for no limit"]);
    refused(&["--quiet-hours", "22"], &["--quiet-hours"]);
    refused(&["--quiet-hours", "22:00-06:00@Paris"], &["--quiet-hours", "Europe/Paris"]);
    let fish = world.omm(&["project", "options", &id, "--kinds", "mail,fish"]);
    assert!(fish.code == 2 && fish.err.contains("the kinds are mail, contacts"), "{}", fish.err);
    let back = world.omm(&[
        "project",
        "options",
        &id,
        "--kinds",
        "all",
        "--name",
        "Moved",
        "--source",
        "imaps://a.example",
    ]);
    for words in ["kinds                all", "name                 Moved", "imap:a.example"] {
        assert!(good(&back).contains(words), "{words} not in {}", back.out);
    }
    let none = world.omm(&["project", "options", &id, "--source", "none"]);
    assert!(good(&none).contains("usual source         none"), "{}", none.out);
    world
        .omm(&["project", "create", "x", "--contact", "no address", "--no-password"])
        .refused(2, &["contact"]);
    world.omm(&["project", "status", "nobody"]).refused(2, &["nobody"]);
}

// Would catch: an order and a time that a table says and nobody keeps.
#[test]
fn a_table_says_which_come_first_and_when() {
    let world = World::new();
    let id = project(&world, 0);
    let head = "Source Type;Source Server url;Source Login;Source Password;Destination Type;Destination Url;Destination Mail;\
                Destination Password;Priority;Start\n";
    let row = |name: &str, more: &str| {
        format!("IMAP;h.example;{name}@h.example;w;IMAP;i.example;{name}@i.example;w;{more}\n")
    };
    let rows = [row("a", ";"), row("b", "7;2999-12-24"), row("c", "-2;"), row("d", "x;2020-01-01")];
    fs::write(world.path("form.csv"), head.to_owned() + &rows.concat()).unwrap();
    let end = world.omm(&["project", "import", &id, "form.csv", "--key-file", "key"]);
    assert!(end.code == 3 && end.out.contains("3 migrations added, 1 row left"), "{} {}", end.out, end.err);
    for told in [
        "line 5, column 9, priority",
        "line 5, column 10, start (text of 10 characters): a moment that is past",
    ] {
        assert!(end.out.contains(told), "{told} in {}", end.out);
    }
    let status: serde_json::Value =
        serde_json::from_str(good(&world.omm(&["project", "status", &id, "--json"]))).unwrap();
    let said: Vec<_> = status["migrations"].as_array().unwrap().iter().collect();
    let said: Vec<_> = said.iter().map(|row| (row["priority"].clone(), row["start"].clone())).collect();
    let expected = [(0, None), (7, Some("2999-12-24T00:00:00Z")), (-2, None)];
    let expected = expected.map(|(priority, start)| (serde_json::json!(priority), serde_json::json!(start)));
    assert_eq!(said, expected);
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
    form.push_str("\"IMAP\";\"h.example\";\"b@h.example\";\"canary-Bu2\";\"IMAP\";\"i.example\";\"b@i.example\";\"w\";;\r\n");
    form.push_str("\"FTP\";\"h.example\";\"a@h.example\";\"canary-Tq7\";\"IMAP\";\"i.example\";\"a@i.example\";\"w\";;\r\n");
    fs::write(world.path("form.csv"), form).unwrap();
    let end = world.omm(&["project", "import", &id, "form.csv", "--key-file", "key"]);
    assert_eq!(end.code, 3, "{}", end.err);
    assert!(end.out.contains("line 2: the example of the template; it is left out"), "{}", end.out);
    assert!(end.out.contains("line 4") && end.out.contains("1 migration added, 1 row left"), "{}", end.out);
    assert!(!end.out.contains("canary"), "{}", end.out);
    world.omm(&["project", "run", &id]).refused(2, &["--key-file"]);
    // The same again: it is there, and has its passwords from now on.
    let end = world.omm(&["project", "import", &id, "form.csv", "--key-file", "key"]);
    let told = "0 migrations added, passwords given again to 1 migration, 1 row left";
    assert!(end.code == 3 && end.out.contains(told), "{}", end.out);
    let end = world.omm(&["project", "import", &id, "form.xlsx", "--key-file", "key"]);
    assert!(good(&end).contains("0 migrations added, 0 rows left"), "{}", end.out);
    world
        .omm(&["project", "import", &id, "none.csv", "--key-file", "key"])
        .refused(2, &["no table at none.csv"]);
    world.omm(&["project", "import", &id, "mail", "--key-file", "key"]).refused(2, &["mail"]);
}
