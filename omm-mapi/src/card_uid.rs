//! What an item that has no UID of its own is called: derived, so that the same item has the same one in every run.

use crate::property::{Properties, Value, tag};
use omm_core::model::Digest;

/// PidTagRecordKey.
const RECORD_KEY: u16 = 0x0FF9;
/// PidTagEntryId.
const ENTRY_ID: u16 = 0x0FFF;

/// A `urn:uuid:` of version 8 (RFC 9562 §5.8): a digest of PidTagSearchKey, which stays the same across exports of a mailbox, else of
/// the entry's own keys, else of all its texts and bytes.
pub(crate) fn uid(properties: &Properties) -> String {
    let mut seed = b"omm item\0".to_vec();
    match [tag::SEARCH_KEY, RECORD_KEY, ENTRY_ID].into_iter().find_map(|id| properties.binary(id)) {
        Some(key) => seed.extend_from_slice(key),
        None => properties.iter().for_each(|(id, value)| content(id, value, &mut seed)),
    }
    let digest = Digest::of(&seed).to_bytes();
    let mut uuid = [0; 16];
    // The first byte is the version of the digest.
    uuid.iter_mut().zip(digest.iter().skip(1)).for_each(|(into, from)| *into = *from);
    uuid[6] = uuid[6] & 0x0F | 0x80;
    uuid[8] = uuid[8] & 0x3F | 0x80;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let [first, second, third, fourth, fifth] =
        [0..4, 4..6, 6..8, 8..10, 10..16].map(|range| hex(&uuid[range]));
    format!("urn:uuid:{first}-{second}-{third}-{fourth}-{fifth}")
}

/// Ids of names differ from file to file, so they are left out.
fn content(id: u16, value: &Value, seed: &mut Vec<u8>) {
    if id < 0x8000 {
        seed.extend_from_slice(&id.to_le_bytes());
    }
    match value {
        Value::String(text) => seed.extend_from_slice(text.as_bytes()),
        Value::String8(bytes) | Value::Binary(bytes) => seed.extend_from_slice(bytes),
        Value::Multiple(values) => values.iter().for_each(|value| content(0x8000, value, seed)),
        _ => {}
    }
    seed.push(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_item_has_the_same_uid() {
        let with = |id, bytes: &[u8]| {
            let mut properties = Properties::default();
            properties.insert(id, Value::Binary(bytes.to_vec()));
            uid(&properties)
        };
        let one = with(tag::SEARCH_KEY, b"1");
        assert_eq!(one, with(tag::SEARCH_KEY, b"1"));
        assert_ne!(one, with(tag::SEARCH_KEY, b"2"));
        assert_ne!(with(0x3A00, b"1"), with(0x3A00, b"2"));
        let digits = one.strip_prefix("urn:uuid:").unwrap();
        assert_eq!((digits.len(), &digits[14..15]), (36, "8"));
        assert!(matches!(&digits[19..20], "8" | "9" | "a" | "b"));
    }
}
