//! What names an item wherever it goes.

use super::name::{CLEAN_GLOBAL_OBJECT_ID, GLOBAL_OBJECT_ID};
use crate::{property::Properties, uid};
use std::fmt::Write;

/// [MS-OXOCAL] §2.2.1.27: the bytes before Data of a PidLidGlobalObjectId.
const HEADER: usize = 40;
/// No id of a calendar is longer, in bytes.
const LONGEST: usize = 4096;
/// [MS-OXCICAL] §2.1.3.1.1.20.26: what stands before a UID that was not made by Outlook.
const FOREIGN: &[u8] = b"vCal-Uid\x01\0\0\0";

/// The UID of an appointment ([MS-OXCICAL] §2.1.3.1.1.20.26): a foreign one as it came, else PidLidGlobalObjectId in
/// hexadecimal, the date of an occurrence taken out. Of an item without one, what it is called alone.
pub(crate) fn uid(properties: &Properties) -> String {
    let global = properties
        .named_binary(&CLEAN_GLOBAL_OBJECT_ID)
        .or_else(|| properties.named_binary(&GLOBAL_OBJECT_ID));
    global.and_then(of_global_object_id).unwrap_or_else(|| own(properties))
}

/// What names an item alone, whatever it is an occurrence of: its key, which copies of a mailbox share, else what is known
/// of it.
pub(crate) fn own(properties: &Properties) -> String {
    match uid::key(properties) {
        Some(key) if key.len() <= LONGEST => hexadecimal(key),
        _ => {
            let digest = uid::digest(properties).to_bytes();
            // The first byte is the version of the digest.
            format!("{}-omm", hexadecimal(digest.get(1..17).unwrap_or_default()))
        }
    }
}

fn of_global_object_id(bytes: &[u8]) -> Option<String> {
    if bytes.len() > LONGEST {
        return None;
    }
    if let Some(data) = bytes.get(HEADER..).and_then(|data| data.strip_prefix(FOREIGN)) {
        let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
        let uid = String::from_utf8_lossy(&data[..end]).into_owned();
        return (!uid.is_empty()).then_some(uid);
    }
    let mut bytes = bytes.to_vec();
    // Year, month and day of an occurrence: the series has them empty.
    bytes.get_mut(16..20)?.fill(0);
    Some(hexadecimal(&bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn global_object_ids() {
        let header = |day: [u8; 4]| [&[4; 16][..], &day, &[0; 20]].concat();
        let foreign = [&header([0; 4])[..], FOREIGN, b"a@b\0"].concat();
        let own = [&header([7, 0xE8, 2, 29])[..], &[0xAB, 0xCD]].concat();
        for (bytes, expected) in [
            (foreign, Some("a@b".to_owned())),
            (own, Some(format!("{}{}ABCD", "04".repeat(16), "00".repeat(24)))),
            (vec![4; 8], None),
            (vec![4; LONGEST + 1], None),
        ] {
            assert_eq!(of_global_object_id(&bytes), expected);
        }
    }
}
