//! What a user has, and what the user does behind the client's back.

use super::{
    FolderSnapshot, MockMessage, StoredMessage,
    commands::renamed,
    store::{Account, Folder, normal_flag},
    world::{SharedWorld, World, lock},
};
use std::sync::Arc;

/// One user's mailbox, to be filled, looked at and changed. Names are whole, in Unicode, with the server's delimiter.
///
/// Naming a folder or message that is not there is a mistake in the test, and panics; so in all methods below.
#[derive(Clone)]
pub struct MockAccount {
    world: SharedWorld,
    user: String,
}

impl MockAccount {
    pub(super) fn new(world: &SharedWorld, user: &str) -> Self {
        Self { world: Arc::clone(world), user: user.to_owned() }
    }

    /// Makes a folder, unless it is there.
    pub fn add_folder(&self, name: &str) -> &Self {
        self.change(|account, _| {
            if account.find(name).is_none() {
                account.make(name);
            }
        });
        self
    }

    /// Gives a folder, made if need be, a special use such as `\Sent`.
    pub fn special_use(&self, name: &str, special: &str) -> &Self {
        self.add_folder(name);
        self.folder(name, |folder| folder.special_use.push(special.to_owned()));
        self
    }

    /// Subscribes to a name, which need not be a folder.
    pub fn subscribe(&self, name: &str) -> &Self {
        self.change(|account, _| account.subscribed.insert(name.to_owned()));
        self
    }

    /// Makes a folder, made if need be, `\Noselect`.
    pub fn no_select(&self, name: &str) -> &Self {
        self.add_folder(name);
        self.folder(name, |folder| folder.no_select = true);
        self
    }

    /// Makes a folder read-only, or not any more: SELECT says READ-ONLY, APPEND and COPY are NO.
    pub fn read_only(&self, name: &str, is_read_only: bool) -> &Self {
        self.folder(name, |folder| folder.read_only = is_read_only);
        self
    }

    /// How many bytes the account holds at most.
    pub fn quota(&self, bytes: u64) -> &Self {
        self.change(|account, _| account.quota_bytes = Some(bytes));
        self
    }

    /// Puts a message into a folder; the answer is its UID.
    pub fn add(&self, name: &str, message: MockMessage) -> u32 {
        self.change(|account, now| {
            let flags = message.flags.iter().map(|flag| normal_flag(flag)).collect();
            let arrival = account.arrival(message.bytes, flags, message.received.unwrap_or(now));
            found(account, name).put(arrival)
        })
    }

    /// Removes a message.
    pub fn delete(&self, name: &str, uid: u32) {
        let removed = self.folder(name, |folder| folder.remove(&[uid]));
        assert!(!removed.is_empty(), "there is no message {uid} in {name}");
    }

    /// Gives a message exactly these flags.
    pub fn set_flags(&self, name: &str, uid: u32, flags: &[&str]) {
        self.folder(name, |folder| {
            assert!(folder.find(uid).is_some(), "there is no message {uid} in {name}");
            folder.set_flags(uid, flags.iter().map(|flag| normal_flag(flag)).collect());
        });
    }

    /// Moves a message; the answer is its new UID.
    pub fn move_to(&self, from: &str, uid: u32, to: &str) -> u32 {
        let message = self.folder(from, |folder| {
            let message = folder.get(uid).cloned();
            folder.remove(&[uid]);
            message
        });
        let Some(message) = message else { panic!("there is no message {uid} in {from}") };
        self.change(|account, _| {
            let mut arrival = account.arrival(message.bytes, message.flags, message.received);
            arrival.identity = message.identity;
            found(account, to).put(arrival)
        })
    }

    /// Copies a message; the answer is the copy's UID. The two are one message to Gmail and OBJECTID.
    pub fn copy_to(&self, from: &str, uid: u32, to: &str) -> u32 {
        let Some(message) = self.folder(from, |folder| folder.get(uid).cloned()) else {
            panic!("there is no message {uid} in {from}")
        };
        self.change(|account, _| {
            let mut arrival = account.arrival(message.bytes, message.flags, message.received);
            arrival.identity = message.identity;
            found(account, to).put(arrival)
        })
    }

    /// Renames a folder and what is below it.
    pub fn rename(&self, from: &str, to: &str) {
        self.change(|account, _| renamed(account, from, to));
    }

    /// Removes a folder with its messages.
    pub fn delete_folder(&self, name: &str) {
        self.change(|account, _| {
            let id = found(account, name).id;
            account.folders.retain(|folder| folder.id != id);
        });
    }

    /// A new UIDVALIDITY, and new UIDs from 1 on.
    pub fn renumber(&self, name: &str) {
        self.change(|account, _| {
            let validity = account.next_validity();
            found(account, name).renumber(validity);
        });
    }

    /// The messages of a folder, by UID.
    pub fn messages(&self, name: &str) -> Vec<StoredMessage> {
        self.folder(name, |folder| folder.messages.iter().map(StoredMessage::of).collect())
    }

    /// Everything there is, in the order in which the folders were made.
    pub fn snapshot(&self) -> Vec<FolderSnapshot> {
        self.change(|account, _| {
            let of = |folder: &Folder| FolderSnapshot::of(folder, account.is_subscribed(&folder.name));
            account.folders.iter().map(of).collect()
        })
    }

    /// The names that are subscribed, those without a folder too.
    pub fn subscriptions(&self) -> Vec<String> {
        self.change(|account, _| account.subscribed.iter().cloned().collect())
    }

    pub(super) fn prefix_and_delimiter(&self) -> (String, Option<char>) {
        let world = lock(&self.world);
        (world.settings.prefix.clone(), world.settings.delimiter)
    }

    fn folder<T>(&self, name: &str, change: impl FnOnce(&mut Folder) -> T) -> T {
        self.change(|account, _| change(found(account, name)))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Account, chrono::DateTime<chrono::FixedOffset>) -> T) -> T {
        let mut world = lock(&self.world);
        let now = World::now(&mut world);
        let account = world.accounts.get_mut(&self.user);
        let answer = account.map(|account| change(account, now));
        let wakers = world.ground.take_wakers();
        drop(world);
        wakers.into_iter().for_each(std::task::Waker::wake);
        match answer {
            Some(answer) => answer,
            None => panic!("there is no user {}", self.user),
        }
    }
}

impl std::fmt::Debug for MockAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockAccount").field("user", &self.user).finish_non_exhaustive()
    }
}

fn found<'a>(account: &'a mut Account, name: &str) -> &'a mut Folder {
    match account.find_mut(name) {
        Some(folder) => folder,
        None => panic!("there is no folder {name}"),
    }
}
