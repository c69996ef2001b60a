//! What a user might do to an account between two runs.

use super::{Part, Witness, date, names::quoted};
use crate::mailbox::MailboxItem;
use omm_core::model::{FolderPath, Role};
use std::io;

/// A batch of this many bytes or messages is sent at once.
const BATCH_BYTES: usize = 1 << 20;
const BATCH_MESSAGES: usize = 100;

/// Every method fails with what the server said when it refuses.
impl Witness {
    /// Makes a folder, declared to be for something where the server lets one say so (RFC 6154 §3).
    ///
    /// # Errors
    /// What the server said.
    pub fn create(&mut self, path: &FolderPath, role: Option<Role>) -> io::Result<()> {
        let name = quoted(&self.names.wire(path)?);
        let special = role.and_then(use_of).filter(|_| self.has("CREATE-SPECIAL-USE"));
        let special = special.map_or_else(String::new, |word| format!(" (USE ({word}))"));
        self.command(&format!("CREATE {name}{special}")).map(drop)
    }

    /// Removes a folder and all in it.
    ///
    /// # Errors
    /// What the server said.
    pub fn delete(&mut self, path: &FolderPath) -> io::Result<()> {
        self.on_folder("DELETE", path)
    }

    /// Gives a folder another path.
    ///
    /// # Errors
    /// What the server said.
    pub fn rename(&mut self, path: &FolderPath, to: &FolderPath) -> io::Result<()> {
        let (path, to) = (self.names.wire(path)?, self.names.wire(to)?);
        self.command(&format!("RENAME {} {}", quoted(&path), quoted(&to))).map(drop)
    }

    /// Subscribes to a folder.
    ///
    /// # Errors
    /// What the server said.
    pub fn subscribe(&mut self, path: &FolderPath) -> io::Result<()> {
        self.on_folder("SUBSCRIBE", path)
    }

    /// Ends a subscription.
    ///
    /// # Errors
    /// What the server said.
    pub fn unsubscribe(&mut self, path: &FolderPath) -> io::Result<()> {
        self.on_folder("UNSUBSCRIBE", path)
    }

    /// Adds messages in this order, many in one command where the server can (RFC 3502).
    ///
    /// # Errors
    /// What the server said; messages of earlier batches are there.
    pub fn append(
        &mut self,
        path: &FolderPath,
        items: impl IntoIterator<Item = MailboxItem>,
    ) -> io::Result<()> {
        let name = quoted(&self.names.wire(path)?);
        let most = if self.has("MULTIAPPEND") { BATCH_MESSAGES } else { 1 };
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for item in items {
            bytes += item.bytes.len();
            batch.push(item);
            if batch.len() >= most || bytes >= BATCH_BYTES {
                self.append_batch(&name, &std::mem::take(&mut batch))?;
                bytes = 0;
            }
        }
        if batch.is_empty() { Ok(()) } else { self.append_batch(&name, &batch) }
    }

    /// Changes flags: `change` is the rest of a STORE, `+FLAGS (\Seen work)` say.
    ///
    /// # Errors
    /// What the server said.
    pub fn store(&mut self, path: &FolderPath, uids: &[u32], change: &str) -> io::Result<()> {
        self.on_messages(path, &format!("UID STORE {} {change}", set(uids)), uids)
    }

    /// Copies messages into another folder.
    ///
    /// # Errors
    /// What the server said.
    pub fn copy(&mut self, path: &FolderPath, uids: &[u32], to: &FolderPath) -> io::Result<()> {
        let to = quoted(&self.names.wire(to)?);
        self.on_messages(path, &format!("UID COPY {} {to}", set(uids)), uids)
    }

    /// Moves messages into another folder (RFC 6851), by copying and removing where the server cannot.
    ///
    /// # Errors
    /// What the server said.
    pub fn move_to(&mut self, path: &FolderPath, uids: &[u32], to: &FolderPath) -> io::Result<()> {
        if !self.has("MOVE") {
            self.copy(path, uids, to)?;
            return self.expunge(path, uids);
        }
        let to = quoted(&self.names.wire(to)?);
        self.on_messages(path, &format!("UID MOVE {} {to}", set(uids)), uids)
    }

    /// Removes messages for good. Without UIDPLUS (RFC 4315), what others marked \Deleted goes too.
    ///
    /// # Errors
    /// What the server said.
    pub fn expunge(&mut self, path: &FolderPath, uids: &[u32]) -> io::Result<()> {
        self.store(path, uids, "+FLAGS.SILENT (\\Deleted)")?;
        let expunge =
            if self.has("UIDPLUS") { format!("UID EXPUNGE {}", set(uids)) } else { "EXPUNGE".to_owned() };
        self.on_messages(path, &expunge, uids)
    }

    fn on_folder(&mut self, command: &str, path: &FolderPath) -> io::Result<()> {
        let name = quoted(&self.names.wire(path)?);
        self.command(&format!("{command} {name}")).map(drop)
    }

    fn on_messages(&mut self, path: &FolderPath, command: &str, uids: &[u32]) -> io::Result<()> {
        if uids.is_empty() {
            return Ok(());
        }
        self.on_folder("SELECT", path)?;
        self.command(command).map(drop)
    }

    fn append_batch(&mut self, name: &str, batch: &[MailboxItem]) -> io::Result<()> {
        let heads: Vec<String> = batch.iter().map(head).collect();
        let command = format!("APPEND {name}");
        let mut parts = vec![Part::Text(&command)];
        for (head, item) in heads.iter().zip(batch) {
            parts.push(Part::Text(head));
            parts.push(Part::Literal(&item.bytes));
        }
        self.wire.command(&parts, |_| Ok(())).map(drop)
    }
}

/// What stands before a message in APPEND: its flags and date.
fn head(item: &MailboxItem) -> String {
    let date = item.received.as_ref().map(|received| format!("\"{}\" ", date::write(received)));
    format!(" ({}) {}", item.flags, date.unwrap_or_default())
}

fn use_of(role: Role) -> Option<&'static str> {
    match role {
        Role::Sent => Some("\\Sent"),
        Role::Drafts => Some("\\Drafts"),
        Role::Trash => Some("\\Trash"),
        Role::Junk => Some("\\Junk"),
        Role::Archive => Some("\\Archive"),
        Role::All => Some("\\All"),
        _ => None,
    }
}

fn set(uids: &[u32]) -> String {
    uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}
