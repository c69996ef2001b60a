//! Entry ids of people: one-off entries and address-book entries ([MS-OXCDATA] §2.2.5), alone and in lists.

use super::address::Mailbox;

/// [MS-OXCDATA] §2.2.5.1: the provider of one-off entries.
const ONE_OFF: [u8; 16] =
    [0x81, 0x2B, 0x1F, 0xA4, 0xBE, 0xA3, 0x10, 0x19, 0x9D, 0x6E, 0x00, 0xDD, 0x01, 0x0F, 0x54, 0x02];
/// [MS-OXCDATA] §2.2.5.2: the provider of address-book entries.
const ADDRESS_BOOK: [u8; 16] =
    [0xDC, 0xA7, 0x40, 0xC8, 0xC0, 0x42, 0x10, 0x1A, 0xB4, 0xB9, 0x08, 0x00, 0x2B, 0x2F, 0xE1, 0x82];
/// More entries than any list has.
const MOST: usize = 1000;

/// The people of a FlatEntryList ([MS-OXCDATA] §2.3.3); what is cut off or of another kind is left out.
pub(super) fn mailboxes(list: &[u8]) -> Vec<Mailbox> {
    let mut people = Vec::new();
    let Some((count, mut rest)) = number(list) else { return people };
    rest = rest.get(4..).unwrap_or_default();
    for _ in 0..(count as usize).min(MOST) {
        let Some((size, entry)) = number(rest) else { break };
        let size = size as usize;
        people.extend(entry.get(..size).and_then(mailbox));
        // Each entry begins at a multiple of four.
        rest = size.checked_next_multiple_of(4).and_then(|size| entry.get(size..)).unwrap_or_default();
    }
    people
}

/// Somebody by an entry id.
pub(crate) fn mailbox(entry: &[u8]) -> Option<Mailbox> {
    let provider = entry.get(4..20)?;
    let rest = entry.get(20..)?;
    if provider == ADDRESS_BOOK {
        let name = until_zero(rest.get(8..)?);
        return Mailbox::new(
            None,
            None,
            Some("EX".to_owned()),
            Some(String::from_utf8_lossy(name).into_owned()),
        );
    }
    if provider != ONE_OFF {
        return None;
    }
    // [MS-OXCDATA] §2.2.5.1: a bit of the flags says whether the texts are UTF-16.
    let unicode = rest.get(3)? & 0x80 != 0;
    let mut texts = rest.get(4..)?;
    let mut next = || {
        let (text, behind) = if unicode { utf16(texts) } else { ascii(texts) };
        texts = behind;
        (!text.is_empty()).then_some(text)
    };
    let (name, kind, address) = (next(), next(), next());
    Mailbox::new(name, None, kind, address)
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (four, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*four), rest))
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn ascii(bytes: &[u8]) -> (String, &[u8]) {
    let text = until_zero(bytes);
    (crate::text::decode(text, 1252), bytes.get(text.len() + 1..).unwrap_or_default())
}

fn utf16(bytes: &[u8]) -> (String, &[u8]) {
    let units = bytes.chunks_exact(2).take_while(|unit| *unit != [0, 0]).count();
    let text = bytes.get(..units * 2).unwrap_or_default();
    (crate::text::decode(text, 1200), bytes.get(units * 2 + 2..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_off(unicode: bool, texts: &[&str]) -> Vec<u8> {
        let flags = [1, if unicode { 0x90 } else { 0x10 }];
        let mut entry = [&[0; 4][..], &ONE_OFF, &[0, 0], &flags].concat();
        // The flags are two bytes, little-endian; the high one has the bit.
        for text in texts {
            match unicode {
                true => entry.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes)),
                false => entry.extend(text.bytes().chain([0])),
            }
        }
        entry
    }

    fn flat(entries: &[Vec<u8>]) -> Vec<u8> {
        let mut list = Vec::new();
        for entry in entries {
            list.extend((entry.len() as u32).to_le_bytes());
            list.extend(entry);
            list.resize(list.len().next_multiple_of(4), 0);
        }
        [&(entries.len() as u32).to_le_bytes()[..], &(list.len() as u32).to_le_bytes(), &list].concat()
    }

    #[test]
    fn people_in_lists() {
        let book = [&[0; 4][..], &ADDRESS_BOOK, &[1, 0, 0, 0, 0, 0, 0, 0], b"/o=X/cn=bob\0"].concat();
        let list = flat(&[
            one_off(true, &["Änn", "SMTP", "ann@x.org"]),
            one_off(false, &["Bo", "SMTP", "bo@x"]),
            book,
            vec![1, 2, 3],
        ]);
        let addresses: Vec<_> = mailboxes(&list).into_iter().map(|one| (one.name, one.address)).collect();
        let expected = [("Änn", "ann@x.org"), ("Bo", "bo@x"), ("", "IMCEAEX-_o=X_cn=bob@unresolved.invalid")];
        assert_eq!(addresses, expected.map(|(name, address)| (name.to_owned(), address.to_owned())));
        // However it is cut, there is no harm.
        for end in 0..list.len() {
            assert!(mailboxes(&list[..end]).len() <= 3);
        }
    }
}
