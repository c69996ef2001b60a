//! Tables as people make them.

use super::*;
use omm_core::seam::AccountSpec;
use std::io::Cursor;

pub(super) const HEADER: &str = "Source Type;Source Server url;Source Login;Source Password;Destination Type;Destination Url;\
                      Destination Mail;Destination Password;Source admin mail;Destination admin mail";

pub(super) fn read_with(file: &[u8], settings: Settings) -> (Vec<Row>, Vec<Trouble>) {
    let (mut rows, mut troubles) = (Vec::new(), Vec::new());
    for found in Rows::open(Cursor::new(file.to_vec()), settings).unwrap() {
        match found.unwrap() {
            Found::Row(row) => rows.push(*row),
            Found::Trouble(trouble) => troubles.push(trouble),
        }
    }
    (rows, troubles)
}

pub(super) fn read(file: &[u8]) -> (Vec<Row>, Vec<Trouble>) {
    read_with(file, Settings::default())
}

pub(super) fn refusal(file: &[u8], settings: Settings) -> String {
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
        (
            "IMAP;h.example;b;\"GEHEIM;IMAP;i.example;b;x",
            "column 4, source password (not shown): a quote that is not closed",
        ),
        (
            "IMAP;h.example;b;\"GEHEIM\"GEHEIM;IMAP;i.example;b;x",
            "column 4, source password (not shown): text behind",
        ),
        ("IMAP;h.example;b;GE;HEIM;IMAP;i.example;b;x;;;;", "no type of server"),
        (
            "IMAP;h.example;b;x;IMAP;i.example;b;GE;HEIM;;GEHEIM",
            "column 11 (not shown): more values than headers",
        ),
        ("IMAP;h.example;b;x;POP;i.example;b;x", "nothing can be written by POP3"),
        ("IMAP;b:GEHEIM@h.example;b;x;IMAP;i.example;b;x", "a login before the host"),
        ("POP;;b@h.example;x;IMAP;i.example;b;x", "missing, and not to be found out"),
        (";;b;x;IMAP;i.example;b;x", "no domain to find it by"),
        (
            "IMAP;h.example;a@h.example;x;IMAP;i.example;A@I.example;x",
            "column 7, destination mail (text of 11 characters): the same accounts as in line 2",
        ),
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
        let expected = [
            "line 3, column 4, source password (not shown): a number, read as its digits",
            "line 5, column 4, source password (not shown): not written as text",
            "line 6, column 4, source password (not shown): a number, read as its digits",
        ];
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected), "{told}");
        }
    }
}

#[test]
fn the_templates_are_tables() {
    let sheet = template::xlsx().unwrap();
    for file in [sheet.as_slice(), template::csv().as_bytes()] {
        let (rows, troubles) = read(file);
        // The example was replaced by nobody: it is no migration.
        assert_eq!((rows.len(), troubles.len()), (0, 1), "{troubles:?}");
        assert!(troubles[0].is_remark() && troubles[0].line == 2, "{troubles:?}");
    }
    // Changed in one place, it is a row, and a good one.
    let (rows, troubles) = read(template::csv().replace("the old provider", "our old provider").as_bytes());
    assert_eq!((rows.len(), troubles.len()), (1, 0), "{troubles:?}");
    assert_eq!(
        told(&rows[0].destination),
        "exchange:anna@new-provider.example@new-provider.example password at the new provider"
    );
}

// Would catch: a house whose own certificates are trusted at its usual server alone.
#[test]
fn a_row_with_a_server_of_its_own_trusts_the_same_certificates() {
    let mut settings = Settings::default();
    let mut usual = AccountSpec::new("imap", "usual.example");
    usual.ca_file = Some("house.pem".into());
    settings.source = Some(usual);
    let line = "IMAP;own.example;a@own.example;x;IMAP;new.example;a@new.example;x";
    let (rows, _) = read_with(format!("{HEADER}\n{line}\n").as_bytes(), settings);
    assert_eq!(rows[0].source.spec.ca_file.as_deref(), Some(std::path::Path::new("house.pem")));
    assert_eq!(rows[0].destination.spec.ca_file, None);
}

// Would catch: troubles in the order of the program, and not of the table.
#[test]
fn troubles_of_one_row_come_by_column() {
    let (_, troubles) = read(format!("{HEADER}\nSMTP;h.example;;x;FTP;i.example;;\n").as_bytes());
    let columns: Vec<_> = troubles.iter().filter_map(|trouble| trouble.position).collect();
    assert_eq!(columns, [1, 3, 5, 7, 8]);
}
