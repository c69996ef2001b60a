//! The name-to-id map ([MS-PST] §2.4.7): which ids from 0x8000 on stand for which named properties.

use super::context::Context;
use super::integrity::crc;
use super::property::{Key, Set, Stored};
use std::collections::BTreeMap;

/// What Outlook uses ([MS-PST] §2.4.7.5).
const BUCKETS: u32 = 251;
const FIRST: u16 = 0x8000;

/// Names in the order of their first use.
pub(super) struct Names {
    ids: BTreeMap<Key, u16>,
    named: Vec<Key>,
}

impl Names {
    /// A map that has what every file of Outlook's has: some readers refuse one in which a list is empty.
    pub(super) fn new() -> Self {
        let mut names = Self { ids: BTreeMap::new(), named: Vec::new() };
        names.id(&Key::Number(Set::COMMON, 0x8503));
        names.id(&Key::Word(Set::PUBLIC_STRINGS, "Keywords".to_owned()));
        names
    }

    /// The id of a property in this file.
    pub(super) fn id(&mut self, key: &Key) -> u16 {
        if let Key::Id(id) = key {
            return *id;
        }
        *self.ids.entry(key.clone()).or_insert_with(|| {
            self.named.push(key.clone());
            FIRST + (self.named.len() as u16 - 1)
        })
    }

    /// The map as properties of its node.
    pub(super) fn context(&self) -> Context {
        let mut guids: Vec<Set> = Vec::new();
        let (mut entries, mut strings) = (Vec::new(), Vec::new());
        let mut buckets: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        for (index, key) in self.named.iter().enumerate() {
            let (set, name, hashed, is_word) = match key {
                Key::Id(_) => continue,
                Key::Number(set, number) => (*set, *number, *number, 0),
                Key::Word(set, word) => {
                    let text: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
                    let place = strings.len() as u32;
                    strings.extend_from_slice(&(text.len() as u32).to_le_bytes());
                    strings.extend_from_slice(&text);
                    strings.resize(strings.len().next_multiple_of(4), 0);
                    (*set, place, crc(&text), 1)
                }
            };
            let set_and_kind = (place_of(&mut guids, set) << 1) | is_word;
            let line = |name: u32| {
                let mut line = name.to_le_bytes().to_vec();
                line.extend_from_slice(&set_and_kind.to_le_bytes());
                line.extend_from_slice(&(index as u16).to_le_bytes());
                line
            };
            entries.extend(line(name));
            // [MS-PST] §2.4.7.5: in a bucket a word is told by its checksum.
            let bucket = (hashed ^ u32::from(set_and_kind)) % BUCKETS;
            buckets.entry(bucket).or_default().extend(line(hashed));
        }
        let guids: Vec<u8> = guids.iter().flat_map(|set| set.0).collect();
        let mut context = Context::default();
        context.set(1, (0x03, Stored::Inline(BUCKETS)));
        for (id, bytes) in [(2, guids), (3, entries), (4, strings)] {
            context.set(id, (0x102, Stored::Bytes(bytes)));
        }
        for (bucket, lines) in buckets {
            context.set(0x1000 + bucket as u16, (0x102, Stored::Bytes(lines)));
        }
        context
    }
}

/// `wGuid` of a set ([MS-PST] §2.4.7.1): two sets have numbers of their own, the others follow from 3.
fn place_of(guids: &mut Vec<Set>, set: Set) -> u16 {
    match set {
        Set::MAPI => 1,
        Set::PUBLIC_STRINGS => 2,
        _ => {
            let at = guids.iter().position(|known| *known == set).unwrap_or_else(|| {
                guids.push(set);
                guids.len() - 1
            });
            at as u16 + 3
        }
    }
}
