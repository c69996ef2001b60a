//! Gmail's labels without copies (X-GM-EXT-1).
//!
//! A Gmail folder is a label, and a message with three labels is seen in three folders and in All Mail. Here every
//! message has one home: the inbox, else the sent mail, else the drafts, else its first own label in the order of the
//! folders, else All Mail. It is listed there and nowhere else, and its other labels travel as keywords. Pure.

use crate::{
    listing::Mailbox,
    proto::name::{self, Spelling},
};
use omm_core::model::{Flags, Role, SystemFlag};
use std::collections::HashMap;

/// What is asked for besides, for every message.
pub(crate) const ITEMS: &str = " X-GM-MSGID X-GM-LABELS";
/// The capability.
pub(crate) const EXTENSION: &str = "X-GM-EXT-1";

/// Whether a folder is only a view on messages that are elsewhere, or holds chats.
pub(crate) fn is_left_out(mailbox: &Mailbox) -> bool {
    let has = |name: &str| mailbox.attributes.iter().any(|attribute| attribute.eq_ignore_ascii_case(name));
    let mut segments = mailbox.path.segments();
    // Seen: the chats have no attribute of their own; below the provider's folder they are named in English.
    let provider = matches!(segments.next(), Some("[Gmail]" | "[Google Mail]"));
    let chats = provider && segments.next() == Some("Chats") && segments.next().is_none();
    has("\\Flagged") || has("\\Important") || chats
}

/// The account's folders by what their labels say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels {
    folders: HashMap<Vec<u8>, Place>,
    by_role: HashMap<Role, Vec<u8>>,
    spelling: Spelling,
}

/// A folder's role, and its turn when a home is looked for.
#[derive(Clone, Copy, Debug)]
struct Place {
    role: Option<Role>,
    turn: usize,
}

impl Labels {
    /// From the folders, in their order.
    pub(crate) fn new(mailboxes: &[Mailbox], utf8: bool) -> Self {
        let spelling = if utf8 { Spelling::Utf8 } else { Spelling::Utf7 };
        let mut labels = Self { spelling, ..Self::default() };
        for (at, mailbox) in mailboxes.iter().enumerate() {
            if !mailbox.selectable || is_left_out(mailbox) {
                continue;
            }
            let turn = match mailbox.role {
                Some(Role::Inbox) => 0,
                Some(Role::Sent) => 1,
                Some(Role::Drafts) => 2,
                Some(Role::All) => usize::MAX,
                _ => at + 3,
            };
            labels.folders.insert(mailbox.wire.clone(), Place { role: mailbox.role, turn });
            if let Some(role) = mailbox.role {
                labels.by_role.entry(role).or_insert_with(|| mailbox.wire.clone());
            }
        }
        labels
    }

    /// Whether a message that is seen in a folder is at home there.
    pub(crate) fn is_home(&self, folder: &[u8], labels: &[Vec<u8>]) -> bool {
        self.home(folder, labels) == folder
    }

    /// The home of a message that is seen in a folder with these labels. Gmail does not name the folder's own.
    fn home<'a>(&'a self, folder: &'a [u8], labels: &'a [Vec<u8>]) -> &'a [u8] {
        let own = self.folders.get(folder);
        // What is thrown away is nowhere else, whatever its labels say.
        if matches!(own.and_then(|place| place.role), Some(Role::Trash | Role::Junk)) {
            return folder;
        }
        let named = labels.iter().filter_map(|label| self.folder_of(label));
        let all = named.chain([folder]).filter(|name| {
            let role = self.folders.get(*name).and_then(|place| place.role);
            !matches!(role, Some(Role::Trash | Role::Junk))
        });
        let turn = |name: &&[u8]| self.folders.get(*name).map_or(usize::MAX - 1, |place| place.turn);
        all.min_by_key(turn).unwrap_or(folder)
    }

    /// What the labels add to the flags of a message that is told in a folder.
    pub(crate) fn flags(&self, folder: &[u8], labels: &[Vec<u8>]) -> Flags {
        let mut flags = Flags::none();
        for label in labels.iter().filter(|label| self.folder_of(label) != Some(folder)) {
            match system_label(label).as_deref() {
                Some("draft" | "drafts") => flags.insert(SystemFlag::Draft),
                Some("starred") => flags.insert(SystemFlag::Flagged),
                // RFC 8457 §2 has the word for this one.
                Some("important") => flags.insert_keyword("$Important"),
                Some(_) => flags.insert_keyword(&format!("${}", atom(&label[1..]))),
                None => flags.insert_keyword(&self.keyword(label)),
            }
        }
        flags
    }

    /// The folder that a label stands for.
    fn folder_of<'a>(&'a self, label: &'a [u8]) -> Option<&'a [u8]> {
        let role = match system_label(label).as_deref() {
            None => return self.folders.contains_key(label).then_some(label),
            Some("inbox") => Role::Inbox,
            Some("sent") => Role::Sent,
            Some("draft" | "drafts") => Role::Drafts,
            Some("trash") => Role::Trash,
            Some("junk" | "spam") => Role::Junk,
            Some(_) => return None,
        };
        self.by_role.get(&role).map(Vec::as_slice)
    }

    /// An own label as a keyword: in modified UTF-7, since a keyword is an atom (RFC 9051 §9).
    fn keyword(&self, label: &[u8]) -> String {
        let text = name::decode(label, self.spelling);
        let wire = name::encode(&text, Spelling::Utf7).unwrap_or_else(|| label.to_vec());
        atom(&wire)
    }
}

/// A label that is Gmail's own, without its backslash, in lower case.
fn system_label(label: &[u8]) -> Option<String> {
    let name = label.strip_prefix(b"\\")?;
    Some(String::from_utf8_lossy(name).to_ascii_lowercase())
}

/// RFC 9051 §9, atom: what cannot stand in one becomes an underscore.
fn atom(bytes: &[u8]) -> String {
    let fits = |byte: u8| byte.is_ascii_graphic() && !b"(){%*\"\\]".contains(&byte);
    bytes.iter().map(|byte| if fits(*byte) { char::from(*byte) } else { '_' }).collect()
}

#[cfg(test)]
mod tests;
