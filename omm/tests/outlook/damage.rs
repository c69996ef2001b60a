//! Damaged files: what can be read is carried, what cannot is told, and the numbers add up.

use crate::{
    export::{Export, PstWorld, letter, path, run, subjects, world},
    structure,
};
use omm::Report;
use omm_testkit::{
    pst::{Attachment, BlockKind, Placed, Role, flip},
    step_stop::Time,
};
use std::{fs, path::Path};

const LETTERS: usize = 60;
const ALL: u64 = LETTERS as u64 + 1;

/// What was written: letters, and the one with an attachment of several blocks, which is the last.
fn filled() -> (Export, Vec<Placed>) {
    Export::of(|pst| {
        let top = pst.top();
        let inbox = pst.folder(top, "Inbox", Some("IPF.Note"));
        pst.role(Role::Inbox, inbox);
        let mut letters: Vec<_> = (0..LETTERS).map(|number| letter(&format!("letter {number}"))).collect();
        let bytes = (0..50_000_u32).map(|number| (number % 251) as u8).collect();
        let file = Attachment::file("numbers.bin", "application/octet-stream", bytes);
        letters.push(letter("attached").attach(file));
        letters.iter().map(|letter| pst.item(inbox, letter).expect("written")).collect()
    })
}

/// Harms a file, migrates it, and shows what plan and report say.
fn harmed(harm: impl FnOnce(&Path, &[u8], &[Placed])) -> (PstWorld, Report) {
    let (export, placed) = filled();
    let whole = fs::read(export.path()).expect("a file");
    harm(&export.path(), &whole, &placed);
    let world = world(export);
    let plan = world.clock.run(world.migration().plan()).expect("a plan");
    let report = run(&world);
    assert!(report.notes.iter().any(|note| note.contains("old.pst")), "{report}");
    assert_eq!(plan.folders.len(), report.folders.len());
    (world, report)
}

/// The end of a block: size, signature, checksum, id ([MS-PST] §2.2.2.8.1).
fn flip_trailer(path: &Path, offset: u64, size: u64) {
    let end = (offset + size + 16).next_multiple_of(64);
    flip(path, end - 16, 16).expect("flipped");
}

fn nth_data(placed: &Placed, number: usize) -> (u64, u64) {
    let data = placed.blocks.iter().filter(|block| block.kind == BlockKind::Data).nth(number);
    data.map(|block| (block.offset, block.size)).expect("a block")
}

fn last_data(placed: &Placed) -> (u64, u64) {
    let data = placed.blocks.iter().rfind(|block| block.kind == BlockKind::Data);
    data.map(|block| (block.offset, block.size)).expect("a block")
}

#[track_caller]
fn told(report: &Report, words: &[&str]) {
    let is_told = report.notes.iter().any(|note| words.iter().all(|word| note.contains(word)));
    assert!(is_told, "{words:?}: {report}");
}

fn attached(world: &PstWorld) -> String {
    let items = world.destination.items(&path("Inbox"));
    let texts = items.iter().map(|(_, item)| String::from_utf8_lossy(&item.bytes).into_owned());
    texts.into_iter().find(|text| text.contains("Subject: attached")).expect("it is carried")
}

#[test]
fn a_changed_byte_of_an_attachment_is_carried_and_told() {
    let (world, report) = harmed(|path, _, placed| {
        let (offset, _) = nth_data(&placed[LETTERS], 1);
        flip(path, offset + 100, 1).expect("flipped");
    });
    assert_eq!((report.totals.copied, report.totals.failed), (ALL, 0), "{report}");
    told(&report, &["block", "checksum"]);
    assert!(attached(&world).contains("numbers.bin"));
}

#[test]
fn an_attachment_that_is_lost_has_a_word_in_its_place() {
    let (world, report) = harmed(|path, _, placed| {
        let (offset, size) = nth_data(&placed[LETTERS], 1);
        flip_trailer(path, offset, size);
    });
    assert_eq!((report.totals.copied, report.totals.failed), (ALL, 0), "{report}");
    told(&report, &["numbers.bin", "could not be read", "block"]);
    let text = attached(&world);
    assert!(text.contains("The attachment \"numbers.bin\" could not be read"), "{text}");
    assert!(text.contains("About attached."), "the rest of it is there: {text}");
}

#[test]
fn a_message_that_is_lost_costs_itself() {
    let (world, report) = harmed(|path, _, placed| {
        let (offset, size) = last_data(&placed[7]);
        flip_trailer(path, offset, size);
    });
    assert_eq!(
        (report.totals.found, report.totals.copied, report.totals.failed),
        (ALL, ALL - 1, 1),
        "{report}"
    );
    assert!(report.problems[0].reason.as_ref().is_some_and(|why| why.contains("block")), "{report}");
    assert_eq!(subjects(&world.destination, "Inbox").len() as u64, ALL - 1);
}

#[test]
fn recipients_that_are_lost_cost_themselves() {
    let (_, report) = harmed(|path, _, placed| {
        let (offset, size) = nth_data(&placed[7], 0);
        flip_trailer(path, offset, size);
    });
    assert_eq!((report.totals.copied, report.totals.failed), (ALL, 0), "{report}");
    told(&report, &["recipients", "block"]);
}

/// Every part that says where items are, and none that they consist of.
#[test]
fn what_only_says_where_things_are_costs_nothing() {
    type Harm = fn(&Path, &[u8]);
    let rows: [(&str, Harm, &str); 8] = [
        ("header", |path, _| flip(path, 4, 1).expect("flipped"), "header"),
        (
            "contents table",
            |path, file| {
                let (offset, size) = structure::contents_table(file);
                flip_trailer(path, offset as u64, size as u64);
            },
            "contents table",
        ),
        ("root of the nodes", |path, file| page(path, structure::nodes(file).root), "offset"),
        ("first nodes", |path, file| page(path, structure::nodes(file).leaves[0]), "offset"),
        ("middle nodes", |path, file| page(path, middle(&structure::nodes(file).leaves)), "offset"),
        ("root of the blocks", |path, file| page(path, structure::blocks(file).root), "offset"),
        ("first blocks", |path, file| page(path, structure::blocks(file).leaves[0]), "offset"),
        ("middle blocks", |path, file| page(path, middle(&structure::blocks(file).leaves)), "offset"),
    ];
    for (name, harm, word) in rows {
        let (world, report) = harmed(|path, file, _| harm(path, file));
        assert_eq!((report.totals.copied, report.totals.failed), (ALL, 0), "{name}: {report}");
        told(&report, &[word]);
        let there = world.destination.snapshot().items() as u64;
        assert_eq!(there, ALL, "{name}");
    }
}

fn middle(pages: &[usize]) -> usize {
    pages[pages.len() / 2]
}

/// The checksum of a page no longer fits.
fn page(path: &Path, offset: usize) {
    flip(path, offset as u64 + 500, 2).expect("flipped");
}

/// A page of which nothing is left.
#[test]
fn a_lost_page_costs_no_more_than_what_it_named() {
    for (name, of) in
        [("nodes", structure::nodes as fn(&[u8]) -> structure::Pages), ("blocks", structure::blocks)]
    {
        for leaf in 0..3 {
            let (export, _) = filled();
            let whole = fs::read(export.path()).expect("a file");
            let leaves = of(&whole).leaves;
            let offset = leaves[leaf * (leaves.len() - 1) / 2];
            flip(&export.path(), offset as u64, 512).expect("flipped");
            let world = world(export);
            let plan = world.clock.run(world.migration().plan()).expect("a plan");
            let report = run(&world);
            assert_eq!(plan.folders.len(), report.folders.len(), "{name} {leaf}");
            // A leaf names fifteen nodes or twenty blocks.
            assert!(report.totals.copied + 20 >= ALL, "{name} {leaf}: {report}");
            assert!(report.notes.iter().any(|note| note.contains("offset")), "{name} {leaf}: {report}");
        }
    }
}

#[test]
fn a_file_that_is_cut_off_is_read_as_far_as_it_goes() {
    for percent in [99, 90, 50, 10, 1] {
        let (export, _) = filled();
        let whole = fs::read(export.path()).expect("a file");
        fs::write(export.path(), &whole[..whole.len() * percent / 100]).expect("written");
        if let Err(error) = export.opens() {
            assert!(error.to_string().contains("it is damaged or cut off"), "{percent} %: {error}");
            println!("{percent} %: {error}");
            continue;
        }
        let world = world(export);
        let plan = world.clock.run(world.migration().plan()).expect("a plan");
        let report = run(&world);
        assert!(!plan.source_remarks.is_empty() && !report.notes.is_empty(), "{percent} %: {report}");
        println!("{percent} %: {} of {ALL} found, {:?}", report.totals.found, report.notes);
    }
}
