//! What is broken costs itself, and says where it stood.

use crate::support::{
    texts::{calendar, card, event, item},
    *,
};

#[test]
fn a_broken_component_fails_and_the_others_come_out() {
    let root = tempfile::tempdir().unwrap();
    let open = "BEGIN:VEVENT\r\nUID:open\r\nSUMMARY:no end\r\n".to_owned();
    let hollow = "BEGIN:VEVENT\r\nEND:VEVENT\r\n".to_owned();
    put(
        root.path(),
        "c.ics",
        calendar("", &[event("1", "a"), open.clone(), event("2", "b"), hollow, event("3", "c"), open]),
    );
    let source = source(root.path());
    let row = |id: &str, text: &str| (id.to_owned(), text.to_owned());
    assert_eq!(
        items(&*source, "c"),
        [
            row("1", &item(&event("1", "a"))),
            row("2", &item(&event("2", "b"))),
            row("3", &item(&event("3", "c"))),
            row("line:10", "malformed: line 10: the component does not end"),
            row("line:19", "malformed: line 19: the component says nothing"),
            row("line:27", "malformed: line 27: the component does not end"),
        ]
    );
}

#[test]
fn a_broken_card_and_a_broken_row_fail_and_the_others_come_out() {
    let root = tempfile::tempdir().unwrap();
    let open = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:No end\r\n";
    put(root.path(), "c.vcf", format!("{}{open}{}", card("1", "a"), card("2", "b")));
    put(
        root.path(),
        "t.csv",
        "First Name,E-mail Address\r\nAnna,a@example.org\r\nB,b@example.org,one,too many\r\nCarl,c@example.org\r\n",
    );
    let source = source(root.path());
    let cards = items(&*source, "c");
    assert_eq!(cards[..2], [("1".to_owned(), card("1", "a")), ("2".to_owned(), card("2", "b"))]);
    assert_eq!(
        cards[2..],
        [("line:6".to_owned(), "malformed: line 6: the component does not end".to_owned())]
    );
    let rows = items(&*source, "t");
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[2], ("line:3".to_owned(), "malformed: line 3: 4 cells, but only 2 columns".to_owned()));
}

/// Small repairs without number do not hide what is lost behind them.
#[test]
fn what_is_lost_is_listed_behind_any_number_of_repairs() {
    let root = tempfile::tempdir().unwrap();
    let nameless = |at| format!("BEGIN:VEVENT\r\nDTSTART:20240101T000000Z\r\nSUMMARY:{at}\r\nEND:VEVENT\r\n");
    let mut all: Vec<String> = (0..12_000).map(nameless).collect();
    all.push("BEGIN:VEVENT\r\nSUMMARY:no end\r\n".into());
    put(root.path(), "c.ics", calendar("", &all));
    let source = source(root.path());
    let listed = list(&*source, &folder(&*source, "c"));
    assert_eq!(listed.len(), 12_001);
    let line = 4 + 12_000 * 4;
    assert_eq!(listed[12_000].id.as_str(), format!("line:{line}"));
    let remarks = source.learned().remarks;
    assert!(
        remarks.iter().any(|line| line.contains("c.ics: line 4 and 11999 more: the component has no UID")),
        "{remarks:?}"
    );
}

#[test]
fn what_is_said_of_a_file_is_said_once() {
    let root = tempfile::tempdir().unwrap();
    let odd = calendar(
        "METHOD:PUBLISH\r\n",
        &[event("1", "a"), super::support::texts::component("VTODO", "UID:t")],
    );
    put(root.path(), "c.ics", odd);
    let source = source(root.path());
    overview(&*source);
    overview(&*source);
    let remarks = source.learned().remarks;
    let method = remarks.iter().filter(|line| line.contains("METHOD")).count();
    assert_eq!(method, 1, "{remarks:?}");
}
