//! Names of folders: on the wire, and as paths.

use crate::proto::{
    Namespaces,
    name::{self, Spelling},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope, Side},
    model::{FolderPath, Role},
};
use std::fmt::Write as _;

/// Stands before the hexadecimal form of a name that is no UTF-8.
const BYTES: &str = "8bit:";

/// How this account writes its folders' names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Naming {
    /// RFC 2342: what stands before every folder but INBOX.
    prefix: Vec<u8>,
    pub(crate) delimiter: Option<char>,
    /// What is not ours: other users' folders and shared ones.
    foreign: Vec<Vec<u8>>,
    /// Where what is shared has no prefix of its own, only what begins with one of these is ours. Seen: Cyrus without
    /// altnamespace, where ours is `INBOX.` and shared is everything else.
    own: Vec<Vec<u8>>,
    /// Whether NAMESPACE was refused, so that this is a guess.
    pub(crate) guessed: bool,
    /// RFC 6855 or IMAP4rev2: names are UTF-8, else modified UTF-7.
    pub(crate) utf8: bool,
}

impl Naming {
    /// From NAMESPACE (RFC 2342); without it, from what LIST said of the root.
    pub(crate) fn new(namespaces: Option<&Namespaces>, root_delimiter: Option<char>, utf8: bool) -> Self {
        let Some(namespaces) = namespaces else {
            return Self { delimiter: root_delimiter, utf8, ..Self::default() };
        };
        let personal = namespaces.personal.first();
        let strangers = || namespaces.other_users.iter().chain(&namespaces.shared);
        let prefixes = namespaces.personal.iter().map(|space| space.prefix.clone());
        let is_anywhere = strangers().any(|space| space.prefix.is_empty());
        let own: Vec<Vec<u8>> = if is_anywhere { prefixes.collect() } else { Vec::new() };
        Self {
            // Where ours has no prefix either, nothing tells them apart.
            own: if own.iter().any(Vec::is_empty) { Vec::new() } else { own },
            guessed: false,
            prefix: personal.map(|personal| personal.prefix.clone()).unwrap_or_default(),
            delimiter: personal.map_or(root_delimiter, |personal| personal.delimiter),
            foreign: strangers()
                .map(|space| space.prefix.clone())
                .filter(|prefix| !prefix.is_empty())
                .collect(),
            utf8,
        }
    }

    /// Where a folder is; nothing for one that is not the account's own.
    pub(crate) fn path(&self, wire: &[u8], delimiter: Option<char>) -> Option<FolderPath> {
        if is_inbox(wire) {
            return Some(FolderPath::new(["INBOX"]));
        }
        if self.foreign.iter().any(|prefix| wire.starts_with(prefix) || wire == without_end(prefix)) {
            return None;
        }
        if !self.own.is_empty() && !self.own.iter().any(|prefix| wire.starts_with(prefix)) {
            return None;
        }
        let name = wire.strip_prefix(self.prefix.as_slice()).filter(|name| !name.is_empty()).unwrap_or(wire);
        let text = name::decode(name, self.spelling());
        let path = match delimiter {
            Some(delimiter) => FolderPath::new(text.split(delimiter)),
            None => FolderPath::new([text]),
        };
        let inbox_first = path.segments().next().is_some_and(|first| first.eq_ignore_ascii_case("INBOX"));
        // RFC 9051 §5.1: INBOX in any case is the same folder, and so is what lies below it.
        Some(if inbox_first {
            FolderPath::new(["INBOX"].into_iter().chain(path.segments().skip(1)))
        } else {
            path
        })
    }

    /// How a folder at a path is written.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] for a path that cannot be written: a segment holds the delimiter.
    pub(crate) fn wire(&self, path: &FolderPath) -> Result<Vec<u8>> {
        let segments: Vec<&str> = path.segments().collect();
        if let [inbox] = segments.as_slice()
            && inbox.eq_ignore_ascii_case("INBOX")
        {
            return Ok(b"INBOX".to_vec());
        }
        let holds = |segment: &&str| self.delimiter.is_some_and(|delimiter| segment.contains(delimiter));
        if segments.iter().any(holds) || (segments.len() > 1 && self.delimiter.is_none()) {
            let delimiter =
                self.delimiter.map_or("no delimiter".to_owned(), |delimiter| format!("{delimiter:?}"));
            let message =
                format!("the server separates folders with {delimiter}, so it cannot hold this name");
            let error = Error::new(ErrorKind::Rejected, Side::Destination, "name a folder", message);
            return Err(error.scope(Scope::Folder).with("folder", path));
        }
        let mut text = String::new();
        for (at, segment) in segments.iter().enumerate() {
            if let Some(delimiter) = self.delimiter.filter(|_| at > 0) {
                text.push(delimiter);
            }
            text.push_str(segment);
        }
        let mut wire = self.prefix.clone();
        let unwritable = || {
            let message = "a name like this cannot be said to the server";
            let error = Error::new(ErrorKind::Rejected, Side::Destination, "name a folder", message);
            error.scope(Scope::Folder).with("folder", path)
        };
        wire.extend(name::encode(&text, self.spelling()).ok_or_else(unwritable)?);
        Ok(wire)
    }

    fn spelling(&self) -> Spelling {
        if self.utf8 { Spelling::Utf8 } else { Spelling::Utf7 }
    }
}

/// RFC 9051 §5.1.
fn is_inbox(wire: &[u8]) -> bool {
    wire.eq_ignore_ascii_case(b"INBOX")
}

/// A namespace itself, without its final delimiter.
fn without_end(prefix: &[u8]) -> &[u8] {
    prefix.split_last().map_or(prefix, |(_, rest)| rest)
}

/// A name on the wire as the text of a folder id.
pub(crate) fn id_of(wire: &[u8]) -> String {
    match std::str::from_utf8(wire) {
        Ok(text) if !text.starts_with(BYTES) => text.to_owned(),
        _ => wire.iter().fold(BYTES.to_owned(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }),
    }
}

/// The name on the wire behind the text of a folder id.
pub(crate) fn wire_of(id: &str) -> Vec<u8> {
    let Some(hex) = id.strip_prefix(BYTES) else { return id.as_bytes().to_vec() };
    let digits: Vec<u8> = hex.chars().filter_map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// RFC 6154 §2.
pub(crate) fn role_of(attributes: &[String]) -> Option<Role> {
    attributes.iter().find_map(|attribute| {
        Some(match attribute.to_ascii_lowercase().as_str() {
            "\\sent" => Role::Sent,
            "\\drafts" => Role::Drafts,
            "\\trash" => Role::Trash,
            "\\junk" => Role::Junk,
            "\\archive" => Role::Archive,
            "\\all" => Role::All,
            _ => return None,
        })
    })
}

/// The attribute that asks for a role in CREATE (RFC 6154 §3).
pub(crate) fn use_of(role: Role) -> Option<&'static str> {
    Some(match role {
        Role::Sent => "\\Sent",
        Role::Drafts => "\\Drafts",
        Role::Trash => "\\Trash",
        Role::Junk => "\\Junk",
        Role::Archive => "\\Archive",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::Namespace;

    fn cyrus() -> Naming {
        let space = |prefix: &str| Namespace { prefix: prefix.into(), delimiter: Some('.') };
        let namespaces = Namespaces {
            personal: vec![space("INBOX.")],
            other_users: vec![space("user.")],
            shared: vec![space("")],
        };
        Naming::new(Some(&namespaces), Some('.'), false)
    }

    fn plain(delimiter: Option<char>) -> Naming {
        Naming::new(None, delimiter, false)
    }

    #[test]
    fn paths_and_names_there_and_back() {
        for (naming, wire, path) in [
            (plain(Some('/')), "inbox", "INBOX"),
            (plain(Some('/')), "INBOX/a", "INBOX/a"),
            (plain(Some('/')), "a/b", "a/b"),
            (plain(Some('.')), "a/b.c", "a\\/b/c"),
            (plain(None), "a.b", "a.b"),
            (plain(Some('\\')), "a\\b", "a/b"),
            (plain(Some('/')), "Entw&APw-rfe", "Entwürfe"),
            (cyrus(), "INBOX", "INBOX"),
            (cyrus(), "INBOX.a.b", "a/b"),
            (cyrus(), "INBOX.INBOX.b", "INBOX/b"),
        ] {
            let found = naming.path(wire.as_bytes(), naming.delimiter).expect(wire);
            assert_eq!(found.to_string(), path);
            let back = naming.wire(&found).expect(path);
            assert!(back.eq_ignore_ascii_case(wire.as_bytes()), "{wire}: {}", String::from_utf8_lossy(&back));
        }
    }

    #[test]
    fn what_is_not_ours_and_what_cannot_be_written() {
        assert_eq!(cyrus().path(b"user.berta", Some('.')), None);
        assert_eq!(cyrus().path(b"user", Some('.')), None);
        assert_eq!(cyrus().path(b"a", Some('.')), None);
        assert!(plain(Some('.')).wire(&FolderPath::new(["a.b"])).is_err());
        assert!(plain(None).wire(&FolderPath::new(["a", "b"])).is_err());
    }

    #[test]
    fn ids_hold_any_bytes() {
        for wire in [&b"plain"[..], b"\xe9t\xe9", b"8bit:00", "é".as_bytes(), b""] {
            assert_eq!(wire_of(&id_of(wire)), wire);
        }
    }
}
