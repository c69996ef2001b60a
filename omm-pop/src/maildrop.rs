//! What is in a mailbox, as one session sees it: numbers, sizes and unique ids, in little memory.
//!
//! A hundred thousand messages take about seven megabytes here.

use crate::proto::{Broken, Listed, Named};
use omm_core::model::{Digest, Digester};

/// RFC 1939 §7 allows 70 bytes. Of a longer id only its digest is kept.
const LONGEST_UID: usize = 100;

/// The messages of a mailbox, in its order.
#[derive(Debug, Default)]
pub(crate) struct Maildrop {
    messages: Vec<Message>,
    /// All unique ids, one behind the other.
    uids: Vec<u8>,
    /// Places of messages that have a unique id, in the order of these ids.
    by_uid: Vec<u32>,
    print: Option<Digest>,
}

/// What is known of one message.
#[derive(Clone, Copy, Debug)]
struct Message {
    number: u32,
    size: Option<u64>,
    uid_at: u32,
    /// 0: it has none.
    uid_len: u8,
    is_repeated: bool,
}

/// How far a message can be told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Uid<'a> {
    /// Nobody else has this id.
    Unique(&'a [u8]),
    /// Others have it too, against RFC 1939 §7.
    Repeated(&'a [u8]),
    /// The server gives none.
    Missing,
}

impl Maildrop {
    /// From the lines of LIST and of UIDL; the latter are none on a server without it.
    ///
    /// # Errors
    /// When a line of LIST is none: what it hides could be lost.
    pub(crate) fn gathered(gathered: Gathered) -> Result<Self, Broken> {
        if let Some(line) = gathered.unreadable {
            return Err(Broken(format!("a line of LIST that names no message: {line:?}")));
        }
        let Gathered { mut messages, unlisted, uids, .. } = gathered;
        messages.extend(unlisted);
        in_order(&mut messages);
        let mut maildrop = Self { messages, uids, ..Self::default() };
        maildrop.sort_uids();
        maildrop.print = Some(maildrop.look());
        Ok(maildrop)
    }

    /// How many messages there are.
    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// The number of the message at a place, for commands of the same session.
    pub(crate) fn number(&self, place: usize) -> u32 {
        self.messages[place].number
    }

    /// Its size, as listed: a hint.
    pub(crate) fn size(&self, place: usize) -> Option<u64> {
        self.messages[place].size
    }

    /// All sizes together, as listed.
    pub(crate) fn bytes(&self) -> u64 {
        self.messages.iter().filter_map(|message| message.size).fold(0, u64::saturating_add)
    }

    /// What the server calls it.
    pub(crate) fn uid(&self, place: usize) -> Uid<'_> {
        let message = &self.messages[place];
        match self.uid_of(message) {
            [] => Uid::Missing,
            uid if message.is_repeated => Uid::Repeated(uid),
            uid => Uid::Unique(uid),
        }
    }

    /// The place of the only message with this id.
    pub(crate) fn place_of(&self, uid: &[u8]) -> Option<usize> {
        let found =
            self.by_uid.binary_search_by(|place| self.uid_of(&self.messages[*place as usize]).cmp(uid));
        let place = self.by_uid[found.ok()?] as usize;
        (!self.messages[place].is_repeated).then_some(place)
    }

    /// Places of messages whose id does not tell them from all others.
    pub(crate) fn unsure(&self) -> impl Iterator<Item = usize> {
        let is_unsure = |message: &Message| message.uid_len == 0 || message.is_repeated;
        self.messages
            .iter()
            .enumerate()
            .filter(move |(_, message)| is_unsure(message))
            .map(|(place, _)| place)
    }

    /// How many of the first messages are those of an earlier session under new ids: as far as sizes agree, if the server
    /// kept not one unique id.
    ///
    /// Where it is wrong about a message, nothing is lost: on such a server all are known by their bodies in the end.
    pub(crate) fn renamed(&self, before: &Self) -> usize {
        let unique = |place: &usize| matches!(before.uid(*place), Uid::Unique(_));
        let is_kept =
            |place: usize| matches!(before.uid(place), Uid::Unique(uid) if self.place_of(uid).is_some());
        let mut places = (0..before.len()).filter(unique).peekable();
        if places.peek().is_none() || places.any(is_kept) {
            return 0;
        }
        let sizes = before.messages.iter().zip(&self.messages);
        sizes.take_while(|(before, now)| before.size == now.size).count()
    }

    /// Over ids and sizes of all messages, in order: equal ones are of the same mailbox in the same state, as far as
    /// that was said.
    pub(crate) fn print(&self) -> Digest {
        self.print.unwrap_or_else(|| self.look())
    }

    fn look(&self) -> Digest {
        let mut digester = Digester::new();
        for message in &self.messages {
            digester.update(self.uid_of(message));
            digester.update(format!(" {}\r\n", message.size.unwrap_or(u64::MAX)).as_bytes());
        }
        digester.finish().body
    }

    fn sort_uids(&mut self) {
        let with_uid = (0u32..).zip(&self.messages).filter(|(_, message)| message.uid_len > 0);
        let mut by_uid: Vec<u32> = with_uid.map(|(place, _)| place).collect();
        by_uid.sort_by(|one, other| {
            let uid = |place: u32| self.uid_of(&self.messages[place as usize]);
            uid(*one).cmp(uid(*other)).then(one.cmp(other))
        });
        for pair in 1..by_uid.len() {
            let (one, other) = (by_uid[pair - 1] as usize, by_uid[pair] as usize);
            if self.uid_of(&self.messages[one]) == self.uid_of(&self.messages[other]) {
                self.messages[one].is_repeated = true;
                self.messages[other].is_repeated = true;
            }
        }
        self.by_uid = by_uid;
    }

    fn uid_of(&self, message: &Message) -> &[u8] {
        let at = message.uid_at as usize;
        &self.uids[at..at + usize::from(message.uid_len)]
    }
}

/// Lines of LIST, and then of UIDL, as they come.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    messages: Vec<Message>,
    /// Named by UIDL alone.
    unlisted: Vec<Message>,
    uids: Vec<u8>,
    is_sorted: bool,
    unreadable: Option<String>,
}

impl Gathered {
    /// A line of LIST.
    pub(crate) fn list(&mut self, line: &[u8]) {
        match Listed::read(line) {
            Some(Listed { number, size }) => self.messages.push(Message::new(number, Some(size))),
            // Of a line without a size the number is enough.
            None => match Named::read(line) {
                Some(Named { number, .. }) => self.messages.push(Message::new(number, None)),
                None => {
                    let line = String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned();
                    self.unreadable.get_or_insert(line);
                }
            },
        }
    }

    /// A line of UIDL; one that gives no id is as none. To be called when all of LIST has come.
    pub(crate) fn uidl(&mut self, line: &[u8]) {
        let Some(Named { number, uid }) = Named::read(line) else { return };
        if !std::mem::replace(&mut self.is_sorted, true) {
            in_order(&mut self.messages);
        }
        let long;
        let uid = if uid.len() > LONGEST_UID {
            long = format!("={}", Digest::of(uid));
            long.as_bytes()
        } else {
            uid
        };
        let (Ok(uid_at), Ok(uid_len)) = (u32::try_from(self.uids.len()), u8::try_from(uid.len())) else {
            return;
        };
        let message = match self.messages.binary_search_by_key(&number, |message| message.number) {
            Ok(place) => &mut self.messages[place],
            // LIST kept quiet about it; it is there all the same.
            Err(_) => {
                self.unlisted.push(Message::new(number, None));
                let Some(unlisted) = self.unlisted.last_mut() else { return };
                unlisted
            }
        };
        if message.uid_len == 0 {
            (message.uid_at, message.uid_len) = (uid_at, uid_len);
            self.uids.extend_from_slice(uid);
        }
    }

    /// What UIDL said so far counts no more: the server ended it with an error.
    pub(crate) fn without_uids(mut self) -> Self {
        self.uids.clear();
        for message in self.messages.iter_mut().chain(&mut self.unlisted) {
            (message.uid_at, message.uid_len) = (0, 0);
        }
        self
    }
}

impl Message {
    fn new(number: u32, size: Option<u64>) -> Self {
        Self { number, size, uid_at: 0, uid_len: 0, is_repeated: false }
    }
}

/// Each number once: what was said first counts.
fn in_order(messages: &mut Vec<Message>) {
    messages.sort_by_key(|message| message.number);
    messages.dedup_by_key(|message| message.number);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maildrop(list: &[&str], uidl: &[&[u8]]) -> Maildrop {
        let mut gathered = Gathered::default();
        list.iter().for_each(|line| gathered.list(line.as_bytes()));
        uidl.iter().for_each(|line| gathered.uidl(line));
        Maildrop::gathered(gathered).expect("readable")
    }

    #[test]
    fn what_the_server_calls_them() {
        let found =
            maildrop(&["1 10", "3 30", "2 20", "4 40", "5 50"], &[b"1 a", b"2 b", b"3 a", b"4 \xff", b"6 z"]);
        let uids: Vec<_> = (0..found.len()).map(|place| (found.number(place), found.uid(place))).collect();
        let expected = [
            (1, Uid::Repeated(b"a")),
            (2, Uid::Unique(b"b")),
            (3, Uid::Repeated(b"a")),
            (4, Uid::Unique(b"\xff")),
            (5, Uid::Missing),
            (6, Uid::Unique(b"z")),
        ];
        assert_eq!(uids, expected);
        assert_eq!(found.unsure().collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!((found.place_of(b"b"), found.place_of(b"a"), found.place_of(b"c")), (Some(1), None, None));
        assert_eq!((found.bytes(), found.size(2), found.size(5)), (150, Some(30), None));
    }

    #[test]
    fn the_print_tells_states_apart() {
        let one = maildrop(&["1 10", "2 20"], &[b"1 a", b"2 b"]).print();
        // Numbers mean nothing beyond a session.
        assert_eq!(one, maildrop(&["4 10", "9 20"], &[b"4 a", b"9 b"]).print());
        for other in [
            maildrop(&["1 10"], &[b"1 a"]),
            maildrop(&["1 10", "2 21"], &[b"1 a", b"2 b"]),
            maildrop(&["1 10", "2 20"], &[b"1 a", b"2 c"]),
            maildrop(&["1 10", "2 20"], &[b"1 b", b"2 a"]),
            maildrop(&["1 10", "2 20"], &[]),
        ] {
            assert_ne!(one, other.print());
        }
    }

    #[test]
    fn a_server_that_gave_new_ids_to_all() {
        let before = maildrop(&["1 10", "2 20", "3 30"], &[b"1 a", b"2 b", b"3 c"]);
        for (list, uidl, renamed) in [
            (&["1 10", "2 20", "3 30", "4 40"][..], &[&b"1 d"[..], b"2 e", b"3 f", b"4 g"][..], 3),
            (&["1 10", "2 30"], &[b"1 d", b"2 e"], 1),
            // One id is still there: the others are gone.
            (&["1 10", "2 20", "3 30"], &[b"1 d", b"2 b", b"3 f"], 0),
            (&["1 10", "2 20", "3 30"], &[b"1 a", b"2 b", b"3 c"], 0),
            (&[], &[], 0),
        ] {
            assert_eq!(maildrop(list, uidl).renamed(&before), renamed, "{list:?}");
        }
        let nameless = maildrop(&["1 10"], &[]);
        assert_eq!(maildrop(&["1 10"], &[]).renamed(&nameless), 0);
    }

    #[test]
    fn odd_lines() {
        let mut gathered = Gathered::default();
        gathered.list(b"x");
        assert!(Maildrop::gathered(gathered).is_err());
        let long = [b"1 ".as_slice(), &[b'x'; 5000]].concat();
        let named = maildrop(&["1 big"], &[&long]);
        let Uid::Unique(uid) = named.uid(0) else { panic!("an id") };
        assert_eq!(named.size(0), None);
        assert!(uid.len() <= LONGEST_UID && uid.starts_with(b"="));
        // Said twice: the first word counts.
        assert_eq!(maildrop(&["1 1", "1 2"], &[b"1 a", b"1 b"]).uid(0), Uid::Unique(b"a"));
    }

    #[test]
    fn a_hundred_thousand_in_little_memory() {
        let mut gathered = Gathered::default();
        (1..=100_000).for_each(|number| gathered.list(format!("{number} 4000").as_bytes()));
        (1..=100_000).for_each(|number| gathered.uidl(format!("{number} {number:036}").as_bytes()));
        let maildrop = Maildrop::gathered(gathered).expect("readable");
        let held = maildrop.messages.capacity() * size_of::<Message>()
            + maildrop.uids.capacity()
            + maildrop.by_uid.capacity() * size_of::<u32>();
        assert!(held < 12 << 20, "{held}");
        assert_eq!(maildrop.place_of(format!("{:036}", 77_777).as_bytes()), Some(77_776));
    }
}
