//! The attributes of a stream: what each is, and its bytes ([MS-OXTNEF] §2.1.3).

use super::remarks::Remarks;

/// What every stream begins with ([MS-OXTNEF] §2.1.3), in the order of the file.
pub(super) const SIGNATURE: [u8; 4] = 0x223E_9F78u32.to_le_bytes();

/// An attribute of a message or of an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    /// Its type and number; see [`id`].
    pub(super) id: u32,
    pub(super) data: &'a [u8],
}

/// The numbers of attributes ([MS-OXTNEF] §2.1.3.3), with their types in the upper half.
#[allow(missing_docs, reason = "the names are those of [MS-OXTNEF]")]
pub(super) mod id {
    pub(crate) const OWNER: u32 = 0x0006_0000;
    pub(crate) const SENT_FOR: u32 = 0x0006_0001;
    pub(crate) const DATE_START: u32 = 0x0003_0006;
    pub(crate) const DATE_END: u32 = 0x0003_0007;
    pub(crate) const AID_OWNER: u32 = 0x0004_0008;
    pub(crate) const REQUEST_RES: u32 = 0x0004_0009;
    pub(crate) const ORIGINAL_MESSAGE_CLASS: u32 = 0x0007_0006;
    pub(crate) const FROM: u32 = 0x0000_8000;
    pub(crate) const SUBJECT: u32 = 0x0001_8004;
    pub(crate) const DATE_SENT: u32 = 0x0003_8005;
    pub(crate) const DATE_RECD: u32 = 0x0003_8006;
    pub(crate) const MESSAGE_STATUS: u32 = 0x0006_8007;
    pub(crate) const MESSAGE_CLASS: u32 = 0x0007_8008;
    pub(crate) const MESSAGE_ID: u32 = 0x0001_8009;
    pub(crate) const BODY: u32 = 0x0002_800C;
    pub(crate) const PRIORITY: u32 = 0x0004_800D;
    pub(crate) const ATTACH_DATA: u32 = 0x0006_800F;
    pub(crate) const ATTACH_TITLE: u32 = 0x0001_8010;
    pub(crate) const ATTACH_META_FILE: u32 = 0x0006_8011;
    pub(crate) const ATTACH_CREATE_DATE: u32 = 0x0003_8012;
    pub(crate) const ATTACH_MODIFY_DATE: u32 = 0x0003_8013;
    pub(crate) const DATE_MODIFIED: u32 = 0x0003_8020;
    pub(crate) const ATTACH_TRANSPORT_FILENAME: u32 = 0x0006_9001;
    pub(crate) const ATTACH_REND_DATA: u32 = 0x0006_9002;
    pub(crate) const MAPI_PROPS: u32 = 0x0006_9003;
    pub(crate) const RECIP_TABLE: u32 = 0x0006_9004;
    pub(crate) const ATTACHMENT: u32 = 0x0006_9005;
    pub(crate) const OEM_CODEPAGE: u32 = 0x0006_9007;
}

/// The attributes after the signature and the key, as far as they can be read; what is wrong goes into `remarks`.
pub(super) fn attributes<'a>(mut bytes: &'a [u8], remarks: &mut Remarks) -> Vec<Attribute<'a>> {
    let mut attributes = Vec::new();
    while !bytes.is_empty() {
        // [MS-OXTNEF] §2.1.3: level (message 1, attachment 2), number, length.
        let Some(([level, header @ ..], rest)) = bytes.split_first_chunk::<9>() else {
            remarks.say(format_args!("{} bytes after the last attribute", bytes.len()));
            break;
        };
        if !matches!(level, 1 | 2) {
            remarks.say(format_args!("{} bytes after the last attribute are none", bytes.len()));
            break;
        }
        let [a, b, c, d, e, f, g, h] = *header;
        let (id, length) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let Some((data, rest)) = rest.split_at_checked(length) else {
            let found = rest.len();
            remarks.say(format_args!("ends within attribute 0x{id:08X}: {found} of {length} bytes"));
            attributes.push(Attribute { id, data: rest });
            break;
        };
        attributes.push(Attribute { id, data });
        match rest.split_first_chunk() {
            Some((sum, rest)) => {
                if u16::from_le_bytes(*sum) != checksum(data) {
                    remarks.say(format_args!("the checksum of attribute 0x{id:08X} is wrong"));
                }
                bytes = rest;
            }
            None => {
                remarks.say(format_args!("ends before the checksum of attribute 0x{id:08X}"));
                break;
            }
        }
    }
    attributes
}

/// [MS-OXTNEF] §2.1.3: the sum of all bytes, the lower half of it.
fn checksum(data: &[u8]) -> u16 {
    data.iter().fold(0, |sum: u16, byte| sum.wrapping_add(u16::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_far_as_they_can_be_read() {
        let subject = [1, 0x04, 0x80, 1, 0, 2, 0, 0, 0, b'a', 0, 97, 0];
        let wrong = [1, 0x04, 0x80, 1, 0, 2, 0, 0, 0, b'b', 0, 97, 0];
        let huge = [1, 0x04, 0x80, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, b'c'];
        for (bytes, texts, remarks) in [
            ([&subject[..], &subject].concat(), &[&b"a\0"[..], b"a\0"][..], 0),
            ([&wrong[..], &subject].concat(), &[b"b\0", b"a\0"], 1),
            ([&subject[..], &huge].concat(), &[b"a\0", b"c"], 1),
            ([&subject[..], b"garbage that is longer"].concat(), &[b"a\0"], 1),
            ([&subject[..], b"\x01\x04"].concat(), &[b"a\0"], 1),
            (subject[..12].to_vec(), &[b"a\0"], 1),
        ] {
            let mut found = Remarks::default();
            let data: Vec<_> =
                attributes(&bytes, &mut found).iter().map(|attribute| attribute.data).collect();
            let found = found.all();
            assert_eq!((&data[..], found.len()), (texts, remarks), "{bytes:?} {found:?}");
        }
    }
}
