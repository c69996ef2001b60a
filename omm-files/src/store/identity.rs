//! What an item is called, in this file and in another export of the same mailbox.

use omm_mapi::property::{Properties, Value, tag};

/// The first half of an id; items of one folder with the same one are told apart by a number.
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

/// The id of the item with this key and number.
pub(super) fn id(key: &Key, number: u32) -> String {
    let hex = u128::from_be_bytes(*key);
    if number == 0 { format!("{hex:032x}") } else { format!("{hex:032x}.{number}") }
}

/// The key and number of an id.
pub(super) fn parse(id: &str) -> Option<(Key, u32)> {
    let (key, number) = id.split_once('.').unwrap_or((id, "0"));
    let key = u128::from_str_radix(key, 16).ok().filter(|_| key.len() == 32)?;
    Some((key.to_be_bytes(), number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn ids_come_back() {
        let key = [7; 16];
        for number in [0, 1, 12] {
            assert_eq!(parse(&id(&key, number)), Some((key, number)));
        }
        for bad in ["", "7", "x.1", "associated:1", &"0".repeat(33)] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
