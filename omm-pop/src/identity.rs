//! What a message is called from one session to the next, and how it is found again.
//!
//! | id            | of what                                                                                  |
//! |---------------|------------------------------------------------------------------------------------------|
//! | `uUID`        | the server's unique id (RFC 1939 §7), which no other message has now                      |
//! | `uUID DIGEST` | the same id as others have: the digest tells them apart                                   |
//! | `dDIGEST`     | the server gives no id                                                                    |
//!
//! A digest is over the header, and has the listed size beside it; of equal ones the second is `…#2`, and so on. Bytes of
//! an id that are no printable ASCII are written as `%NN`, and so are `%` and blanks.
//!
//! A unique id that its server gives again, to another message in another session (against RFC 1939 §7), hides that message:
//! nothing that is kept here from one run to the next tells it from the one that was copied.
//!
//! An id that becomes shared, or unique again, changes its form. The item then seems to be gone and another one new, and
//! the engine recognises it by its body, as it does when a server gives every message a new id.

use crate::maildrop::{Maildrop, Uid};
use omm_core::model::{Digest, Digester, SourceItemId};
use std::{collections::HashMap, fmt::Write, sync::Arc};

/// A header's digest, short: two different messages that share it are told apart like two equal ones.
pub(crate) type Print = [u8; 16];

/// What a mail server writes into headers itself, and changes when a message is read. Seen: qpopper, UW ipop3d.
const VOLATILE: [&str; 8] =
    ["status", "x-status", "x-uidl", "x-uid", "x-imap", "x-imapbase", "x-keywords", "x-mozilla-status"];

/// The messages of a mailbox with their ids.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) maildrop: Arc<Maildrop>,
    /// Ids with a digest, by place, and the way back.
    with_digest: HashMap<u32, SourceItemId>,
    prints: HashMap<u32, Print>,
    places: HashMap<SourceItemId, u32>,
}

impl Names {
    /// Names all messages. `prints` has the digest of each that is [unsure](Maildrop::unsure); one that could not be had
    /// is named by its size alone, which is good for saying so and for nothing else: see [`Self::is_nameless`].
    pub(crate) fn new(maildrop: Arc<Maildrop>, prints: HashMap<u32, Print>) -> Self {
        let (mut with_digest, mut places) = (HashMap::new(), HashMap::new());
        let mut counts: HashMap<String, u32> = HashMap::new();
        for place in maildrop.unsure() {
            let key = place as u32;
            let mut text = match maildrop.uid(place) {
                Uid::Repeated(uid) | Uid::Unique(uid) => format!("u{} ", escaped(uid)),
                Uid::Missing => "d".to_owned(),
            };
            for byte in prints.get(&key).map_or(&[][..], |print| &print[..]) {
                let _ = write!(text, "{byte:02x}");
            }
            let _ = write!(text, ".{}", maildrop.size(place).unwrap_or_default());
            let count = counts.entry(text.clone()).or_default();
            *count += 1;
            if *count > 1 {
                let _ = write!(text, "#{count}");
            }
            let id = SourceItemId::new(text);
            with_digest.insert(key, id.clone());
            places.insert(id, key);
        }
        Self { maildrop, with_digest, prints, places }
    }

    /// The id of the message at a place.
    pub(crate) fn id(&self, place: usize) -> SourceItemId {
        if let Some(id) = self.with_digest.get(&(place as u32)) {
            return id.clone();
        }
        match self.maildrop.uid(place) {
            Uid::Unique(uid) | Uid::Repeated(uid) => SourceItemId::new(format!("u{}", escaped(uid))),
            Uid::Missing => SourceItemId::new("d"),
        }
    }

    /// The place of the message with this id, if it is there.
    pub(crate) fn place(&self, id: &SourceItemId) -> Option<usize> {
        if let Some(place) = self.places.get(id) {
            return Some(*place as usize);
        }
        let place = self.maildrop.place_of(&unescaped(id.as_str().strip_prefix('u')?)?)?;
        (self.id(place) == *id).then_some(place)
    }

    /// Whether its id rests on what it says rather than on what the server calls it.
    pub(crate) fn is_by_digest(&self, place: usize) -> bool {
        self.with_digest.contains_key(&(place as u32))
    }

    /// Whether this is the digest that the message at a place was named by.
    pub(crate) fn is_print(&self, place: usize, print: Print) -> bool {
        self.prints.get(&(place as u32)) == Some(&print)
    }

    /// Whether nothing but its size is known of it: another message may bear the same name in another session, and would
    /// be taken for a copy of it.
    pub(crate) fn is_nameless(&self, place: usize) -> bool {
        self.is_by_digest(place) && !self.prints.contains_key(&(place as u32))
    }

    /// Whether the server tells all messages apart.
    pub(crate) fn is_certain(&self) -> bool {
        self.with_digest.is_empty()
    }
}

/// The digest of a header, without lines that servers change.
pub(crate) fn print(header: &[u8]) -> Print {
    let mut digester = Digester::new();
    let mut is_volatile = false;
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii_end().is_empty() {
            break;
        }
        // RFC 5322 §2.2.3: a line that begins with white space goes on with the field before.
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii_end();
            is_volatile = VOLATILE.iter().any(|volatile| name.eq_ignore_ascii_case(volatile.as_bytes()));
        }
        if !is_volatile {
            digester.update(line.trim_ascii_end());
            digester.update(b"\r\n");
        }
    }
    short(digester.finish().body)
}

fn short(digest: Digest) -> Print {
    let mut print = Print::default();
    // The first byte is the version.
    print.iter_mut().zip(&digest.to_bytes()[1..]).for_each(|(to, from)| *to = *from);
    print
}

fn escaped(uid: &[u8]) -> String {
    let mut text = String::with_capacity(uid.len());
    for byte in uid {
        match byte {
            b'!'..=b'~' if *byte != b'%' => text.push(char::from(*byte)),
            other => {
                let _ = write!(text, "%{other:02X}");
            }
        }
    }
    text
}

fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut uid = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            uid.push(byte);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
        uid.push(u8::try_from(high * 16 + low).ok()?);
    }
    Some(uid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maildrop::Gathered;

    fn names(uidl: &[&[u8]], prints: &[(u32, u8)]) -> Names {
        let mut gathered = Gathered::default();
        (1..=6).for_each(|number| gathered.list(format!("{number} 10").as_bytes()));
        uidl.iter().for_each(|line| gathered.uidl(line));
        let maildrop = Maildrop::gathered(gathered).expect("readable");
        let prints = prints.iter().map(|(place, byte)| (*place, [*byte; 16])).collect();
        Names::new(Arc::new(maildrop), prints)
    }

    #[test]
    fn ids_there_and_back() {
        let uidl: [&[u8]; 5] = [b"1 a b", b"2 same", b"3 same", b"4 \xe4%", b"5 same"];
        let names = names(&uidl, &[(1, 1), (2, 2), (4, 1), (5, 9)]);
        let hex = |byte: &str| byte.repeat(16);
        let expected = [
            "ua%20b".to_owned(),
            format!("usame {}.10", hex("01")),
            format!("usame {}.10", hex("02")),
            "u%E4%25".to_owned(),
            format!("usame {}.10#2", hex("01")),
            format!("d{}.10", hex("09")),
        ];
        let ids: Vec<_> = (0..6).map(|place| names.id(place)).collect();
        assert_eq!(ids.iter().map(SourceItemId::as_str).collect::<Vec<_>>(), expected);
        for (place, id) in ids.iter().enumerate() {
            assert_eq!(names.place(id), Some(place), "{id}");
        }
        assert!(!names.is_certain() && names.is_by_digest(5) && !names.is_by_digest(0));
        assert!((0..6).all(|place| !names.is_nameless(place)));
        for id in ["", "u", "x", "usame", "ua b", "u%e4%25", "ua%20b#2", "u%", "u%4", "there is no such id"] {
            assert_eq!(names.place(&SourceItemId::new(id)), None, "{id}");
        }
    }

    #[test]
    fn what_a_server_writes_into_a_header_does_not_matter() {
        let one = print(b"From: a\r\nSubject: b\r\n c\r\n\r\nbody");
        for same in [
            &b"From: a\r\nSubject: b\r\n c\r\n"[..],
            b"From: a\nStatus: RO\nX-UIDL: 1\n 2\nSubject: b\n c\n\nother",
            b"From: a  \r\nSubject: b\r\n c\r\nX-Status: A\r\n\r\n",
        ] {
            assert_eq!(print(same), one, "{same:?}");
        }
        for other in [
            &b"From: a\r\nSubject: b\r\n d\r\n\r\n"[..],
            b"From: a\r\nStatuses: x\r\nSubject: b\r\n c\r\n",
            b"",
        ] {
            assert_ne!(print(other), one, "{other:?}");
        }
    }
}
