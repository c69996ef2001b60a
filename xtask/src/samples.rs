//! `samples/`: a small account on disk that tells what OMM carries, so that the first command has something to do.
//!
//! One Maildir tree. Flags stand after `;2,` instead of `:2,`, because a colon cannot be checked out on Windows.

use anyhow::Result;
use std::{fs, path::Path};

/// A message: its folder, its file name, and its lines, joined by CRLF.
type Sample = (&'static str, &'static str, &'static [&'static str]);

/// Writes the tree anew; what was there before goes.
pub(crate) fn write(root: &Path) -> Result<()> {
    if root.exists() {
        fs::remove_dir_all(root)?;
    }
    for (folder, name, lines) in SAMPLES {
        put(root, folder, name, lines.join("\r\n").as_bytes())?;
    }
    put(root, "Projects/Ünïcode & more", "1700000301.7.example;2,S", &undeclared_latin_1())?;
    put(root, "100% (old)", "1700000402.2.example;2,S", &attachment())
}

fn put(root: &Path, folder: &str, name: &str, bytes: &[u8]) -> Result<()> {
    let folder = root.join(folder).join("cur");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(name), bytes)?)
}

const SAMPLES: [Sample; 11] = [
    (
        "INBOX",
        "1700000001.1.example",
        &[
            "From: Anna Beispiel <anna@example.org>",
            "To: berta@example.com",
            "Subject: Welcome",
            "Date: Tue, 14 Nov 2023 22:13:21 +0000",
            "Message-ID: <welcome@example.org>",
            "",
            "A message that nobody has read yet. It must arrive unread.",
            "",
        ],
    ),
    (
        "INBOX",
        "1700000002.2.example;2,FS",
        &[
            "From: =?utf-8?q?J=C3=BCrgen?= <juergen@example.org>",
            "To: berta@example.com",
            "Subject: =?utf-8?b?R3LDvMOfZSBhdXMgTcO8bmNoZW4g8J+OiQ==?=",
            "Date: Tue, 14 Nov 2023 22:13:22 +0000",
            "Message-ID: <gruesse@example.org>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            "Read and flagged: Grüße, 你好, שלום.",
            "",
        ],
    ),
    (
        "INBOX",
        "1700000003.3.example;2,RS",
        &[
            "From: list@example.net",
            "To: berta@example.com",
            "Subject: No Message-ID at all",
            "Date: Tue, 14 Nov 2023 22:13:23 +0000",
            "",
            "Answered. Programs that find their copies by Message-ID alone lose this one.",
            "From here on a line begins with From, which mbox files have to quote.",
            ".",
            "..and two dots at the beginning.",
            "",
        ],
    ),
    ("INBOX", "1700000004.4.example;2,S", TWIN),
    ("INBOX", "1700000005.5.example;2,", TWIN),
    (
        "INBOX",
        "1700000006.6.example;2,S",
        &[
            "From: Anna Beispiel <anna@example.org>",
            "To: berta@example.com",
            "Subject: Lunch",
            "Date: Tue, 14 Nov 2023 22:13:26 +0000",
            "Message-ID: <lunch@example.org>",
            "MIME-Version: 1.0",
            "Content-Type: text/calendar; method=REQUEST; charset=utf-8",
            "",
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//example//samples//EN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "UID:lunch@example.org",
            "DTSTAMP:20231114T221326Z",
            "DTSTART:20231115T120000Z",
            "DTEND:20231115T130000Z",
            "SUMMARY:Lunch",
            "ORGANIZER:mailto:anna@example.org",
            "ATTENDEE:mailto:berta@example.com",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ],
    ),
    (
        "Sent Items",
        "1700000101.1.example;2,S",
        &[
            "From: berta@example.com",
            "To: Anna Beispiel <anna@example.org>",
            "Subject: Re: Welcome",
            "Date: Wed, 15 Nov 2023 08:00:00 +0100",
            "In-Reply-To: <welcome@example.org>",
            "References: <welcome@example.org>",
            "Message-ID: <re-welcome@example.com>",
            "",
            "This folder is called Sent Items. A destination that has one will not get a second.",
            "",
        ],
    ),
    (
        "Drafts",
        "1700000201.1.example;2,DS",
        &["From: berta@example.com", "Subject: Not finished", "", "I wanted to say that"],
    ),
    (
        "Projects",
        "1700000300.1.example;2,S",
        &[
            "From: someone@example.org",
            "To: berta@example.com",
            "Subject: A folder with messages and folders below it",
            "Date: Thu, 16 Nov 2023 10:00:00 +0000",
            "Message-ID: <projects@example.org>",
            "",
            "Mail clients allow this, some servers do not.",
            "",
        ],
    ),
    (
        "Projects/Ünïcode & more",
        "1700000300.6.example;2,S",
        &[
            "From: someone@example.org",
            "To: berta@example.com",
            "Subject: A name that IMAP spells in modified UTF-7",
            "Date: Thu, 16 Nov 2023 10:00:01 +0000",
            "Message-ID: <unicode@example.org>",
            "",
            "An ampersand, a blank and three letters outside ASCII.",
            "",
        ],
    ),
    (
        "100% (old)",
        "1700000401.1.example;2,S",
        &[
            "From: someone@example.org",
            "To: berta@example.com",
            "Subject: A folder name with a per cent sign, which is also a wildcard",
            "Date: Thu, 16 Nov 2023 10:00:02 +0000",
            "Message-ID: <percent@example.org>",
            "",
            "LIST \"\" % means something else.",
            "",
        ],
    ),
];

/// Two messages that are equal to the byte are two messages.
const TWIN: &[&str] = &[
    "From: robot@example.net",
    "To: berta@example.com",
    "Subject: Backup finished",
    "Date: Tue, 14 Nov 2023 22:13:24 +0000",
    "Message-ID: <backup@example.net>",
    "",
    "There are two of me, equal to the byte. Both must arrive.",
    "",
];

/// Bytes that are no UTF-8, and lines that end in a bare LF: they must arrive as they are.
fn undeclared_latin_1() -> Vec<u8> {
    let mut bytes = b"From: old@example.org\nTo: berta@example.com\nSubject: caf\xe9\n".to_vec();
    bytes.extend_from_slice(b"Date: Sun, 1 Jan 1995 00:00:00 GMT\n\nd\xe9j\xe0 vu, undeclared\n");
    bytes
}

/// A message with an attachment of 16 KiB.
fn attachment() -> Vec<u8> {
    let mut text = [
        "From: someone@example.org",
        "To: berta@example.com",
        "Subject: With an attachment",
        "Date: Thu, 16 Nov 2023 10:00:03 +0000",
        "Message-ID: <attachment@example.org>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=\"part\"",
        "",
        "--part",
        "Content-Type: text/plain",
        "",
        "See below.",
        "--part",
        "Content-Type: application/octet-stream",
        "Content-Disposition: attachment; filename=zeros.bin",
        "Content-Transfer-Encoding: base64",
        "",
        "",
    ]
    .join("\r\n");
    for _ in 0..287 {
        text.push_str(&"A".repeat(76));
        text.push_str("\r\n");
    }
    text.push_str("--part--\r\n");
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree;

    /// Whoever changes the samples runs `cargo xtask samples`.
    #[test]
    fn the_committed_samples_are_these() {
        let fresh = tempfile::tempdir().expect("a temporary folder");
        write(fresh.path()).expect("samples are written");
        let committed = crate::run::root().join("samples");
        tree::must_be_equal(fresh.path(), &committed).expect("run cargo xtask samples");
        assert_eq!(tree::count(&committed), 13);
    }

    #[test]
    fn they_are_small() {
        let committed = walkdir::WalkDir::new(crate::run::root().join("samples"));
        let sizes = committed.into_iter().flatten().filter_map(|entry| entry.metadata().ok());
        let bytes: u64 = sizes.filter(fs::Metadata::is_file).map(|file| file.len()).sum();
        assert!(bytes < 100_000, "{bytes} bytes");
    }
}
