//! Real `.msg` and TNEF files: each is read, or says why not.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

use omm_mapi::{Message, property::tag};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

fn shared(part: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/files").join(part);
    let mut found = Vec::new();
    match fs::read_dir(&root) {
        Ok(origins) => origins.for_each(|origin| {
            found.extend(fs::read_dir(origin.unwrap().path()).unwrap().map(|file| file.unwrap().path()));
        }),
        Err(_) => println!("skipped: no shared data"),
    }
    found
}

/// Recipients, attachments, their bytes, messages inside: all of it can be read.
fn counts(message: &dyn Message) -> [u64; 4] {
    let mut counts = [message.recipients().unwrap().len() as u64, 0, 0, 0];
    for attachment in message.attachments().unwrap() {
        counts[1] += 1;
        if let Some(mut data) = attachment.data().unwrap() {
            counts[2] += data.read_to_end(&mut Vec::new()).unwrap() as u64;
        }
        if let Some(inner) = attachment.message().unwrap() {
            counts[3] += 1;
            counts.iter_mut().zip(self::counts(&*inner)).for_each(|(sum, count)| *sum += count);
        }
    }
    counts
}

#[test]
fn real_messages() {
    let (mut opened, mut refused) = (0, Vec::new());
    let files = shared("msg");
    for path in &files {
        match omm_files::msg::open(fs::File::open(path).unwrap()) {
            Ok(message) => {
                opened += 1;
                assert!(message.properties().text(tag::MESSAGE_CLASS).is_some(), "{path:?}");
                counts(&message);
            }
            Err(error) => refused.push(error.to_string()),
        }
    }
    println!("{opened} messages, {refused:#?}");
    assert!(files.is_empty() || opened == 87, "{opened} {refused:?}");
}

#[test]
fn real_streams() {
    let files = shared("tnef");
    let mut opened = 0;
    for path in &files {
        if let Ok(tnef) = omm_files::tnef::read(&fs::read(path).unwrap(), None) {
            opened += 1;
            counts(&tnef.message);
        }
    }
    assert!(files.is_empty() || opened == 15, "{opened}");
}

#[test]
fn what_is_no_message_says_so() {
    let error = |bytes: Vec<u8>| omm_files::msg::open(std::io::Cursor::new(bytes)).err().unwrap().to_string();
    assert_eq!(error(b"From: a".to_vec()), "not a compound file");
    let mut word = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    word.create_stream("/WordDocument").unwrap();
    word.flush().unwrap();
    assert_eq!(
        error(word.into_inner().into_inner()),
        "a compound file, but not a message: perhaps a Word document"
    );
    assert_eq!(
        omm_files::tnef::read(b"MZ", None).err().unwrap().to_string(),
        "not TNEF: the signature is missing"
    );
}
