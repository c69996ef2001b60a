//! Real files, of many programs: what they say comes through, and what is malformed is told.
//!
//! The files are not part of this project; without them the tests say "skipped".

#[path = "samples/meaning.rs"]
mod meaning;
#[path = "samples/models.rs"]
mod models;
#[path = "samples/world.rs"]
mod world;

use omm_content::{
    join,
    read::{Cost, Reason, ics, vcf},
};
use std::collections::BTreeMap;
use world::{files, ics_items, vcf_items};

/// Figures of one form.
#[derive(Default)]
struct Figures {
    files: usize,
    items: usize,
    // The same meaning before and after.
    compared: usize,
    // Lines were put right, so that the meaning is another one.
    repaired: usize,
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
        println!("{form}: {} files, {} items", self.files, self.items);
        println!("  {} files of equal meaning, {} with repaired lines", self.compared, self.repaired);
        self.problems.iter().for_each(|(reason, count)| println!("  {count:6} {reason}"));
    }
}

/// Whether lines of an item are other ones afterwards, and not only what is around them.
fn changes_lines(reason: Reason) -> bool {
    use Reason::{CalendarOpen, NoCalendar, NoUid, NoVersion, ZoneMade};
    let around = [CalendarOpen, NoCalendar, NoUid, NoVersion, ZoneMade];
    reason.cost() > Cost::Nothing && !around.contains(&reason)
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
            if ics_items(item) != std::slice::from_ref(item) {
                failures.push(format!(
                    "{path}: an item reads back as another one: {}",
                    world::difference(item, &ics_items(item))
                ));
            }
        }
        let repaired = index.problems().counts().any(|(reason, _)| changes_lines(reason));
        let legacy = index.problems().counts().any(|(reason, _)| reason == Reason::Upgraded);
        let has_two = index.problems().counts().any(|(reason, _)| reason == Reason::ZoneTwice);
        if !legacy && !repaired && !has_two {
            for lost in meaning::of_zones(&bytes, &items).unwrap_or_default() {
                failures.push(format!("{path}: lost zone {lost}"));
            }
        }
        if !legacy {
            match meaning::of_calendars(&bytes, &items) {
                None => {}
                Some(lost) if lost.is_empty() => figures.compared += 1,
                Some(_) if repaired => figures.repaired += 1,
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
                if vcf_items(item, vcard_3) != std::slice::from_ref(item) {
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
            // Another version has other words; what they mean is told by the tests of `read::vcf::upgrade`.
            if index.problems().counts().any(|(reason, _)| reason == Reason::Upgraded) {
                continue;
            }
            let repaired = index
                .problems()
                .counts()
                .any(|(reason, _)| changes_lines(reason) || reason == Reason::NoVersion);
            match meaning::of_cards(&bytes, &items) {
                None => {}
                Some(lost) if lost.is_empty() => figures.compared += 1,
                Some(_) if repaired => figures.repaired += 1,
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

/// Writes all items, for other programs to read: `OMM_SAMPLES_OUT=folder`.
#[test]
#[ignore = "for checks by hand"]
fn write_items() {
    let out = std::path::PathBuf::from(std::env::var_os("OMM_SAMPLES_OUT").unwrap());
    for form in ["ics", "vcf"] {
        for (at, (path, bytes)) in files(form).unwrap_or_default().into_iter().enumerate() {
            let folder = out.join(form).join(format!("{at:04}"));
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("name"), path).unwrap();
            let items = if form == "ics" { ics_items(&bytes) } else { vcf_items(&bytes, true) };
            let mut joined = join::Ics::new(Vec::new());
            for (number, item) in items.iter().enumerate() {
                std::fs::write(folder.join(format!("{number:05}.{form}")), item).unwrap();
                if form == "ics" {
                    joined.add(item).unwrap();
                }
            }
            std::fs::write(folder.join("joined"), joined.finish().unwrap()).unwrap();
        }
    }
}

/// What the fuzz targets have found, without what had nothing to do with it.
#[cfg(feature = "fuzzing")]
#[test]
fn what_fuzzing_found_reads_back_as_itself() {
    use omm_content::fuzz;
    let event = |attendee: &str| {
        format!(
            "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20180502T000000Z\nATTENDEE;{attendee}:a@b.c\nEND:VEVENT\n"
        )
    };
    for (check, file) in [
        // Two changed occurrences that are one after the translation.
        (
            fuzz::ics as fn(&[u8]),
            format!(
                "BEGIN:VCALENDAR\nVERSION:1.0\n{}{}END:VCALENDAR\n",
                event("CUTYPE=A"),
                event("CUTYPE=B")
            ),
        ),
        // A changed occurrence before its master, and nobody can read which one it is.
        (
            fuzz::ics,
            "BEGIN:VCALENDAR\nVERSION:1.0\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:soon\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n".to_owned(),
        ),
        // A card with nothing but the end of something else.
        (fuzz::vcf, "BEGIN:VCARD\nVERSION:2.1\nEND:VC-09\nEND:VCARD\n".to_owned()),
    ] {
        check(file.as_bytes());
    }
}

/// Samples with bytes turned, cut and put together: no panic, and what is written reads back as itself.
#[cfg(feature = "fuzzing")]
#[test]
fn damaged_samples_still_read_back_as_themselves() {
    let rounds: u64 = std::env::var("OMM_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1);
    use omm_content::fuzz;
    for (form, check) in [
        ("ics", fuzz::ics as fn(&[u8])),
        ("vcf", fuzz::vcf),
        ("ics", fuzz::calendar_read),
        ("vcf", fuzz::card_read),
    ] {
        let files: Vec<_> =
            files(form).unwrap_or_default().into_iter().filter(|(_, bytes)| bytes.len() < 20_000).collect();
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below.max(1) as u64) as usize
        };
        for round in 0..rounds {
            for (path, bytes) in &files {
                let mut damaged = bytes.clone();
                let (_, other) = &files[random(files.len())];
                let cut = random(damaged.len());
                match random(3) {
                    0 => damaged.truncate(cut),
                    1 => drop(damaged.splice(cut..cut, other.iter().copied().take(2000))),
                    _ => {}
                }
                for _ in 0..random(12) {
                    let at = random(damaged.len());
                    let byte = b"\r\n :;=\"\\\0,A\xC3\xFF"[random(13)];
                    damaged.get_mut(at).into_iter().for_each(|old| *old = byte);
                }
                println!("{round} {path}");
                check(&damaged);
            }
        }
    }
}
