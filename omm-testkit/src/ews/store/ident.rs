//! Ids as Exchange has them: long, opaque, of mixed case, and another one for every place an item has ever been.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// What an id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ews) enum Ident {
    Folder {
        mailbox: u32,
        key: u64,
    },
    Item {
        mailbox: u32,
        key: u64,
    },
    /// One of a series: the second in UTC at which it would begin had it not been changed.
    Occurrence {
        mailbox: u32,
        key: u64,
        original: i64,
    },
    Attachment {
        mailbox: u32,
        key: u64,
        number: u64,
    },
}

/// As in real ids: a version, and something that is the same for the whole mailbox.
const HEAD: [u8; 6] = [0, 3, 0x24, 0, 0x36, 0x61];

impl Ident {
    pub(in crate::ews) fn text(self) -> String {
        let (sort, mailbox, key, more) = match self {
            Self::Folder { mailbox, key } => (1_u8, mailbox, key, None),
            Self::Item { mailbox, key } => (2, mailbox, key, None),
            Self::Occurrence { mailbox, key, original } => (3, mailbox, key, Some(original.to_be_bytes())),
            Self::Attachment { mailbox, key, number } => (4, mailbox, key, Some(number.to_be_bytes())),
        };
        let mut bytes = HEAD.to_vec();
        // The same for all of a mailbox, so that ids differ in few letters only, as real ones do.
        let guid = blake3::hash(&mailbox.to_be_bytes());
        bytes.extend(&guid.as_bytes()[..32]);
        bytes.push(sort);
        bytes.extend(mailbox.to_be_bytes());
        bytes.extend(key.to_be_bytes());
        bytes.extend(more.into_iter().flatten());
        STANDARD.encode(bytes)
    }

    /// Nothing when it is none of ours.
    pub(in crate::ews) fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        let rest = bytes.strip_prefix(&HEAD)?;
        let (guid, rest) = rest.split_at_checked(32)?;
        let (&sort, rest) = rest.split_first()?;
        let (mailbox, rest) = rest.split_first_chunk::<4>()?;
        if guid != &blake3::hash(mailbox).as_bytes()[..32] {
            return None;
        }
        let mailbox = u32::from_be_bytes(*mailbox);
        let (key, rest) = rest.split_first_chunk::<8>()?;
        let key = u64::from_be_bytes(*key);
        let more: Option<[u8; 8]> = rest.try_into().ok();
        match (sort, more, rest.is_empty()) {
            (1, None, true) => Some(Self::Folder { mailbox, key }),
            (2, None, true) => Some(Self::Item { mailbox, key }),
            (3, Some(more), _) => Some(Self::Occurrence { mailbox, key, original: i64::from_be_bytes(more) }),
            (4, Some(more), _) => Some(Self::Attachment { mailbox, key, number: u64::from_be_bytes(more) }),
            _ => None,
        }
    }
}

/// The change key of what was changed last at this number: its first byte tells kinds apart, as real ones do.
pub(in crate::ews) fn change_key(sort: u8, change: u64) -> String {
    let mut bytes = vec![sort, 0, 0, 0, 0x16, 0, 0, 0];
    bytes.extend(&blake3::hash(b"replica").as_bytes()[..14]);
    bytes.extend(change.to_be_bytes());
    STANDARD.encode(bytes)
}

/// What [`change_key`] was made of.
pub(in crate::ews) fn change_number(text: &str) -> Option<u64> {
    let bytes = STANDARD.decode(text).ok()?;
    let tail = bytes.get(22..)?;
    Some(u64::from_be_bytes(tail.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_and_others_do_not() {
        let all = [
            Ident::Folder { mailbox: 1, key: 2 },
            Ident::Item { mailbox: 1, key: 2 },
            Ident::Occurrence { mailbox: 1, key: 2, original: -5 },
            Ident::Attachment { mailbox: 1, key: 2, number: 3 },
        ];
        for ident in all {
            assert_eq!(Ident::read(&ident.text()), Some(ident));
        }
        for wrong in ["", "AAAA", "not base64", &all[0].text()[4..], &all[0].text().to_lowercase()] {
            assert_eq!(Ident::read(wrong), None, "{wrong}");
        }
        assert_eq!(change_number(&change_key(9, 77)), Some(77));
    }

    #[test]
    fn ids_that_differ_in_case_only_are_two() {
        let texts: Vec<String> = (0..32).map(|key| Ident::Item { mailbox: 1, key: 2 * key }.text()).collect();
        let mut folded: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        folded.sort();
        folded.dedup();
        assert!(folded.len() < texts.len());
    }
}
