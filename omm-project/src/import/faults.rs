//! Sheets as people break them: each fault is told by its line and column, and costs its own row.

use super::{
    bombs::zipped,
    tests::{HEADER, read, read_with},
    *,
};
use chrono::{DateTime, Utc};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

/// What stands in a cell.
#[derive(Clone, Copy)]
enum Put {
    Nothing,
    Text(&'static str),
    Number(f64),
    /// 2999-12-24.
    Day,
    Truth,
    Error,
    /// The upper one of two that are merged, and the lower one.
    Upper(&'static str),
    Lower,
}

use Put::*;

const HEAD: [&str; 10] = [
    "Source Type",
    "Source Server url",
    "Source Login",
    "Source Password",
    "Destination Type",
    "Destination Url",
    "Destination Mail",
    "Destination Password",
    "Priority",
    "Start",
];

/// The rows below the header; `tests/data/faults.xls` has the same, written by xlwt.
fn rows() -> Vec<Vec<Put>> {
    let row = |from, password, to| {
        let (imap, host, other) = (Text("IMAP"), Text("h.example"), Text("i.example"));
        vec![imap, host, Text(from), password, imap, other, to, Text("pw")]
    };
    let good = |from, password, to| row(from, password, Text(to));
    vec![
        [good("a@h.example", Text("pw-a"), "a@i.example"), vec![Number(5.0), Day]].concat(),
        Vec::new(),
        good("b@h.example", Upper("pw-b"), "b@i.example"),
        good("c@h.example", Lower, "c@i.example"),
        good("d@h.example", Text("pw-d"), "d@i.example"),
        good("e@h.example", Error, "e@i.example"),
        good("f@h.example", Number(100_000.0), "f@i.example"),
        row("g@h.example", Number(1.5), Truth),
        [good("j@h.example", Text("pw-j"), "j@i.example"), vec![Nothing, Nothing, Text("more")]].concat(),
    ]
}

/// With a hidden sheet before it, and another one behind it.
fn xlsx() -> Vec<u8> {
    let mut book = Workbook::new();
    let hidden = book.add_worksheet();
    hidden.set_hidden(true).write_string(0, 0, "notes").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_active(true);
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (column, text) in (0..).zip(HEAD) {
        sheet.write_string(0, column, text).unwrap();
    }
    for (row, cells) in (1..).zip(rows()) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Nothing | Lower => {}
                Text(text) => {
                    sheet.write_string(row, column, text).unwrap();
                }
                Number(number) => {
                    sheet.write_number(row, column, number).unwrap();
                }
                Truth => {
                    sheet.write_boolean(row, column, true).unwrap();
                }
                Error => {
                    let formula = Formula::new("=A1:A2/0").set_result("#REF!");
                    sheet.write_formula(row, column, formula).unwrap();
                }
                Day => {
                    let day = ExcelDateTime::from_ymd(2999, 12, 24).unwrap();
                    sheet.write_datetime_with_format(row, column, &day, &date).unwrap();
                }
                Upper(text) => {
                    sheet.merge_range(row, column, row + 1, column, text, &Format::new()).unwrap();
                }
            }
        }
    }
    book.add_worksheet().write_string(0, 0, "second").unwrap();
    book.save_to_buffer().unwrap()
}

fn ods() -> Vec<u8> {
    let text = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let valued =
        |kind: &str, value: &str| format!("<table:table-cell office:value-type=\"{kind}\" office:{value}/>");
    let cell = |put: Put| {
        match put {
        Nothing => "<table:table-cell/>".to_owned(),
        Text(words) | Upper(words) => text(words),
        Number(number) => valued("float", &format!("value=\"{number}\"")),
        Day => valued("date", "date-value=\"2999-12-24\""),
        Truth => valued("boolean", "boolean-value=\"true\""),
        Error => "<table:table-cell office:value-type=\"string\" calcext:value-type=\"error\"><text:p>#REF!</text:p></table:table-cell>".to_owned(),
        // A value may be kept beneath; nobody sees it.
        Lower => "<table:covered-table-cell office:value-type=\"string\"><text:p>unseen</text:p></table:covered-table-cell>".to_owned(),
    }
    };
    let row = |cells: String| format!("<table:table-row>{cells}</table:table-row>");
    let head = row(HEAD.map(text).concat());
    let rows: String = rows().into_iter().map(|cells| row(cells.into_iter().map(cell).collect())).collect();
    let sheet =
        |style: &str, rows: &str| format!("<table:table table:style-name=\"{style}\">{rows}</table:table>");
    let styles = "<style:style style:name=\"h\"><style:table-properties table:display=\"false\"/></style:style>\
                  <style:style style:name=\"s\"><style:table-properties table:display=\"true\"/></style:style>";
    let sheets =
        [sheet("h", &row(text("notes"))), sheet("s", &(head + &rows)), sheet("s", &row(text("second")))];
    zipped(
        "content.xml",
        format!("<office:document-content>{styles}{}</office:document-content>", sheets.concat()).as_bytes(),
    )
}

// Would catch: a row that is lost without a word, or taken with a value that nobody meant, because a spreadsheet shows its cells
// otherwise than it keeps them; lines that are counted otherwise than in the sheet; a sheet that nobody reads and nobody tells of.
#[test]
fn every_bad_row_of_a_sheet_is_told_as_in_a_text() {
    for (kind, file) in
        [("xlsx", xlsx()), ("ods", ods()), ("xls", include_bytes!("../../tests/data/faults.xls").to_vec())]
    {
        let (rows, troubles) = read(&file);
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.line, row.source.spec.login.as_str(), row.source.password.expose(), row.priority))
            .collect();
        let expected = [
            (2, "a@h.example", "pw-a", 5),
            (4, "b@h.example", "pw-b", 0),
            (6, "d@h.example", "pw-d", 0),
            (8, "f@h.example", "100000", 0),
        ];
        assert_eq!(found, expected, "{kind}: {troubles:?}");
        let start = DateTime::parse_from_rfc3339("2999-12-24T00:00:00Z").unwrap().to_utc();
        assert_eq!(
            rows.iter().map(|row| row.start).collect::<Vec<_>>(),
            [Some(start), None, None, None],
            "{kind}"
        );
        let told: Vec<_> = troubles.iter().map(Trouble::to_string).collect();
        let expected = [
            "line 5, column 4, source password (merged): a part of a merged cell; take the merged cells apart",
            "line 7, column 4, source password (not shown): a formula without a result; write the value itself",
            "line 8, column 4, source password (not shown): a number, read as its digits; if a zero before it",
            "line 9, column 4, source password (not shown): not written as text; format the cell as text",
            "line 9, column 7, destination mail (true or false): not written as text; format the cell as text",
            "line 10, column 11 (not shown): more values than headers; take out what stands behind the last header",
            "line 1: another sheet is shown and was not read; put their rows below",
        ];
        assert_eq!(told.len(), expected.len(), "{kind}: {told:#?}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected), "{kind}: {told}");
        }
    }
}

// Would catch: a server that was typed once and merged over many rows, which the others are thought to leave to be found out.
#[test]
fn what_a_merged_cell_covers_is_not_taken_for_empty() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in (0..).zip(HEADER.split(';')) {
        sheet.write_string(0, column, text).unwrap();
    }
    for row in 1..4 {
        let (from, to) = (format!("a{row}@h.example"), format!("a{row}@i.example"));
        for (column, text) in
            [(0, "IMAP"), (2, &from), (3, "pw"), (4, "IMAP"), (5, "i.example"), (6, &to), (7, "pw")]
        {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    sheet.merge_range(1, 1, 3, 1, "imap.h.example", &Format::new()).unwrap();
    // Below the table, and beside it, it harms nobody.
    sheet.merge_range(8, 0, 9, 3, "", &Format::new()).unwrap();
    sheet.merge_range(1, 20, 3, 21, "", &Format::new()).unwrap();
    let (rows, troubles) = read(&book.save_to_buffer().unwrap());
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2]);
    let told: Vec<_> = troubles.iter().map(|trouble| (trouble.line, trouble.column, trouble.fault)).collect();
    let server = Some(Column::SourceServer);
    assert_eq!(told, [(3, server, Fault::Merged), (4, server, Fault::Merged)]);
}

// Would catch: a row of too few cells that takes what is missing for something else.
#[test]
fn a_row_that_ends_early_tells_what_is_missing() {
    let (rows, troubles) = read(format!("{HEADER}\nIMAP;h.example;a@h.example\n").as_bytes());
    assert!(rows.is_empty());
    let told: Vec<_> = troubles.iter().map(|trouble| (trouble.position, trouble.fault)).collect();
    assert_eq!(told, [(Some(4), Fault::Missing), (Some(7), Fault::Missing), (Some(8), Fault::Missing)]);
}

fn with_more(cells: &str) -> (Vec<Row>, Vec<Trouble>) {
    let settings = Settings {
        now: Some("2026-11-28T12:00:00Z".parse::<DateTime<Utc>>().unwrap()),
        ..Settings::default()
    };
    let line = format!("{cells};IMAP;h.example;a@h.example;pw;IMAP;i.example;a@i.example;pw;;");
    read_with(format!("Start;Prio;{HEADER}\n{line}\n").as_bytes(), settings)
}

// Would catch: a column that is not found by its header, a day that is taken for another one, and a cut-over that begins at once
// because somebody wrote last year.
#[test]
fn priority_and_start_may_stand_in_the_table() {
    for (cells, priority, start) in [
        (";", 0, None),
        ("2026-12-24;7", 7, Some("2026-12-24T00:00:00Z")),
        ("2026-12-24T22:00:00+01:00; -3 ", -3, Some("2026-12-24T21:00:00Z")),
        ("2026-12-24 22:00;0", 0, Some("2026-12-24T22:00:00Z")),
    ] {
        let (rows, troubles) = with_more(cells);
        assert_eq!(troubles, [], "{cells}");
        let start = start.map(|start| start.parse::<DateTime<Utc>>().unwrap());
        assert_eq!((rows[0].priority, rows[0].start), (priority, start), "{cells}");
    }
    for (cells, expected) in [
        (";high", "line 2, column 2, priority (text of 4 characters): no whole number; write a whole number"),
        (";1.5", "column 2, priority (text of 3 characters): no whole number"),
        (";99999999999", "column 2, priority (text of 11 characters): no whole number"),
        (
            "24.12.2026;",
            "line 2, column 1, start (text of 10 characters): no day and no moment; write the day as",
        ),
        ("2025-12-24;", "column 1, start (text of 10 characters): a moment that is past; write a later one"),
    ] {
        let (rows, troubles) = with_more(cells);
        let told: Vec<_> = troubles.iter().map(Trouble::to_string).collect();
        assert!(rows.is_empty() && told.len() == 1 && told[0].contains(expected), "{cells}: {told:?}");
    }
}
