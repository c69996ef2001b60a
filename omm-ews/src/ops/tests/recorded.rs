//! Every recorded answer of a real server is read, or refused with a reason; none is lost silently, and none panics.

use crate::{
    ops::any::{self, Count, NAMES},
    soap::{Failure, body},
    xml::{Element, Limits, Splitter, read},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What an answer may hold beside its large texts.
const LIMITS: Limits = Limits { bytes: 24 << 20, depth: 64, elements: 250_000 };

/// Well-formed answers of operations we have that are not read all the same, by the end of their name, and why.
const EXCEPTIONS: [(&str, &str); 0] = [];

/// What became of a file.
enum Outcome {
    /// It was read.
    Read(String, Count),
    /// A fault, by its code.
    Fault(String),
    /// An answer of an operation that is not here, or none at all.
    Unknown(String),
    /// No XML, or an answer that is not what it should be.
    Refused(String),
}

fn files() -> Option<Vec<(String, Vec<u8>)>> {
    let named = std::env::var_os("OMM_SHARED_DATA").map(PathBuf::from);
    let root =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data")).join("ews");
    if !root.is_dir() {
        eprintln!("skipped: no shared data");
        return None;
    }
    let mut files = Vec::new();
    for folder in std::fs::read_dir(root).expect("a folder").flatten().filter(|entry| entry.path().is_dir()) {
        for file in std::fs::read_dir(folder.path()).expect("a folder").flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.ends_with(".xml") || name.ends_with(".frag") {
                files.push((name, std::fs::read(file.path()).expect("a file")));
            }
        }
    }
    files.sort();
    Some(files)
}

/// The tree of an answer, without its large texts.
fn tree(bytes: &[u8]) -> Result<Element, &'static str> {
    let mut splitter = Splitter::new(LIMITS.bytes);
    for chunk in bytes.chunks(1_000) {
        splitter.push(chunk)?;
    }
    read(&splitter.finish()?, LIMITS)
}

fn outcome(bytes: &[u8]) -> Outcome {
    let envelope = match tree(bytes) {
        Ok(envelope) => envelope,
        Err(why) => return Outcome::Refused(why.to_owned()),
    };
    match any::read(&envelope) {
        Ok(count) => {
            let name = body(&envelope).map(|root| root.name.clone()).unwrap_or_default();
            Outcome::Read(name, count)
        }
        Err(Failure::Refused(refusal)) => Outcome::Fault(refusal.code.to_string()),
        Err(Failure::Unreadable(why)) if why.0.contains("unknown operation") => Outcome::Unknown(why.0),
        Err(Failure::Unreadable(why)) => Outcome::Refused(why.0),
    }
}

#[test]
fn every_recorded_answer_is_read_or_refused_with_a_reason() {
    let Some(files) = files() else { return };
    let mut table: BTreeMap<String, (usize, Count)> = BTreeMap::new();
    let (mut faults, mut unknown, mut wrong) = (0, 0, Vec::new());
    for (name, bytes) in &files {
        let is_ours = NAMES.iter().any(|ours| name.starts_with(&format!("{ours}Response_")));
        let complaint = match outcome(bytes) {
            Outcome::Read(operation, count) => {
                let row = table.entry(operation).or_default();
                row.0 += 1;
                row.1 = [row.1, count].into_iter().sum();
                (count.unreadable > 0).then(|| format!("{} unreadable", count.unreadable))
            }
            Outcome::Fault(code) => {
                faults += 1;
                (code.is_empty() || !name.starts_with("Fault")).then_some(code)
            }
            Outcome::Unknown(why) => {
                unknown += 1;
                is_ours.then_some(why)
            }
            Outcome::Refused(why) if name.ends_with(".frag") => {
                println!("{name}: {why}");
                None
            }
            Outcome::Refused(why) => Some(why),
        };
        let is_excepted = EXCEPTIONS.iter().any(|(end, _)| name.ends_with(end));
        wrong.extend(complaint.filter(|_| !is_excepted).map(|why| format!("{name}: {why}")));
    }
    for (operation, (files, count)) in &table {
        println!("{operation}: {files} files, {count:?}");
    }
    println!("{faults} faults, {unknown} of unknown operations, {} files", files.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
