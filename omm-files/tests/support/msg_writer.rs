//! Writes `.msg` files ([MS-OXMSG]) with `cfb`. Without the streams that find an id by its name (§2.2.3.2): the readers
//! here go by the other way.

#![allow(dead_code, unreachable_pub)]

use super::mapi::{Content, Item, OBJECT, Property, STRING, STRING8};
use omm_mapi::property::{
    Named,
    named::{PS_MAPI, PS_PUBLIC_STRINGS},
};
use std::io::{Cursor, Write};

type File = cfb::CompoundFile<Cursor<Vec<u8>>>;

/// The file of an item.
pub fn write(item: &Item) -> Vec<u8> {
    let mut file = File::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    let mut names = Names::default();
    message(&mut file, "", item, true, &mut names);
    names.write(&mut file);
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn message(file: &mut File, storage: &str, item: &Item, is_file: bool, names: &mut Names) {
    let (recipients, files) = (item.recipients.len() as u32, item.files.len() as u32);
    // [MS-OXMSG] §2.4.1.1, §2.4.1.2: reserved, the next ids, the counts, and reserved again in the file's own.
    let mut header = vec![0; 8];
    [recipients, files, recipients, files].iter().for_each(|n| header.extend(n.to_le_bytes()));
    header.resize(if is_file { 32 } else { 24 }, 0);
    properties(file, storage, header, &item.properties, &[], names);
    for (at, recipient) in item.recipients.iter().enumerate() {
        let part = format!("{storage}/__recip_version1.0_#{at:08X}");
        file.create_storage(&part).unwrap();
        properties(file, &part, vec![0; 8], recipient, &[], names);
    }
    for (at, attached) in item.files.iter().enumerate() {
        let part = format!("{storage}/__attach_version1.0_#{at:08X}");
        file.create_storage(&part).unwrap();
        let object = format!("{part}/__substg1.0_3701000D");
        let mut more = vec![Property::number(0x0E21, at as i32)];
        let mut objects = Vec::new();
        match &attached.content {
            Content::Bytes(bytes) => more.push(Property::binary(0x3701, bytes)),
            Content::Message(inner) => {
                objects.push(1);
                file.create_storage(&object).unwrap();
                message(file, &object, inner, false, names);
            }
            Content::Storage(streams) => {
                objects.push(4);
                file.create_storage(&object).unwrap();
                streams.iter().for_each(|(name, bytes)| deep(file, &object, name, bytes));
            }
        }
        more.extend(attached.properties.iter().cloned());
        properties(file, &part, vec![0; 8], &more, &objects, names);
    }
}

/// The property stream and the streams of what does not fit into it. `objects`: what 0x3701 is, if it is a storage.
fn properties(
    file: &mut File,
    storage: &str,
    mut entries: Vec<u8>,
    all: &[Property],
    objects: &[u32],
    names: &mut Names,
) {
    for property in all {
        let id = names.id(property);
        let tag = u32::from(id) << 16 | u32::from(property.full_kind());
        let own = format!("{storage}/__substg1.0_{tag:08X}");
        let value: [u8; 8] = match (property.is_multiple, property.width()) {
            (false, Some(width)) if width <= 8 => {
                let mut value = [0; 8];
                value[..width].copy_from_slice(&property.values[0]);
                value
            }
            (true, Some(_)) => {
                let bytes = property.values.concat();
                stream(file, &own, &bytes);
                sized(bytes.len())
            }
            (false, _) => {
                stream(file, &own, &property.values[0]);
                // [MS-OXMSG] §2.4.2.2: with the NUL that the stream does not have.
                sized(property.values[0].len() + nul(property.kind))
            }
            (true, None) => {
                let wide = property.kind == super::mapi::BINARY;
                let mut lengths = Vec::new();
                for (at, value) in property.values.iter().enumerate() {
                    let mut bytes = value.clone();
                    bytes.resize(value.len() + nul(property.kind), 0);
                    stream(file, &format!("{own}-{at:08X}"), &bytes);
                    lengths.extend((bytes.len() as u32).to_le_bytes());
                    if wide {
                        lengths.extend([0; 4]);
                    }
                }
                stream(file, &own, &lengths);
                sized(lengths.len())
            }
        };
        entry(&mut entries, tag, value);
    }
    for what in objects {
        let mut value = [0xFF; 8];
        value[4..].copy_from_slice(&what.to_le_bytes());
        entry(&mut entries, 0x3701 << 16 | u32::from(OBJECT), value);
    }
    stream(file, &format!("{storage}/__properties_version1.0"), &entries);
}

fn entry(entries: &mut Vec<u8>, tag: u32, value: [u8; 8]) {
    entries.extend(tag.to_le_bytes());
    // Readable and writable.
    entries.extend(6u32.to_le_bytes());
    entries.extend(value);
}

fn sized(bytes: usize) -> [u8; 8] {
    (bytes as u64).to_le_bytes()
}

fn nul(kind: u16) -> usize {
    match kind {
        STRING => 2,
        STRING8 => 1,
        _ => 0,
    }
}

fn stream(file: &mut File, path: &str, bytes: &[u8]) {
    file.create_stream(path).unwrap().write_all(bytes).unwrap();
}

/// The ids of named properties ([MS-OXMSG] §2.2.3), for all messages of the file.
#[derive(Default)]
struct Names(Vec<Named>);

impl Names {
    fn id(&mut self, property: &Property) -> u16 {
        let Some(name) = &property.name else { return property.id };
        let known = self.0.iter().position(|known| known == name);
        let at = known.unwrap_or_else(|| {
            self.0.push(name.clone());
            self.0.len() - 1
        });
        0x8000 + at as u16
    }

    fn write(&self, file: &mut File) {
        let (mut guids, mut entries, mut strings) = (Vec::new(), Vec::new(), Vec::new());
        for (at, name) in self.0.iter().enumerate() {
            let (Named::Id(set, _) | Named::Text(set, _)) = name;
            let set = match *set {
                PS_MAPI => 1,
                PS_PUBLIC_STRINGS => 2,
                other => match guids.chunks(16).position(|known| known == other.0) {
                    Some(known) => known + 3,
                    None => {
                        guids.extend(other.0);
                        guids.len() / 16 + 2
                    }
                },
            };
            let (number, is_text) = match name {
                Named::Id(_, number) => (*number, 0),
                Named::Text(_, word) => {
                    let (offset, word) = (strings.len() as u32, super::mapi::utf16(word));
                    strings.extend((word.len() as u32).to_le_bytes());
                    strings.extend(&word);
                    // [MS-OXMSG] §2.2.3.1.3.1: each begins at a multiple of four.
                    strings.resize(strings.len().next_multiple_of(4), 0);
                    (offset, 1)
                }
            };
            entries.extend(number.to_le_bytes());
            entries.extend(((set as u16) << 1 | is_text).to_le_bytes());
            entries.extend((at as u16).to_le_bytes());
        }
        file.create_storage("/__nameid_version1.0").unwrap();
        for (id, bytes) in [("0002", &guids), ("0003", &entries), ("0004", &strings)] {
            stream(file, &format!("/__nameid_version1.0/__substg1.0_{id}0102"), bytes);
        }
    }
}

/// A compound file with these streams: an object of another program.
pub fn storage(streams: &[(&'static str, Vec<u8>)]) -> Vec<u8> {
    let mut file = File::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    streams.iter().for_each(|(name, bytes)| deep(&mut file, "", name, bytes));
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// A stream, perhaps within storages of its own: `Sub/Contents`.
fn deep(file: &mut File, storage: &str, name: &str, bytes: &[u8]) {
    let path = format!("{storage}/{name}");
    if let Some((above, _)) = path.rsplit_once('/').filter(|_| name.contains('/')) {
        file.create_storage_all(above).unwrap();
    }
    stream(file, &path, bytes);
}
