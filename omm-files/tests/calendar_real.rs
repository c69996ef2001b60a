//! The appointments of real PST and OST files against what libpff found in them: the same instants, whoever expands them.
//!
//! The files are third-party and lie outside of the project; without them, or without Python's `icalendar` and
//! `recurring-ical-events`, nothing is compared, and a line says so. `OMM_PYTHON` names another python3.

#![allow(clippy::unwrap_used)]

use omm_files::pst::Pst;
use omm_mapi::{Options, convert, kind_of};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

#[test]
fn appointments_happen_when_libpff_says() {
    let Some(root) = shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("compare.py");
    fs::write(&script, include_str!("calendar_real/compare.py")).unwrap();
    let mut command = Command::new(std::env::var("OMM_PYTHON").unwrap_or_else(|_| "python3".to_owned()));
    command.arg(script);
    let mut written = 0;
    for (at, file) in files(&root).iter().enumerate() {
        let expected = PathBuf::from(format!("{}.expected.json", file.display()));
        let into = folder.path().join(at.to_string());
        fs::create_dir(&into).unwrap();
        let count = appointments(file, &into);
        if count > 0 && expected.is_file() {
            written += count;
            command.arg(expected).arg(into);
        }
    }
    let output = command.output().ok().filter(|output| output.status.code() != Some(77));
    let Some(output) = output else {
        println!("skipped: no python3 with icalendar and recurring-ical-events");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(output.status.success() && written > 100, "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.parent()?;
    // A worktree lies a level deeper than the workspace.
    let found = [root.join("shared"), root.join("../shared")].map(|shared| shared.join("data/files/pst"));
    let found = found.into_iter().find(|place| place.is_dir());
    if found.is_none() {
        println!("skipped: no shared data");
    }
    found
}

fn files(root: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries(root)
        .filter(|folder| folder.is_dir() && !folder.ends_with("derived-damage"))
        .flat_map(|folder| entries(&folder).collect::<Vec<_>>())
        .filter(|file| file.extension().is_some_and(|ending| ending == "pst" || ending == "ost"))
        .collect();
    files.sort();
    files
}

/// Writes each appointment of a file into a folder.
fn appointments(file: &Path, into: &Path) -> usize {
    let Ok(pst) = Pst::open(Arc::new(File::open(file).unwrap())) else { return 0 };
    let mut count = 0;
    for folder in pst.folders().unwrap_or_default() {
        for row in pst.items(folder.nid).unwrap_or_default() {
            if kind_of(&row.class, &Options::default()) != omm_core::model::ItemKind::Event {
                continue;
            }
            let message = pst.message(row.nid).unwrap();
            let converted = convert(&message, &Options::default()).unwrap();
            let body = converted.body.into_bytes().unwrap();
            fs::write(into.join(format!("{count}.ics")), body).unwrap();
            if !converted.losses.is_empty() {
                println!("{}: {:?}", file.display(), converted.losses);
            }
            count += 1;
        }
    }
    count
}
