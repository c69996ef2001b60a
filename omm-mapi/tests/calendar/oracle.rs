//! Python's `icalendar` and `recurring-ical-events`, where they are installed.

use std::{collections::BTreeMap, fs, process::Command};

/// What each document says happens between two days; nothing without the libraries. `OMM_PYTHON` names another python3.
pub(crate) fn expand(documents: &[(String, String, String)]) -> Option<Vec<Vec<(String, String)>>> {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("oracle.py");
    fs::write(&script, include_str!("oracle.py")).unwrap();
    let python = std::env::var("OMM_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    command.arg(script);
    for (at, (text, from, to)) in documents.iter().enumerate() {
        let path = folder.path().join(format!("{at}.ics"));
        fs::write(&path, text).unwrap();
        command.arg(path).args([from, to]);
    }
    let output = command.output().ok().filter(|output| output.status.code() != Some(77));
    let Some(output) = output else {
        println!("skipped: no python3 with icalendar and recurring-ical-events");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let mut found = BTreeMap::<usize, Vec<(String, String)>>::new();
    for line in said.lines() {
        let mut fields = line.split('\t');
        let path = std::path::Path::new(fields.next().unwrap());
        let at = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        let pair = (fields.next().unwrap().to_owned(), fields.next().unwrap().to_owned());
        found.entry(at).or_default().push(pair);
    }
    found.values_mut().for_each(|all| all.sort());
    Some((0..documents.len()).map(|at| found.remove(&at).unwrap_or_default()).collect())
}
