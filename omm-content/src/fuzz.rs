//! What the fuzz targets hold.

use crate::{
    join,
    read::{ics, vcf},
};
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
