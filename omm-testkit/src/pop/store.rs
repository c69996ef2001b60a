//! One user's messages, and who has them open.

use super::MockMessage;
use bytes::Bytes;

#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Never given again, unlike the unique-id.
    pub(crate) id: u64,
    pub(crate) uid: String,
    pub(crate) bytes: Bytes,
    /// For those who look at the same messages by IMAP.
    pub(crate) is_read: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Maildrop {
    pub(crate) password: String,
    pub(crate) messages: Vec<Message>,
    /// The connection that has it open; RFC 1939 §4 wants one at most.
    pub(crate) holder: Option<u64>,
    /// How many logins more will find it locked though nobody has it open.
    pub(crate) lingers: u32,
    /// How many sessions there were.
    pub(crate) sessions: u64,
    next_id: u64,
}

impl Maildrop {
    pub(crate) fn new(password: &str) -> Self {
        Self {
            password: password.to_owned(),
            messages: Vec::new(),
            holder: None,
            lingers: 0,
            sessions: 0,
            next_id: 1,
        }
    }

    /// Puts a message behind the others; the answer is its unique-id.
    pub(crate) fn put(&mut self, message: MockMessage) -> String {
        let id = self.next_id();
        let uid = message.uid.unwrap_or_else(|| uid(id));
        self.messages.push(Message { id, uid: uid.clone(), bytes: message.bytes, is_read: false });
        uid
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Message> {
        // They come and go, but their order stays.
        let at = self.messages.binary_search_by_key(&id, |message| message.id).ok()?;
        self.messages.get(at)
    }

    /// Unique-ids that were never seen before, for all messages.
    pub(crate) fn renew_uids(&mut self) {
        for at in 0..self.messages.len() {
            self.messages[at].uid = uid(self.next_id());
        }
    }

    fn next_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }
}

/// In the manner of servers that show UIDVALIDITY and UID.
fn uid(id: u64) -> String {
    format!("{:08x}{id:08x}", 1_700_000_001)
}
