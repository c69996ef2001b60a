//! Mailboxes on disk: what other programs would have left there.

use super::{Mailbox, MailboxFolder, MailboxItem};
use omm_core::model::{FolderPath, ItemKind, SystemFlag};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Writes the mail of a mailbox as a Maildir++ tree: the inbox in `root`, every other folder in `root/.A.B`. Dots
/// in names are written as `%2E`, slashes as `%2F`, percent signs as `%25`.
///
/// # Errors
/// The file system's.
pub fn write_maildir(root: &Path, mailbox: &Mailbox) -> io::Result<()> {
    for folder in mail(mailbox) {
        let dir = if folder.path.to_string() == "INBOX" {
            root.to_owned()
        } else {
            root.join(dotted(&folder.path))
        };
        for part in ["new", "cur", "tmp"] {
            fs::create_dir_all(dir.join(part))?;
        }
        for (at, item) in folder.items.iter().enumerate() {
            let (part, info) = match letters(item) {
                info if info.is_empty() => ("new", String::new()),
                info => ("cur", format!(":2,{info}")),
            };
            let seconds = item.received.map_or(1_700_000_000, |date| date.timestamp());
            fs::write(dir.join(part).join(format!("{seconds}.M{at}P1.sample{info}")), &item.bytes)?;
        }
    }
    Ok(())
}

/// Writes each folder of mail as one mbox file (mboxrd: a line that begins with `From `, after any number of `>`,
/// gets another `>`), subfolders in `NAME.sbd` as mail programs do.
///
/// # Errors
/// The file system's.
pub fn write_mbox(root: &Path, mailbox: &Mailbox) -> io::Result<()> {
    for folder in mail(mailbox) {
        let above = folder.path.parent().unwrap_or_default();
        let dir: PathBuf = above.segments().fold(root.to_owned(), |dir, name| dir.join(safe(name) + ".sbd"));
        fs::create_dir_all(&dir)?;
        let mut text = Vec::new();
        for item in &folder.items {
            let date = item.received.unwrap_or_default().to_utc();
            text.extend_from_slice(
                date.format("From sample@example.org %a %b %e %H:%M:%S %Y\n").to_string().as_bytes(),
            );
            quote(&item.bytes, &mut text);
            text.extend_from_slice(if text.ends_with(b"\n") { b"\n" } else { b"\n\n" });
        }
        fs::write(dir.join(safe(folder.path.name())), text)?;
    }
    Ok(())
}

/// Writes each message as a file `NNNN.eml` in a tree of folders.
///
/// # Errors
/// The file system's.
pub fn write_eml(root: &Path, mailbox: &Mailbox) -> io::Result<()> {
    for folder in mail(mailbox) {
        let dir = folder.path.segments().fold(root.to_owned(), |dir, name| dir.join(safe(name)));
        fs::create_dir_all(&dir)?;
        for (at, item) in folder.items.iter().enumerate() {
            fs::write(dir.join(format!("{at:04}.eml")), &item.bytes)?;
        }
    }
    Ok(())
}

fn mail(mailbox: &Mailbox) -> impl Iterator<Item = &MailboxFolder> {
    mailbox.folders.iter().filter(|folder| folder.kind == ItemKind::Mail)
}

fn dotted(path: &FolderPath) -> String {
    path.segments().map(|name| format!(".{}", safe(name).replace('.', "%2E"))).collect()
}

/// A file name: percent-encodes what a file system or a Maildir could take for something else.
fn safe(name: &str) -> String {
    let mut text = String::new();
    for character in name.chars() {
        match character {
            '%' | '/' | '\\' | '\t' | '\0' => text.push_str(&format!("%{:02X}", character as u32)),
            plain => text.push(plain),
        }
    }
    if text.trim_matches('.').is_empty() { text.replace('.', "%2E") } else { text }
}

fn letters(item: &MailboxItem) -> String {
    let letter = |flag| match flag {
        SystemFlag::Draft => Some('D'),
        SystemFlag::Flagged => Some('F'),
        SystemFlag::Answered => Some('R'),
        SystemFlag::Seen => Some('S'),
        SystemFlag::Deleted => Some('T'),
        _ => None,
    };
    let mut letters: Vec<char> = item.flags.system().filter_map(letter).collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

fn quote(bytes: &[u8], into: &mut Vec<u8>) {
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        if line[quotes..].starts_with(b"From ") {
            into.push(b'>');
        }
        into.extend_from_slice(line);
    }
}
