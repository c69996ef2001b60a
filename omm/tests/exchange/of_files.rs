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
    tree::same(&Tree::read(&before), &Tree::read(&after), ALLOWED);
    mailbox.has_sent_nothing();
}

/// Lines that differ.
const ALLOWED: &[tree::Allowed] = &[];
