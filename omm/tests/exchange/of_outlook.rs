//! An Outlook data file with everything in it, to Exchange and back.

use crate::{
    mailbox::{Mailbox, dir, files, migrate},
    read_back,
    tree::{self, Tree},
    world::World,
};
use omm_testkit::pst::{Format, PstBuilder, filled};
use std::{fs::File, path::Path};

pub(crate) fn data_file(path: &Path) {
    let mut pst =
        PstBuilder::new(Format::Unicode).start(File::create(path).expect("a file")).expect("a file");
    filled::everything(&mut pst, 0).expect("written");
    pst.finish().expect("an end");
}

/// Kills: whatever a converter of either direction forgets.
#[test]
fn everything_goes_to_exchange_and_comes_back() {
    let root = tempfile::tempdir().expect("a folder");
    let (pst, before, after) =
        (root.path().join("old.pst"), root.path().join("before"), root.path().join("after"));
    data_file(&pst);
    let (world, mailbox) = (World::new(), Mailbox::new());
    migrate(&world, &files(&pst), &dir(&before));
    let report = migrate(&world, &files(&pst), &mailbox.spec());
    println!("{report}");
    let before_tree = Tree::read(&before);
    assert!(before_tree.items.len() > 40, "{}", before_tree.items.len());
    read_back::agrees(&before, &mailbox);
    migrate(&world, &mailbox.spec(), &dir(&after));
    read_back::agrees(&after, &mailbox);
    tree::same(&before_tree, &Tree::read(&after), ALLOWED);
    mailbox.has_sent_nothing();
}

/// Lines that differ.
const ALLOWED: &[tree::Allowed] = &[
    // How an address is printed is made of its parts: exchangelib has seen them.
    ("Dr. Ana Maria Sample Jr.", "ADR"),
    // Her own meeting: whose mailbox it is now, organizes it.
    ("Planning", "ORGANIZER"),
    // Exchange says who owns a task; a task's series has no occurrences that are left out.
    ("Write the report", "X-OMM-TASK-OWNER"),
    ("Weekly with exceptions", "EXDATE"),
    // An entry of the journal is a note.
    ("Call with Ana", "DTSTART"),
    ("Call with Ana", "CONTACT"),
    ("Call with Ana", "X-COMPANY"),
    ("Call with Ana", "X-DURATION"),
    ("Call with Ana", "X-ENTRY-TYPE"),
];
