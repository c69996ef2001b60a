//! Which id each named property has ([MS-OXMSG] §2.2.3).

use super::compound::Compound;
use crate::values::utf16;
use omm_mapi::property::{
    Guid, NameMap, Named,
    named::{PS_MAPI, PS_PUBLIC_STRINGS},
};
use std::{borrow::Cow, path::Path};

/// The storage that holds the names of a file.
const STORAGE: &str = "__nameid_version1.0";
/// [MS-OXMSG] §2.2.3.1.1, §2.2.3.1.2, §2.2.3.1.3.
const STREAMS: [&str; 3] = ["__substg1.0_00020102", "__substg1.0_00030102", "__substg1.0_00040102"];
/// Ids end at 0xFFFE, so there are at most this many names of eight bytes; texts and GUIDs get as much as is sane.
const MOST: [u64; 3] = [16 << 15, 8 << 15, 16 << 20];

/// The names of the message in a storage. Streams that are missing are taken as empty, entries that mean nothing are left out.
pub(super) fn read(compound: &Compound, message: &Path) -> Option<NameMap> {
    let storage = message.join(STORAGE);
    if !compound.is_storage(&storage) {
        return None;
    }
    let mut streams = STREAMS.iter().zip(MOST).map(|(name, most)| compound.read(&storage.join(name), most));
    let mut next = || streams.next().and_then(Result::ok).unwrap_or_default();
    let (guids, entries, strings) = (next(), next(), next());
    Some(map(&guids, &entries, &strings))
}

fn map(guids: &[u8], entries: &[u8], strings: &[u8]) -> NameMap {
    let mut names = NameMap::new();
    for entry in entries.chunks_exact(8) {
        let [a, b, c, d, kind_low, kind_high, index_low, index_high] = *entry else { continue };
        let number = u32::from_le_bytes([a, b, c, d]);
        let kind = u16::from_le_bytes([kind_low, kind_high]);
        // [MS-OXMSG] §2.2.3.2: the id is the index plus 0x8000.
        let Some(id) = u16::from_le_bytes([index_low, index_high]).checked_add(0x8000) else { continue };
        let Some(guid) = guid(guids, usize::from(kind >> 1)) else { continue };
        let name = match kind & 1 {
            0 => Some(Named::Id(guid, number)),
            _ => text(strings, number).map(|text| Named::Text(guid, Cow::Owned(text))),
        };
        if let Some(name) = name {
            names.insert(name, id);
        }
    }
    names
}

/// [MS-OXMSG] §2.2.3.1.2.1: two sets are known by number, the stream holds the others.
fn guid(guids: &[u8], index: usize) -> Option<Guid> {
    match index {
        0 => None,
        1 => Some(PS_MAPI),
        2 => Some(PS_PUBLIC_STRINGS),
        other => guids.get((other - 3) * 16..)?.first_chunk().copied().map(Guid),
    }
}

/// [MS-OXMSG] §2.2.3.1.3.1: a length in bytes, then UTF-16.
fn text(strings: &[u8], offset: u32) -> Option<String> {
    let (length, rest) = strings.get(usize::try_from(offset).ok()?..)?.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    // A name is a word; a length beyond any would be copied once per entry.
    Some(utf16(rest.get(..length).filter(|text| text.len() <= 1024)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        let guids = [[7u8; 16], [8; 16]].concat();
        let strings = [&[4u8, 0, 0, 0][..], &[b'H', 0, b'i', 0], &[200, 0, 0, 0, b'?', 0]].concat();
        for (entry, expected) in [
            ([0x05, 0x82, 0, 0, 3 << 1, 0, 0, 0], Some((Named::Id(Guid([7; 16]), 0x8205), 0x8000))),
            ([1, 0, 0, 0, 4 << 1, 0, 2, 1], Some((Named::Id(Guid([8; 16]), 1), 0x8102))),
            ([0, 0, 0, 0, 2 << 1 | 1, 0, 1, 0], Some((Named::Text(PS_PUBLIC_STRINGS, "Hi".into()), 0x8001))),
            ([0, 0, 0, 0, 1 << 1 | 1, 0, 1, 0], Some((Named::Text(PS_MAPI, "Hi".into()), 0x8001))),
            // A set that is not there, none at all, an id too high, a text that is cut off, one beyond the end.
            ([0, 0, 0, 0, 5 << 1, 0, 1, 0], None),
            ([0, 0, 0, 0, 0, 0, 1, 0], None),
            ([0, 0, 0, 0, 3 << 1, 0, 0, 0x80], None),
            ([8, 0, 0, 0, 2 << 1 | 1, 0, 1, 0], None),
            ([200, 0, 0, 0, 2 << 1 | 1, 0, 1, 0], None),
        ] {
            let names = map(&guids, &[&entry[..], &[1, 2, 3]].concat(), &strings);
            match expected {
                Some((name, id)) => assert_eq!(names.id(&name), Some(id), "{entry:?}"),
                None => assert!(names.is_empty(), "{entry:?}"),
            }
        }
    }
}
