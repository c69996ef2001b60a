//! Real PST and OST files against what other readers found in them.
//!
//! The files are third-party and lie outside of the project; without them nothing is compared, and a line says so.

#[path = "pst_real/expected.rs"]
mod expected;
#[path = "pst_real/found.rs"]
mod found;
#[path = "pst_real/known.rs"]
mod known;
#[path = "pst_real/oracle.rs"]
mod oracle;
#[path = "support/outlook_files.rs"]
mod outlook_files;

use omm_files::pst::Pst;
use outlook_files::{files, label};
use std::{collections::BTreeMap, fs::File, path::Path, sync::Arc};

fn open(file: &Path) -> omm_mapi::Result<Pst> {
    Pst::open(Arc::new(File::open(file)?))
}

/// What is on one side only, each line with how often.
fn difference(expected: &[String], found: &[String]) -> Vec<String> {
    let mut lines: BTreeMap<&str, i64> = BTreeMap::new();
    expected.iter().for_each(|line| *lines.entry(line).or_default() -= 1);
    found.iter().for_each(|line| *lines.entry(line).or_default() += 1);
    let differ = lines.into_iter().filter(|(_, count)| *count != 0);
    differ
        .map(|(line, count)| format!("{} {count:+} {line}", if count < 0 { "expected" } else { "found" }))
        .collect()
}

/// Folders, items, recipients and attachments are those that libpff finds, but where the list of known differences says why not.
#[test]
fn as_libpff_reads_them() {
    let mut wrong = Vec::new();
    for file in files() {
        let label = label(&file);
        let expected = expected::read(&file);
        match (open(&file), expected) {
            (Ok(pst), Some(expected)) => {
                let found = found::read(&pst);
                let root = expected.root(&found.paths);
                let mut differs = difference(&expected.lines(&root), &found.lines);
                differs.extend(difference(&expected.embedded(), &found::embedded(&pst)));
                let (new, stale) = known::unknown(&label, &differs);
                println!(
                    "{label}: {} lines, {} differ, {} of them not known",
                    found.lines.len(),
                    differs.len(),
                    new.len()
                );
                wrong.extend(new.into_iter().map(|line| format!("{label}: {line}")));
                wrong.extend(stale.into_iter().map(|line| format!("{label}: no longer: {line}")));
            }
            (Ok(_), None) => println!("{label}: read; libpff refuses it"),
            (Err(error), None) => println!("{label}: {error}"),
            (Err(error), Some(_)) => wrong.push(format!("{label}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{} lines differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Folders, their rows and the subjects of messages are those that `outlook-pst` finds in the files that it opens.
#[test]
fn as_outlook_pst_reads_them() {
    let mut wrong = Vec::new();
    for file in files() {
        let label = label(&file);
        // It accepts damage without a word.
        if label.starts_with("derived-damage/") || label.starts_with("broken/") {
            continue;
        }
        let Some((theirs, ours)) = oracle::compare(&file, &open(&file).expect(&label)) else {
            println!("{label}: outlook-pst does not open it");
            continue;
        };
        println!("{label}: {} lines of outlook-pst", theirs.len());
        wrong.extend(difference(&theirs, &ours).into_iter().map(|line| format!("{label}: {line}")));
    }
    assert!(wrong.is_empty(), "{} lines differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// No byte of a header and no cut makes a panic: what opens is walked through.
#[test]
fn harmed_files_are_no_danger() {
    let small = files().into_iter().find(|file| label(file) == "edrm/sample_32bit.pst");
    let Some(small) = small else { return };
    let whole = std::fs::read(small).expect("a file");
    let mut harmed: Vec<Vec<u8>> = (1..12).map(|part| whole[..whole.len() * part / 12].to_vec()).collect();
    // A linear congruence (Knuth's MMIX) spreads the places.
    let mut place = 1u64;
    for _ in 0..60 {
        let mut bytes = whole.clone();
        for _ in 0..40 {
            place = place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (place >> 33) as usize % bytes.len();
            bytes[at] ^= (place >> 24) as u8;
        }
        harmed.push(bytes);
    }
    for bytes in harmed {
        if let Ok(pst) = Pst::open(Arc::new(bytes)) {
            found::read(&pst);
        }
    }
}
