//! What occurs in two years, before and after Exchange: Python's `recurring_ical_events` expands each appointment as its file
//! says it, and as it comes out of a mailbox again. What differs must be named by a loss that the run told of that appointment.
//!
//! The samples are not part of this project; without them the calendars of `generated.rs` are compared alone. Without python3 and
//! its libraries nothing is, and a line says so. `OMM_PYTHON` names another python3.

mod generated;

use crate::{
    items::agenda,
    world::{ANN, destination, server, source},
};
use omm_content::read::ics;
use omm_core::{
    engine::Migration,
    model::{ItemKind, Role},
    report::Report,
    seam::{Destination, Source},
};
use omm_testkit::{
    ews::MockEws,
    journal::MemoryJournal,
    mailbox::{Mailbox, MailboxFolder, MailboxItem},
    memory::MemoryAccount,
    shared::shared_files,
    sim::{self, SimRuntime},
};
use std::{fmt::Write, fs, path::Path, process::Command, sync::Arc};

/// Kills: a series that is shifted, too short or too long; an occurrence that is lost, or there twice.
#[test]
fn what_occurs_in_two_years_is_the_same_after_exchange() {
    let samples = shared_files("files/ics");
    let mut files = generated::calendars();
    files.extend(samples.iter().flatten().step_by(stride()).cloned());
    let Some(mut python) = python() else { return };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("occurrences");
    let _ = fs::remove_dir_all(&root);
    for (number, (name, bytes)) in files.iter().enumerate() {
        let folder = root.join(format!("{number:04}"));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("name"), name).expect("a file");
        there_and_back(&folder, bytes);
    }
    let output = python.arg(&root).output().expect("it was there a moment ago");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// All samples take many minutes: every so-manieth of them, if not everything is wanted.
fn stride() -> usize {
    if std::env::var_os("OMM_FULL").is_some() { 1 } else { 16 }
}

/// The appointments of a file before and after, and what was told of them.
fn there_and_back(folder: &Path, bytes: &[u8]) {
    let events = events(bytes);
    if events.is_empty() {
        return;
    }
    let items = events.iter().map(|event| MailboxItem::new(ItemKind::Event, event.clone()));
    let calendar = MailboxFolder::new(agenda(), ItemKind::Event).with_items(items).with_role(Role::Calendar);
    let first = MemoryAccount::new().holding(&Mailbox { folders: vec![calendar] });
    let server = server();
    server.mailbox(ANN).time_zone("W. Europe Standard Time");
    let into = into(&first, &server);
    let last = MemoryAccount::new();
    let back = back(&server, &last);
    let mut told = String::new();
    let (mut before, mut after) = (first.items(&agenda()), Vec::new());
    for problem in &into.problems {
        let is_it = |(id, _): &(String, MailboxItem)| *id == problem.item;
        if let Some(at) = before.iter().position(is_it) {
            let (_, item) = before.remove(at);
            let why = problem.failure.as_ref().map(|failure| failure.message.clone()).unwrap_or_default();
            writeln!(told, "failed\t{}\t{why}", name_of(&item)).expect("memory");
        }
    }
    for line in into.notes.iter().chain(&back.notes) {
        // `calendars "Talk": what is lost`
        if let Some((name, loss)) =
            line.strip_prefix("calendars \"").and_then(|rest| rest.rsplit_once("\": "))
        {
            writeln!(told, "loss\t{name}\t{loss}").expect("memory");
        }
    }
    after.extend(last.paths().iter().flat_map(|path| last.items(path)));
    assert_eq!(back.totals.failed, 0, "{back}");
    fs::write(folder.join("told"), told).expect("a file");
    for (side, items) in [("before", before), ("after", after)] {
        let folder = folder.join(side);
        fs::create_dir(&folder).expect("a folder");
        for (at, (_, item)) in items.iter().enumerate() {
            fs::write(folder.join(format!("{at:05}.ics")), &item.bytes).expect("a file");
        }
    }
}

fn into(first: &MemoryAccount, server: &MockEws) -> Report {
    let runtime = SimRuntime::new();
    let (to, env) = sim::run(&runtime, destination(server.clone(), &runtime, 443));
    run(&runtime, first.source(), to, env)
}

fn back(server: &MockEws, last: &MemoryAccount) -> Report {
    let runtime = SimRuntime::new();
    let (from, env) = sim::run(&runtime, source(server.clone(), &runtime, 443));
    run(&runtime, from, last.destination(), env)
}

fn run(
    runtime: &SimRuntime,
    from: Arc<dyn Source>,
    to: Arc<dyn Destination>,
    env: omm_core::host::Env,
) -> Report {
    let migration = Migration::new(from, to, MemoryJournal::new().shared(), env);
    sim::run(runtime, migration.run()).expect("a run")
}

/// What the appointment is called, as the report calls it.
fn name_of(item: &MailboxItem) -> String {
    let text = String::from_utf8_lossy(&item.bytes).replace("\r\n ", "");
    let uid = text.lines().find_map(|line| line.strip_prefix("UID:"));
    uid.unwrap_or_default().trim().to_owned()
}

/// The appointments of a file, each with the zones that it names.
fn events(bytes: &[u8]) -> Vec<Vec<u8>> {
    let index = ics::Index::of(bytes).expect("memory");
    let range = |at: u64, count: u64| {
        let at = usize::try_from(at).expect("memory");
        Ok(bytes[at..at + usize::try_from(count).expect("memory")].to_vec())
    };
    let events = index.entries().iter().filter(|entry| entry.kind() == ics::Kind::Event);
    events.map(|entry| index.render(entry, &mut |at, count| range(at, count)).expect("memory")).collect()
}

fn python() -> Option<Command> {
    let python = || Command::new(std::env::var("OMM_PYTHON").unwrap_or_else(|_| "python3".to_owned()));
    let found = python().args(["-c", "import icalendar, recurring_ical_events"]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        println!("skipped: python3 has no icalendar or no recurring_ical_events (OMM_PYTHON names another)");
        return None;
    }
    let mut python = python();
    python.args(["-c", include_str!("compare.py")]).env("PYTHONWARNINGS", "ignore");
    Some(python)
}
