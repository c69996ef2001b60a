//! What an item is called, in this file and in another export of the same mailbox.

use omm_mapi::property::{Properties, Value, tag};
use std::{collections::HashMap, fmt};

/// The first part of an id; items of one folder with the same one are twins.
pub(super) type Key = [u8; 16];

/// The properties that a key is made of.
pub(super) const MADE_OF: &[u16] = &[
    tag::MESSAGE_CLASS,
    tag::INTERNET_MESSAGE_ID,
    tag::SEARCH_KEY,
    tag::SUBJECT,
    tag::CLIENT_SUBMIT_TIME,
    tag::MESSAGE_DELIVERY_TIME,
    tag::CREATION_TIME,
];

/// Derives the key of an item from what stays with it through copies, moves and exports: PidTagSearchKey ([MS-OXCPRPT]
/// §2.2.1.9), with the Message-ID and the class, because copies made by a program may share the search key; without one,
/// from the Message-ID and what else it says of itself.
pub(super) fn key(properties: &Properties) -> Key {
    let mut hasher = blake3::Hasher::new();
    let mut add = |label: u8, bytes: &[u8]| {
        hasher.update(&[label]);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    let class = properties.text(tag::MESSAGE_CLASS).unwrap_or_default();
    add(0, class.as_bytes());
    add(1, properties.text(tag::INTERNET_MESSAGE_ID).unwrap_or_default().as_bytes());
    match properties.binary(tag::SEARCH_KEY).filter(|key| key.iter().any(|byte| *byte != 0)) {
        Some(search_key) => add(2, search_key),
        None => {
            add(3, properties.text(tag::SUBJECT).unwrap_or_default().as_bytes());
            for id in [tag::CLIENT_SUBMIT_TIME, tag::MESSAGE_DELIVERY_TIME, tag::CREATION_TIME] {
                add(4, &ticks(properties, id).to_le_bytes());
            }
        }
    }
    let mut key = [0; 16];
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    key
}

/// When an item was made: what tells twins apart, as far as anything does.
pub(super) fn born(properties: &Properties) -> u32 {
    let hash = blake3::hash(&ticks(properties, tag::CREATION_TIME).to_le_bytes());
    u32::from_le_bytes([hash.as_bytes()[0], hash.as_bytes()[1], hash.as_bytes()[2], hash.as_bytes()[3]])
}

/// What changes when an item is edited: when that was, and what a listing shows of it. Programs that give all their items
/// one search key and one time would else change places without a word.
pub(super) fn revision(properties: &Properties, modified: i64) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&modified.to_le_bytes());
    for id in [tag::CLIENT_SUBMIT_TIME, tag::MESSAGE_DELIVERY_TIME] {
        hasher.update(&ticks(properties, id).to_le_bytes());
    }
    hasher.update(properties.text(tag::SUBJECT).unwrap_or_default().as_bytes());
    let mut revision = [0; 8];
    revision.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_be_bytes(revision)
}

/// A time as it is stored; 0 for none.
fn ticks(properties: &Properties, id: u16) -> i64 {
    match properties.get(id) {
        Some(Value::Time(ticks)) => *ticks,
        _ => 0,
    }
}

/// What an item of a folder is called. Only twins need more than the key: when they were made, and if that is the same
/// too, a number. Thus one of two twins that goes does not give its name to the other one, whose copy would then be
/// taken for its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Name {
    key: Key,
    twin: Option<(u32, u32)>,
}

/// The names of all items of a folder, from their keys and the times when they were made.
pub(super) fn names(items: &[(Key, u32)]) -> Vec<Name> {
    let mut with_key: HashMap<&Key, u32> = HashMap::with_capacity(items.len());
    items.iter().for_each(|(key, _)| *with_key.entry(key).or_default() += 1);
    let mut numbers: HashMap<(&Key, u32), u32> = HashMap::new();
    let mut all = Vec::with_capacity(items.len());
    for (key, born) in items {
        let mut name = Name { key: *key, twin: None };
        if with_key.get(key).is_some_and(|count| *count > 1) {
            let number = numbers.entry((key, *born)).or_default();
            name.twin = Some((*born, *number));
            *number += 1;
        }
        all.push(name);
    }
    all
}

impl Name {
    /// The name behind an id.
    pub(super) fn parse(id: &str) -> Option<Self> {
        let (key, twin) = id.split_once('.').map_or((id, None), |(key, twin)| (key, Some(twin)));
        let key = u128::from_str_radix(key, 16).ok().filter(|_| key.len() == 32)?.to_be_bytes();
        let Some(twin) = twin else { return Some(Self { key, twin: None }) };
        let (born, number) = twin.split_once('.')?;
        Some(Self { key, twin: Some((u32::from_str_radix(born, 16).ok()?, number.parse().ok()?)) })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.key))?;
        match self.twin {
            Some((born, number)) => write!(f, ".{born:08x}.{number}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn item(search_key: Option<&[u8]>, message_id: &str, subject: &str) -> Properties {
        let mut properties = Properties::default();
        if let Some(search_key) = search_key {
            properties.insert(tag::SEARCH_KEY, Value::Binary(search_key.to_vec()));
        }
        properties.insert(tag::INTERNET_MESSAGE_ID, Value::String(message_id.into()));
        properties.insert(tag::SUBJECT, Value::String(subject.into()));
        properties
    }

    #[test]
    fn an_edited_item_keeps_its_key_and_others_have_another() {
        let one = key(&item(Some(b"k"), "<a>", "old"));
        assert_eq!(one, key(&item(Some(b"k"), "<a>", "new")));
        for other in [
            item(Some(b"l"), "<a>", "old"),
            item(Some(b"k"), "<b>", "old"),
            item(None, "<a>", "old"),
            item(None, "<a>", "new"),
        ] {
            assert_ne!(one, key(&other));
        }
    }

    #[test]
    fn a_twin_that_goes_does_not_give_its_name_to_the_other() {
        let (one, other) = ([1; 16], [2; 16]);
        let both = names(&[(one, 10), (other, 5), (one, 20), (one, 20)]);
        assert_eq!(both.iter().collect::<HashSet<_>>().len(), 4);
        assert_eq!(names(&[(other, 5)]), both[1..2], "who is alone needs no number");
        assert_eq!(names(&[(one, 20), (one, 20)]), both[2..], "the first twin went");
        assert!(!both.contains(&names(&[(one, 20)])[0]), "the last one is recognised by its content");
    }

    #[test]
    fn ids_come_back() {
        let key = [7; 16];
        for name in names(&[(key, 1), (key, 1), (key, 0xFFFF_FFFF), ([9; 16], 1)]) {
            assert_eq!(Name::parse(&name.to_string()), Some(name));
        }
        for bad in ["", "7", "x.1", "associated:1", &"0".repeat(33), &format!("{}.1", "0".repeat(32))] {
            assert_eq!(Name::parse(bad), None, "{bad}");
        }
    }
}
