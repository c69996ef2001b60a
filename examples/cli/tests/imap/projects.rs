//! A project from two tables, between users of a real Dovecot, killed on the way. `OMM_PROJECT` and `OMM_KILLS` make it larger; the
//! soak does.

use crate::{
    post::or_skip,
    siege::asked,
    world::{End, World},
};
use omm_testkit::{
    mailbox,
    servers::{
        Account, Dovecot, Settings,
        witness::{Witness, assert_identical},
    },
};
use rust_xlsxwriter::Workbook;
use std::{collections::BTreeSet, fs, path::Path, process::Stdio, thread, time::Duration};
use walkdir::WalkDir;

/// The form of ten columns.
const HEAD: [&str; 10] = [
    "Source Type(IMAP/Exchange/POP)",
    "Source Server url",
    "Source Login/Mail",
    "Source Password",
    "Destination Type",
    "Destination Url",
    "Destination Mail",
    "Destination Password",
    "Source admin mail (delegation)",
    "Destination Admin Mail (delegation)",
];

/// A row of the form; its servers are the project's.
fn row((from, to): &(Account, Account)) -> [&str; 10] {
    ["IMAP", "", &from.login, &from.password, "IMAP", "", &to.login, &to.password, "", ""]
}

fn csv(pairs: &[(Account, Account)]) -> String {
    let rows = pairs.iter().map(row);
    std::iter::once(HEAD).chain(rows).map(|cells| cells.join(";") + "\n").collect()
}

fn xlsx(pairs: &[(Account, Account)], path: &Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEAD).unwrap();
    for (at, pair) in pairs.iter().enumerate() {
        sheet.write_row(at as u32 + 1, 0, row(pair)).unwrap();
    }
    book.save(path).unwrap();
}

#[test]
fn killed_again_and_again_and_every_account_is_identical() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let (pairs, kills) = (asked("OMM_PROJECT", 12), asked("OMM_KILLS", 4));
    let pairs: Vec<_> = (0..pairs).map(|at| (filled(&dovecot, at), dovecot.fresh_user())).collect();
    let world = World::new();
    let omm = |words: &[&str]| {
        let end = world.omm(words);
        assert_eq!(end.code, 0, "{words:?}: {} {}", end.out, end.err);
        end.out.trim().to_owned()
    };
    omm(&["project", "key", "key"]);
    let server = format!("imaps://{}:{}", pairs[0].0.host, pairs[0].0.tls_port);
    let authority = dovecot.ca_pem_path();
    let id = omm(&[
        "project",
        "create",
        "Move",
        "--contact",
        "anna@example.org",
        "--no-password",
        "--quiet",
        "--source",
        &server,
        "--destination",
        &server,
        "--ca-file",
        authority.to_str().unwrap(),
    ]);
    let (some, others) = pairs.split_at(pairs.len() / 2);
    fs::write(world.path("form.csv"), csv(some)).unwrap();
    xlsx(others, &world.path("form.xlsx"));
    for form in ["form.csv", "form.xlsx"] {
        omm(&["project", "import", &id, form, "--key-file", "key"]);
        fs::remove_file(world.path(form)).unwrap();
    }
    omm(&["project", "options", &id, "--per-server", "16", "--at-once", "6"]);

    let run =
        || world.command(&["project", "run", &id, "--key-file", "key", "--connections", "16", "--quiet"]);
    let mut killed = 0;
    let (mut dice, mut patience) = (0x2545_f491_4f6c_dd1d_u64, 400);
    while killed < kills {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        let mut child = run().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // A random moment is what is tried here, not a state that one could wait for.
        thread::sleep(Duration::from_millis(dice % patience));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        (killed, patience) = (killed + 1, patience + 100);
    }
    assert!(killed > 0, "it was never in the middle");
    let end = End::of(run().args(["--log", "trace", "--metrics", "omm.prom"]).output().unwrap());
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    fs::write(world.path("log"), end.err).unwrap();
    assert!(fs::read_to_string(world.path("omm.prom")).unwrap().contains("omm_requests_total{server="));
    println!("{} migrations, {killed} kills", pairs.len());
    for (from, to) in &pairs {
        let look = |account: &Account| Witness::look(account).unwrap().without_roles();
        assert_identical(&look(from), &look(to));
    }
    // What is left on the disk: the state, the log, the counters.
    let words: BTreeSet<&str> =
        pairs.iter().flat_map(|(from, to)| [from.password.as_str(), to.password.as_str()]).collect();
    for entry in WalkDir::new(world.path(".")).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let bytes = fs::read(entry.path()).unwrap();
            for word in &words {
                let is_there = bytes.windows(word.len()).any(|bytes| bytes == word.as_bytes());
                assert!(!is_there, "{}", entry.path().display());
            }
        }
    }
}

// Would catch: a verb that works between folders of files alone, and a kill in the middle of what follows the first copy.
#[test]
fn every_verb_between_kills() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let pairs: Vec<_> = (0..3).map(|at| (filled(&dovecot, 70 + at), dovecot.fresh_user())).collect();
    let world = World::new();
    let omm = |words: &[&str]| {
        let end = world.omm(words);
        assert_eq!(end.code, 0, "{words:?}: {} {}", end.out, end.err);
        end.out.trim().to_owned()
    };
    omm(&["project", "key", "key"]);
    let server = format!("imaps://{}:{}", pairs[0].0.host, pairs[0].0.tls_port);
    let authority = dovecot.ca_pem_path();
    let authority = authority.to_str().unwrap();
    let make = ["project", "create", "Move", "--contact", "anna@example.org", "--no-password", "--quiet"];
    let servers = ["--source", &server, "--destination", &server, "--ca-file", authority];
    let id = omm(&[&make[..], &servers].concat());
    for (from, to) in &pairs {
        fs::write(world.path("from"), &from.password).unwrap();
        fs::write(world.path("to"), &to.password).unwrap();
        let logins = ["--source-login", &from.login, "--destination-login", &to.login];
        let words =
            ["--source-password-file", "from", "--destination-password-file", "to", "--key-file", "key"];
        omm(&[&["project", "add", &id][..], &logins, &words].concat());
    }
    fs::remove_file(world.path("from")).unwrap();
    fs::remove_file(world.path("to")).unwrap();
    omm(&["project", "options", &id, "--keep-passwords", "yes"]);

    let run = || world.command(&["project", "run", &id, "--key-file", "key", "--quiet"]);
    let start = || run().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let come_home = || {
        let end = End::of(run().output().unwrap());
        assert!(matches!(end.code, 0 | 3), "{} {}", end.out, end.err);
    };
    // Killed with a wish in the air: what was wished is heard by the next one.
    let mut child = start();
    omm(&["project", "status", &id]);
    world.omm(&["project", "pause", &id, "1", "2"]);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut child = start();
    thread::sleep(Duration::from_millis(300));
    child.kill().unwrap();
    child.wait().unwrap();
    omm(&["project", "resume", &id]);
    // Somebody looks on until nothing goes on by itself.
    let watch = world.command(&["project", "status", &id, "--watch"]).stdout(Stdio::piped()).spawn().unwrap();
    come_home();
    let watched = watch.wait_with_output().unwrap();
    assert!(watched.status.success());
    assert!(String::from_utf8_lossy(&watched.stdout).trim_end().contains("3 migrations: 3 done"));
    let identical = || {
        for (from, to) in &pairs {
            let look = |account: &Account| Witness::look(account).unwrap().without_roles();
            assert_identical(&look(from), &look(to));
        }
    };
    identical();

    // What is new since is copied, killed on the way, and taken back alone.
    let before = Witness::look(&pairs[0].1).unwrap().without_roles();
    let first = sync_point(&omm(&["project", "status", &id, "--json"]), &omm(&["status", "--json"])) + 1;
    let mut witness = Witness::enter(&pairs[0].0).unwrap();
    let inbox = omm::core::model::FolderPath::new(["INBOX"]);
    witness.append(&inbox, (0..20).map(|at| mailbox::message(99, at).flagged(""))).unwrap();
    witness.leave().unwrap();
    omm(&["project", "sync", &id]);
    let mut child = start();
    thread::sleep(Duration::from_millis(150));
    child.kill().unwrap();
    child.wait().unwrap();
    come_home();
    identical();
    omm(&["project", "retry", &id, "1", "2", "3"]);
    come_home();
    omm(&["project", "verify", &id, "--read-back"]);
    come_home();
    identical();
    let report = omm(&["project", "report", &id]);
    assert!(report.contains("in all 3 migrations: 140 found, 140 at the destination, 0 failed"), "{report}");
    omm(&["project", "undo", &id, "1", "--from-sync-point", &first.to_string(), "--yes"]);
    come_home();
    assert_identical(&before, &Witness::look(&pairs[0].1).unwrap().without_roles());
    let audit = omm(&["project", "audit", &id, "--check"]);
    assert!(audit.contains("each follows"), "{audit}");
    omm(&["project", "delete", &id, "--yes"]);
    assert_identical(&before, &Witness::look(&pairs[0].1).unwrap().without_roles());
}

/// The last one of a project's first migration.
fn sync_point(project: &str, journals: &str) -> u64 {
    let project: serde_json::Value = serde_json::from_str(project).unwrap();
    let journals = journals.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let is_its = |row: &serde_json::Value| row["migration"] == project["migrations"][0]["migration"];
    journals.into_iter().find(is_its).unwrap()["sync_point"].as_u64().unwrap()
}

fn filled(dovecot: &Dovecot, seed: u64) -> Account {
    let account = dovecot.fresh_user();
    let mut witness = Witness::enter(&account).unwrap();
    for folder in ["INBOX", "Work"] {
        let path = omm::core::model::FolderPath::new([folder]);
        if folder != "INBOX" {
            witness.create(&path, None).unwrap();
        }
        witness.append(&path, (0..20).map(|at| mailbox::message(seed, at).flagged(""))).unwrap();
    }
    witness.leave().unwrap();
    account
}
