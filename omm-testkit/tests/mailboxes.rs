//! Generated mailboxes: always the same, with the oddities they promise, and readable on disk.

use omm_core::model::ItemKind;
use omm_testkit::mailbox::{Mailbox, message, odd, odd_messages, write_eml, write_maildir, write_mbox};
use std::{collections::HashSet, fs, path::Path};

#[test]
fn a_seed_always_makes_the_same_mailbox() {
    let items = |mailbox: &Mailbox| -> Vec<_> {
        mailbox.folders.iter().flat_map(|folder| folder.items.clone()).collect()
    };
    assert_eq!(items(&odd(5, 100)), items(&odd(5, 100)));
    assert_ne!(items(&odd(5, 100)), items(&odd(6, 100)));
    // Golden: a change of the generator changes every sample and every figure taken with it.
    assert_eq!(format!("{:?}", message(1, 2).digest()), GOLDEN);
}

const GOLDEN: &str = "1:a8552780248ed287…";

#[test]
fn every_kind_and_every_oddity_is_there() {
    let mailbox = odd(1, 100_000);
    for kind in ItemKind::ALL {
        assert!(mailbox.folders.iter().any(|folder| folder.kind == kind), "{kind:?}");
    }
    let paths: HashSet<_> = mailbox.folders.iter().map(|folder| folder.path.clone()).collect();
    assert_eq!(paths.len(), mailbox.folders.len(), "a path twice");
    let folded: HashSet<_> = paths.iter().map(|path| path.to_string().to_lowercase()).collect();
    assert!(folded.len() < paths.len(), "no names that differ only in case");
    let digests: HashSet<_> = odd_messages().iter().map(|item| item.digest()).collect();
    assert_eq!(digests.len() + 1, odd_messages().len(), "one pair of twins");
    let largest = mailbox.folders.iter().flat_map(|folder| &folder.items).map(|item| item.bytes.len()).max();
    assert!(largest >= Some(100_000));
}

#[test]
fn it_can_be_written_in_three_forms() {
    let dir = tempfile::tempdir().expect("a folder");
    let mailbox = odd(1, 1000);
    let mail: usize = mailbox
        .folders
        .iter()
        .filter(|folder| folder.kind == ItemKind::Mail)
        .map(|folder| folder.items.len())
        .sum();
    write_maildir(&dir.path().join("maildir"), &mailbox).expect("a Maildir");
    write_eml(&dir.path().join("eml"), &mailbox).expect("files");
    write_mbox(&dir.path().join("mbox"), &mailbox).expect("an mbox");
    assert_eq!(files(&dir.path().join("maildir")), mail);
    assert_eq!(files(&dir.path().join("eml")), mail);
    let inbox = fs::read_to_string(dir.path().join("mbox/INBOX")).expect("an inbox");
    assert_eq!(inbox.matches("From sample@example.org").count(), 3);
}

fn files(dir: &Path) -> usize {
    let entries = fs::read_dir(dir).expect("a folder").flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}
