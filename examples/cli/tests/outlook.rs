//! Outlook data files, good and bad: what the program says of them, and what it carries when it is killed on the way.
#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod world;

use omm_testkit::{
    imap::MockImap,
    pst::{Format, PstBuilder, Role, filled},
};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Stdio},
};
use world::{End, World};

/// A file with one of everything.
fn everything(path: &Path, builder: PstBuilder) -> filled::Everything {
    let mut pst = builder.start(File::create(path).unwrap()).unwrap();
    let made = filled::everything(&mut pst, 0).unwrap();
    pst.finish().unwrap();
    made
}

fn usual() -> PstBuilder {
    PstBuilder::new(Format::Unicode)
}

#[test]
fn what_is_no_data_file_is_named_in_one_line() {
    let world = World::new();
    let file = world.path("whole.pst");
    everything(&file, usual());
    let whole = fs::read(&file).unwrap();
    let changed = |at: usize, bytes: &[u8]| {
        let mut other = whole.clone();
        other[at..at + bytes.len()].copy_from_slice(bytes);
        other
    };
    let mbox = b"From a@example.org Fri Mar  1 10:11:12 2024\nSubject: x\n\nx\n".to_vec();
    for (name, bytes, words) in [
        ("zero.pst", Vec::new(), vec!["empty"]),
        ("zeros.pst", vec![0; 4096], vec!["not"]),
        ("short.pst", whole[..100].to_vec(), vec!["ends within its header"]),
        ("header.pst", whole[..600].to_vec(), vec!["cut"]),
        ("mbox.pst", mbox, vec!["not"]),
        ("version.pst", changed(10, &99_u16.to_le_bytes()), vec!["99"]),
        ("rights.pst", changed(513, &[0x10]), vec!["encrypted"]),
    ] {
        fs::write(world.path(name), bytes).unwrap();
        for command in ["migrate", "plan"] {
            let end = world.omm(&[command, name, "dir:copies"]);
            assert!([1, 3].contains(&end.code), "{name}: {} {} {}", end.code, end.out, end.err);
            let lines: Vec<_> = end.err.lines().collect();
            assert_eq!(lines.len(), 1, "{name}: {:?}", end.err);
            assert!(lines[0].contains(name), "{}", end.err);
            assert!(words.iter().any(|word| lines[0].contains(word)), "{name}, {words:?}: {}", end.err);
        }
    }
    assert!(!world.path("copies").exists());
}

#[test]
fn a_directory_with_the_name_of_a_data_file() {
    let world = World::new();
    fs::create_dir(world.path("empty.pst")).unwrap();
    world.omm(&["migrate", "empty.pst", "dir:copies"]).refused(1, &["empty.pst"]);
    // With mail in it, it is a directory like any other.
    fs::create_dir(world.path("full.pst")).unwrap();
    fs::write(world.path("full.pst/a.eml"), "Subject: a\r\n\r\na\r\n").unwrap();
    assert_eq!(world.omm(&["migrate", "full.pst", "dir:copies"]).code, 0);
}

#[test]
fn a_password_is_remarked_and_no_obstacle() {
    let world = World::new();
    let made = everything(&world.path("locked.pst"), usual().password("secret"));
    let end = world.omm(&["migrate", "locked.pst", "dir:copies"]);
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    let told = format!("{} {}", end.out, end.err);
    assert!(told.contains("locked.pst: it has a password"), "{told}");
    assert_eq!(files(&world.path("copies")), made.items.len() + made.orphans.len());
}

#[test]
fn every_kind_has_a_place_in_a_directory() {
    let world = World::new();
    let made = everything(&world.path("old.pst"), usual());
    let end = world.omm(&["migrate", "old.pst", "dir:copies"]);
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    assert_eq!(files(&world.path("copies")), made.items.len() + made.orphans.len());
    let end = world.omm(&["migrate", "old.pst", "dir:copies", "--json"]);
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    assert!(end.out.contains("\"copied\":0"), "{}", end.out);
}

#[test]
fn a_plan_says_what_a_mail_server_does_not_take() {
    let world = World::new();
    everything(&world.path("old.pst"), usual());
    let server = MockImap::new().user("anna", "pass");
    let served = server.serve().unwrap();
    let to = format!("imap://anna@127.0.0.1:{}", served.port());
    let plan = |command: &str| {
        let mut omm = world.command(&[command, "old.pst", &to, "--tls", "off"]);
        omm.args(["--destination-password-env", "WORD"]).env("WORD", "pass");
        End::of(omm.output().unwrap())
    };
    let end = plan("plan");
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    for words in ["Calendar", "Contacts", "Tasks", "Notes", "cannot hold", "kind-not-held", "census"] {
        assert!(end.out.contains(words), "{words}: {}", end.out);
    }
    let end = plan("migrate");
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    let told = format!("{} {}", end.out, end.err);
    for folder in ["Calendar", "Contacts", "Journal", "Notes", "Tasks"] {
        assert!(told.contains(&format!("{folder} is not carried: of a kind")), "{folder}: {told}");
    }
}

/// The line of an event, as programs read it.
fn line(out: &str, event: &str) -> serde_json::Value {
    let mut lines = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.find(|line| line["event"] == event).unwrap_or_else(|| panic!("no {event}: {out}"))
}

/// Folders with what was found in each and what is left out of it.
fn numbers(
    line: &serde_json::Value,
    left_out: impl Fn(&serde_json::Value) -> u64,
) -> Vec<(String, u64, u64)> {
    let of = |folder: &serde_json::Value| {
        (folder["folder"].to_string(), folder["found"].as_u64().unwrap(), left_out(folder))
    };
    let mut all: Vec<_> = line["folders"].as_array().unwrap().iter().map(of).collect();
    all.sort();
    all
}

/// Kills: a report that is silent of what a mail server does not take; one that loses it in a later run.
#[test]
fn a_report_counts_every_item_of_the_file() {
    let world = World::new();
    let made = everything(&world.path("old.pst"), usual());
    let in_the_file = (made.items.len() + made.orphans.len() + made.associated.len()) as u64;
    let server = MockImap::new().user("anna", "pass");
    let served = server.serve().unwrap();
    let to = format!("imap://anna@127.0.0.1:{}", served.port());
    let omm = |args: &[&str]| {
        let mut omm = world.command(args);
        let end = End::of(omm.env("WORD", "pass").output().unwrap());
        assert_eq!(end.code, 0, "{} {}", end.out, end.err);
        end.out
    };
    let pair = |command, how| {
        omm(&[command, "old.pst", &to, "--tls", "off", "--destination-password-env", "WORD", how])
    };
    let plan = line(&pair("plan", "--json"), "plan");
    let planned = numbers(&plan, |folder| folder["left_out"].as_u64().unwrap());
    assert_eq!(planned.iter().map(|(_, found, _)| found).sum::<u64>(), in_the_file);
    for round in 0..2 {
        let id = pair("migrate", "--quiet");
        let report = line(&omm(&["report", id.trim(), "--format", "json"]), "report");
        let skipped = |folder: &serde_json::Value| {
            folder["skipped"].as_object().unwrap().values().map(|items| items.as_u64().unwrap()).sum()
        };
        assert_eq!(numbers(&report, skipped), planned, "round {round}");
        let totals = &report["totals"];
        assert_eq!((totals["found"].as_u64(), &totals["skipped"]), (Some(in_the_file), &plan["left_out"]));
        let [copied, there] = ["copied", "already_there"].map(|name| totals[name].as_u64().unwrap());
        let carried = plan["items"].as_u64().unwrap();
        assert_eq!([copied, there], if round == 0 { [carried, 0] } else { [0, carried] });
        let items = omm(&["report", id.trim(), "--format", "csv"]);
        assert_eq!(items.lines().count() as u64, in_the_file + 1);
    }
}

/// Files of items below a directory.
fn files(dir: &Path) -> usize {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    let entries = entries.map(|entry| entry.unwrap().path());
    let count = |path: std::path::PathBuf| {
        if path.is_dir() {
            return files(&path);
        }
        let in_maildir = path.parent().is_some_and(|parent| parent.ends_with("cur"));
        let ending = path.extension().is_some_and(|ending| ending == "ics" || ending == "vcf");
        usize::from(in_maildir || ending)
    };
    entries.map(count).sum()
}

const LETTERS: usize = 1500;

fn letters(path: &Path) {
    let mut pst = usual().start(File::create(path).unwrap()).unwrap();
    let top = pst.top();
    let inbox = pst.folder(top, "Inbox", Some("IPF.Note"));
    pst.role(Role::Inbox, inbox);
    let people = pst.folder(top, "Contacts", Some("IPF.Contact"));
    pst.role(Role::Contacts, people);
    for number in 0..LETTERS {
        let word = format!("letter {number}");
        pst.item(inbox, &filled::plain(&word, &format!("{word}\r\n"))).unwrap();
    }
    for _ in 0..100 {
        pst.item(people, &filled::contact()).unwrap();
    }
    pst.finish().unwrap();
}

/// Starts a migration and waits until so many lines of progress were told.
fn started(world: &World, lines: usize) -> Child {
    let mut command = world.command(&["migrate", "old.pst", "dir:copies", "--json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    for _ in 0..lines {
        line.clear();
        if out.read_line(&mut line).unwrap() == 0 {
            break;
        }
    }
    child
}

#[cfg(unix)]
#[test]
fn killed_again_and_again_and_nothing_is_lost_or_twice() {
    let world = World::new();
    letters(&world.path("old.pst"));
    let mut caught = 0;
    for lines in [1, 2, 3, 5, 8, 13] {
        let mut child = started(&world, lines);
        child.kill().unwrap();
        caught += usize::from(child.wait().unwrap().code().is_none());
    }
    assert!(caught > 2, "the program was too quick to be killed: {caught}");
    for _ in 0..2 {
        let end = world.omm(&["migrate", "old.pst", "dir:copies"]);
        assert_eq!(end.code, 0, "{} {}", end.out, end.err);
        let bodies = world.bodies("copies");
        assert_eq!((bodies.len(), bodies.values().sum::<usize>()), (LETTERS, LETTERS));
        assert_eq!(files(&world.path("copies")), LETTERS + 100);
    }
}
