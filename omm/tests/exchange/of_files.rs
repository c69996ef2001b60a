//! Calendars and address books of other programs, to Exchange and back.

use crate::{
    mailbox::{Mailbox, dir, files, migrate},
    read_back, samples,
    tree::{self, Tree},
    world::World,
};
use std::fs;

/// Kills: what a converter of either direction forgets; a series that is shifted, too short or too long.
#[test]
fn calendars_and_address_books_go_to_exchange_and_come_back() {
    let root = tempfile::tempdir().expect("a folder");
    let (source, before, after) =
        (root.path().join("source"), root.path().join("before"), root.path().join("after"));
    fs::create_dir(&source).expect("a folder");
    fs::write(source.join("Calendar.ics"), samples::calendar()).expect("a file");
    fs::write(source.join("People.vcf"), samples::people()).expect("a file");
    let (world, mailbox) = (World::new(), Mailbox::new());
    migrate(&world, &files(&source), &dir(&before));
    let report = migrate(&world, &files(&source), &mailbox.spec());
    println!("{report}");
    read_back::agrees(&before, &mailbox);
    migrate(&world, &mailbox.spec(), &dir(&after));
    read_back::agrees(&after, &mailbox);
    tree::same(&Tree::read(&before), &Tree::read(&after), ALLOWED);
    mailbox.has_sent_nothing();
}

/// Lines that differ.
const ALLOWED: &[tree::Allowed] = &[
    // Rules that Exchange has no pattern for: exchangelib has seen that the days are the same.
    ("and one beside it", "RDATE"),
    ("and one beside it", "DT"),
    ("and one beside it", "UID"),
    ("the 1st and the 15th", "RRULE"),
    ("the 1st and the 15th", "DT"),
    ("the 1st and the 15th", "UID"),
    ("the 31st alone", "RRULE"),
    ("the 31st alone", "EXDATE"),
    ("Friday the 13th", "RRULE"),
    ("Friday the 13th", "EXDATE"),
    // A pattern names the day that a rule leaves to its start.
    ("every year", "RRULE"),
    // The name of rules of their own has a number, by which they are told from others of that name.
    ("By rules of its own", "DT"),
    ("Another day in UTC", "DT"),
    ("An old name of a zone", "DT"),
    ("An old name of a zone", "EXDATE"),
    // Each is an appointment of its own.
    ("Invited", "UID"),
    ("Invited", "RECURRENCE-ID"),
    ("Über\\, alles\\; \\\\ 漢字", "ATTACH"),
    // The text of the alarm is the subject.
    ("Über\\, alles\\; \\\\ 漢字", "DESCRIPTION"),
    // The server says what its owner is called.
    ("Über\\, alles\\; \\\\ 漢字", "ORGANIZER"),
    ("Acme", "N:"),
    ("Acme", "KIND:org"),
    // Whether a mail address is that of the office is not kept; the first is the preferred one.
    ("Dr. Jane Q. Miller", "EMAIL"),
    ("Dr. Jane Q. Miller", "TEL;TYPE=cell"),
];
