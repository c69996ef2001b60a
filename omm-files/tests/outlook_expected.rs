//! Outlook's data files from end to end: what comes out of the source, read by other parsers, against what other readers
//! of such files found.
//!
//! The files are third-party and lie outside of the project; without them nothing is compared, and a line says so.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

#[path = "outlook_expected/calendar.rs"]
mod calendar;
#[path = "outlook_expected/card.rs"]
mod card;
#[path = "outlook_expected/expected.rs"]
mod expected;
#[path = "outlook_expected/found.rs"]
mod found;
#[path = "outlook_expected/known.rs"]
mod known;
#[path = "outlook_expected/mail.rs"]
mod mail;
#[path = "support/outlook_files.rs"]
mod outlook_files;
#[path = "outlook_expected/recurrence.rs"]
mod recurrence;
#[path = "outlook_expected/samples.rs"]
mod samples;
#[path = "outlook_expected/words.rs"]
mod words;

mod support;

use expected::Expected;
use found::Found;
use std::path::Path;

/// Folders, items and all that is in them are what libpff found, but where the list of known differences says why not.
#[test]
fn as_others_read_them() {
    let mut wrong = Vec::new();
    for file in outlook_files::files() {
        let label = outlook_files::label(&file);
        let source = support::try_source(&file);
        match (source, expected::read(&file, &label)) {
            (Ok(source), Some(expected)) => {
                let differs = compare(&label, &expected, &found::read(&*source));
                wrong.extend(differs.into_iter().map(|line| format!("{label}: {line}")));
            }
            (Ok(source), None) => {
                let items = found::read(&*source).items;
                println!("{label}: {items} items; no other reader opens it");
            }
            (Err(error), None) => println!("{label}: refused like by all others: {error}"),
            (Err(error), Some(_)) => wrong.push(format!("{label}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{} lines differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// What differs and is not known; prints a line for the file.
fn compare(label: &str, expected: &Expected, found: &Found) -> Vec<String> {
    let root = expected.root(found);
    let (expected_lines, found_lines) = (expected.lines(&root), found.lines(expected, &root));
    let differs = samples::difference(&expected_lines, &found_lines);
    let (new, stale) = known::unknown(label, &differs);
    println!(
        "{label}: {} items, {} lines, {} differ, {} of them not known",
        found.items,
        found_lines.len(),
        differs.len(),
        new.len()
    );
    new.into_iter().chain(stale.into_iter().map(|line| format!("no longer: {line}"))).collect()
}

/// A line that the comparison must not overlook, in either direction.
#[test]
fn a_difference_is_seen() {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let (one, two) = (lines(&["a | x", "a | x", "b | y"]), lines(&["a | x", "c | z"]));
    let expected = lines(&["expected 1 a | x", "expected 1 b | y", "found 1 c | z"]);
    assert_eq!(samples::difference(&one, &two), expected);
    assert!(outlook_files::label(Path::new("/x/tika/testPST.pst")) == "tika/testPST.pst");
}
