//! Tables as people make them.

use super::*;
use omm_core::seam::AccountSpec;
use std::io::{Cursor, Write};

const HEADER: &str = "Source Type;Source Server url;Source Login;Source Password;Destination Type;Destination Url;\
                      Destination Mail;Destination Password;Source admin mail;Destination admin mail";

fn read_with(file: &[u8], settings: Settings) -> (Vec<Row>, Vec<Trouble>) {
    let (mut rows, mut troubles) = (Vec::new(), Vec::new());
    for found in Rows::open(Cursor::new(file.to_vec()), settings).unwrap() {
        match found.unwrap() {
            Found::Row(row) => rows.push(*row),
            Found::Trouble(trouble) => troubles.push(trouble),
        }
    }
    (rows, troubles)
}

fn read(file: &[u8]) -> (Vec<Row>, Vec<Trouble>) {
    read_with(file, Settings::default())
}

fn refusal(file: &[u8], settings: Settings) -> String {
    match Rows::open(Cursor::new(file.to_vec()), settings) {
        Err(error) => error.to_string(),
        Ok(rows) => rows.filter_map(Result::err).map(|error| error.to_string()).collect(),
    }
}

/// What was read, short.
fn told(account: &Account) -> String {
    let delegate = account.spec.delegate.as_ref().map(|admin| format!(" by {admin}")).unwrap_or_default();
    format!("{} {}{delegate}", account.spec.label(), account.password.expose())
}

// The example of the guide, to the letter. Would catch: a header of the real form that is not understood.
#[test]
fn the_form_of_the_guide() {
    let file = include_bytes!("../../tests/data/guide.csv");
    let (rows, troubles) = read(file);
    assert_eq!(troubles, []);
    assert_eq!(told(&rows[0].source), "imap:anna@old.example@imap.old.example My_password");
    assert_eq!(
        told(&rows[0].destination),
        "ews:anna@new.example@https://ex.new.example/ews/exchange.asmx My_password2"
    );
    assert_eq!(rows[0].line, 2);
}

#[test]
fn separators_orders_and_charsets_make_no_difference() {
    let line = [
        "imap",
        "mail.a.example",
        "é@a.example",
        "gehe;i,m\"ß",
        "",
        "",
        "é@b.example",
        " x ",
        "admin@a.example",
        "",
    ];
    let write = |order: &[usize], separator: char| {
        let header: Vec<_> = HEADER.split(';').collect();
        let quote = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let row = |cells: &[&str]| {
            let cells: Vec<_> = order.iter().map(|at| quote(cells[*at])).collect();
            cells.join(&separator.to_string())
        };
        format!("{}\r\n{}\r\n", row(&header), row(&line))
    };
    let forward = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    let backward = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0];
    for order in [&forward[..], &backward, &[6, 7, 2, 3, 1, 8, 0]] {
        for separator in [';', ',', '\t'] {
            let text = write(order, separator);
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let marked = [&[0xFF, 0xFE][..], &utf16].concat();
            let latin = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
            for bytes in [text.as_bytes(), &utf16, &marked, &latin, &format!("\u{FEFF}{text}").into_bytes()] {
                let (rows, troubles) = read(bytes);
                assert_eq!(troubles, [], "{separator:?} {order:?}");
                assert_eq!(
                    told(&rows[0].source),
                    "imap:é@a.example@mail.a.example gehe;i,m\"ß by admin@a.example"
                );
                assert_eq!(told(&rows[0].destination), "auto:é@b.example@b.example  x ");
            }
        }
    }
}

// Each row is bad in one way; the one behind it must still be read.
#[test]
fn what_is_wrong_is_told_with_its_place_and_its_remedy() {
    let good = "IMAP;h.example;a@h.example;pw;IMAP;i.example;a@i.example;pw";
    for (line, expected) in [
        (
            "SMTP;h.example;b;GEHEIM;;i.example;b@i.example;GEHEIM",
            "column 1, source type (text of 4 characters): no type of server; write IMAP",
        ),
        ("IMAP;h.example;;GEHEIM;IMAP;i.example;b;GEHEIM", "column 3, source login (empty): missing"),
        ("IMAP;h.example;b;;IMAP;i.example;b;GEHEIM", "column 4, source password (empty): missing"),
        ("IMAP;h.example;b;GEHEIM;IMAP;i.example;b;  ", "column 8, destination password (empty): missing"),
        (
            "IMAP;h.example;b;GEHEIM\u{1};IMAP;i.example;b;x",
            "source password (not shown): a line break or another control",
        ),
        ("IMAP;h.example;b;\"GEHEIM;IMAP;i.example;b;x", "a quote that is not closed"),
        ("IMAP;h.example;b;\"GEHEIM\"GEHEIM;IMAP;i.example;b;x", "text behind a closing quote"),
        ("IMAP;h.example;b;GE;HEIM;IMAP;i.example;b;x;;;;", "no type of server"),
        ("IMAP;h.example;b;x;IMAP;i.example;b;GE;HEIM;;GEHEIM", "more values than headers"),
        ("IMAP;h.example;b;x;POP;i.example;b;x", "nothing can be written by POP3"),
        ("IMAP;b:GEHEIM@h.example;b;x;IMAP;i.example;b;x", "a login before the host"),
        ("POP;;b@h.example;x;IMAP;i.example;b;x", "missing, and not to be found out"),
        (";;b;x;IMAP;i.example;b;x", "no domain to find it by"),
        ("IMAP;h.example;a@h.example;x;IMAP;i.example;A@I.example;x", "the same accounts as in line 2"),
        (
            "POP;H.example;c@h.example;x;Exchange;https://i.example/ews;a@i.example;x",
            "the same destination as in line 2",
        ),
        ("POP;i.example:995;d@i.example;x;IMAP;I.EXAMPLE;D@i.example;x", "the destination is the source"),
    ] {
        let (rows, troubles) =
            read(format!("{HEADER}\n{good}\n{line}\n{}\n", good.replace('a', "z")).as_bytes());
        assert_eq!(rows.len(), 2, "{line}: {troubles:?}");
        let told = troubles.first().unwrap().to_string();
        assert!(told.starts_with("line 3") && told.contains(expected), "{line}: {told}");
        for trouble in &troubles {
            assert!(
                !format!("{trouble} {trouble:?} {}", serde_json::to_string(trouble).unwrap()).contains("GE"),
                "{trouble}"
            );
        }
    }
}

// All mistakes of a row at once, else mending a table takes as many imports as it has mistakes.
#[test]
fn a_row_tells_all_its_mistakes() {
    let (rows, troubles) = read(format!("{HEADER}\nSMTP;;;;POP;;;;;\n").as_bytes());
    assert_eq!((rows.len(), troubles.len()), (0, 6), "{troubles:?}");
}

#[test]
fn tables_that_are_none() {
    let settings = Settings::default;
    let no_header = "IMAP;h.example;a@h.example;GEHEIM;IMAP;i.example;a@i.example;GEHEIM";
    for (file, reason) in [
        (&b""[..], "empty"),
        (b"\n\n", "empty"),
        (no_header.as_bytes(), "no `Source Login/Mail`, no `Source Password`"),
        (b"\"Source Login\nx", "no header"),
        (b"PK\x03\x04 nothing", "damaged"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 nothing", "damaged"),
    ] {
        let told = refusal(file, settings());
        assert!(told.contains(reason) && !told.contains("GEHEIM"), "{told}");
    }
    let small = |limits: Limits| Settings { limits, ..settings() };
    let file = format!("{HEADER}\n{no_header}\n{}\n", no_header.replace('a', "b"));
    let told = refusal(file.as_bytes(), small(Limits { rows: 1, ..Limits::default() }));
    assert!(told.contains("more than 1 rows"), "{told}");
    let told = refusal(file.as_bytes(), small(Limits { file_bytes: 10, ..Limits::default() }));
    assert!(told.contains("divide it"), "{told}");
    let told = refusal(file.as_bytes(), Settings { charset: Some("klingon".to_owned()), ..settings() });
    assert!(told.contains("charset"), "{told}");
}

#[test]
fn headers_that_are_not_understood_are_told_by_their_place() {
    let file = format!("GEHEIM;{HEADER};Source Mail\nx;IMAP;h.example;a;p;IMAP;i.example;b;p;;;y\n");
    let (rows, troubles) = read(file.as_bytes());
    assert_eq!(rows.len(), 1);
    let told: Vec<_> = troubles.iter().map(Trouble::to_string).collect();
    assert!(told[0].starts_with("line 1, column 1: a header that is not understood"), "{told:?}");
    assert!(told[1].starts_with("line 1, column 12: a second header"), "{told:?}");
    assert!(troubles.iter().all(Trouble::is_remark));
}

#[test]
fn a_project_has_servers_of_its_own() {
    let mut settings =
        Settings { source: Some(AccountSpec::new("imap", "old.example:1143")), ..Settings::default() };
    settings.destination = Some(AccountSpec::new("ews", "https://new.example/ews"));
    let rows = ";;a;p;;;b;p\nImap;;c;p;Exchange;;d;p\nIMAP;else.example;e;p;IMAP;else2.example;f;p\nExchange;;g@h.example;p;;;i;p";
    let (rows, troubles) = read_with(format!("{HEADER}\n{rows}\n").as_bytes(), settings);
    assert_eq!(troubles, []);
    let servers: Vec<_> = rows
        .iter()
        .map(|row| (row.source.spec.server.as_str(), row.destination.spec.server.as_str()))
        .collect();
    let new = "https://new.example/ews";
    assert_eq!(
        servers,
        [
            ("old.example:1143", new),
            ("old.example:1143", new),
            ("else.example", "else2.example"),
            ("h.example", new)
        ]
    );
}

#[test]
fn mailboxes_may_be_brought_together() {
    let file =
        format!("{HEADER}\nIMAP;h.example;a;p;IMAP;i.example;c;p\nIMAP;h.example;b;p;IMAP;i.example;c;p\n");
    let settings = Settings { shared_destination: SharedDestination::Allowed, ..Settings::default() };
    assert_eq!(read_with(file.as_bytes(), settings).0.len(), 2);
    assert_eq!(read(file.as_bytes()).0.len(), 1);
}

// The same sheet, written by three other programs. Would catch: a reader that shifts lines or columns, loses an accent, or makes a
// number of a password that was typed as text.
#[test]
fn sheets_of_other_programs() {
    for (file, written_in) in [
        (&include_bytes!("../../tests/data/form.xlsx")[..], WrittenIn::Xlsx),
        (include_bytes!("../../tests/data/form.xls"), WrittenIn::Xls),
        (include_bytes!("../../tests/data/form.ods"), WrittenIn::Ods),
    ] {
        let opened = Rows::open(Cursor::new(file.to_vec()), Settings::default()).unwrap();
        assert_eq!(opened.written_in(), written_in);
        let (rows, troubles) = read(file);
        let found: Vec<_> =
            rows.iter().map(|row| (row.line, told(&row.source), told(&row.destination))).collect();
        let expected = [
            (
                2,
                "imap:anna@old.example@mail.old.example 00123",
                "auto:anna@new.example@new.example pä;ss  wörd",
            ),
            (
                3,
                "pop3:bert@old.example@mail.old.example:995 4711",
                "imap:bert@new.example@mail.new.example x&<y>",
            ),
            // Line 4 is empty, line 5 has a date for a password.
            (
                6,
                "ews:carl@https://ex.example/ews 0",
                "exchange:carl@new.example@new.example z by admin@new.example",
            ),
        ];
        let expected =
            expected.map(|(line, source, destination)| (line, source.to_owned(), destination.to_owned()));
        assert_eq!(found, expected, "{written_in:?}");
        let told: Vec<_> = troubles.iter().map(Trouble::to_string).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("line 5, column 4, source password (not shown): not written as text"),
            "{told:?}"
        );
    }
}

#[test]
fn the_templates_are_tables() {
    let sheet = template::xlsx().unwrap();
    for file in [sheet.as_slice(), template::csv().as_bytes()] {
        let (rows, troubles) = read(file);
        assert_eq!((rows.len(), troubles.len()), (1, 0), "{troubles:?}");
        assert_eq!(
            told(&rows[0].destination),
            "exchange:anna@new-provider.example@new-provider.example password at the new provider"
        );
    }
}

fn ods(table: &str) -> Vec<u8> {
    zipped("content.xml", format!("<office:document-content><table:table>{table}</table:table>").as_bytes())
}

fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
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
        let mut sst = record(0x00FC, &[&[0; 8][..], &letters.to_le_bytes(), &[0]].concat());
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
        (text(64_000), shown_often[..14].to_vec(), "no header"),
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
