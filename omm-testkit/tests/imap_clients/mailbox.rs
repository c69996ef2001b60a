//! A small mailbox with odd names and flags, and what a Maildir made from it holds.

use chrono::DateTime;
use omm_testkit::imap::{MockAccount, MockImap, MockMessage};
use std::{collections::BTreeMap, fs, path::Path};

pub(crate) const FOLDERS: [&str; 5] = ["INBOX", "Sent & gone", "Entwürfe", "Archive/2025", "Odd (name) 日本"];

/// Thirty messages in five folders.
pub(crate) fn server() -> MockImap {
    let server = MockImap::new().user("ann", "secret");
    fill(&server.account("ann"));
    server
}

pub(crate) fn fill(account: &MockAccount) {
    for name in FOLDERS {
        account.add_folder(name).subscribe(name);
    }
    for number in 0..30 {
        let flags = [&[][..], &["\\Seen"], &["\\Flagged", "\\Seen"], &["\\Answered"]][number % 4];
        let message = flags.iter().fold(message(number), |message, flag| message.flag(flag));
        account.add(FOLDERS[number % FOLDERS.len()], message);
    }
}

pub(crate) fn message(number: usize) -> MockMessage {
    let text = format!(
        "From: Ann <ann@example.com>\r\nTo: bob@example.com\r\nSubject: number {number}\r\n\
         Date: Mon, 7 Feb 2022 21:52:25 -0800\r\nMessage-ID: <{number}@example.com>\r\n\r\nbody of {number}\r\n"
    );
    let date = DateTime::parse_from_rfc3339("2022-02-07T21:52:25-08:00").expect("a date");
    MockMessage::new(text).received(date)
}

/// Subject number and whether it is read, for all messages of all Maildirs below.
pub(crate) fn maildir(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(root, &mut found);
    found
}

fn collect(at: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(at).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let folder =
            path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        if folder != "cur" && folder != "new" {
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(&path).expect("a message")).into_owned();
        let subject = text.lines().find_map(|line| line.strip_prefix("Subject: number "));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let flags = name.rsplit_once("2,").map_or("", |(_, flags)| flags).to_owned();
        let before = found.insert(subject.expect("a subject").trim().to_owned(), flags);
        assert!(before.is_none(), "twice: {}", path.display());
    }
}

/// What [`maildir`] must say: flags as Maildir has them.
pub(crate) fn expected(account: &MockAccount) -> BTreeMap<String, String> {
    let letters =
        [("\\Draft", 'D'), ("\\Flagged", 'F'), ("\\Answered", 'R'), ("\\Seen", 'S'), ("\\Deleted", 'T')];
    let mut all = BTreeMap::new();
    for message in account.snapshot().into_iter().flat_map(|folder| folder.messages) {
        let text = String::from_utf8_lossy(&message.bytes).into_owned();
        let subject = text.lines().find_map(|line| line.strip_prefix("Subject: number ")).expect("a subject");
        let has = |flag: &str| message.flags.iter().any(|own| own == flag);
        let flags = letters.iter().filter(|(flag, _)| has(flag)).map(|(_, letter)| letter).collect();
        all.insert(subject.trim().to_owned(), flags);
    }
    all
}
