//! Entry ids of people ([MS-OXCDATA] §2.2.5): who they are, as far as the id itself says.

use crate::text;

/// [MS-OXCDATA] §2.2.5.1.
const ONE_OFF: [u8; 16] =
    [0x81, 0x2B, 0x1F, 0xA4, 0xBE, 0xA3, 0x10, 0x19, 0x9D, 0x6E, 0x00, 0xDD, 0x01, 0x0F, 0x54, 0x02];
/// [MS-OXOCNTC] §2.2.2.2.4.1.1.
const WRAPPED: [u8; 16] =
    [0xC0, 0x91, 0xAD, 0xD3, 0x51, 0x9D, 0xCF, 0x11, 0xA4, 0xA9, 0x00, 0xAA, 0x00, 0x47, 0xFA, 0xA4];
/// [MS-OXCDATA] §2.2.5.2.
const ADDRESS_BOOK: [u8; 16] =
    [0xDC, 0xA7, 0x40, 0xC8, 0xC0, 0x42, 0x10, 0x1A, 0xB4, 0xB9, 0x08, 0x00, 0x2B, 0x2F, 0xE1, 0x82];

/// How often one id may be inside another.
const DEEPEST: usize = 4;

/// Who an entry id stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Who {
    /// The name that is shown; may be empty.
    pub(crate) name: String,
    /// SMTP, EX, MAPIPDL and others; empty if the id does not say.
    pub(crate) kind: String,
    /// The address in the form of its kind; may be empty.
    pub(crate) address: String,
    /// Whether it is another list.
    pub(crate) is_list: bool,
}

/// Reads an entry id; nothing if it is of another form or ends too early.
pub(crate) fn read(mut bytes: &[u8], code_page: u32) -> Option<Who> {
    let mut is_list = false;
    for _ in 0..DEEPEST {
        let provider = bytes.get(4..20)?;
        let rest = bytes.get(20..)?;
        if provider == WRAPPED {
            let (kind, inner) = rest.split_first()?;
            // 4 is a list of somebody's own, 6 one of the global address list.
            is_list |= matches!(kind & 0x0F, 4 | 6);
            bytes = inner;
            continue;
        }
        let who = match provider {
            _ if provider == ONE_OFF => one_off(rest, code_page)?,
            _ if provider == ADDRESS_BOOK => address_book(rest)?,
            // A contact or a list in some store: its properties are elsewhere.
            _ => Who::default(),
        };
        let is_list = is_list || who.is_list || who.kind.eq_ignore_ascii_case("MAPIPDL");
        return Some(Who { is_list, ..who });
    }
    None
}

/// [MS-OXCDATA] §2.2.5.1: version, flags, then name, type and address, each ended by a NUL.
fn one_off(bytes: &[u8], code_page: u32) -> Option<Who> {
    let flags = u16::from_le_bytes([*bytes.get(2)?, *bytes.get(3)?]);
    let mut rest = bytes.get(4..)?;
    let mut texts = [const { String::new() }; 3];
    for text in &mut texts {
        // The U bit: UTF-16.
        (*text, rest) = if flags & 0x8000 != 0 { utf_16(rest)? } else { eight_bit(rest, code_page)? };
    }
    let [name, kind, address] = texts;
    Some(Who { name, kind, address, is_list: false })
}

/// [MS-OXCDATA] §2.2.5.2: version, type, then the distinguished name.
fn address_book(bytes: &[u8]) -> Option<Who> {
    let kind = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    let (address, _) = eight_bit(bytes.get(8..)?, 1252)?;
    // 1 is a list.
    Some(Who { name: String::new(), kind: "EX".into(), address, is_list: kind == 1 })
}

/// A text up to its NUL, and what follows; the last of all may lack the NUL.
fn eight_bit(bytes: &[u8], code_page: u32) -> Option<(String, &[u8])> {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    Some((text::decode(&bytes[..end], code_page), bytes.get(end + 1..).unwrap_or_default()))
}

fn utf_16(bytes: &[u8]) -> Option<(String, &[u8])> {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .take_while(|unit| *unit != 0)
        .collect();
    Some((String::from_utf16_lossy(&units), bytes.get((units.len() + 1) * 2..).unwrap_or_default()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn one_off_id(name: &str, kind: &str, address: &str, unicode: bool) -> Vec<u8> {
        let mut id =
            [&[0; 4][..], &ONE_OFF, &[0, 0], if unicode { &[0x01, 0x90] } else { &[0x01, 0x10] }].concat();
        for text in [name, kind, address] {
            match unicode {
                true => id.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes)),
                false => id.extend(text.bytes().chain([0])),
            }
        }
        id
    }

    pub(crate) fn wrapped(kind: u8, inner: &[u8]) -> Vec<u8> {
        [&[0; 4][..], &WRAPPED, &[kind], inner].concat()
    }

    pub(crate) fn address_book_id(name: &str) -> Vec<u8> {
        [&[0; 4][..], &ADDRESS_BOOK, &[1, 0, 0, 0, 0, 0, 0, 0], name.as_bytes(), b"\0"].concat()
    }

    #[test]
    fn ids_of_all_forms() {
        let jane = one_off_id("Jané", "SMTP", "j@x.org", true);
        let plain = one_off_id("Jane", "SMTP", "j@x.org", false);
        let book = address_book_id("/o=X/cn=jane");
        let foreign = [&[0; 4][..], &[7; 16], &[1, 2, 3]].concat();
        let who = |name: &str, kind: &str, address: &str, is_list| {
            Some(Who { name: name.into(), kind: kind.into(), address: address.into(), is_list })
        };
        for (id, expected) in [
            (jane.clone(), who("Jané", "SMTP", "j@x.org", false)),
            (plain, who("Jane", "SMTP", "j@x.org", false)),
            (wrapped(0x80, &jane), who("Jané", "SMTP", "j@x.org", false)),
            (wrapped(0xB5, &book), who("", "EX", "/o=X/cn=jane", false)),
            (wrapped(0xC3, &foreign), who("", "", "", false)),
            (wrapped(0xB4, &foreign), who("", "", "", true)),
            (one_off_id("L", "MAPIPDL", "Unknown", true), who("L", "MAPIPDL", "Unknown", true)),
            (Vec::new(), None),
            (jane[..22].to_vec(), None),
            // Ids within ids without end.
            ((0..9).fold(jane.clone(), |inner, _| wrapped(0, &inner)), None),
        ] {
            assert_eq!(read(&id, 1252), expected);
        }
        for end in 0..jane.len() {
            let _ = read(&jane[..end], 1252);
        }
    }
}
