//! Mailboxes of [`crate::mailbox`] put into the server.

use super::{MockAccount, MockMessage};
use crate::mailbox::{Mailbox, MailboxItem};
use omm_core::model::{FolderPath, ItemKind, Role};

impl MockAccount {
    /// Puts the mail of a generated mailbox into the account: folders, special uses, messages in order. Other kinds
    /// are left out. A name of IMAP has no place for the delimiter inside a level: it becomes `_`.
    pub fn fill(&self, mailbox: &Mailbox) -> &Self {
        for folder in mailbox.folders.iter().filter(|folder| folder.kind == ItemKind::Mail) {
            let name = self.name_of(&folder.path);
            self.add_folder(&name);
            if let Some(special) = folder.role.and_then(special_use) {
                self.special_use(&name, special);
            }
            for item in &folder.items {
                self.add(&name, MockMessage::from(item));
            }
        }
        self
    }

    /// How a path is written here.
    pub fn name_of(&self, path: &FolderPath) -> String {
        let (prefix, delimiter) = self.prefix_and_delimiter();
        let level =
            |segment: &str| delimiter.map_or(segment.to_owned(), |letter| segment.replace(letter, "_"));
        let joint = delimiter.map(String::from).unwrap_or_default();
        let name = path.segments().map(level).collect::<Vec<_>>().join(&joint);
        let is_inside = name.eq_ignore_ascii_case("INBOX") || name.starts_with(&prefix);
        if is_inside { name } else { format!("{prefix}{name}") }
    }
}

impl From<&MailboxItem> for MockMessage {
    fn from(item: &MailboxItem) -> Self {
        let system = item.flags.system().map(|flag| flag.name().to_owned());
        let flags = system.chain(item.flags.keywords().map(str::to_owned)).collect();
        Self { bytes: item.bytes.clone(), flags, received: item.received }
    }
}

fn special_use(role: Role) -> Option<&'static str> {
    Some(match role {
        Role::Sent => "\\Sent",
        Role::Drafts => "\\Drafts",
        Role::Trash => "\\Trash",
        Role::Junk => "\\Junk",
        Role::Archive => "\\Archive",
        Role::All => "\\All",
        _ => return None,
    })
}
