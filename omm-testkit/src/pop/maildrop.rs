//! What a user has, and what happens to it behind the client's back.

use super::{
    MockMessage, StoredMessage,
    store::Maildrop,
    world::{SharedWorld, lock},
};
use crate::mailbox::Mailbox;
use omm_core::model::{FolderPath, ItemKind};
use std::sync::Arc;

/// One user's maildrop, to be filled, looked at and changed. A session that is open goes on with what it saw when it
/// began.
///
/// Naming a message that is not there is a mistake in the test, and panics.
#[derive(Clone)]
pub struct MockMaildrop {
    world: SharedWorld,
    user: String,
}

impl MockMaildrop {
    pub(super) fn new(world: &SharedWorld, user: &str) -> Self {
        Self { world: Arc::clone(world), user: user.to_owned() }
    }

    /// Puts a message behind the others; the answer is its unique-id.
    pub fn add(&self, message: impl Into<MockMessage>) -> String {
        let message = message.into();
        self.change(|maildrop| maildrop.put(message))
    }

    /// Puts these behind the others, in order.
    pub fn add_all(&self, messages: impl IntoIterator<Item = impl Into<MockMessage>>) -> &Self {
        messages.into_iter().for_each(|message| {
            self.add(message);
        });
        self
    }

    /// Puts the mail of a generated mailbox's inbox into the maildrop, in order. What lies in other folders is not to
    /// be had by POP3 and is left out.
    pub fn fill(&self, mailbox: &Mailbox) -> &Self {
        let inbox = mailbox.folder(&FolderPath::new(["INBOX"]));
        let items = inbox.filter(|folder| folder.kind == ItemKind::Mail).map(|folder| &folder.items);
        self.add_all(items.into_iter().flatten())
    }

    /// Removes the first message with this unique-id.
    pub fn delete(&self, uid: &str) {
        self.change(|maildrop| {
            let at = maildrop.messages.iter().position(|message| message.uid == uid);
            let Some(at) = at else { panic!("there is no message {uid}") };
            maildrop.messages.remove(at);
        });
    }

    /// Unique-ids that were never seen before, for all messages, from the next session on.
    pub fn renew_uids(&self) {
        self.change(Maildrop::renew_uids);
    }

    /// Whether a session has it open.
    pub fn is_open(&self) -> bool {
        self.change(|maildrop| maildrop.holder.is_some())
    }

    /// Everything there is, in order: to compare with later.
    pub fn snapshot(&self) -> Vec<StoredMessage> {
        self.change(|maildrop| maildrop.messages.iter().map(StoredMessage::of).collect())
    }

    fn change<T>(&self, change: impl FnOnce(&mut Maildrop) -> T) -> T {
        match lock(&self.world).maildrops.get_mut(&self.user) {
            Some(maildrop) => change(maildrop),
            None => panic!("there is no user {}", self.user),
        }
    }
}

impl std::fmt::Debug for MockMaildrop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockMaildrop").field("user", &self.user).finish_non_exhaustive()
    }
}
