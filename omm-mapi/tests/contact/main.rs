//! A contact with every field filled, as vCard 4.0 and 3.0, read again by two libraries of others.

mod fields;
mod hostile;
mod words;

use fields::{ADDRESS, COMMON, FIELDS, Field, Set};
use omm_mapi::{
    Options, StoredAttachment, StoredMessage, convert,
    property::{NameMap, Named, Properties, Value, named, tag},
};
use std::{
    io::{Read, Write},
    process::{Command, Stdio},
    sync::Arc,
};

/// A message with these properties; named ones get ids from 0x8000 on.
pub(crate) fn message(fields: &[Field]) -> StoredMessage {
    let mut names = NameMap::new();
    let mut next = 0x8000;
    let mut values = vec![(tag::MESSAGE_CLASS, Value::String("IPM.Contact".into()))];
    for field in fields {
        let id = match field.set {
            Set::Tag => field.id as u16,
            Set::Lid(set) => {
                next += 1;
                names.insert(Named::Id(set, field.id), next);
                next
            }
            Set::Keywords => {
                next += 1;
                names.insert(named::KEYWORDS, next);
                next
            }
        };
        values.push((id, field.value.value()));
    }
    let mut properties = Properties::new(Arc::new(names));
    values.into_iter().for_each(|(id, value)| properties.insert(id, value));
    StoredMessage { properties, ..StoredMessage::default() }
}

pub(crate) fn photo(bytes: Vec<u8>) -> StoredAttachment {
    let mut properties = Properties::default();
    properties.insert(0x7FFF, Value::Boolean(true));
    properties.insert(0x3707, Value::String("ContactPicture.jpg".into()));
    StoredAttachment { properties, data: Some(bytes), message: None }
}

/// The card, and its losses.
pub(crate) fn card(message: &StoredMessage, vcard_3: bool) -> (String, Vec<String>) {
    let mut options = Options::default();
    options.vcard_3 = vcard_3;
    let converted = convert(message, &options).expect("an item that converts");
    let text = String::from_utf8(converted.body.into_bytes().expect("all of it is in memory"))
        .expect("a card is text");
    assert!(text.lines().all(|line| line.len() <= 75), "a line that is not folded");
    (text, converted.losses)
}

pub(crate) fn unfolded(card: &str) -> String {
    card.replace("\r\n ", "")
}

fn full() -> StoredMessage {
    let mut full = message(FIELDS);
    full.attachments.push(photo([&[0xFF, 0xD8, 0xFF, 0xE0][..], &[7; 3000]].concat()));
    let mut file = Properties::default();
    file.insert(0x3707, Value::String("a,b.txt".into()));
    file.insert(0x370E, Value::String("text/plain".into()));
    full.attachments.push(StoredAttachment {
        properties: file,
        data: Some(b"hello".to_vec()),
        message: None,
    });
    full
}

/// Lines of a card, without those that the table does not speak of.
fn lines(card: &str) -> Vec<String> {
    const OTHERS: [&str; 6] = ["BEGIN:", "END:", "VERSION:", "PRODID:", "PHOTO", "X-ATTACH"];
    let card = unfolded(card);
    let own = card.lines().filter(|line| !OTHERS.iter().any(|other| line.starts_with(other)));
    own.map(str::to_owned).collect()
}

#[test]
fn every_field_has_its_line_and_no_other_is_there() {
    for vcard_3 in [false, true] {
        let (card, losses) = card(&full(), vcard_3);
        assert_eq!(losses, [] as [&str; 0]);
        let mut expected: Vec<String> = FIELDS
            .iter()
            .flat_map(|field| if vcard_3 { field.line_3 } else { field.line_4 })
            .map(|line| (*line).to_owned())
            .collect();
        let mut found = lines(&card);
        found.sort();
        expected.sort();
        let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
        let extra: Vec<_> = found.iter().filter(|line| !expected.contains(line)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "missing {missing:#?}\nbeside the table {extra:#?}");
        assert_eq!(found.len(), expected.len());
        let photo =
            if vcard_3 { "PHOTO;ENCODING=b;TYPE=JPEG:/9j/" } else { "PHOTO:data:image/jpeg;base64,/9j/" };
        assert!(unfolded(&card).contains(photo), "{card}");
        let file = if vcard_3 {
            "X-ATTACH;X-FILENAME=\"a,b.txt\";ENCODING=b:aGVsbG8="
        } else {
            "X-ATTACH;X-FILENAME=\"a,b.txt\":data:text/plain;base64,aGVsbG8="
        };
        assert!(unfolded(&card).contains(file), "{card}");
    }
}

#[test]
fn calcard_reads_every_field() {
    use calcard::vcard::{VCard, VCardValue};
    for vcard_3 in [false, true] {
        let (card, _) = card(&full(), vcard_3);
        let read = VCard::parse(&card).expect("a card");
        let mut texts = Vec::new();
        for value in read.entries.iter().flat_map(|entry| &entry.values) {
            match value {
                VCardValue::Component(parts) => texts.extend(parts.iter().cloned()),
                VCardValue::Binary(data) => texts.push(format!("{} bytes", data.data.len())),
                other => texts.extend(other.as_text().map(str::to_owned)),
            }
        }
        check(&texts, if vcard_3 { "calcard, 3.0" } else { "calcard, 4.0" });
        assert!(texts.iter().any(|text| text == "3004 bytes"), "no photo: {texts:?}");
    }
}

/// Every text that went in is among those that came out.
fn check(texts: &[String], who: &str) {
    let lost: Vec<_> = FIELDS
        .iter()
        .flat_map(|field| field.value.texts())
        .filter(|text| !texts.iter().any(|found| found.contains(*text)))
        .collect();
    assert!(lost.is_empty(), "{who} does not find {lost:?} in {texts:#?}");
}

/// Prints each value, its parts in lines of their own, parted by a byte that no text has.
const SCRIPT: &str = r#"
import sys, vobject
card = vobject.readOne(sys.stdin.buffer.read().decode())
def show(value):
    if isinstance(value, str): return [value]
    if isinstance(value, bytes): return ["%d bytes" % len(value)]
    if isinstance(value, (list, tuple)): return [text for part in value for text in show(part)]
    return [text for part in vars(value).values() for text in show(part)]
out = []
for line in card.getChildren(): out += show(line.value)
sys.stdout.buffer.write("\x01".join(out).encode())
"#;

#[test]
fn vobject_reads_every_field() {
    for vcard_3 in [false, true] {
        let (card, _) = card(&full(), vcard_3);
        let Some(texts) = vobject(&card) else { return println!("skipped: no vobject") };
        check(&texts, if vcard_3 { "vobject, 3.0" } else { "vobject, 4.0" });
        assert!(!vcard_3 || texts.iter().any(|text| text == "3004 bytes"), "no photo: {texts:?}");
    }
}

pub(crate) fn vobject(card: &str) -> Option<Vec<String>> {
    let has = Command::new("python3").args(["-c", "import vobject"]).stderr(Stdio::null()).status();
    if !has.is_ok_and(|status| status.success()) {
        return None;
    }
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    python.stdin.take().expect("python3 runs").write_all(card.as_bytes()).expect("python3 reads");
    let mut out = String::new();
    python.stdout.take().expect("python3 runs").read_to_string(&mut out).expect("python3 runs");
    assert!(python.wait().expect("python3 runs").success(), "vobject cannot read {card}");
    Some(out.split('\u{1}').map(str::to_owned).collect())
}

#[test]
fn the_sets_are_those_of_the_specification() {
    assert_eq!(ADDRESS.to_string(), "00062004-0000-0000-c000-000000000046");
    assert_eq!(COMMON.to_string(), "00062008-0000-0000-c000-000000000046");
}
