//! Ordinary messages of any size, made quickly.

use crate::mailbox::Random;
use bytes::Bytes;
use std::io::Write;

const WORDS: [&str; 24] = [
    "invoice",
    "lunch",
    "minutes",
    "travel",
    "draft",
    "plan",
    "bill",
    "hello",
    "tomorrow",
    "between",
    "server",
    "please",
    "attached",
    "the",
    "of",
    "and",
    "to",
    "mailbox",
    "Übersicht",
    "naïve",
    "письмо",
    "写真",
    "قائمة",
    "🚀",
];
/// The first of them are ASCII.
const PLAIN_WORDS: u64 = 18;
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LINE: usize = 76;

/// Which bytes a message has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// The oddity of this number.
    Odd(usize),
    /// An ordinary one of about this size.
    Made { index: u64, size: u64, id: Id },
}

/// What stands in Message-ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Id {
    Own,
    Absent,
    /// The same in many messages.
    Doubled,
}

impl Id {
    pub(super) fn any(random: &mut Random) -> Self {
        match random.below(100) {
            0..=2 => Self::Absent,
            3 => Self::Doubled,
            _ => Self::Own,
        }
    }
}

/// The `index`-th message of a seed.
pub(super) fn message(seed: u64, index: u64, size: u64, id: Id) -> Bytes {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut random = Random::nth(seed, index);
    let mut out = Vec::with_capacity(size + 1024);
    let kind = if size > 200_000 { 0 } else { random.below(5) };
    // Writing to a vector cannot fail.
    let _ = header(&mut out, seed, index, id, kind, &mut random);
    match kind {
        0 => attachment(&mut out, size, &mut random),
        1 => latin(&mut out, size, &mut random),
        2 | 3 => lines(&mut out, size, WORDS.len() as u64, &mut random),
        _ => lines(&mut out, size, PLAIN_WORDS, &mut random),
    }
    out.into()
}

/// `\n` becomes CRLF; a return that stands alone stays.
pub(super) fn with_crlf(text: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(text.len() + text.len() / 40);
    for byte in text {
        if *byte == b'\n' {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out.into()
}

fn header(
    out: &mut Vec<u8>,
    seed: u64,
    index: u64,
    id: Id,
    kind: u64,
    random: &mut Random,
) -> std::io::Result<()> {
    for hop in 0..1 + random.below(4) {
        write!(out, "Received: from mx{hop}.example ([192.0.2.{}])\r\n", 1 + random.below(254))?;
        write!(out, "\tby mx{}.example with ESMTPS id {:x};\r\n", hop + 1, random.next_u64())?;
        write!(out, "\tThu, {} Jan 2015 10:11:12 +0000\r\n", 1 + random.below(28))?;
    }
    write!(
        out,
        "From: a{index}@example.org\r\nTo: b@example.com,\r\n c{}@example.net\r\n",
        random.below(99)
    )?;
    match id {
        Id::Own => write!(out, "Message-ID: <{index}.{seed}.{:x}@example.org>\r\n", random.next_u64())?,
        Id::Doubled => write!(out, "Message-ID: <doubled@example.org>\r\n")?,
        Id::Absent => {}
    }
    let word = random.pick(&WORDS).unwrap_or("");
    // One in ten has raw UTF-8 in its header, as the world has.
    let subject = if random.one_in(10) { word } else { random.pick(&WORDS[..8]).unwrap_or("") };
    write!(
        out,
        "Subject: {subject} {index}\r\nDate: Thu, 01 Jan 2015 10:11:12 +0000\r\nMIME-Version: 1.0\r\n"
    )?;
    let content = match kind {
        0 => "multipart/mixed; boundary=\"=_b\"",
        1 => "text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit",
        2 | 3 => "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit",
        _ => "text/plain; charset=us-ascii",
    };
    write!(out, "Content-Type: {content}\r\n\r\n")
}

fn lines(out: &mut Vec<u8>, size: usize, words: u64, random: &mut Random) {
    while out.len() < size {
        let end = out.len() + 30 + usize::try_from(random.below(40)).unwrap_or(0);
        while out.len() < end {
            let word = usize::try_from(random.below(words)).unwrap_or(0);
            out.extend_from_slice(WORDS[word].as_bytes());
            out.push(b' ');
        }
        out.extend_from_slice(b"\r\n");
    }
}

/// Bytes above 127 that are no UTF-8.
fn latin(out: &mut Vec<u8>, size: usize, random: &mut Random) {
    while out.len() < size {
        let letters = random.next_u64().to_le_bytes();
        out.extend(letters.map(|byte| byte | 0xc0));
        out.extend_from_slice(if random.one_in(8) { b".\r\n" } else { b" " });
    }
    out.extend_from_slice(b"\r\n");
}

fn attachment(out: &mut Vec<u8>, size: usize, random: &mut Random) {
    out.extend_from_slice(b"--=_b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
    let text = out.len() + 300;
    lines(out, text, WORDS.len() as u64, random);
    out.extend_from_slice(
        b"--=_b\r\nContent-Type: application/octet-stream; name=\"f.bin\"\r\n\
          Content-Transfer-Encoding: base64\r\n\r\n",
    );
    while out.len() < size {
        // 76 letters a line; every number gives ten of them.
        let line = out.len() + LINE;
        while out.len() < line {
            let mut bits = random.next_u64();
            for _ in 0..10.min(line - out.len()) {
                out.push(BASE64[usize::try_from(bits & 63).unwrap_or(0)]);
                bits >>= 6;
            }
        }
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"--=_b--\r\n");
}
