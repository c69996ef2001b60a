//! Recorded answers of real servers are read: what they say comes out, and none makes a reader panic.

use crate::xml::{Element, Limits, read};
use std::path::{Path, PathBuf};

/// Where the samples are, if they are on this machine.
fn samples() -> Option<PathBuf> {
    let named = std::env::var_os("OMM_SHARED_DATA").map(PathBuf::from);
    let root = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"));
    Some(root.join("ews")).filter(|root| root.is_dir())
}

fn answers() -> Vec<(String, Element)> {
    let Some(root) = samples() else {
        eprintln!("skipped: no shared data");
        return Vec::new();
    };
    let limits = Limits { bytes: 16 << 20, depth: 64, elements: 200_000 };
    let mut found = Vec::new();
    for folder in std::fs::read_dir(root).expect("a folder").flatten().filter(|entry| entry.path().is_dir()) {
        for file in std::fs::read_dir(folder.path()).expect("a folder").flatten() {
            let bytes = std::fs::read(file.path()).expect("a file");
            if let Ok(root) = read(&bytes, limits) {
                found.push((file.file_name().to_string_lossy().into_owned(), root));
            }
        }
    }
    found
}

/// Items of this kind, wherever they lie.
fn items<'a>(name: &str, element: &'a Element, into: &mut Vec<&'a Element>) {
    if element.name == name && element.child("ItemId").is_some() {
        into.push(element);
    }
    element.children.iter().for_each(|child| items(name, child, into));
}

#[test]
fn every_element_of_every_answer_is_read_as_every_kind() {
    for (name, answer) in answers() {
        super::read_as_every_kind(&answer);
        println!("{name}");
    }
}

#[test]
fn contacts_say_what_was_recorded() {
    let answers = answers();
    let Some((_, answer)) = answers.iter().find(|(name, _)| name.contains("getitem-operation-contact"))
    else {
        return;
    };
    let mut found = Vec::new();
    items("Contact", answer, &mut found);
    let mut losses = Vec::new();
    let contact = super::contact(found.first().expect("a contact"), &mut losses);
    assert_eq!((contact.display_name.as_str(), contact.initials.as_str()), ("Tanja Plate", "T.P."));
    assert_eq!((contact.emails.len(), contact.phones[0].number.as_str()), (2, "5625550199"));
    let address = &contact.addresses[0];
    assert_eq!((address.city.as_str(), address.country.as_str(), losses.len()), ("Whittier", "USA", 0));
}

#[test]
fn messages_say_what_was_recorded() {
    let answers = answers();
    let mut messages = Vec::new();
    answers.iter().for_each(|(_, answer)| items("Message", answer, &mut messages));
    let mails: Vec<_> = messages.into_iter().map(super::mail).collect();
    assert!(
        answers.is_empty() || mails.iter().any(|mail| mail.received.is_some()),
        "some say when they came"
    );
    assert!(answers.is_empty() || mails.iter().any(|mail| !mail.flags.is_empty()), "some are read");
}
