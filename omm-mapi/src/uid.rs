//! What names an item that no calendar and no address book gave a UID: derived, so that the same item has the same name in
//! every run, and no other item has it.

use crate::property::{Named, Properties, Value, named, tag};
use omm_core::model::Digest;

/// PidTagStartDate, PidTagEndDate.
const START_DATE: u16 = 0x0060;
const END_DATE: u16 = 0x0061;
/// PidTagRecordKey.
const RECORD_KEY: u16 = 0x0FF9;
/// PidTagEntryId.
const ENTRY_ID: u16 = 0x0FFF;
/// PidTagLastModifierName, PidTagLastModifierEntryId, PidTagChangeKey, PidTagPredecessorChangeList: they move with every
/// change.
const MOVING: [u16; 4] = [0x3FFA, 0x3FFB, 0x65E2, 0x65E3];
/// When an item begins and ends, whatever it is.
const TIMES: [Named; 10] = [
    Named::Id(named::PSETID_APPOINTMENT, 0x820D),
    Named::Id(named::PSETID_APPOINTMENT, 0x820E),
    Named::Id(named::PSETID_COMMON, 0x8516),
    Named::Id(named::PSETID_COMMON, 0x8517),
    Named::Id(named::PSETID_TASK, 0x8104),
    Named::Id(named::PSETID_TASK, 0x8105),
    Named::Id(named::PSETID_LOG, 0x8706),
    Named::Id(named::PSETID_LOG, 0x8708),
    Named::Id(named::PSETID_ADDRESS, 0x80DE),
    Named::Id(named::PSETID_ADDRESS, 0x80DF),
];

/// The key of an item: PidTagSearchKey, which stays the same across exports of a mailbox, else the entry's own keys. One of
/// zeros names nothing.
pub(crate) fn key(properties: &Properties) -> Option<&[u8]> {
    let mut keys = [tag::SEARCH_KEY, RECORD_KEY, ENTRY_ID].into_iter().filter_map(|id| properties.binary(id));
    keys.find(|key| key.iter().any(|byte| *byte != 0))
}

/// What an item without a key is known by: its texts and bytes, when it was made, when it begins and ends; not when it was
/// changed.
pub(crate) fn digest(properties: &Properties) -> Digest {
    let mut seed = b"omm item\0".to_vec();
    // Ids of names differ from file to file, and with them the order.
    let (standard, mut own): (Vec<_>, Vec<_>) = properties
        .iter()
        .filter(|(id, _)| !MOVING.contains(id))
        .map(|(id, value)| (id, content(value)))
        .filter(|(_, content)| !content.is_empty())
        .partition(|(id, _)| *id < 0x8000);
    own.sort_by(|one, two| one.1.cmp(&two.1));
    for (id, content) in &standard {
        seed.extend_from_slice(&id.to_le_bytes());
        part(content, &mut seed);
    }
    own.iter().for_each(|(_, content)| part(content, &mut seed));
    let times = [tag::CREATION_TIME, START_DATE, END_DATE].into_iter().map(|id| properties.time(id));
    for time in times.chain(TIMES.iter().map(|name| properties.named_time(name))) {
        seed.extend_from_slice(&time.map_or(i64::MIN, |time| time.timestamp_micros()).to_le_bytes());
    }
    Digest::of(&seed)
}

/// A `urn:uuid:` of version 8 (RFC 9562 §5.8), made of the key or the digest.
pub(crate) fn urn(properties: &Properties) -> String {
    match key(properties) {
        Some(key) => urn_of_key(key),
        None => uuid(digest(properties)),
    }
}

/// The same of an item of which the key alone is at hand: an item has one name, whichever way it is read.
pub fn urn_of_key(key: &[u8]) -> String {
    uuid(Digest::of(&[&b"omm item\0"[..], key].concat()))
}

fn uuid(digest: Digest) -> String {
    let mut uuid = [0; 16];
    // The first byte is the version of the digest.
    uuid.iter_mut().zip(digest.to_bytes().iter().skip(1)).for_each(|(into, from)| *into = *from);
    uuid[6] = uuid[6] & 0x0F | 0x80;
    uuid[8] = uuid[8] & 0x3F | 0x80;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let [first, second, third, fourth, fifth] =
        [0..4, 4..6, 6..8, 8..10, 10..16].map(|range| hex(&uuid[range]));
    format!("urn:uuid:{first}-{second}-{third}-{fourth}-{fifth}")
}

/// The bytes of texts and bytes; numbers and times say how an item is, not which it is.
fn content(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.clone().into_bytes(),
        Value::String8(bytes) | Value::Binary(bytes) => bytes.clone(),
        Value::Multiple(values) => {
            let mut all = Vec::new();
            values.iter().for_each(|value| part(&content(value), &mut all));
            all
        }
        _ => Vec::new(),
    }
}

/// With its length before it, so that no two lists of parts are the same bytes.
fn part(bytes: &[u8], seed: &mut Vec<u8>) {
    seed.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    seed.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_item_has_the_same_uid() {
        let with = |id, bytes: &[u8]| {
            let mut properties = Properties::default();
            properties.insert(id, Value::Binary(bytes.to_vec()));
            urn(&properties)
        };
        let one = with(tag::SEARCH_KEY, b"1");
        assert_eq!(one, with(tag::SEARCH_KEY, b"1"));
        assert_ne!(one, with(tag::SEARCH_KEY, b"2"));
        assert_ne!(with(0x3A00, b"1"), with(0x3A00, b"2"));
        let digits = one.strip_prefix("urn:uuid:").unwrap();
        assert_eq!((digits.len(), &digits[14..15]), (36, "8"));
        assert!(matches!(&digits[19..20], "8" | "9" | "a" | "b"));
    }

    #[test]
    fn ids_of_names_differ_from_file_to_file() {
        let with = |first: u16, second: u16| {
            let mut properties = Properties::default();
            properties.insert(first, Value::Binary(b"1".to_vec()));
            properties.insert(second, Value::String("2".to_owned()));
            urn(&properties)
        };
        assert_eq!(with(0x8001, 0x8002), with(0x8007, 0x8003));
        assert_ne!(with(0x3A00, 0x3A01), with(0x3A01, 0x3A00));
    }
}
