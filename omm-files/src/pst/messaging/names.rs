//! The map of named properties ([MS-PST] §2.4.7).

use crate::pst::{
    ltp::PropertyContext,
    ndb::bytes::{array, dword, word},
};
use omm_mapi::{
    Result,
    property::{
        Guid, NameMap, Named, Value,
        named::{PS_MAPI, PS_PUBLIC_STRINGS},
    },
};

/// PidTagNameidStreamGuid, …Entry, …String.
const GUIDS: u16 = 0x0002;
const ENTRIES: u16 = 0x0003;
const STRINGS: u16 = 0x0004;

/// How many names there are at most: their ids are 0x8000 to 0xFFFF.
const NAMES: usize = 1 << 15;
/// How many bytes a name has at most: longer ones, each named many times, would fill the memory.
const NAME_BYTES: usize = 1024;

/// Reads the map from its three streams. The buckets of hashes beside them say nothing more and are not looked at.
///
/// # Errors
/// If the file below cannot be read.
pub(super) fn read(list: &mut PropertyContext) -> Result<NameMap> {
    let mut stream = |id| -> Result<Vec<u8>> {
        Ok(match list.get(id)? {
            Some(Value::Binary(bytes)) => bytes,
            _ => Vec::new(),
        })
    };
    Ok(map(&stream(GUIDS)?, &stream(ENTRIES)?, &stream(STRINGS)?))
}

fn map(guids: &[u8], entries: &[u8], strings: &[u8]) -> NameMap {
    let mut map = NameMap::new();
    for entry in entries.chunks_exact(8).take(NAMES) {
        // NAMEID ([MS-PST] §2.4.7.1).
        let named = (|| {
            let (value, kind, index) = (dword(entry, 0)?, word(entry, 4)?, word(entry, 6)?);
            let guid = guid(guids, kind >> 1)?;
            let name = if kind & 1 == 0 { Named::Id(guid, value) } else { text(strings, value, guid)? };
            Some((name, 0x8000u16.checked_add(index)?))
        })();
        if let Some((name, id)) = named {
            map.insert(name, id);
        }
    }
    map
}

/// wGuid: none, PS_MAPI, PS_PUBLIC_STRINGS, then those of the stream.
fn guid(guids: &[u8], index: u16) -> Option<Guid> {
    match index {
        0 => Some(Guid([0; 16])),
        1 => Some(PS_MAPI),
        2 => Some(PS_PUBLIC_STRINGS),
        other => array(guids, (usize::from(other) - 3) * 16).map(Guid),
    }
}

/// A name: its length in bytes, then UTF-16; some programs write ASCII (libpff's description, "name-to-id map").
fn text(strings: &[u8], offset: u32, guid: Guid) -> Option<Named> {
    let from = offset as usize;
    let count = Some(dword(strings, from)? as usize).filter(|count| *count <= NAME_BYTES)?;
    let bytes = strings.get(from.checked_add(4)?..)?.get(..count)?;
    let is_wide =
        count.is_multiple_of(2) && (count == 0 || bytes.iter().skip(1).step_by(2).any(|byte| *byte == 0));
    let text = match is_wide {
        true => encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0,
        false => String::from_utf8_lossy(bytes),
    };
    Some(Named::Text(guid, text.trim_end_matches('\0').to_owned().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let own = Guid([7; 16]);
        let strings = [
            &[4, 0, 0, 0, b'h', 0, b'i', 0][..],
            &[6, 0, 0, 0],
            b"PR_RIM",
            &[2, 4, 0, 0],
            &[b'x'; 1026],
            &[99, 0, 0, 0],
        ]
        .concat();
        let mut entries = Vec::new();
        for (value, kind, index) in [
            (0x8205u32, 6u16, 0u16),
            (0, 5, 1),
            (8, 7, 2),
            (18, 7, 3),
            (1048, 7, 5),
            (1, 100, 4),
            (1, 2, 0x8000),
        ] {
            entries.extend(value.to_le_bytes());
            entries.extend(kind.to_le_bytes());
            entries.extend(index.to_le_bytes());
        }
        let map = map(&own.0, &entries, &strings);
        for (name, expected) in [
            (Named::Id(own, 0x8205), Some(0x8000)),
            (Named::Text(PS_PUBLIC_STRINGS, "hi".into()), Some(0x8001)),
            (Named::Text(own, "PR_RIM".into()), Some(0x8002)),
            (Named::Id(PS_MAPI, 1), None),
        ] {
            assert_eq!(map.id(&name), expected, "{name:?}");
        }
        assert_eq!(map.len(), 3);
    }
}
