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
                failures.push(format!(
                    "{path}: an item reads back as another one: {}",
                    world::difference(item, &ics_items(item))
                ));
            }
        }
        let repaired = index.problems().counts().any(|(reason, _)| reason.cost() > Cost::Nothing);
        let legacy =
            index.problems().counts().any(|(reason, _)| reason == omm_content::read::Reason::Upgraded);
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
                    let again = vcf_items(item, vcard_3);
                    failures.push(format!(
                        "{path}: a card reads back as another one: {}",
                        world::difference(item, &again)
                    ));
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

/// `cargo test --release -p omm-content --test samples -- --ignored --nocapture speed`
#[test]
#[ignore = "a measurement"]
fn speed() {
    let mut file = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n".to_vec();
    for at in 0..200_000 {
        let text = "words and more words, ".repeat(at % 30);
        file.extend_from_slice(format!("BEGIN:VEVENT\r\nUID:{at}@example.com\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Paris:20260101T{:02}0000\r\nDURATION:PT1H\r\nSUMMARY:Meeting {at}\r\n", at % 24).as_bytes());
        file.extend_from_slice(format!("ATTENDEE;CN=\"Somebody, Else\";PARTSTAT=ACCEPTED:mailto:somebody@example.com\r\nDESCRIPTION:{}\r\nEND:VEVENT\r\n", world::folded(&text)).as_bytes());
    }
    file.extend_from_slice(b"END:VCALENDAR\r\n");
    let start = std::time::Instant::now();
    let index = ics::Index::of(&file[..]).unwrap();
    let indexed = start.elapsed();
    let mut bytes = 0;
    for entry in index.entries() {
        bytes += index
            .render(entry, &mut |at, count| Ok(file[at as usize..(at + count) as usize].to_vec()))
            .unwrap()
            .len();
    }
    let rendered = start.elapsed() - indexed;
    let rate = |time: std::time::Duration| file.len() as f64 / 1e6 / time.as_secs_f64();
    println!("{} MB, {} items, {bytes} bytes written", file.len() / 1_000_000, index.entries().len());
    println!(
        "index {:.0} MB/s, render {:.0} MB/s, both {:.0} MB/s",
        rate(indexed),
        rate(rendered),
        rate(indexed + rendered)
    );
}
