//! Small files that would be large in memory.

use super::{
    tests::{HEADER, read, refusal},
    *,
};
use std::io::{Cursor, Write};

fn ods(table: &str) -> Vec<u8> {
    zipped("content.xml", format!("<office:document-content><table:table>{table}</table:table>").as_bytes())
}

pub(super) fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(content).unwrap();
    archive.finish().unwrap().into_inner()
}

fn long_rows(file: &[u8]) -> Vec<Trouble> {
    let (rows, troubles) = read(file);
    assert_eq!(rows.len(), 1, "the row behind them is read: {:?}", troubles.last());
    troubles
}

const GOOD: [&str; 8] = ["IMAP", "h.example", "a@h.example", "pw", "IMAP", "i.example", "a@i.example", "pw"];

// Small files that say that a long text stands everywhere. Would catch: a text that is copied into every cell, which takes all
// memory here.
#[test]
fn long_texts_cost_their_rows_and_no_memory() {
    let cell = |text: &str, times: u32| {
        format!(
            "<table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"{times}\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let header: String = HEADER.split(';').map(|text| cell(text, 1)).collect();
    let good: String = GOOD.into_iter().map(|text| cell(text, 1)).collect();
    let long = "x".repeat(1_000_000);
    for (columns, fault) in [(256, Fault::TooManyCells), (1, Fault::TooLong(64))] {
        let table = format!(
            "<table:table-row>{header}</table:table-row>\
             <table:table-row table:number-rows-repeated=\"1000\">{}</table:table-row>\
             <table:table-row>{good}</table:table-row>",
            cell(&long, columns)
        );
        let troubles = long_rows(&ods(&table));
        let about = troubles.iter().filter(|trouble| trouble.fault == fault);
        assert_eq!(about.count(), 1000, "{:?}", troubles.first());
    }

    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let long = "x".repeat(32_000);
    for (column, text) in (0..).zip(HEADER.split(';')) {
        sheet.write_string(0, column, text).unwrap();
    }
    for row in 1..=1000 {
        for column in 0..8 {
            sheet.write_string(row, column, &long).unwrap();
        }
    }
    for (column, text) in (0..).zip(GOOD) {
        sheet.write_string(1001, column, text).unwrap();
    }
    let troubles = long_rows(&book.save_to_buffer().unwrap());
    let told: Vec<_> = troubles.iter().take(8).map(Trouble::to_string).collect();
    assert_eq!(troubles.len(), 8000);
    assert!(
        told[0].starts_with("line 2, column 1, source type (a very long text): longer than 64 bytes"),
        "{told:?}"
    );
    assert!(told.iter().any(|told| told.contains("source password (not shown): longer")), "{told:?}");
}

// A value that is too long is never cut to one that is not, and a long remark in a column of its own does no harm.
#[test]
fn nothing_is_cut() {
    let long = format!("a@h.example{}", " ".repeat(5_000));
    let line = |login: &str, remark: &str| format!("IMAP;h.example;{login};pw;IMAP;i.example;b;pw;{remark}");
    let header = HEADER.split(';').take(8).collect::<Vec<_>>().join(";") + ";Remark";
    let file = format!("{header}\n{}\n{}\n", line(&long, ""), line("a", &"\"\"\"\"".repeat(5_000)));
    let (rows, troubles) = read(file.as_bytes());
    assert_eq!(rows.len(), 1);
    assert_eq!(
        troubles.iter().filter(|trouble| trouble.fault == Fault::TooLong(320)).count(),
        1,
        "{troubles:?}"
    );
}

fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes(), &(body.len() as u16).to_le_bytes(), body].concat()
}

/// A workbook of one sheet.
fn xls(shared: &[u8], cells: &[u8]) -> Vec<u8> {
    let bof = record(0x0809, &[&[0, 6, 5, 0][..], &[0; 12]].concat());
    let eof = record(0x000A, &[]);
    let globals = |position: u32| {
        let bound = record(0x0085, &[&position.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat());
        [&bof[..], &bound, shared, &eof].concat()
    };
    let stream = [&globals(globals(0).len() as u32)[..], &bof, cells, &eof].concat();
    let mut compound = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    compound.create_stream("/Workbook").unwrap().write_all(&stream).unwrap();
    compound.flush().unwrap();
    compound.into_inner().into_inner()
}

// What the library would hold of a few kilobytes: gigabytes. Would catch: rows, room or texts that are not measured.
#[test]
fn old_sheets_that_grow() {
    let place = |row: u16, column: u16| [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
    let number = |row, column| record(0x0203, &[&place(row, column)[..], &[0; 8]].concat());
    let shown = |row| record(0x00FD, &[&place(row, 0)[..], &[0; 4]].concat());
    let text = |letters: u16| {
        let letters_of = vec![b'x'; 8_000];
        let mut sst = record(0x00FC, &[&[1, 0, 0, 0, 1, 0, 0, 0][..], &letters.to_le_bytes(), &[0]].concat());
        for piece in letters_of.repeat(usize::from(letters) / 8_000).chunks(8_000) {
            sst.extend(record(0x003C, &[&[0], piece].concat()));
        }
        sst
    };
    let shown_often: Vec<u8> = (0..2_000).flat_map(shown).collect();
    let room = record(0x0200, &[&[0; 4][..], &[0xFF; 4], &[0, 0, 0, 1, 0, 0]].concat());
    for (shared, cells, reason) in [
        (Vec::new(), [number(0, 0), number(65_535, 255)].concat(), "too large for an .xls"),
        (Vec::new(), number(0, 256), "wider than any form"),
        (Vec::new(), room, "too large for an .xls"),
        (text(64_000), shown_often.clone(), "too large for an .xls"),
        (Vec::new(), [number(0, 0), number(1_000, 255)].concat(), "no header"),
        (text(1), shown_often, "damaged"),
    ] {
        let told = refusal(&xls(&shared, &cells), Settings::default());
        assert!(told.contains(reason), "{reason}: {told}");
    }
}

// A few hundred bytes that say they are a terabyte.
#[test]
fn bombs() {
    let settings = || Settings {
        limits: Limits { rows: 10, unpacked_bytes: 1 << 20, ..Limits::default() },
        ..Settings::default()
    };
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |cells: &str, times: u64| {
        format!("<table:table-row table:number-rows-repeated=\"{times}\">{cells}</table:table-row>")
    };
    let header: String = HEADER.split(';').map(cell).collect();
    let wide = cell("x").replace(" office", " table:number-columns-repeated=\"1000000000000\" office");
    for (file, reason) in [
        (zipped("content.xml", &b"<a/>".repeat(1 << 20)), "too large"),
        (zipped("content.xml", &vec![b'x'; 2 << 20]), "too large"),
        (zipped("xl/workbook.xml", &vec![b'<'; 2 << 20]), "too large"),
        (ods(&format!("{}{}", row(&header, 1), row(&cell("x"), 1 << 40))), "more than 10 rows"),
        (ods(&format!("{}{}", row(&header, 1), row(&wide, 1 << 40))), "more than 10 rows"),
        (ods(&row(&wide, 1)), "no header"),
        (ods(&row("", u64::MAX)), "empty"),
        (zipped("word/document.xml", b"<a/>"), "no spreadsheet"),
    ] {
        let told = refusal(&file, settings());
        assert!(told.contains(reason), "{reason}: {told}");
    }
}
