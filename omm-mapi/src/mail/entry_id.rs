//! Lists of entry ids: the people that answers go to.

use super::address::Mailbox;
use crate::entry_id;

/// More entries than any list has.
const MOST: usize = 1000;

/// The people of a FlatEntryList ([MS-OXCDATA] §2.3.3), and whether somebody is missing: what is cut off, of another kind or
/// one too many is left out.
pub(super) fn mailboxes(list: &[u8], code_page: u32) -> (Vec<Mailbox>, bool) {
    let mut people = Vec::new();
    let Some((count, mut rest)) = number(list) else { return (people, !list.is_empty()) };
    rest = rest.get(4..).unwrap_or_default();
    for _ in 0..(count as usize).min(MOST) {
        let Some((size, entry)) = number(rest) else { break };
        let size = size as usize;
        people.extend(entry.get(..size).and_then(|entry| mailbox(entry, code_page)));
        // Each entry begins at a multiple of four.
        rest = size.checked_next_multiple_of(4).and_then(|size| entry.get(size..)).unwrap_or_default();
    }
    let is_short = people.len() < count as usize;
    (people, is_short)
}

fn mailbox(entry: &[u8], code_page: u32) -> Option<Mailbox> {
    let some = |text: String| (!text.is_empty()).then_some(text);
    let who = entry_id::read(entry, code_page)?;
    Mailbox::new(some(who.name), None, some(who.kind), some(who.address))
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (four, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*four), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry_id::tests::{address_book_id, one_off_id, wrapped};

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
        let latin_2 = [&one_off_id("", "", "", false)[..24], b"\xe8\0SMTP\0c@x\0"].concat();
        let all = [
            one_off_id("Änn", "SMTP", "ann@x.org", true),
            one_off_id("Bo", "SMTP", "bo@x", false),
            address_book_id("/o=X/cn=bob"),
            wrapped(0xB5, &one_off_id("Di", "SMTP", "di@x", true)),
            latin_2,
        ];
        let list = flat(&all);
        let expected = [
            ("Änn", "ann@x.org"),
            ("Bo", "bo@x"),
            ("", "IMCEAEX-_o=X_cn=bob@unresolved.invalid"),
            ("Di", "di@x"),
            ("č", "c@x"),
        ];
        let (people, is_short) = mailboxes(&list, 1250);
        let addresses: Vec<_> = people.into_iter().map(|one| (one.name, one.address)).collect();
        assert_eq!(addresses, expected.map(|(name, address)| (name.to_owned(), address.to_owned())));
        assert!(!is_short);
        // However it is cut, there is no harm, and it is seen.
        for end in 1..list.len() - 4 {
            let (people, is_short) = mailboxes(&list[..end], 1250);
            assert!(people.len() < 5 && (is_short || end < 4), "{end}");
        }
        assert!(mailboxes(&flat(&[vec![1, 2, 3]]), 1252).1);
        assert!(mailboxes(&flat(&vec![all[1].clone(); 1001]), 1252).1);
        assert!(!mailboxes(&[], 1252).1);
    }
}
