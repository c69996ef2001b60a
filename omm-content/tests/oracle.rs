//! Calendars and cards against readers that are not ours: Python's `icalendar` and `vobject` read each file and what is
//! written for it, component by component, and say what differs in meaning. Every difference is one of `oracle/allowed.rs`,
//! with its reason, and what is allowed there and does not occur any more is to be taken out.
//!
//! The samples are not part of this project; without them the files of `oracle/generated.rs` are compared alone. Without
//! python3 and the two libraries nothing is, and a line says so. `OMM_PYTHON` names another python3.

#[path = "oracle/allowed.rs"]
mod allowed;
#[path = "oracle/generated.rs"]
mod generated;
#[path = "samples/world.rs"]
mod world;

use allowed::{Allowed, Difference};
use std::{fs, path::PathBuf, process::Command};

#[test]
fn calendars_say_what_their_files_say() {
    let items = |bytes: &[u8]| world::ics_items(bytes);
    compare("ics", "calendars.py", &generated::calendars(), items, &allowed::CALENDARS);
}

#[test]
fn cards_say_what_their_files_say() {
    let items = |bytes: &[u8]| world::vcf_items(bytes, false);
    compare("vcf", "cards.py", &generated::cards(), items, &allowed::CARDS);
}

fn compare(
    form: &str,
    script: &str,
    generated: &[(String, Vec<u8>)],
    items: impl Fn(&[u8]) -> Vec<Vec<u8>>,
    allowed: &Allowed,
) {
    let samples = world::files(form);
    let mut files = generated.to_vec();
    files.extend(samples.iter().flatten().cloned());
    let folder = folder(form);
    let mut index = String::new();
    for (number, (name, bytes)) in files.iter().enumerate() {
        let items = items(bytes);
        index += &format!("{}\t{name}\n", items.len());
        fs::write(folder.join(format!("{number}.original")), bytes).expect("a file");
        for (at, item) in items.iter().enumerate() {
            fs::write(folder.join(format!("{number}.{at}")), item).expect("a file");
        }
    }
    fs::write(folder.join("index"), index).expect("a file");
    let Some(said) = said_by(script, &folder) else { return };
    let last = said.lines().last().unwrap_or_default();
    let counts: Vec<usize> = last.split('\t').skip(1).filter_map(|count| count.parse().ok()).collect();
    let [compared, equal, unread] = counts[..] else { panic!("{said}") };
    println!("{form}: {compared} components compared, {equal} of them equal, {unread} not read");
    assert!(compared > 100 && equal > compared / 2 && unread < compared / 20, "{last}");
    let differences: Vec<Difference> = said.lines().filter_map(Difference::read).collect();
    let mut failures = allowed.forbids(&differences);
    if samples.is_some() {
        failures.extend(allowed.idle(&differences));
    }
    fs::remove_dir_all(folder).expect("a folder");
    assert!(failures.is_empty(), "{}\n{}", failures.len(), failures.join("\n"));
}

/// An empty folder with the scripts in it.
fn folder(form: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("oracle-{form}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for (name, text) in [
        ("pairs.py", include_str!("oracle/pairs.py")),
        ("calendars.py", include_str!("oracle/calendars.py")),
        ("cards.py", include_str!("oracle/cards.py")),
    ] {
        fs::write(folder.join(name), text).expect("a file");
    }
    folder
}

/// What the script says; nothing without Python and the libraries.
fn said_by(script: &str, folder: &PathBuf) -> Option<String> {
    let python = std::env::var_os("OMM_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.arg(folder.join(script)).arg(folder).env("PYTHONUTF8", "1").env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().ok().filter(|output| output.status.code() != Some(77));
    let Some(output) = output else {
        println!("skipped: no python3 with icalendar and vobject");
        return None;
    };
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
