//! Which folders a directory of such files has.

use crate::support::{
    mapi::{Item, Property},
    msg_writer,
    texts::{calendar, card, component, event, item},
    tnef_writer, *,
};
use std::path::Path;

fn mail(subject: &str) -> Item {
    Item::of("IPM.Note", vec![Property::text(0x0037, subject), Property::text(0x1000, "Hello")])
}

fn outlook_card() -> Item {
    Item::of("IPM.Contact", vec![Property::text(0x3001, "Zoë"), Property::text(0x0037, "Zoë")])
}

fn everything(root: &Path) {
    let mixed = [
        event("e1", "Kick-off"),
        component("VTODO", "UID:t1\r\nSUMMARY:Tidy up"),
        event("e2", "Review"),
        component("VJOURNAL", "UID:j1\r\nSUMMARY:Minutes"),
    ];
    put(root, "all/Work.ics", calendar("X-WR-CALNAME:Büro\\, Nord\r\n", &mixed));
    put(root, "all/dentist.ics", calendar("", &[event("d1", "Dentist")]));
    put(root, "all/zoe.vcf", card("z", "Zoë"));
    put(root, "all/book.vcf", ["a", "b", "c"].map(|uid| card(uid, uid)).concat());
    put(
        root,
        "all/people.csv",
        "First Name,Last Name,E-mail Address\r\nAnna,B,a@example.org\r\nCarl,D,c@example.org\r\n",
    );
    put(root, "all/memo.msg", msg_writer::write(&mail("Memo")));
    put(root, "all/card.msg", msg_writer::write(&outlook_card()));
    put(
        root,
        "all/winmail.dat",
        tnef_writer::write(&Item::of("IPM.Task", vec![Property::text(0x0037, "Do")])),
    );
    let mark = "From a Thu Jan  1 00:00:01 1970\n";
    put(root, "all/old.mbox", format!("{mark}A: 1\n\n{mark}A: 2\n"));
    put(root, "all/1.eml", "A: 1\n");
    put(root, "all/.hidden.ics", calendar("", &[event("h", "Hidden")]));
    put(root, "all/Thumbs.db", "x");
}

#[test]
fn a_directory_of_everything() {
    let root = tempfile::tempdir().unwrap();
    everything(root.path());
    let source = source(root.path());
    let row = |path: &str, kind, items| (path.to_owned(), kind, items);
    assert_eq!(
        overview(&*source),
        [
            row("all", "mail", 2),
            row("all (contacts)", "contacts", 2),
            row("all (calendars)", "calendars", 1),
            row("all (tasks)", "tasks", 1),
            row("all/Büro, Nord", "calendars", 2),
            row("all/Büro, Nord (tasks)", "tasks", 1),
            row("all/Büro, Nord (notes)", "notes", 1),
            row("all/book", "contacts", 3),
            row("all/old", "mail", 2),
            row("all/people", "contacts", 2),
        ]
    );
    assert_eq!(
        items(&*source, "all/Büro, Nord"),
        [("e1".to_owned(), item(&event("e1", "Kick-off"))), ("e2".to_owned(), item(&event("e2", "Review")))]
    );
    assert_eq!(items(&*source, "all/book")[1], ("b".to_owned(), card("b", "b")));
    let dentist = item(&event("d1", "Dentist"));
    assert_eq!(items(&*source, "all (calendars)"), [("dentist.ics".to_owned(), dentist)]);
    let people = items(&*source, "all (contacts)");
    assert!(people[0].0 == "card.msg" && people[0].1.contains("\r\nFN:Zoë\r\n"), "{people:?}");
    assert_eq!(people[1], ("zoe.vcf".to_owned(), card("z", "Zoë")));
    let table = items(&*source, "all/people");
    assert!(table[0].1.contains("a@example.org") && table[1].1.contains("c@example.org"), "{table:?}");
    let task = items(&*source, "all (tasks)");
    assert!(
        task[0].1.contains("\r\nBEGIN:VTODO\r\n") && task[0].1.contains("\r\nSUMMARY:Do\r\n"),
        "{task:?}"
    );
}

#[test]
fn folders_with_one_name_are_told_apart() {
    let root = tempfile::tempdir().unwrap();
    let named = |uid: &str| calendar("X-WR-CALNAME:Work\r\n", &[event(uid, "x")]);
    for at in 0..300 {
        put(root.path(), &format!("a/{at:03}.ics"), named(&format!("e{at}")));
    }
    put(root.path(), "a/Work (2)/1.eml", "A: 1\n");
    let source = source(root.path());
    let paths = paths(&*source);
    assert_eq!((paths.len(), &*paths[0], &*paths[1]), (301, "a/Work", "a/Work (2)"));
    assert_eq!((&*paths[299], &*paths[300]), ("a/Work (300)", "a/Work (2) (2)"));
    assert_eq!(items(&*source, "a/Work (17)")[0].0, "e16");
}

/// A directory keeps the dot in its name; only what mail programs append is taken off.
#[test]
fn endings_are_those_of_files() {
    let root = tempfile::tempdir().unwrap();
    for dir in ["v1.ics", "Old.mbox", "Sent.sbd", "x.CSV"] {
        put(root.path(), &format!("{dir}/1.eml"), "A: 1\n");
    }
    put(root.path(), "A.ICALENDAR", calendar("", &[event("1", "x"), event("2", "y")]));
    assert_eq!(paths(&*source(root.path())), ["A", "Old", "Sent", "v1.ics", "x.CSV"]);
}

#[test]
fn a_calendar_in_a_maildir_does_no_harm() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "cur/1:2,S", "A: 1\n");
    put(root.path(), "cur/2.ics", calendar("", &[event("in", "Mail by its place")]));
    put(root.path(), "invitation.ics", calendar("METHOD:REQUEST\r\n", &[event("i", "Lunch")]));
    put(root.path(), ".Sub/new/3", "A: 3\n");
    put(root.path(), ".Sub/team.ics", calendar("", &[event("1", "x"), event("2", "y")]));
    let source = source(root.path());
    let row = |path: &str, kind, items| (path.to_owned(), kind, items);
    assert_eq!(
        overview(&*source),
        [
            row("INBOX*", "mail", 2),
            row("INBOX (calendars)", "calendars", 1),
            row("Sub", "mail", 1),
            row("Sub/team", "calendars", 2),
        ]
    );
    assert_eq!(
        items(&*source, "INBOX (calendars)"),
        [("invitation.ics".to_owned(), item(&event("i", "Lunch")))]
    );
}

#[test]
fn what_only_looks_like_one_is_an_item_that_says_why_not() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "a/1.eml", "A: 1\n");
    put(root.path(), "a/letter.doc", msg_writer::storage(&[("WordDocument", vec![0; 5000])]));
    put(root.path(), "a/letter.msg", msg_writer::storage(&[("WordDocument", vec![0; 5000])]));
    put(root.path(), "a/list.csv", "Part;Price\r\n1;2\r\n");
    put(root.path(), "a/noise.ics", [0x8f, 0x01, 0x99, 0x7c].repeat(100));
    put(root.path(), "a/noise.vcf", "nothing of a card");
    put(root.path(), "a/half.msg", &msg_writer::write(&mail("x"))[..700]);
    put(root.path(), "a/none.ics", "");
    let source = source(root.path());
    let failures = |path| {
        let rows = items(&*source, path);
        rows.into_iter().map(|(id, text)| format!("{id}: {text}")).collect::<Vec<_>>().join("\n")
    };
    let mail = failures("a");
    for line in [
        "letter.doc: malformed: a document of another program, not a message",
        "letter.msg: malformed: a compound file, but not a message: perhaps a Word document",
        "list.csv: malformed: a table, but no column of it is known from contacts",
        "half.msg: malformed: a compound file that is damaged",
        "none.ics: malformed: the file is empty",
    ] {
        assert!(mail.contains(line), "{line}\n{mail}");
    }
    assert_eq!(failures("a (calendars)"), "noise.ics: malformed: no calendar begins in it");
    assert_eq!(failures("a (contacts)"), "noise.vcf: malformed: no card begins in it");
}

#[test]
fn an_empty_calendar_is_an_empty_folder() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Holidays.ics", calendar("", &[]));
    put(root.path(), "busy.ics", calendar("", &[component("VFREEBUSY", "UID:f")]));
    let source = source(root.path());
    let row = |path: &str| (path.to_owned(), "calendars", 0);
    assert_eq!(overview(&*source), [row("Holidays"), row("busy")]);
    let remarks = source.learned().remarks;
    assert!(remarks.iter().any(|line| line.contains("busy.ics: 1 left out: VFREEBUSY")), "{remarks:?}");
}

#[test]
#[cfg(unix)]
fn links_to_calendars_are_followed() {
    use std::os::unix::fs::symlink;
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    put(outside.path(), "far.ics", calendar("", &[event("1", "x"), event("2", "y")]));
    put(outside.path(), "one.vcf", card("o", "One"));
    put(root.path(), "a/1.eml", "A: 1\n");
    for name in ["far.ics", "one.vcf"] {
        symlink(outside.path().join(name), root.path().join("a").join(name)).unwrap();
    }
    symlink("nowhere.ics", root.path().join("a/broken.ics")).unwrap();
    let source = source(root.path());
    let row = |path: &str, kind, items| (path.to_owned(), kind, items);
    assert_eq!(
        overview(&*source),
        [row("a", "mail", 2), row("a (contacts)", "contacts", 1), row("a/far", "calendars", 2)]
    );
}
