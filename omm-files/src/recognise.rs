//! What a file is, by its name and its first bytes.
//!
//! Left out without a word, because they hold no mail: names that begin with a dot, `.msf`, `.lock`, `.DS_Store`,
//! `Thumbs.db`, `desktop.ini`, Dovecot's and Courier's own files (`dovecot*`, `courier*`, `maildirfolder`,
//! `maildirsize`, `subscriptions`), Mozilla's (`msgFilterRules.dat`, `filterlog.html`, `popstate.dat`) and Apple
//! Mail's (`table_of_contents`, `Info.plist`). Everything else is carried, or answered with a reason.

use crate::{csv, mbox::looks_like_postmark, msg};
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
    /// One item as Outlook saves it (`.msg`), of any kind.
    Msg,
    /// One item in TNEF (`winmail.dat`), of any kind.
    Tnef,
    /// Many folders: an Outlook data file (PST, OST).
    Store,
    /// iCalendar objects.
    Calendar,
    /// vCards.
    Cards,
    /// A table of contacts (CSV).
    Table,
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
    let mut file = File::open(path)?;
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(empty(path, &name));
    }
    Ok(match by_head(&head, extension) {
        // Word, Excel and many others keep their documents in compound files, too.
        FileKind::Msg if extension != "msg" && !msg::is_message(file)? => {
            FileKind::Other("a document of another program, not a message")
        }
        kind => kind,
    })
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
    match MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        Some((_, kind)) => return *kind,
        // The name promises a format that begins otherwise: its reader would find nothing.
        None if matches!(extension, "pst" | "ost") => return FileKind::Other(NO_STORE),
        None => {}
    }
    // Mangled mail begins with blank lines, or with lines of blanks.
    let text_begins = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let text = &head[text_begins..];
    let line = &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())];
    match (line, extension) {
        _ if begins(line, b"BEGIN:VCALENDAR") => return FileKind::Calendar,
        _ if begins(line, b"BEGIN:VCARD") => return FileKind::Cards,
        (_, "ics" | "ical" | "icalendar" | "vcs" | "ifb") => return FileKind::Calendar,
        (_, "vcf" | "vcard") => return FileKind::Cards,
        _ if looks_like_postmark(line) => return FileKind::Mbox,
        (_, "csv" | "tsv") if csv::looks_like_contacts(head) => return FileKind::Table,
        (_, "csv" | "tsv") => return FileKind::Other("a table, but no column of it is known from contacts"),
        _ => {}
    }
    if is_header_line(line) {
        return FileKind::Message { certain: true };
    }
    if memchr::memchr(0, head).is_some() {
        return FileKind::Other("binary, not a message");
    }
    match extension {
        "msg" if head.iter().any(|byte| is_control(*byte)) => FileKind::Other("binary, not a message"),
        "txt" | "msg" => FileKind::Message { certain: false },
        _ => FileKind::Other("does not begin with a header line"),
    }
}

/// [MS-PST] §2.2.2.6; [MS-CFB] §2.2; [MS-OXTNEF] §2.1.3.3.1.
const MAGIC: [(&[u8], FileKind); 3] =
    [(b"!BDN", FileKind::Store), (b"\xD0\xCF\x11\xE0", FileKind::Msg), (b"\x78\x9F\x3E\x22", FileKind::Tnef)];

const FOREIGN: [(&[u8], &str); 3] = [
    (b"\xCF\xAD\x12\xFE", "an Outlook Express folder (.dbx), which cannot be read here"),
    (b"PK\x03\x04", "an archive; unpack it first"),
    (b"\x1F\x8B", "compressed; unpack it first"),
];

const NO_STORE: &str =
    "no Outlook data file, though its name says so; if it is mail of another kind, rename it";

/// What no text has: control characters other than white space and the escapes of ISO 2022 (RFC 1468).
fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t'..=b'\r' | 0x0E | 0x0F | 0x1B)
}

/// Whether a line begins with a word, in letters of any size; behind a byte order mark, too.
fn begins(line: &[u8], word: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    line.len() >= word.len() && line[..word.len()].eq_ignore_ascii_case(word)
}

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
            ("a.msg", b"\xD0\xCF\x11\xE0\xA1", FileKind::Msg),
            (
                "a.doc",
                b"\xD0\xCF\x11\xE0\xA1",
                FileKind::Other("a document of another program, not a message"),
            ),
            ("winmail.dat", b"\x78\x9F\x3E\x22\x01", FileKind::Tnef),
            ("old", b"!BDN\0", FileKind::Store),
            ("a.pst", b"From a@b Thu Jan  1 00:00:00 1998\n", FileKind::Other(NO_STORE)),
            ("a.pst", b"", FileKind::Other("the file is empty")),
            ("a", b"\xEF\xBB\xBFbegin:vcalendar\r\n", FileKind::Calendar),
            ("a.ics", b"X", FileKind::Calendar),
            ("a.txt", b"BEGIN:VCARD\n", FileKind::Cards),
            ("a.csv", b"First Name,Last Name,E-mail Address\n", FileKind::Table),
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
