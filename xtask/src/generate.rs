//! Mailboxes for the tests that run the program: the same bytes for the same number, on every machine.

use crate::run::{cargo, must};
use anyhow::Result;
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

/// Folders of a Maildir++ tree. The first is the INBOX; the rest have what trips up careless programs.
const FOLDERS: [&str; 8] = [
    "",
    ".Sent Items",
    ".Archive.2019",
    ".Archive.2020",
    ".Projects",
    ".Projects.&ANw-n&AO8-code", // modified UTF-7, as Maildir++ writes it
    ".Trash",
    ".a & b",
];

/// What stands between name and flags; a colon is not allowed in names on Windows.
pub(crate) const INFO: char = if cfg!(windows) { ';' } else { ':' };

/// A small generator of numbers (SplitMix64): seeded, so that a failure can be seen again.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 for 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
}

/// Writes a Maildir++ tree of so many messages.
pub(crate) fn maildir(root: &Path, messages: usize) -> Result<()> {
    for folder in FOLDERS {
        for room in ["cur", "new", "tmp"] {
            fs::create_dir_all(root.join(folder).join(room))?;
        }
    }
    let mut random = Random::new(1);
    let mut last = Vec::new();
    for number in 0..messages {
        // A byte-identical twin now and then, in the same folder: two messages, not one.
        if number % 50 != 49 {
            last = message(number, &mut random);
        }
        let folder = root.join(FOLDERS[(number / 50) % FOLDERS.len()]);
        let (room, name) = place(number, &mut random);
        fs::write(folder.join(room).join(name), &last)?;
    }
    Ok(())
}

/// Writes a PST of so many megabytes, or with an item of every kind (`everything`); the testkit does it.
pub(crate) fn pst(path: &str, size: &str) -> Result<()> {
    let example = ["run", "--release", "--quiet", "-p", "omm-testkit", "--example", "generate_pst", "--"];
    must(cargo(&example).args([path, size])).map(drop)
}

/// Writes one message of so many megabytes into the INBOX of a tree, in pieces.
pub(crate) fn huge(root: &Path, megabytes: usize) -> Result<()> {
    let mut file = BufWriter::new(File::create(root.join("cur").join(format!("1.huge.example{INFO}2,S")))?);
    file.write_all(b"From: huge@example.org\r\nSubject: A large attachment\r\n\r\n")?;
    let line = format!("{}\r\n", "QUJD".repeat(19));
    let mut left = (megabytes << 20) / line.len();
    while left > 0 {
        file.write_all(line.as_bytes())?;
        left -= 1;
    }
    file.flush()?;
    Ok(())
}

/// Unseen mail lies in `new`; the rest in `cur`, with flags in the order of the alphabet.
fn place(number: usize, random: &mut Random) -> (&'static str, String) {
    let stem = format!("{}.M{number}P1.example", 1_500_000_000 + number);
    if random.below(5) == 0 {
        return ("new", stem);
    }
    let flags: String = "DFPRS".chars().filter(|_| random.below(2) == 0).collect();
    ("cur", format!("{stem}{INFO}2,{flags}"))
}

/// A message with or without CRLF, with or without a Message-ID, of 200 to some 8,000 bytes.
fn message(number: usize, random: &mut Random) -> Vec<u8> {
    let end = if random.below(3) == 0 { "\r\n" } else { "\n" };
    let mut text = String::new();
    let mut line = |words: &str| {
        text.push_str(words);
        text.push_str(end);
    };
    line(&format!("From: Sender {number} <sender{number}@example.org>"));
    line("To: somebody@example.com");
    line(&format!("Subject: Message {number}"));
    line("Date: Fri, 14 Jul 2017 02:40:00 +0000");
    if random.below(10) > 0 {
        line(&format!("Message-ID: <{number}@example.org>"));
    }
    line("");
    let lines = if random.below(20) == 0 { 120 } else { 2 + random.below(12) };
    for _ in 0..lines {
        line(&format!("{:016x} and some words to make up a line of text", random.next()));
    }
    let mut bytes = text.into_bytes();
    if random.below(10) == 0 {
        bytes.extend_from_slice(b"caf\xe9 in Latin-1, undeclared");
    }
    bytes
}
