//! One file as the whole account.

use crate::support::{
    mapi::{Item, Property},
    msg_writer,
    texts::{calendar, card, component, event},
    tnef_writer, *,
};
use futures::executor::block_on;
use omm_core::{
    error::ErrorKind,
    model::ItemKind,
    seam::{AccountSpec, Connector},
};
use omm_files::FilesConnector;

#[test]
fn its_folders_are_what_the_account_is_for() {
    let task = component("VTODO", "UID:t\r\nSUMMARY:t");
    let note = component("VJOURNAL", "UID:j\r\nSUMMARY:j");
    let msg = |class: &str| msg_writer::write(&Item::of(class, vec![Property::text(0x0037, "x")]));
    let row = |path: &'static str, kind, items| (path, kind, items);
    for (name, bytes, folders) in [
        ("one.ics", calendar("", &[event("e", "x")]).into_bytes(), &[row("one*", "calendars", 1)][..]),
        (
            "three.ics",
            calendar("X-WR-CALNAME:Home\r\n", &[event("e", "x"), note, task.clone()]).into_bytes(),
            &[
                row("Home*", "calendars", 1),
                row("Home (tasks)*", "tasks", 1),
                row("Home (notes)*", "notes", 1),
            ],
        ),
        ("tasks.ics", calendar("", &[task]).into_bytes(), &[row("tasks*", "tasks", 1)]),
        ("empty.ics", calendar("", &[]).into_bytes(), &[row("empty*", "calendars", 0)]),
        ("one.vcf", card("a", "A").into_bytes(), &[row("one*", "contacts", 1)]),
        ("people", [card("a", "A"), card("b", "B")].concat().into_bytes(), &[row("people*", "contacts", 2)]),
        (
            "t.csv",
            b"First Name,E-mail Address\r\nAnna,a@example.org\r\n".to_vec(),
            &[row("t*", "contacts", 1)],
        ),
        ("none.csv", b"First Name,E-mail Address\r\n".to_vec(), &[row("none*", "contacts", 0)]),
        ("memo.msg", msg("IPM.Note"), &[row("memo", "mail", 1)]),
        ("zoe.msg", msg("IPM.Contact"), &[row("zoe*", "contacts", 1)]),
        ("day.oft", msg("IPM.Appointment"), &[row("day*", "calendars", 1)]),
        (
            "winmail.dat",
            tnef_writer::write(&Item::of("IPM.StickyNote", vec![])),
            &[row("winmail.dat*", "notes", 1)],
        ),
    ] {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), name, bytes);
        let found = overview(&*source(&root.path().join(name)));
        let found: Vec<_> = found.iter().map(|(path, kind, items)| (&**path, *kind, *items)).collect();
        assert_eq!(found, folders, "{name}");
    }
}

#[test]
fn what_is_none_is_refused_with_the_reason() {
    let root = tempfile::tempdir().unwrap();
    let noise = [0x8f, 0x01, 0x99, 0x7c].repeat(500);
    let whole = msg_writer::write(&Item::of("IPM.Note", vec![]));
    for (name, bytes, says) in [
        ("noise.ics", &noise[..], "no calendar begins in it"),
        ("noise.vcf", &noise, "no card begins in it"),
        ("noise.csv", &noise, "no column of it is known from contacts"),
        ("noise.msg", &noise, "binary"),
        ("noise.pst", &noise, "no Outlook data file"),
        ("cut.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPROD", "cut off before its first item"),
        ("prose.ics", b"see attachment", "no calendar begins in it"),
        ("zero.ics", b"", "empty"),
        ("zero.vcf", b"", "empty"),
        ("zero.csv", b"", "empty"),
        ("zero.msg", b"", "empty"),
        ("zero.ical", b"", "empty"),
        ("zip.ics", b"PK\x03\x04....", "unpack it first"),
    ] {
        put(root.path(), name, bytes);
        let error = try_source(&root.path().join(name)).err().unwrap_or_else(|| panic!("{name}"));
        assert_eq!(error.kind(), ErrorKind::Config, "{name}");
        assert!(error.to_string().contains(says) && error.to_string().contains(name), "{error}");
    }
    // A message that is cut off is one item, which says so.
    put(root.path(), "cut.msg", &whole[..700]);
    let cut = source(&root.path().join("cut.msg"));
    assert!(items(&*cut, "cut")[0].1.starts_with("malformed: "), "{:?}", items(&*cut, "cut"));
}

#[test]
fn options_choose_what_items_become() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "a/t.csv", "First Name,E-mail Address\r\nAnna,a@example.org\r\n");
    let class = Property::text8(0x001A, b"IPM.StickyNote");
    let said = |body: &[u8]| Item {
        properties: vec![class.clone(), Property::text8(0x1000, body)],
        ..Item::default()
    };
    put(root.path(), "a/note.msg", msg_writer::write(&said(b"\xcf\xf0\xe8\xe2\xe5\xf2")));
    let with = |options: &[(&str, &str)]| {
        let mut spec: AccountSpec = spec("files", root.path());
        spec.options = options.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        block_on(FilesConnector.source(&spec, &env())).map(Option::unwrap)
    };
    let plain = with(&[]).unwrap();
    assert!(items(&*plain, "a/t")[0].1.contains("VERSION:4.0"));
    assert_eq!(folder(&*plain, "a").kind, ItemKind::Note);
    let chosen = with(&[("vcard", "3.0"), ("notes", "mail"), ("code-page", "1251")]).unwrap();
    assert!(items(&*chosen, "a/t")[0].1.contains("VERSION:3.0"));
    let note = folder(&*chosen, "a");
    assert_eq!(note.kind, ItemKind::Mail);
    let text = &items(&*chosen, "a")[0].1;
    // "Привет" in UTF-8, in base64.
    assert!(
        text.contains("Привет") || text.contains("0J/RgNC40LLQtdGC") || text.contains("=D0=9F"),
        "{text}"
    );
    for (name, value) in [("vcard", "5"), ("notes", "memo"), ("code-page", "1"), ("code-page", "utf-8")] {
        let error = with(&[(name, value)]).err().unwrap();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains(name), "{error}");
    }
}
