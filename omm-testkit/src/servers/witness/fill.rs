//! Filling an account with a generated one.

use super::Witness;
use crate::{
    mailbox::{Mailbox, MailboxItem},
    servers::{Account, corpus::Corpus},
};
use omm_core::model::{FolderPath, ItemKind};
use std::io;

impl Witness {
    /// Puts messages into the inbox of an account, which is what POP3 shows of it. Two thousand take less than a second.
    ///
    /// # Errors
    /// What the server said to the first thing it refused.
    pub fn load_inbox(account: &Account, items: impl IntoIterator<Item = MailboxItem>) -> io::Result<()> {
        let mut witness = Self::enter(account)?;
        witness.append(&FolderPath::new(["INBOX"]), items)?;
        witness.leave()
    }

    /// Puts a whole corpus into the account: folders, subscriptions, messages.
    ///
    /// # Errors
    /// What the server said to the first thing it refused.
    pub fn fill(&mut self, corpus: &Corpus) -> io::Result<()> {
        let there = self.folders()?;
        for folder in corpus.folders() {
            if !there.contains(&folder.path) {
                self.create(&folder.path, folder.role)?;
            }
            // A server may subscribe by itself to what is made.
            match folder.subscribed {
                true => self.subscribe(&folder.path)?,
                false => self.unsubscribe(&folder.path)?,
            }
            self.append(&folder.path, folder.messages.iter().map(|planned| corpus.item(planned)))?;
        }
        Ok(())
    }

    /// Puts the mail of a mailbox into the account, and subscribes to all of it. Other items are left out, and so are
    /// folders for them.
    ///
    /// # Errors
    /// What the server said to the first thing it refused.
    pub fn fill_mailbox(&mut self, mailbox: &Mailbox) -> io::Result<()> {
        let there: Vec<FolderPath> = self.folders()?;
        for folder in mailbox.folders.iter().filter(|folder| folder.kind == ItemKind::Mail) {
            if !there.contains(&folder.path) {
                self.create(&folder.path, folder.role)?;
            }
            self.subscribe(&folder.path)?;
            self.append(&folder.path, folder.items.iter().cloned())?;
        }
        Ok(())
    }
}
