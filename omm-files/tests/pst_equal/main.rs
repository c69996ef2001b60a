//! Items of all kinds with every field filled, written by the testkit, read as a source, and looked at with other people's
//! parsers: what was put in is found.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

mod dates;
mod fields;
mod mail;
#[path = "../support/mod.rs"]
mod support;
mod text;

use omm_core::model::ItemMeta;
use omm_testkit::pst::{Crypt, Format, Item, PstBuilder, filled};
use std::fs::File;
use support::{bytes, fetch, folder, list, source};

/// Every format and disguise.
const FILES: [(Format, Crypt); 6] = [
    (Format::Unicode, Crypt::None),
    (Format::Unicode, Crypt::Permute),
    (Format::Unicode, Crypt::Cyclic),
    (Format::Ansi, Crypt::None),
    (Format::Ansi, Crypt::Permute),
    (Format::Ansi, Crypt::Cyclic),
];

/// An item as it was put in, and what came out.
struct Pair {
    /// Of which file.
    file: String,
    item: Item,
    meta: ItemMeta,
    body: Vec<u8>,
}

impl Pair {
    fn class(&self) -> &str {
        self.item.text(0x001a).unwrap_or_default()
    }

    fn subject(&self) -> &str {
        self.item.text(0x0037).unwrap_or_default()
    }
}

/// Writes everything in a format, and reads it as a source.
fn pairs(format: Format, crypt: Crypt, large: usize) -> Vec<Pair> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("everything.pst");
    let mut pst = PstBuilder::new(format).crypt(crypt).start(File::create(&path).unwrap()).unwrap();
    let made = filled::everything(&mut pst, large).unwrap();
    pst.finish().unwrap();
    let source = source(&path);
    let mut pairs = Vec::new();
    let mut folders: Vec<&String> = made.items.iter().map(|(folder, ..)| folder).collect();
    folders.sort();
    folders.dedup();
    for name in folders {
        let shown = omm_core::model::FolderPath::new(name.split('\0')).to_string();
        let folder = folder(&*source, &shown);
        let items = made.items.iter().filter(|(of, ..)| of == name).map(|(_, item, _)| item);
        let metas: Vec<ItemMeta> =
            list(&*source, &folder).into_iter().filter(|meta| !meta.internal).collect();
        assert_eq!(items.clone().count(), metas.len(), "{name}");
        for (item, meta) in items.zip(metas) {
            let read = fetch(&*source, &folder, &meta.id).unwrap();
            let file = format!("{format:?} {crypt:?}");
            pairs.push(Pair { file, item: item.clone(), body: bytes(&read.body), meta });
        }
    }
    pairs
}
