//! A large file of mail, for measuring.

use super::super::folder::Role;
use super::super::item::Attachment;
use super::super::property::{Key, Value};
use super::super::store::PstWriter;
use super::{compress, encapsulate, mail, noise};
use crate::mailbox::Random;
use std::io::{self, Seek, Write};

const SEED: u64 = 20_231_127;
const WORDS: [&str; 24] = [
    "the", "invoice", "of", "march", "is", "still", "open", "please", "send", "us", "a", "copy", "by",
    "friday", "thank", "you", "for", "coming", "meeting", "naïve", "größe", "and", "then", "house",
];

/// Writes mail of mixed sizes until so many bytes are there: most of it small, one in eight with an attachment of up to
/// 2 MB. What comes back is the number of messages.
///
/// # Errors
/// Those of the file.
pub fn bulk<W: Write + Seek>(pst: &mut PstWriter<W>, bytes: u64) -> io::Result<u64> {
    let top = pst.top();
    let inbox = pst.folder(top, "Inbox", Some("IPF.Note"));
    pst.role(Role::Inbox, inbox);
    let mut folders = vec![inbox];
    folders.extend((2015..2024).map(|year| pst.folder(top, &format!("Archive {year}"), Some("IPF.Note"))));
    let mut number = 0;
    while pst.written_bytes() < bytes {
        let mut random = Random::nth(SEED, number);
        let folder = folders[random.below(folders.len() as u64) as usize];
        pst.item(folder, &message(number, &mut random))?;
        number += 1;
    }
    Ok(number)
}

/// Writes so many short messages into one folder, and one with an attachment of so many bytes.
///
/// # Errors
/// Those of the file.
pub fn extreme<W: Write + Seek>(pst: &mut PstWriter<W>, messages: u64, attachment: usize) -> io::Result<()> {
    let top = pst.top();
    let inbox = pst.folder(top, "Inbox", Some("IPF.Note"));
    pst.role(Role::Inbox, inbox);
    for number in 0..messages {
        let subject = format!("Message {number}");
        let id = format!("<{number}@extreme.example.org>");
        pst.item(inbox, &mail::plain(&subject, "short\r\n").with(0x1035, id.as_str()))?;
    }
    let bytes = noise(messages, attachment);
    let large = Attachment::file("large.bin", "application/octet-stream", bytes);
    pst.item(inbox, &mail::plain("A large attachment", "See there.\r\n").attach(large))?;
    Ok(())
}

fn message(number: u64, random: &mut Random) -> super::super::item::Item {
    let paragraphs = 1 + random.below(40);
    let body = text(random, paragraphs);
    let day = i64::try_from(random.below(3_000)).unwrap_or(0);
    let time = super::filetime(2015, 1, 1, 8, 0, 0) + day * 864_000_000_000 + 10_000_000 * number as i64;
    let mut item = mail::plain(&format!("Message {number}: {}", random.pick(&WORDS).unwrap_or("")), &body)
        .with(0x1035, format!("<{number}@bulk.example.org>").as_str())
        .with(0x0e07, if random.one_in(5) { 0 } else { 1 })
        .with(0x0039, Value::Time(time))
        .with(0x0e06, Value::Time(time));
    let html = format!("<html><body><p>{}</p></body></html>", body.replace("\r\n", "</p>\r\n<p>"));
    match random.below(10) {
        0..5 => item = item.with(0x1013, html.into_bytes()).with(0x3fde, 65001),
        // Compressing is slow, so only a few short ones are.
        5 if body.len() < 4_000 => {
            let narrow = encoding_rs::WINDOWS_1252.encode(&html).0.into_owned();
            item = item.with(0x1009, compress(&encapsulate(&narrow, 1252))).with(0x0e1f, true);
            item.properties.retain(|(key, _)| *key != Key::Id(0x1000));
        }
        _ => {}
    }
    if random.one_in(8) {
        // As many of each order of magnitude, from 2 KB to 2 MB.
        let length = (2_048 << random.below(10)) + random.below(2_048);
        let file = format!("attachment-{number}.bin");
        item =
            item.attach(Attachment::file(&file, "application/octet-stream", noise(number, length as usize)));
    }
    item
}

fn text(random: &mut Random, paragraphs: u64) -> String {
    let mut text = String::new();
    for _ in 0..paragraphs {
        for _ in 0..10 + random.below(60) {
            text.push_str(random.pick(&WORDS).unwrap_or(""));
            text.push(' ');
        }
        text.push_str("\r\n");
    }
    text
}
