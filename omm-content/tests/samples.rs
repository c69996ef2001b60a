//! Real files, of many programs: what they say comes through, and what is malformed is told.
//!
//! The files are not part of this project; without them the tests say "skipped".

#[path = "samples/meaning.rs"]
mod meaning;
#[path = "samples/world.rs"]
mod world;

use omm_content::{
    join,
    read::{Cost, ics, vcf},
};
use std::collections::BTreeMap;
use world::{files, ics_items, vcf_items};

/// Figures of one form.
#[derive(Default)]
struct Figures {
    files: usize,
    items: usize,
    compared: usize,
    problems: BTreeMap<String, u64>,
}

impl Figures {
    fn note(&mut self, path: &str, problems: &omm_content::read::Problems) {
        self.files += 1;
        for (reason, count) in problems.counts() {
            *self.problems.entry(format!("{reason} ({:?})", reason.cost())).or_default() += count;
        }
        if std::env::var_os("OMM_SAMPLES_LIST").is_some() {
            for problem in problems.list() {
                println!("{path}:{}: {:?}", problem.line, problem.reason);
            }
        }
    }

    fn print(&self, form: &str) {
        println!("{form}: {} files, {} items, {} compared by meaning", self.files, self.items, self.compared);
        self.problems.iter().for_each(|(reason, count)| println!("  {count:6} {reason}"));
    }
}

#[test]
fn every_ics_comes_through() {
    let Some(files) = files("ics") else { return };
    let (mut figures, mut failures) = (Figures::default(), Vec::new());
    for (path, bytes) in files {
        let index = ics::Index::of(&bytes[..]).unwrap();
        figures.note(&path, index.problems());
        let items = ics_items(&bytes);
        figures.items += items.len();
        for item in &items {
            if ics_items(item) != [item.clone()] {
                failures.push(format!("{path}: an item reads back as another one"));
            }
        }
        let repaired = index.problems().counts().any(|(reason, _)| reason.cost() > Cost::Nothing);
        let legacy = index.problems().counts().any(|(reason, _)| reason == omm_content::read::Reason::Upgraded);
        if !legacy {
            match meaning::of_calendars(&bytes, &items) {
                None => {}
                Some(lost) if lost.is_empty() => figures.compared += 1,
                Some(lost) if repaired => {
                    if std::env::var_os("OMM_SAMPLES_LIST").is_some() {
                        lost.iter().for_each(|lost| println!("{path}: repaired: {lost}"));
                    }
                }
                Some(lost) => failures.push(format!("{path}: {}", lost.join("; "))),
            }
        }
    }
    figures.print("ics");
    assert!(failures.is_empty(), "{}\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_vcf_comes_through() {
    let Some(files) = files("vcf") else { return };
    let (mut figures, mut failures) = (Figures::default(), Vec::new());
    for (path, bytes) in files {
        let index = vcf::Index::of(&bytes[..]).unwrap();
        figures.note(&path, index.problems());
        for vcard_3 in [false, true] {
            let items = vcf_items(&bytes, vcard_3);
            for item in &items {
                if vcf_items(item, vcard_3) != [item.clone()] {
                    failures.push(format!("{path}: a card reads back as another one"));
                }
            }
            if vcard_3 {
                continue;
            }
            figures.items += items.len();
            let repaired = index.problems().counts().any(|(reason, _)| reason.cost() > Cost::Nothing);
            match meaning::of_cards(&bytes, &items) {
                None => {}
                Some(lost) if lost.is_empty() => figures.compared += 1,
                Some(lost) if repaired => {
                    if std::env::var_os("OMM_SAMPLES_LIST").is_some() {
                        lost.iter().for_each(|lost| println!("{path}: repaired: {lost}"));
                    }
                }
                Some(lost) => failures.push(format!("{path}: {}", lost.join("; "))),
            }
        }
    }
    figures.print("vcf");
    assert!(failures.is_empty(), "{}\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn a_joined_file_reads_back_as_its_items() {
    for (path, bytes) in files("ics").unwrap_or_default() {
        let items = ics_items(&bytes);
        let mut joined = join::Ics::new(Vec::new());
        items.iter().for_each(|item| joined.add(item).unwrap());
        let joined = joined.finish().unwrap();
        let again = ics_items(&joined);
        // Of a zone that two calendars of a file define differently, one goes by another name.
        let clash = String::from_utf8_lossy(&joined).contains(" (2)");
        assert!(again == items || (clash && again.len() == items.len()), "{path}");
    }
    for (path, bytes) in files("vcf").unwrap_or_default() {
        let items = vcf_items(&bytes, false);
        let mut joined = join::Vcf::new(Vec::new());
        items.iter().for_each(|item| joined.add(item).unwrap());
        assert!(vcf_items(&joined.finish().unwrap(), false) == items, "{path}");
    }
}
