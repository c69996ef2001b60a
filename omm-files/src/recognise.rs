//! What a file is, by its name and its first bytes.
//!
//! Left out without a word, because they hold no mail: names that begin with a dot, `.msf`, `.lock`, `.DS_Store`,
//! `Thumbs.db`, `desktop.ini`, Dovecot's and Courier's own files (`dovecot*`, `courier*`, `maildirfolder`,
//! `maildirsize`, `subscriptions`), Mozilla's (`msgFilterRules.dat`, `filterlog.html`, `popstate.dat`) and Apple
//! Mail's (`table_of_contents`, `Info.plist`). Everything else is carried, or answered with a reason.

use crate::mbox::looks_like_postmark;
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// How many bytes of a file are looked at.
const HEAD: u64 = 2048;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// Many messages.
    Mbox,
    /// One message, carried as it is. `certain` when its name or first line says so.
    Message { certain: bool },
    /// One message in Apple's wrapping.
    Emlx,
    /// Not a message, with the reason.
    Other(&'static str),
}

/// Whether a name is one of the well-known files without mail.
pub(crate) fn is_ignored(name: &str) -> bool {
    const NAMES: [&str; 11] = [
        "thumbs.db",
        "desktop.ini",
        "maildirfolder",
        "maildirsize",
        "subscriptions",
        "msgfilterrules.dat",
        "filterlog.html",
        "popstate.dat",
        "table_of_contents",
        "info.plist",
        "icon\r",
    ];
    let name = name.to_lowercase();
    name.starts_with('.')
        || name.ends_with(".msf")
        || name.ends_with(".lock")
        || name.starts_with("dovecot")
        || name.starts_with("courier")
        || NAMES.contains(&name.as_str())
}

/// What a file is. Opens it only if its name does not say enough.
pub(crate) fn file_kind(path: &Path) -> io::Result<FileKind> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "eml" | "mime" | "raw" => return Ok(FileKind::Message { certain: true }),
        "emlx" => return Ok(FileKind::Emlx),
        _ => {}
    }
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(empty(path, &name));
    }
    Ok(by_head(&head, extension))
}

/// An empty file is an empty mbox if a mail program keeps it as one.
fn empty(path: &Path, name: &str) -> FileKind {
    let msf = path.with_file_name(format!("{}.msf", path.file_name().unwrap_or_default().to_string_lossy()));
    match is_mbox_name(name) || name == "mbox" || msf.exists() {
        true => FileKind::Mbox,
        false => FileKind::Other("the file is empty"),
    }
}

/// Whether a file name says mbox.
pub(crate) fn is_mbox_name(name: &str) -> bool {
    [".mbox", ".mbx"].iter().any(|end| name.to_lowercase().ends_with(end))
}

fn by_head(head: &[u8], extension: &str) -> FileKind {
    for (magic, reason) in FOREIGN {
        if head.starts_with(magic) {
            return FileKind::Other(reason);
        }
    }
    // Mangled mail begins with blank lines, or with lines of blanks.
    let text_begins = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let text = &head[text_begins..];
    let line = &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())];
    if looks_like_postmark(line) {
        return FileKind::Mbox;
    }
    if is_header_line(line) {
        return FileKind::Message { certain: true };
    }
    if memchr::memchr(0, head).is_some() {
        return FileKind::Other("binary, not a message");
    }
    match extension {
        "txt" | "msg" => FileKind::Message { certain: false },
        _ => FileKind::Other("does not begin with a header line"),
    }
}

const FOREIGN: [(&[u8], &str); 7] = [
    (b"!BDN", "an Outlook data file (PST, OST), which cannot be read here yet"),
    (b"\xD0\xCF\x11\xE0", "an Outlook message file (.msg), which cannot be read here yet"),
    (b"\xCF\xAD\x12\xFE", "an Outlook Express folder (.dbx), which cannot be read here"),
    (b"PK\x03\x04", "an archive; unpack it first"),
    (b"\x1F\x8B", "compressed; unpack it first"),
    (b"BEGIN:VCARD", "a contact, not a message"),
    (b"BEGIN:VCALENDAR", "a calendar, not a message"),
];

/// RFC 5322 §2.2: a name of printable characters without colon, then a colon. Old mail has blanks before it.
fn is_header_line(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let line = line.strip_prefix(b">From ").map_or(line, |_| b"From:");
    let name = line.iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b':').count();
    let blanks = line[name..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    (1..=78).contains(&name) && line.get(name + blanks) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let (sure, perhaps) = (FileKind::Message { certain: true }, FileKind::Message { certain: false });
        for (name, text, kind) in [
            ("a.eml", &b"\x00\x01"[..], sure),
            ("a.EMLX", b"", FileKind::Emlx),
            ("Inbox", b"\nFrom - Tue Oct 02 00:26:47 2007\n", FileKind::Mbox),
            ("a.txt", b"From the shop I came", perhaps),
            ("a.mbox", b"", FileKind::Mbox),
            ("a.mbox", b"Subject: lone\n\nx", sure),
            ("17", b"Received: x\n", sure),
            ("17", b"   \nReceived: x\n", sure),
            ("17", b"Subject : x\n", sure),
            ("a.txt", b"just text", perhaps),
            ("a.txt", b"", FileKind::Other("the file is empty")),
            ("a.txt", b"text\x00", FileKind::Other("binary, not a message")),
            ("a.rs", b"fn main() {}\n", FileKind::Other("does not begin with a header line")),
            ("a.msg", b"\xD0\xCF\x11\xE0\xA1", FileKind::Other(FOREIGN[1].1)),
        ] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            assert_eq!(file_kind(&path).unwrap(), kind, "{name}");
        }
    }

    #[test]
    fn known_files_without_mail() {
        for (name, ignored) in [
            (".DS_Store", true),
            ("Inbox.msf", true),
            ("dovecot.index.cache", true),
            ("courierimapacl", true),
            ("Thumbs.db", true),
            ("Inbox", false),
            ("01:2,", false),
        ] {
            assert_eq!(is_ignored(name), ignored, "{name}");
        }
    }
}
