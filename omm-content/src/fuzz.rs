//! What the fuzz targets hold.

use crate::{
    calendar, card, join,
    read::{ics, vcf},
};
use bytes::Bytes;
use std::io;

/// However broken a file is: no panic, and what is written reads back as itself.
pub fn ics(data: &[u8]) {
    let items = ics_items(data);
    let mut joined = join::Ics::new(Vec::new());
    for item in &items {
        assert_eq!(ics_items(item), std::slice::from_ref(item), "{}", String::from_utf8_lossy(item));
        joined.add(item).expect("bytes in memory do not fail");
    }
    ics_items(&joined.finish().expect("bytes in memory do not fail"));
}

/// However broken a file is: no panic, and what is written reads back as itself.
pub fn vcf(data: &[u8]) {
    for options in [vcf::Options { vcard_3: false }, vcf::Options { vcard_3: true }] {
        for card in vcf_items(data, options) {
            assert_eq!(
                vcf_items(&card, options),
                std::slice::from_ref(&card),
                "{}",
                String::from_utf8_lossy(&card)
            );
        }
    }
}

/// However broken an item is: no panic, and what is written of it can be read.
pub fn calendar_read(data: &[u8]) {
    let Ok(read) = calendar::read(Bytes::copy_from_slice(data)) else { return };
    read.losses.iter().for_each(|loss| drop(loss.to_string()));
    let text = match read.item {
        calendar::read::Item::Event(event) => read.document.event(*event),
        calendar::read::Item::Task(task) => read.document.task(*task),
        calendar::read::Item::Note(note) => note.write(),
    };
    let text = text.into_bytes().expect("bytes in memory do not fail");
    let again = calendar::read(text.clone());
    assert!(again.is_ok(), "{}", String::from_utf8_lossy(&text));
}

/// However broken a card is: no panic, and what is written of it can be read.
pub fn card_read(data: &[u8]) {
    let Ok(read) = card::read(Bytes::copy_from_slice(data)) else { return };
    read.losses.iter().for_each(|loss| drop(loss.to_string()));
    for version in [card::Version::V3, card::Version::V4] {
        let text = match &read.card {
            card::read::Card::Contact(contact) => {
                let photo = read.photo.as_ref().map(card::read::File::inline);
                let files = read.files.iter().map(card::read::File::inline).collect();
                contact.write(version, photo, files).into_bytes().expect("bytes in memory do not fail")
            }
            card::read::Card::Group(group) => group.write(version).into_bytes(),
        };
        let again = card::read(text.clone());
        assert!(again.is_ok(), "{}", String::from_utf8_lossy(&text));
    }
}

fn ics_items(data: &[u8]) -> Vec<Vec<u8>> {
    let index = ics::Index::of(data).expect("bytes in memory do not fail");
    index
        .entries()
        .iter()
        .map(|entry| {
            index.render(entry, &mut |at, bytes| range(data, at, bytes)).expect("bytes in memory do not fail")
        })
        .collect()
}

fn vcf_items(data: &[u8], options: vcf::Options) -> Vec<Vec<u8>> {
    let index = vcf::Index::of(data).expect("bytes in memory do not fail");
    let render = |entry| {
        index
            .render(entry, options, &mut |at, bytes| range(data, at, bytes))
            .expect("bytes in memory do not fail")
    };
    index.entries().iter().map(render).collect()
}

fn range(data: &[u8], at: u64, bytes: u64) -> io::Result<Vec<u8>> {
    Ok(data[at as usize..(at + bytes) as usize].to_vec())
}
