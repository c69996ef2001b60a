//! A folder and what happens to its messages.

use super::{Message, has_flag};
use bytes::Bytes;
use chrono::{DateTime, FixedOffset};

#[derive(Clone, Debug)]
pub(crate) struct Folder {
    /// Stays the same over a renaming: MAILBOXID.
    pub(crate) id: u64,
    /// The whole name, in Unicode, with the server's delimiter.
    pub(crate) name: String,
    pub(crate) uid_validity: u32,
    pub(crate) uid_next: u32,
    pub(crate) highest_modseq: u64,
    pub(crate) special_use: Vec<String>,
    /// `\Noselect`: a name with children and without messages.
    pub(crate) no_select: bool,
    pub(crate) read_only: bool,
    pub(crate) messages: Vec<Message>,
    /// UID and the modification sequence of its end, for VANISHED (EARLIER).
    pub(crate) gone: Vec<(u32, u64)>,
    /// From this UID on nobody has seen the messages: they are `\Recent` to the next who selects.
    pub(crate) recent_from: u32,
}

/// A message on its way into a folder.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) flags: Vec<String>,
    pub(crate) received: DateTime<FixedOffset>,
    pub(crate) bytes: Bytes,
    pub(crate) identity: u64,
}

impl Folder {
    pub(crate) fn new(id: u64, name: &str, uid_validity: u32) -> Self {
        Self {
            id,
            name: name.to_owned(),
            uid_validity,
            uid_next: 1,
            highest_modseq: 1,
            special_use: Vec::new(),
            no_select: false,
            read_only: false,
            messages: Vec::new(),
            gone: Vec::new(),
            recent_from: 1,
        }
    }

    pub(crate) fn next_modseq(&mut self) -> u64 {
        self.highest_modseq += 1;
        self.highest_modseq
    }

    /// Where in the folder a UID is.
    pub(crate) fn find(&self, uid: u32) -> Option<usize> {
        self.messages.binary_search_by_key(&uid, |message| message.uid).ok()
    }

    pub(crate) fn get(&self, uid: u32) -> Option<&Message> {
        self.find(uid).map(|at| &self.messages[at])
    }

    pub(crate) fn put(&mut self, arrival: Arrival) -> u32 {
        let (uid, modseq) = (self.uid_next, self.next_modseq());
        self.uid_next += 1;
        let Arrival { flags, received, bytes, identity } = arrival;
        self.messages.push(Message { uid, modseq, flags, received, bytes, identity });
        uid
    }

    /// Gives a message other flags; whether they differ from those it had.
    pub(crate) fn set_flags(&mut self, uid: u32, flags: Vec<String>) -> bool {
        let Some(at) = self.find(uid) else { return false };
        let own = &self.messages[at].flags;
        let same = own.len() == flags.len() && flags.iter().all(|flag| has_flag(own, flag));
        if !same {
            let modseq = self.next_modseq();
            self.messages[at].flags = flags;
            self.messages[at].modseq = modseq;
        }
        !same
    }

    /// Removes these; the answer is those that were there.
    pub(crate) fn remove(&mut self, uids: &[u32]) -> Vec<u32> {
        let mut removed: Vec<u32> = uids.iter().copied().filter(|uid| self.find(*uid).is_some()).collect();
        removed.sort_unstable();
        removed.dedup();
        if !removed.is_empty() {
            // RFC 7162 §3.2.10: one new value may stand for several that go together.
            let modseq = self.next_modseq();
            self.gone.extend(removed.iter().map(|uid| (*uid, modseq)));
            self.messages.retain(|message| removed.binary_search(&message.uid).is_err());
        }
        removed
    }

    /// A new UIDVALIDITY: the messages are numbered from 1, and nothing is known of what is gone.
    pub(crate) fn renumber(&mut self, uid_validity: u32) {
        self.uid_validity = uid_validity;
        self.gone.clear();
        for (uid, message) in (1..).zip(&mut self.messages) {
            message.uid = uid;
        }
        self.uid_next = self.messages.len() as u32 + 1;
        self.recent_from = self.uid_next;
    }

    pub(crate) fn is_inbox(&self) -> bool {
        self.name.eq_ignore_ascii_case("INBOX")
    }

    pub(crate) fn unseen(&self) -> usize {
        self.messages.iter().filter(|message| !message.has("\\Seen")).count()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.messages.iter().map(Message::size).sum()
    }
}

/// INBOX is one name in any case (RFC 9051 §5.1), with what is below it; other names only where the server folds.
pub(crate) fn same_name(a: &str, b: &str, delimiter: Option<char>, folds: bool) -> bool {
    if folds {
        return a.to_lowercase() == b.to_lowercase();
    }
    let split = |name: &str| -> (String, String) {
        match delimiter.and_then(|delimiter| name.split_once(delimiter)) {
            Some((first, rest)) => (first.to_owned(), rest.to_owned()),
            None => (name.to_owned(), String::new()),
        }
    };
    let ((first_a, rest_a), (first_b, rest_b)) = (split(a), split(b));
    let same_first = first_a == first_b
        || (first_a.eq_ignore_ascii_case("INBOX") && first_b.eq_ignore_ascii_case("INBOX"));
    same_first && rest_a == rest_b
}
